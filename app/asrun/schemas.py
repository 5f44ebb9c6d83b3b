"""What leaves as-run by API, command line and file; instants carry the offset of the channel's clock."""

from datetime import date, datetime

from msgspec import Struct

from app.asrun.queries import Found
from app.asrun.reporting import Reported
from app.clock import from_ms


class AsRunJson(Struct):
    """What aired, or did not; `is_split_entry` where it is the part of a row that lies in this broadcast date.

    `evidence` is served, available, reported or none, and what has none was not seen by anybody.
    """

    seq: int
    channel: str
    broadcast_date: date
    title: str
    kind: str
    status: str
    reason: str | None
    evidence: str
    start: datetime
    end: datetime | None
    duration_ms: int | None
    planned_start: datetime | None
    planned_end: datetime | None
    is_split_entry: bool
    split_reason: str | None
    asset: str | None
    playlog: str | None
    block: str | None
    source: str
    source_key: str


class AsRunListJson(Struct):
    """What a channel aired, in order of time; `more` tells that the list is cut."""

    rows: list[AsRunJson]
    more: bool


def row_json(of: Found, one: Reported) -> AsRunJson:
    """One row, on its channel's clock."""
    row = one.row

    def local(ms: int) -> datetime:
        return from_ms(ms).astimezone(of.tz)

    return AsRunJson(
        row.seq, of.channel.slug, one.date, row.title, row.kind, row.status, row.reason, row.evidence,
        local(one.start_ms), None if one.end_ms is None else local(one.end_ms),
        None if one.end_ms is None else one.end_ms - one.start_ms,
        None if row.planned_ms is None else local(row.planned_ms),
        None if row.planned_end_ms is None else local(row.planned_end_ms),
        one.is_split_entry, one.split_reason, row.asset, row.playlog, row.block, row.source, row.source_key,
    )  # fmt: skip


def rows_json(of: Found) -> list[AsRunJson]:
    """All rows that were found on a channel."""
    return [row_json(of, one) for one in of.rows]
