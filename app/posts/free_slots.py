"""The next free slots of channels: their timetables and spacing, against what is planned there.

What is planned is read in windows that grow, so that a search costs what lies before its answer and not all targets.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.clock import MasterClock, to_ms, zone
from app.database import placeholders, sql
from app.posts.slots import CONFLICT_MS, HORIZON
from app.posts.spacing import FreeFrom, all_of, as_many, jointly, probe
from app.posts.weekly import Slot, Timetable, candidates, parse_slots

WINDOW = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Plan:
    """When the desk may choose a time on a channel, and how far from its other posts."""

    channel: str
    timetable: Timetable
    gap_ms: int


async def next_free_slot(
    channels: Sequence[str], *, clock: MasterClock, timezone: str, after: datetime | None = None
) -> Slot | None:
    """The earliest slot from now on, or after a later instant, that is free on all of the channels, if there is one."""
    return next(iter(await _first(1, channels, after or clock.now(), timezone)), None)


async def next_free_slots(number: int, channels: Sequence[str], *, clock: MasterClock, timezone: str) -> list[Slot]:
    """The earliest slots for several posts, free on all of the channels and as far apart as each of them asks."""
    return all_of(number, await _first(number, channels, clock.now(), timezone))


async def _first(number: int, channels: Sequence[str], now: datetime, timezone: str) -> list[Slot]:
    plans = await plans_of(channels)
    timetables = [plan.timetable for plan in plans]
    spacing = timedelta(milliseconds=max((plan.gap_ms for plan in plans), default=CONFLICT_MS))
    found: list[Slot] = []
    async for until, free_from in _windows(plans, now):
        found = as_many(number, candidates(timetables, zone(timezone), now), spacing, free_from, until)
        if len(found) == number:
            break
    return found


async def plans_of(channels: Sequence[str]) -> list[Plan]:
    """The timetables and spacings of channels."""
    rows = await sql(
        "SELECT c.id, c.timezone, s.slots, s.spacing_s FROM social_account s JOIN channel c ON c.id = s.channel"
        f" WHERE c.id IN ({placeholders(channels)})",
        *channels,
    )
    return [
        Plan(
            row["id"],
            Timetable(parse_slots(row["slots"] or ""), zone(row["timezone"])),
            max(row["spacing_s"] * 1000, CONFLICT_MS),
        )
        for row in rows
    ]


async def _windows(plans: Sequence[Plan], now: datetime) -> AsyncIterator[tuple[datetime, FreeFrom]]:
    """Ends of ever longer windows from now on up to the horizon, each with a probe that is right up to there."""
    span = WINDOW
    while True:
        until = now + min(span, HORIZON)
        yield until, jointly([probe(await _taken(plan, now, until), plan.gap_ms) for plan in plans])
        if span >= HORIZON:
            return
        span *= 2


async def _taken(plan: Plan, now: datetime, until: datetime) -> list[int]:
    rows = await sql(
        "SELECT due_ms FROM target WHERE channel = ? AND due_ms > ? AND due_ms < ?"
        " AND state NOT IN ('failed', 'missed', 'cancelled')",
        plan.channel, to_ms(now) - plan.gap_ms, to_ms(until) + plan.gap_ms,
    )  # fmt: skip
    return [row["due_ms"] for row in rows]
