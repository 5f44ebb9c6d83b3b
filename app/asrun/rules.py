"""What a row of as-run may say; the statuses are those that traffic systems know."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from datetime import time as WallTime  # noqa: N812 - a wall clock's reading
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from app.clock import HOUR_MS, broadcast_day, to_ms
from app.errors import field_error

Status = Literal["START", "FENCE", "AIRED", "TRUNCATED", "SHORT", "SKIPPED", "SUBSTITUTED", "ERROR"]
Evidence = Literal["served", "available", "reported", "none"]
Kind = Literal["program", "commercial", "promo", "ident", "psa", "filler", "pad"]
MARKS: tuple[Status, ...] = ("START", "FENCE")
"""They say when a block began and ended, and nothing of what was played."""
ON_AIR: tuple[Status, ...] = ("AIRED", "TRUNCATED", "SHORT", "SUBSTITUTED")
"""Something was to be seen or heard."""
LONGEST_MS = 7 * 24 * HOUR_MS
SLIP_MS = 1000
"""By which a start may slip and still be on time."""
SPAN_MOST_MS = 31 * 24 * HOUR_MS
TEXT_MOST, KEY_MOST = 500, 200
FIRST_YEAR, LAST_YEAR = 2000, 2100
_KINDS: dict[str, Kind] = {
    "ADV": "commercial", "COM": "commercial", "PRO": "promo", "IDS": "ident", "BMP": "ident", "LIN": "ident",
    "PSA": "psa", "FIL": "filler",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row to be recorded; instants are integer UTC milliseconds, `channel` is an id.

    `asset` is what was really played, also where it stands for something else.
    """

    channel: str
    title: str
    start_ms: int
    status: Status
    evidence: Evidence
    source: str
    source_key: str
    kind: Kind = "program"
    end_ms: int | None = None
    reason: str | None = None
    asset: str | None = None
    playlog: str | None = None
    block: str | None = None
    planned_ms: int | None = None
    planned_end_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Entry):
    """A row as it is stored."""

    seq: int


COLUMNS = tuple(field.name for field in fields(Entry))


def kind_of(asset_type: str | None) -> Kind:
    """The kind of a row that plays an asset of that type; without an asset it pads."""
    return "pad" if asset_type is None else _KINDS.get(asset_type, "program")


def check(one: Entry) -> None:
    """Refuse a row that says nothing, or more than its evidence does."""
    for name, words in (("status", Status), ("evidence", Evidence), ("kind", Kind)):
        if getattr(one, name) not in get_args(words):
            raise field_error(name, "ASRUN_WORD_BAD", f"Choose one of {', '.join(get_args(words))}.")
    for name, most in (("title", TEXT_MOST), ("source", KEY_MOST), ("source_key", KEY_MOST)):
        if not 0 < len(getattr(one, name).strip()) <= most:
            raise field_error(name, "ASRUN_TEXT_BAD", f"Give 1 to {most} characters.")
    _check_times(one)
    if one.status in ON_AIR and one.evidence == "none":
        raise field_error("evidence", "EVIDENCE_NEEDED", "What nobody can show to have aired has not aired.")
    if one.status not in (*MARKS, "AIRED") and not (one.reason or "").strip():
        raise field_error("reason", "REASON_NEEDED", "Say why it did not air as it was planned.")


def _check_times(one: Entry) -> None:
    for start, end, name in (
        (one.start_ms, one.end_ms, "end_ms"),
        (one.planned_ms, one.planned_end_ms, "planned_end_ms"),
    ):
        if end is not None and (start is None or not start < end <= start + LONGEST_MS):
            raise field_error(name, "INVALID_TIME_RANGE", "It ends after it starts, within a week.")
    if one.start_ms < 0:
        raise field_error("start_ms", "INVALID_TIME_RANGE", "It starts after 1970.")


def checked_date(text: str, today: date) -> date:
    """The date that an address names; today without one."""
    try:
        return date.fromisoformat(text) if text else today
    except ValueError as error:
        raise field_error("date", "INVALID_DATE_FORMAT", "Write the date as YYYY-MM-DD.") from error


def span_of(day: date, starts: WallTime, tz: ZoneInfo) -> tuple[int, int]:
    """The half-open interval of a broadcast date."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise field_error("date", "INVALID_DATE_FORMAT", f"Give a date from {FIRST_YEAR} to {LAST_YEAR}.")
    start, end = broadcast_day(day, starts, tz)
    return to_ms(start), to_ms(end)


def checked_span(since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """An interval of at most a month."""
    if since is None or until is None:
        raise field_error("until", "INVALID_TIME_RANGE", "Give both since and until.")
    start, end = to_ms(since), to_ms(until)
    if not start < end <= start + SPAN_MOST_MS:
        raise field_error("until", "INVALID_TIME_RANGE", "Ask for a time that ends after it starts, within 31 days.")
    return start, end
