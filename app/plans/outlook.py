"""What pages ask of schedule days: how dates stand, what runs over their borders, and what a booking cuts."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.clock import MasterClock, broadcast_date
from app.database import Row, sql
from app.errors import NotFound
from app.plans import days, queries
from app.plans.applying import ranked
from app.plans.days import DayView
from app.plans.grids import Planned, planned
from app.plans.layering import Booked, cut_by
from app.plans.values import Event

_DAY_MS = 24 * 60 * 60_000


@dataclass(frozen=True, slots=True)
class Line:
    """How a date stands: the day that is made, if there is one, and the plans that it has or would have."""

    date: date
    start_ms: int
    end_ms: int
    made: DayView | None
    plans: tuple[str, ...]
    bookings: int


async def lines(key: str, first: date, count: int) -> tuple[Planned, list[Line]]:
    """Consecutive dates of a channel, made or not."""
    last = first + timedelta(days=count - 1)
    made = {one.date: one for one in await days.days(key, first.isoformat(), last.isoformat())}
    of = await planned(key)
    used, known = await _plans_used(of, first, last), await queries.plans(of.channel.id)
    booked = await queries.bookings(of.channel.id, of.grid.day(first)[0], of.grid.day(last)[1])
    found = []
    for each in (first + timedelta(days=n) for n in range(count)):
        start, end = of.grid.day(each)
        names = used.get(each.isoformat(), ()) if each in made else tuple(plan.name for plan in ranked(known, each))
        number = sum(start <= one.start_ms < end for one in booked)
        found.append(Line(each, start, end, made.get(each), names, number))
    return of, found


async def _plans_used(of: Planned, first: date, last: date) -> dict[str, tuple[str, ...]]:
    rows = await sql(
        "SELECT DISTINCT d.date, p.name FROM schedule_day d JOIN day_event e ON e.day = d.id"
        " JOIN plan p ON p.id = e.plan WHERE d.channel = ? AND d.current = 1 AND d.date BETWEEN ? AND ?"
        " ORDER BY d.date, e.start_ms",
        of.channel.id, first.isoformat(), last.isoformat(),
    )  # fmt: skip
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[row["date"]] = tuple(dict.fromkeys((*found.get(row["date"], ()), row["name"])))
    return found


def today(of: Planned, clock: MasterClock) -> date:
    """The broadcast date of a channel by now."""
    return broadcast_date(clock.now(), of.grid.day_start, of.grid.tz)


async def made(key: str, date_text: str) -> DayView | None:
    """A stored day; None where the date is not made yet."""
    try:
        return await days.day(key, date_text)
    except NotFound as error:
        if error.code != "DAY_NOT_FOUND":
            raise
        return None


async def runs_in(day: DayView) -> Event | None:
    """What runs on into a day from the day before."""
    found = await _events(day.channel, day.start_ms - 1, day.start_ms + 1)
    return (
        next((one for one in found if one.start_ms < day.start_ms), None) if day.own_start_ms > day.start_ms else None
    )


async def cut(of: Planned, booked: Booked) -> list[Event]:
    """The programmes of days made so far that a booking takes time from."""
    return cut_by(await _events(of, booked.start_ms, booked.end_ms), booked)


async def _events(of: Planned, start_ms: int, end_ms: int) -> list[Event]:
    rows = await sql(
        "SELECT e.start_ms, e.span_ms, e.duration_ms, e.kind, e.title FROM schedule_day d JOIN day_event e"
        " ON e.day = d.id WHERE d.channel = ? AND d.current = 1 AND d.start_ms < ? AND d.end_ms > ?"
        " AND e.start_ms < ? AND e.start_ms + e.span_ms > ? ORDER BY e.start_ms",
        of.channel.id, end_ms, start_ms - _DAY_MS, end_ms, start_ms,
    )  # fmt: skip
    return [_event(row) for row in rows]


def _event(row: Row) -> Event:
    return Event(row["start_ms"], row["span_ms"], row["duration_ms"], row["kind"], row["title"])
