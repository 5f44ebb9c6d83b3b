"""What the calendar reads of schedule days and bookings: light rows between two instants, in order of time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.clock import from_ms
from app.database import Row, placeholders, sql
from app.errors import NotFound
from app.plans.layering import Booked, compose
from app.plans.values import Event

# The longest that an event may reach into later dates.
_REACH = timedelta(days=2)
_ID = 36
_EVENT = (
    "SELECT e.id, e.start_ms, e.span_ms, e.duration_ms, e.kind, e.title, d.channel, d.date, c.slug,"
    " coalesce(s.title, p.name, e.title) AS run FROM channel c"
    " JOIN schedule_day d ON d.channel = c.id AND d.current = 1 JOIN day_event e ON e.day = d.id"
    " LEFT JOIN asset a ON a.id = e.asset LEFT JOIN series s ON s.id = a.series LEFT JOIN program p ON p.id = e.program"
)
_BOOKING = (
    "SELECT b.id, b.channel, c.slug, b.start_ms, b.end_ms, b.asset, b.resume, b.state, a.title,"
    " coalesce((SELECT max(v.seq) FROM event v WHERE v.subject_type = 'booking' AND v.subject_id = b.id), 0) AS version"
    " FROM booking b JOIN channel c ON c.id = b.channel JOIN asset a ON a.id = b.asset"
)


@dataclass(frozen=True, slots=True)
class Within:
    """What is wanted: a half-open interval, the slugs of channels and words of a title; empty ones want all."""

    from_ms: int
    to_ms: int
    channels: Sequence[str] = ()
    q: str = ""


@dataclass(frozen=True, slots=True)
class Airing:
    """A programme of a frozen day, or what bookings leave of it.

    `run` names what it is one of, a series or a program; `date` is that of its broadcast day.
    """

    id: str
    channel: str
    slug: str
    date: str
    start_ms: int
    end_ms: int
    title: str
    run: str


async def programmes(wanted: Within, most: int) -> list[Airing]:
    """The programmes of days that are made, at most so many, with what bookings take of them taken off."""
    first, last = (date.fromisoformat(f"{from_ms(ms):%Y-%m-%d}") for ms in (wanted.from_ms, wanted.to_ms))
    where, values = _narrowed(wanted, "e.title")
    rows = await sql(
        f"{_EVENT} WHERE d.date BETWEEN ? AND ? AND e.kind = 'program' AND e.start_ms < ?"
        f" AND e.start_ms + e.span_ms > ?{where} ORDER BY e.start_ms, e.id LIMIT ?",
        str(first - _REACH), str(last + _REACH), wanted.to_ms, wanted.from_ms, *values, most,
    )  # fmt: skip
    if not rows:
        return []
    booked = await _booked(Within(min(row["start_ms"] for row in rows), wanted.to_ms))
    found = [one for row in rows for one in _left(row, booked.get(row["channel"], ()))]
    if booked:
        found.sort(key=lambda one: (one.start_ms, one.id))
    return [one for one in found if one.end_ms > wanted.from_ms and one.start_ms < wanted.to_ms][:most]


async def programme(id: str) -> Airing:
    """One programme of a day that is made, or one piece of it."""
    rows = await sql(f"{_EVENT} WHERE e.id = ? AND e.kind = 'program'", id[:_ID])
    if rows:
        row = rows[0]
        booked = await _booked(Within(row["start_ms"], row["start_ms"] + row["span_ms"]))
        for one in _left(row, booked.get(row["channel"], ())):
            if one.id == id:
                return one
    raise NotFound("PROGRAMME_UNKNOWN", "There is no such programme. Its day may have been made again.")


async def bookings(wanted: Within, most: int, *, cancelled: bool = False) -> list[Row]:
    """The bookings that an interval overlaps, at most so many; live ones, or those that were cancelled."""
    where, values = _narrowed(wanted, "a.title")
    return await sql(
        f"{_BOOKING} WHERE b.state = ? AND b.start_ms < ? AND b.end_ms > ?{where} ORDER BY b.start_ms, b.id LIMIT ?",
        "cancelled" if cancelled else "live", wanted.to_ms, wanted.from_ms, *values, most,
    )  # fmt: skip


async def booking(id: str) -> Row:
    """One booking, also one that was cancelled."""
    rows = await sql(f"{_BOOKING} WHERE b.id = ?", id)
    if not rows:
        raise NotFound("BOOKING_NOT_FOUND", "There is no such booking.")
    return rows[0]


def _narrowed(wanted: Within, title: str) -> tuple[str, list[str]]:
    where, values = "", list(wanted.channels)
    if wanted.channels:
        where = f" AND c.slug IN ({placeholders(wanted.channels)})"
    if wanted.q:
        where += f" AND instr(lower({title}), lower(?))"
        values.append(wanted.q)
    return where, values


async def _booked(within: Within) -> dict[str, list[Booked]]:
    found: dict[str, list[Booked]] = defaultdict(list)
    rows = await sql(
        "SELECT channel, id, start_ms, end_ms, asset, resume FROM booking"
        " WHERE state = 'live' AND start_ms < ? AND end_ms > ?",
        within.to_ms, within.from_ms,
    )  # fmt: skip
    for row in rows:
        found[row.pop("channel")].append(Booked(**row))
    return found


def _left(row: Row, booked: Sequence[Booked]) -> list[Airing]:
    """What a booking leaves of a programme: pieces after the first are named by how far in they begin."""
    id, start, end = row["id"], row["start_ms"], row["start_ms"] + row["span_ms"]
    over = [one for one in booked if one.start_ms < end and start < one.end_ms]
    told = (row["title"], row["run"])
    if not over:
        return [Airing(id, row["channel"], row["slug"], row["date"], start, end, *told)]
    event = Event(start, row["span_ms"], row["duration_ms"], "program", row["title"])
    return [
        Airing(
            f"{id}-{one.into_ms}" if one.into_ms else id, row["channel"], row["slug"], row["date"], one.start_ms,
            one.end_ms, *told,
        )
        for one in compose([event], over)
        if one.kind == "program"
    ]  # fmt: skip
