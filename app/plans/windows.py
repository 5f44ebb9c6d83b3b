"""Where the zones of a date lie, and which plan wins each stretch of the day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from datetime import time as WallTime  # noqa: N812 - a wall clock's reading
from itertools import pairwise

from app.clock import DAY_MINUTES, MINUTE_MS, from_ms, resolve, to_ms
from app.plans.applying import ranked, why, within
from app.plans.values import WEEKDAYS, Finding, Grid, Plan, Zone

DST_POLICIES = ("reject", "shrink_one_block", "expand_one_block")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the day with the zone that has it; no zone has a gap. `over` names the plans that lost it, and why."""

    start_ms: int
    end_ms: int
    plan: Plan | None = None
    zone: Zone | None = None
    over: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Claim:
    start_ms: int
    end_ms: int
    plan: Plan
    zone: Zone


def minutes_of_day(zone: Zone, day_start_min: int) -> list[tuple[int, int]]:
    """The pieces of a zone in minutes since the broadcast day's start; one that goes over it has two."""
    if (zone.start_min, zone.end_min) == (0, DAY_MINUTES):
        return [(0, DAY_MINUTES)]
    start = (zone.start_min - day_start_min) % DAY_MINUTES
    end = (zone.end_min - day_start_min) % DAY_MINUTES or DAY_MINUTES
    return [(start, end)] if start < end else [(0, end), (start, DAY_MINUTES)]


def active(zone: Zone, day: date) -> bool:
    """Whether a zone is in force on a broadcast date: enabled, then its range of dates, then its weekdays."""
    if not zone.enabled or not within(day, zone.first, zone.last):
        return False
    return not zone.days or WEEKDAYS[day.weekday()] in zone.days


def instant(day: date, minute: int, grid: Grid) -> int:
    """The instant of a minute of the broadcast day, by the wall clock: skipped ones move forward, repeated ones
    mean the first."""
    wall = grid.day_start.hour * 60 + grid.day_start.minute + minute
    reading = WallTime(wall % DAY_MINUTES // 60, wall % 60)
    return to_ms(resolve(day + timedelta(days=wall // DAY_MINUTES), reading, grid.tz).at)


def stretches(day: date, grid: Grid, plans: Sequence[Plan]) -> tuple[list[Stretch], list[Finding]]:
    """The day from its start to its end without a hole or an overlap, and what is to be said about it.

    A zone without programs leaves its time to weaker plans, and is told as empty where there are none.
    """
    findings: list[Finding] = []
    claims: list[_Claim] = []
    for plan in ranked(plans, day):
        for zone in plan.zones:
            claims += _claims(day, grid, plan, zone, findings)
    start, end = grid.day(day)
    edges = sorted({start, end, *(edge for claim in claims for edge in (claim.start_ms, claim.end_ms))})
    cells = [_won(low, high, claims) for low, high in pairwise(edges)]
    found = list(_merged(cells))
    return found, [*findings, *_said(found), *_ties(found, plans)]


def _claims(day: date, grid: Grid, plan: Plan, zone: Zone, findings: list[Finding]) -> Iterator[_Claim]:
    if not active(zone, day):
        return
    starts = grid.day_start.hour * 60 + grid.day_start.minute
    for low, high in minutes_of_day(zone, starts):
        start, end = instant(day, low, grid), instant(day, high, grid)
        moved = end - start - (high - low) * MINUTE_MS
        if moved:
            told = _clock_change(zone, moved, start, end)
            if told is not None and zone.programs:
                findings.append(told)
            if zone.dst == "reject":
                continue
        if start < end:
            yield _Claim(start, end, plan, zone)


def _clock_change(zone: Zone, moved: int, start: int, end: int) -> Finding | None:
    """What to say of a zone that the clock change makes shorter or longer."""
    fits = "shrink_one_block" if moved < 0 else "expand_one_block"
    becomes = "shorter" if moved < 0 else "longer"
    change = f"{zone.name} is {abs(moved) // MINUTE_MS} minutes {becomes}, because the clocks change"
    if zone.dst == "reject":
        refused = f"{change}, which it refuses; its time is left to others."
        return Finding("DST_REJECTED", "error", refused, start, end, zone.id)
    if start >= end:
        skipped = f"{zone.name} lies in the hour that the clocks skip."
        return Finding("DST_GAP", "warning", skipped, start, end, zone.id)
    if zone.dst == fits:
        return None
    return Finding("DST_CHANGE", "warning", f"{change}.", start, end, zone.id)


def _won(low: int, high: int, claims: Sequence[_Claim]) -> Stretch:
    """The stretch between two neighbouring edges; claims come with the strongest first."""
    here = [claim for claim in claims if claim.start_ms <= low and high <= claim.end_ms]
    if not here:
        return Stretch(low, high)
    winner = next((claim for claim in here if claim.zone.programs), here[0])
    lost = {claim.plan.id: claim.plan for claim in here if claim.plan.id != winner.plan.id and claim.zone.programs}
    over = tuple((plan.id, why(winner.plan, plan)) for plan in lost.values())
    return Stretch(low, high, winner.plan, winner.zone, over)


def _merged(cells: Sequence[Stretch]) -> Iterator[Stretch]:
    held: Stretch | None = None
    for cell in cells:
        if held and (_id(held.plan), _id(held.zone)) == (_id(cell.plan), _id(cell.zone)):
            over = tuple(dict([*held.over, *cell.over]).items())
            held = Stretch(held.start_ms, cell.end_ms, held.plan, held.zone, over)
            continue
        if held:
            yield held
        held = cell
    if held:
        yield held


def _id(one: Plan | Zone | None) -> str | None:
    return one.id if one else None


def _said(found: Sequence[Stretch]) -> Iterator[Finding]:
    for one in found:
        if one.zone is None:
            yield Finding("GAP", "warning", "No plan says what airs here; filler does.", one.start_ms, one.end_ms)
        elif not one.zone.programs:
            detail = f"{one.zone.name} has no programs; filler airs."
            yield Finding("ZONE_EMPTY", "warning", detail, one.start_ms, one.end_ms)


def _ties(found: Sequence[Stretch], plans: Sequence[Plan]) -> Iterator[Finding]:
    by_id = {plan.id: plan for plan in plans}
    for one in found:
        for lost_id, reason in one.over:
            lost = by_id[lost_id]
            if one.plan is not None and lost.priority == one.plan.priority:
                detail = f"{one.plan.name} and {lost.name} have the same priority; {one.plan.name} wins: {reason}."
                yield Finding("EQUAL_PRIORITY", "warning", detail, one.start_ms, one.end_ms)


def on_grid(at_ms: int, grid: Grid) -> bool:
    """Whether an instant is a line of the channel's grid on its wall clock."""
    local = from_ms(at_ms).astimezone(grid.tz)
    return not (local.second or local.microsecond or (local.minute - grid.offset) % grid.minutes)


def grid_line(at_ms: int, grid: Grid) -> int:
    """The first line of the grid at or after an instant."""
    local = from_ms(at_ms).astimezone(grid.tz)
    into = (local.minute - grid.offset) % grid.minutes * MINUTE_MS + local.second * 1000 + local.microsecond // 1000
    line = at_ms + (-into) % grid.block_ms
    if from_ms(line).astimezone(grid.tz).utcoffset() == local.utcoffset():
        return line
    # The clocks change in between, maybe by half an hour: look minute by minute.
    minute = -(-at_ms // MINUTE_MS) * MINUTE_MS
    return next((at for at in range(minute, minute + 2 * grid.block_ms, MINUTE_MS) if on_grid(at, grid)), line)
