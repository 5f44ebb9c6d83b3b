"""What the playlog is asked: the rundown of a day, a stretch of time, and what airs at one instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.clock import from_ms, to_ms
from app.database import Row, placeholders, sql
from app.errors import NotFound, field_error
from app.plans.applying import checked_day
from app.plans.grids import Planned, planned
from app.playlog.values import Line

COLUMNS = (
    "id, log, start_ms, end_ms, asset, in_ms, out_ms, kind, title, type, block_ms, break_no, day_event, booking, hard,"
    " fallback, instead_of, locked, placed, generation"
)
LIVE = f"SELECT {COLUMNS} FROM playlog WHERE channel = ? AND state <> 'superseded'"
_LOG = "SELECT id, date, mode, state, revision, version FROM log"
LONGEST_MS = 8 * 24 * 60 * 60_000


@dataclass(frozen=True, slots=True)
class LogView:
    """The log of one broadcast day, without its events."""

    id: str
    date: date
    mode: str
    state: str
    revision: int
    version: int


@dataclass(frozen=True, slots=True)
class Rundown:
    """A broadcast day's log: the events that begin in it, in order; without a log nothing is planned yet."""

    channel: Planned
    date: date
    start_ms: int
    end_ms: int
    log: LogView | None
    lines: tuple[Line, ...]


def line(row: Row) -> Line:
    """A stored event, of a row with COLUMNS."""
    flags = {name: bool(row[name]) for name in ("hard", "locked", "placed")}
    return Line(**{**row, **flags})


async def rundown(key: str, date_text: str) -> Rundown:
    """The log of a channel for a broadcast date, YYYY-MM-DD."""
    on = checked_day(date_text)
    of = await planned(key)
    start, end = of.grid.day(on)
    rows = await sql(f"{_LOG} WHERE channel = ? AND date = ?", of.channel.id, on.isoformat())
    log = _log(rows[0]) if rows else None
    return Rundown(of, on, start, end, log, tuple(await beginning(of.channel.id, start, end)))


async def beginning(channel: str, start_ms: int, end_ms: int) -> list[Line]:
    """The events of a channel, by its id, that begin within an interval, in order."""
    rows = await sql(f"{LIVE} AND start_ms >= ? AND start_ms < ? ORDER BY start_ms", channel, start_ms, end_ms)
    return [line(row) for row in rows]


async def overlapping(channel: str, start_ms: int, end_ms: int) -> list[Line]:
    """The events of a channel, by its id, that an interval overlaps, in order."""
    first = await at_ms(channel, start_ms)
    later = await beginning(channel, start_ms, end_ms)
    return [first, *later] if first is not None and first.start_ms < start_ms else later


async def between(key: str, start: datetime, end: datetime) -> tuple[Planned, list[Line]]:
    """The events that an interval of at most eight days overlaps, in order."""
    if not 0 < to_ms(end) - to_ms(start) <= LONGEST_MS:
        raise field_error("until", "INVALID_TIME_RANGE", "The end is after the start, by eight days at most.")
    of = await planned(key)
    return of, await overlapping(of.channel.id, to_ms(start), to_ms(end))


async def at_ms(channel: str, at: int) -> Line | None:
    """What airs at an instant; at the border of two events it is the later."""
    rows = await sql(f"{LIVE} AND start_ms <= ? ORDER BY start_ms DESC LIMIT 1", channel, at)
    return line(rows[0]) if rows and rows[0]["end_ms"] > at else None


async def at(key: str, instant: datetime) -> tuple[Planned, Line | None]:
    """What a channel airs at an instant."""
    of = await planned(key)
    return of, await at_ms(of.channel.id, to_ms(instant))


async def one(key: str, line_id: str) -> tuple[Planned, Line]:
    """One event of a channel."""
    of = await planned(key)
    rows = await sql(f"{LIVE} AND id = ?", of.channel.id, line_id)
    if not rows:
        raise NotFound("EVENT_NOT_FOUND", f"{of.channel.title} has no such event in its playlog. Look at it again.")
    return of, line(rows[0])


async def frontier_ms(channel: str) -> int | None:
    """Where the last event of a channel ends."""
    rows = await sql(
        "SELECT end_ms FROM playlog WHERE channel = ? AND state <> 'superseded' ORDER BY start_ms DESC LIMIT 1", channel
    )
    return int(rows[0]["end_ms"]) if rows else None


async def frontier(key: str) -> datetime | None:
    """Until when the playlog of a channel is built."""
    found = await frontier_ms((await planned(key)).channel.id)
    return None if found is None else from_ms(found)


async def asked(
    key: str, date_text: str | None, start: datetime | None, end: datetime | None, now: datetime
) -> tuple[Planned, list[Line]]:
    """The events of a broadcast date, or those that a stretch overlaps; without either, those from now on."""
    if date_text is not None:
        found = await rundown(key, date_text)
        return found.channel, list(found.lines)
    if end is not None:
        return await between(key, start or now, end)
    of, begins = await planned(key), to_ms(start or now)
    return of, await overlapping(of.channel.id, begins, begins + LONGEST_MS)


async def logs(channel: str, lines: Sequence[Line]) -> list[LogView]:
    """The logs that these events of a channel belong to, by date."""
    wanted = sorted({line.log for line in lines if line.log})
    rows = await sql(f"{_LOG} WHERE channel = ? AND id IN ({placeholders(wanted)}) ORDER BY date", channel, *wanted)
    return [_log(row) for row in rows]


def _log(row: Row) -> LogView:
    return LogView(**{**row, "date": date.fromisoformat(row["date"])})
