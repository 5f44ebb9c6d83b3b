"""The report of a channel: a row that goes over the start of a broadcast day is told once for each day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from datetime import time as WallTime  # noqa: N812 - a wall clock's reading
from zoneinfo import ZoneInfo

from app.asrun.rules import Recorded
from app.clock import broadcast_date, broadcast_day, from_ms, to_ms

ROLLOVER = "broadcast_day_rollover"


@dataclass(frozen=True, slots=True)
class Reported:
    """A row, or the part of it that lies in one broadcast date; what is stored stays one row."""

    row: Recorded
    date: date
    start_ms: int
    end_ms: int | None
    is_split_entry: bool = False
    split_reason: str | None = None


def whole(row: Recorded, starts: WallTime, tz: ZoneInfo) -> Reported:
    """A row as it is stored, with the broadcast date on which it begins."""
    return Reported(row, broadcast_date(from_ms(row.start_ms), starts, tz), row.start_ms, row.end_ms)


def report(rows: Iterable[Recorded], starts: WallTime, tz: ZoneInfo) -> list[Reported]:
    """All rows in order of time, split where a broadcast day begins; touching is no split."""
    parts = [part for row in rows for part in _parts(row, starts, tz)]
    return sorted(parts, key=lambda one: (one.start_ms, one.row.seq))


def _parts(row: Recorded, starts: WallTime, tz: ZoneInfo) -> Iterator[Reported]:
    one = whole(row, starts, tz)
    day, at, end = one.date, row.start_ms, row.end_ms
    edge = to_ms(broadcast_day(day, starts, tz)[1])
    if end is None or end <= edge:
        yield one
        return
    while at < end:
        yield Reported(row, day, at, min(end, edge), is_split_entry=True, split_reason=ROLLOVER)
        day, at = day + timedelta(days=1), edge
        edge = to_ms(broadcast_day(day, starts, tz)[1])
