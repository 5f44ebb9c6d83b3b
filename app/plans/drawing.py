"""A week of plans as it is drawn: tracks of five-minute units, the stretches on them, and what is to be told of them.

A day is drawn in real time from its start to its end, so days of a clock change have 23 or 25 hours.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app import wording
from app.clock import DAY_MINUTES, HOUR_MS, MINUTE_MS, from_ms
from app.plans import telling
from app.plans.applying import ranked
from app.plans.rules import written_wall
from app.plans.values import Finding, Grid, Plan, Zone
from app.plans.windows import Stretch, stretches

UNIT_MIN = 5
UNIT_MS = UNIT_MIN * MINUTE_MS
# Widths of a track that the stylesheet knows: 24 hours, and what a clock change makes of them.
WIDTHS = (276, 282, 288, 294, 300)
HUES, HUE_STEP = 8, 3
_TICK_HOURS = 2


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the ruler."""

    unit: int
    label: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a day as drawn; one without a zone is a gap. `cut` tells that its zone goes on after its end."""

    id: str
    unit: int
    units: int
    begins: str
    ends: str
    stretch: Stretch
    programs: str
    why: str
    cut: bool

    @property
    def zone(self) -> Zone | None:
        """The zone that has it."""
        return self.stretch.zone

    @property
    def plan(self) -> Plan | None:
        """The plan that won it."""
        return self.stretch.plan

    @property
    def empty(self) -> bool:
        """Whether filler airs, since no zone with programs has it."""
        return self.zone is None or not self.zone.programs

    @property
    def whole(self) -> bool:
        """Whether its zone is the one over the whole day that gives way to all others."""
        return self.zone is not None and self.zone.whole


@dataclass(frozen=True, slots=True)
class Drawn:
    """One day of a week: its track, what lies on it, and what is to be told of it."""

    date: date
    start_ms: int
    end_ms: int
    units: int
    note: str
    ticks: list[Tick]
    pieces: list[Piece]
    findings: list[Finding]
    weakest: Plan | None
    """Where a zone for a gap belongs: it takes no time from others."""


def hues(ids: Iterable[str]) -> dict[str, str]:
    """A colour for each of some things, by age: far from its neighbour's, and another's only after eight."""
    return {id: str(number * HUE_STEP % HUES + 1) for number, id in enumerate(sorted(ids))}


def week_of(day: date) -> list[date]:
    """The days from Monday to Sunday around a date."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=n) for n in range(7)]


def drawn(day: date, grid: Grid, plans: Sequence[Plan]) -> Drawn:
    """A broadcast day as the plans resolve it."""
    start, end = grid.day(day)
    found, findings = stretches(day, grid, plans)
    applying = ranked(plans, day)
    units = -(-(end - start) // UNIT_MS)
    return Drawn(
        day, start, end, units, change_note(start, end), ticks(start, end, grid), pieces(day, found, grid, plans),
        findings, applying[-1] if applying else None,
    )  # fmt: skip


def pieces(day: date, found: Sequence[Stretch], grid: Grid, plans: Sequence[Plan]) -> list[Piece]:
    """The stretches of a day as pieces of its track."""
    applying, starts = ranked(plans, day), grid.day(day)[0]
    return [_piece(f"{day}-{number}", one, starts, grid, applying) for number, one in enumerate(found)]


def _piece(id: str, one: Stretch, day_start: int, grid: Grid, applying: Sequence[Plan]) -> Piece:
    first = (one.start_ms - day_start) // UNIT_MS
    last = -(-(one.end_ms - day_start) // UNIT_MS)
    ends = _ending(one.end_ms, grid)
    return Piece(
        id, first, max(1, last - first), clock(one.start_ms, grid), ends, one,
        telling.programs_told(one.zone) if one.zone else "",
        why_told(one, applying), one.zone is not None and ends != written_wall(one.zone.end_min or DAY_MINUTES),
    )  # fmt: skip


def clock(at_ms: int, grid: Grid) -> str:
    """An instant on the channel's wall clock."""
    return wording.clock_time(from_ms(at_ms), grid.tz)


def _ending(at_ms: int, grid: Grid) -> str:
    """The same where something ends: midnight is 24:00."""
    told = clock(at_ms, grid)
    return "24:00" if told == "00:00" else told


def why_told(one: Stretch, applying: Sequence[Plan]) -> str:
    """Why a stretch is whose it is."""
    if one.plan is None or one.zone is None:
        return "No zone covers it, so filler airs." if applying else "No plan applies, so filler airs."
    names = {plan.id: plan.name for plan in applying}
    if one.over:
        return " ".join(
            f"{one.plan.name} wins over {names.get(id, 'another plan')}: {reason}." for id, reason in one.over
        )
    if not one.zone.programs:
        return f"{one.zone.name} has no programs and no other plan has any, so filler airs."
    if len(applying) == 1:
        return f"{one.plan.name} is the only plan that applies on this day."
    return f"{one.plan.name} is the only one of {len(applying)} plans with programs here."


def ticks(start_ms: int, end_ms: int, grid: Grid) -> list[Tick]:
    """Every second hour from a day's start, by the wall clock; a repeated or skipped hour has no mark of its own."""
    found: list[Tick] = []
    seen = set()
    for ms in range(start_ms, end_ms, UNIT_MS):
        there = from_ms(ms).astimezone(grid.tz)
        reading = (there.date(), there.hour)
        even = (there.hour - grid.day_start.hour) % _TICK_HOURS == 0
        if even and there.minute == grid.day_start.minute and reading not in seen:
            seen.add(reading)
            found.append(Tick((ms - start_ms) // UNIT_MS, f"{there:%H:%M}"))
    return [*found, Tick(-(-(end_ms - start_ms) // UNIT_MS), f"{grid.day_start:%H:%M}")]


def change_note(start_ms: int, end_ms: int) -> str:
    """What the clocks do on a day: `23 h, clocks go forward`; nothing on most."""
    hours = (end_ms - start_ms) / HOUR_MS
    if hours == 24:
        return ""
    return f"{hours:g} h, clocks go {'forward' if hours < 24 else 'back'}"


def width(days: Sequence[Drawn]) -> int:
    """The narrowest track that holds the longest of some days."""
    longest = max(day.units for day in days)
    return next((known for known in WIDTHS if known >= longest), WIDTHS[-1])


@dataclass(frozen=True, slots=True)
class Contest:
    """Time that several plans want: when, who has it, over whom and why; a tie is decided by no number."""

    days: str
    window: str
    piece: Piece
    loser: str
    reason: str
    tie: bool


def contests(days: Sequence[Drawn], grid: Grid, plans: Sequence[Plan]) -> list[Contest]:
    """What several plans want in a week, once for all days on which it is the same."""
    known = {plan.id: plan for plan in plans}
    found: dict[tuple[str | None, ...], tuple[list[date], str, Piece, Plan, str]] = {}
    for day in days:
        for window, piece, lost, reason in _lost(day, grid, known):
            key = (window, _id(piece.zone), lost.id)
            found.setdefault(key, ([], window, piece, lost, reason))[0].append(day.date)
    return [
        Contest(
            dates_told(on), window, piece, lost.name, reason,
            piece.plan is not None and piece.plan.priority == lost.priority,
        )
        for on, window, piece, lost, reason in found.values()
    ]  # fmt: skip


def _lost(day: Drawn, grid: Grid, plans: dict[str, Plan]) -> Iterator[tuple[str, Piece, Plan, str]]:
    """What plans lose of a day, as far as they want it: a stretch may be longer."""
    for piece in day.pieces:
        for id, reason in piece.stretch.over:
            for wanted in stretches(day.date, grid, [plans[id]])[0]:
                start = max(wanted.start_ms, piece.stretch.start_ms)
                end = min(wanted.end_ms, piece.stretch.end_ms)
                if wanted.zone and wanted.zone.programs and start < end:
                    yield f"{clock(start, grid)} – {_ending(end, grid)}", piece, plans[id], reason


def dates_told(on: Sequence[date]) -> str:
    """Dates of one week: a single one with its number, several as weekdays."""
    return wording.day(on[0]) if len(on) == 1 else telling.days_told(weekday(day) for day in on)


def weekday(day: date) -> str:
    """A date's weekday as zones name it."""
    return f"{day:%a}".upper()


@dataclass(frozen=True, slots=True)
class Gap:
    """Time in which filler airs, on some days of a week: what is missing, and the zone before it, if it could go on."""

    code: str
    days: str
    weekdays: tuple[str, ...]
    window: str
    start: str
    end: str
    length: str
    piece: Piece
    plan: Plan | None
    before: Piece | None


def gaps(days: Sequence[Drawn]) -> list[Gap]:
    """The gaps of a week, once for all days on which they are the same."""
    found: dict[tuple[str | None, ...], tuple[list[date], Piece, Plan | None, Piece | None]] = {}
    for day in days:
        for number, piece in enumerate(day.pieces):
            if not piece.empty:
                continue
            before = day.pieces[number - 1] if number else None
            if before is not None and (before.empty or before.cut or not (piece.zone is None or piece.whole)):
                before = None
            plan = day.weakest if piece.zone is None or piece.whole else piece.plan
            plan = before.plan if before else plan
            own = None if piece.whole else piece.zone
            key = (piece.begins, piece.ends, _id(own), _id(plan), _id(before.zone if before else None))
            found.setdefault(key, ([], piece, plan, before))[0].append(day.date)
    return [_gap(*one) for one in found.values()]


def _gap(on: list[date], piece: Piece, plan: Plan | None, before: Piece | None) -> Gap:
    length = telling.length_told((piece.stretch.end_ms - piece.stretch.start_ms) // MINUTE_MS)
    return Gap(
        "GAP" if piece.zone is None else "ZONE_EMPTY", dates_told(on), tuple(weekday(day) for day in on),
        f"{piece.begins} – {piece.ends}", piece.begins, piece.ends, length, piece, plan, before,
    )  # fmt: skip


def _id(one: Plan | Zone | None) -> str | None:
    return one.id if one else None


@dataclass(frozen=True, slots=True)
class Told:
    """A finding about the clock change in a week, with the zone that it is of."""

    code: str
    level: str
    detail: str
    day: str
    plan: Plan
    zone: Zone


def clock_changes(days: Sequence[Drawn], plans: Sequence[Plan]) -> list[Told]:
    """What the clock change does to zones."""
    known = {zone.id: (plan, zone) for plan in plans for zone in plan.zones}
    return [
        Told(one.code, one.level, one.detail, wording.day(day.date), *known[one.zone])
        for day in days
        for one in day.findings
        if one.zone is not None
    ]
