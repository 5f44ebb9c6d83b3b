"""Posts from a CSV file: read, checked row by row and compared with what is there; nothing is written here.

A row is known by its key, or else by what it means, so that importing a file twice adds nothing.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

import msgspec

from app.clock import aware, to_ms, zone
from app.csv_text import RowError, Sheet, column, doubled, overlong, records, write
from app.errors import DaypartError, Invalid, field_error
from app.posts.schemas import Wall, When
from app.posts.slots import check_channels, check_time
from app.posts.texts import checked_description, checked_hashtags, checked_title

COLUMNS = ("title", "description", "hashtags", "channels", "scheduled_time", "timezone", "asset", "file", "key")
_NEEDED = ("title", "channels")
_ERRORS = "errors"
_KEY_MOST = 200
_PLACE_MOST = 2_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Values:
    """A row that makes sense; without a time it takes the next free slot. Either asset or file is given."""

    title: str
    description: str
    hashtags: list[str]
    channels: list[str]
    when: When | None
    asset: str
    file: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands, what it means, or else what is wrong with it; a wrong one has no key.

    `line` is the one that it begins on, the header being line 1.
    """

    line: int
    cells: Mapping[str, str]
    values: Values | None
    errors: tuple[RowError, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import does: rows that become posts, rows that are there already, and rows that are wrong."""

    new: list[Row]
    known: list[Row]
    wrong: list[Row]


def read(data: bytes, timezone: str) -> Sheet[Row]:
    """The rows of a file in UTF-8 with commas or semicolons; times without an offset are in `timezone` or the row's.

    Raises TooLarge or Invalid for a file that cannot be read as a whole.
    """
    found = records(data, COLUMNS)
    _, header = next(found, (1, []))
    columns = [column(cell) for cell in header]
    _check_header(columns)
    rows = _without_repeats(_row(line, cells, columns, timezone) for line, cells in found)
    return Sheet(rows, [name for name in columns if name not in (*COLUMNS, _ERRORS, "")])


def _check_header(columns: Sequence[str]) -> None:
    missing = [name for name in _NEEDED if name not in columns]
    if not {"asset", "file"} & set(columns):
        missing.append("asset or file")
    if missing:
        raise field_error("file", "CSV_HEADER", f"The first line lacks {', '.join(missing)}.")
    if twice := doubled(columns):
        raise field_error("file", "CSV_HEADER", f"The first line has {twice} twice.")


class _Cells:
    """The cells of a row, read one by one; what is wrong with them is gathered."""

    def __init__(self, cells: Mapping[str, str], errors: Iterable[RowError]) -> None:
        self.cells = cells
        self.errors = list(errors)

    def read(self, field: str, of: Callable[[str], T], otherwise: T) -> T:
        try:
            return of(self.cells.get(field, ""))
        except DaypartError as error:
            self.errors.append(RowError(field, error.code, error.detail))
            return otherwise


def _row(line: int, parts: Sequence[str], columns: Sequence[str], timezone: str) -> Row:
    cells = {name: part for name, part in zip(columns, parts, strict=False) if name}
    reading = _Cells(cells, overlong(parts, columns))
    values = _values(reading, timezone)
    key = reading.read("key", _given_key, "")
    if reading.errors:
        return Row(line, cells, None, tuple(reading.errors))
    return Row(line, cells, values, key=key or _meant_key(values))


def _values(reading: _Cells, timezone: str) -> Values:
    return Values(
        title=reading.read("title", checked_title, ""),
        description=reading.read("description", checked_description, ""),
        hashtags=reading.read("hashtags", checked_hashtags, []),
        channels=reading.read("channels", _channels, []),
        when=reading.read("scheduled_time", _when_in(reading.read("timezone", _zone_or(timezone), timezone)), None),
        asset=reading.read("asset", _place, ""),
        file=reading.read("file", _file_unless(reading.cells.get("asset")), ""),
    )


def _channels(text: str) -> list[str]:
    channels = [part.strip() for part in re.split(r"[,;|\n]", text) if part.strip()]
    check_channels(channels)
    return channels


def _place(text: str) -> str:
    if len(text) > _PLACE_MOST:
        raise field_error("file", "FILE_LONG", f"This has more than {_PLACE_MOST} characters.")
    return text


def _file_unless(asset: str | None) -> Callable[[str], str]:
    def file(text: str) -> str:
        if bool(text) == bool(asset):
            raise field_error("file", "FILE_OR_ASSET", "Give either a file or an asset of the library.")
        return _place(text)

    return file


def _zone_or(timezone: str) -> Callable[[str], str]:
    return lambda text: zone(text).key if text else timezone


def _when_in(timezone: str) -> Callable[[str], When | None]:
    def when(text: str) -> When | None:
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise _bad_time(text) from None
        # A wall clock is meant to the minute.
        if ":" not in text or not (at.tzinfo or at == at.replace(second=0, microsecond=0)):
            raise _bad_time(text)
        return When(aware(at)) if at.tzinfo else When.of_wall(Wall(at.date(), at.time(), timezone))

    return when


def _bad_time(text: str) -> Invalid:
    detail = f"“{text}” is no time; write it as 2026-05-14 18:00, or 2026-05-14T18:00+01:00 with an offset."
    return field_error("scheduled_time", "TIME_BAD", detail)


def _given_key(text: str) -> str:
    if len(text) > _KEY_MOST:
        raise field_error("key", "KEY_LONG", f"A key has at most {_KEY_MOST} characters.")
    return f"csv:key:{text}" if text else ""


def _meant_key(values: Values) -> str:
    """The same for two rows that ask for the same post, however they are written."""
    channels = sorted(channel.casefold() for channel in values.channels)
    at = to_ms(values.when.at) if values.when else None
    meaning = [values.title, values.description, values.hashtags, channels, at, values.asset, values.file]
    return f"csv:row:{hashlib.sha256(msgspec.json.encode(meaning)).hexdigest()[:32]}"


def _without_repeats(rows: Iterable[Row]) -> list[Row]:
    lines: dict[str, int] = {}
    found = []
    for row in rows:
        line = lines.setdefault(row.key, row.line) if row.key else row.line
        if line != row.line:
            field = "key" if row.cells.get("key") else "title"
            twice = RowError(field, "ROW_TWICE", f"The row on line {line} is the same, or has the same key.")
            row = Row(row.line, row.cells, None, (twice,))  # noqa: PLW2901 - it is told as a wrong one instead
        found.append(row)
    return found


def plan(rows: Iterable[Row], known: Collection[str], now: datetime) -> Plan:
    """What importing the rows would do where posts of these keys are there; only new rows must not be late."""
    made = Plan([], [], [])
    for row in rows:
        late = _late(row, now) if row.values and row.key not in known else ()
        if late or not row.values:
            made.wrong.append(replace(row, values=None, errors=late or row.errors, key=""))
        else:
            (made.known if row.key in known else made.new).append(row)
    return made


def _late(row: Row, now: datetime) -> tuple[RowError, ...]:
    try:
        if row.values and row.values.when:
            check_time(row.values.when.at, now)
    except Invalid as error:
        return (RowError("scheduled_time", error.code, error.detail),)
    return ()


def write_wrong(rows: Iterable[Row]) -> bytes:
    """The rows with errors as a CSV file, with a column that says what is wrong, to be mended and read again."""
    told = ({**row.cells, _ERRORS: " ".join(error.detail for error in row.errors)} for row in rows if row.errors)
    return write((*COLUMNS, _ERRORS), told)
