"""The library as a CSV file, and what a changed one means: read, compared and checked row by row; nothing is written.

A cell that says what the asset says already changes nothing, so a file that was exported means no change at all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from app.clock import from_ms
from app.csv_text import RowError, Sheet, column, doubled, overlong, records, write
from app.errors import DaypartError, NotFound, field_error
from app.library import operations, rules
from app.library.editing import Changed, changed
from app.library.queries import AssetView

COLUMNS = (
    "id", "version", "title", "type", "state", "approved", "series", "season", "episode", "genre", "rating", "tags",
    "description",
)  # fmt: skip
# What is told of an asset, but changed elsewhere: read past.
FACTS = ("length_ms", "file", "bytes", "created")
Status = Literal["changed", "same", "wrong"]
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands, by the line that it begins on, the header being line 1."""

    line: int
    cells: Mapping[str, str]
    errors: tuple[RowError, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and what it changes, or what is wrong with it."""

    row: Row
    status: Status
    change: Changed | None = None
    errors: tuple[RowError, ...] = ()


def written(assets: Iterable[AssetView]) -> bytes:
    """The CSV file of some assets."""
    return write((*COLUMNS, *FACTS), map(cells, assets))


def cells(asset: AssetView) -> dict[str, str]:
    """An asset as a row."""
    plain = {name: getattr(asset, name) for name in ("season", "episode", "genre", "rating", "description", "bytes")}
    return {
        "id": asset.id, "version": str(asset.version), "title": asset.title, "type": asset.type, "state": asset.state,
        "approved": "yes" if asset.approved else "no", "series": asset.series_title or "",
        "tags": ", ".join(asset.tags), "length_ms": "" if asset.duration_ms is None else str(asset.duration_ms),
        "file": asset.name, "created": from_ms(asset.created_ms).isoformat(),
        **{name: "" if value is None else str(value) for name, value in plain.items()},
    }  # fmt: skip


def read(data: bytes) -> Sheet[Row]:
    """The rows of a file; raises TooLarge or Invalid for one that cannot be read as a whole."""
    found = records(data, COLUMNS)
    _, header = next(found, (1, []))
    columns = [column(cell) for cell in header]
    twice = doubled(columns)
    if "id" not in columns or twice:
        said = f"has {twice} twice" if twice else "lacks id"
        raise field_error("file", "CSV_HEADER", f"The first line {said}.")
    rows = [_row(line, parts, columns) for line, parts in found]
    return Sheet(rows, [name for name in columns if name not in (*COLUMNS, *FACTS, "")])


def _row(line: int, parts: Sequence[str], columns: Sequence[str]) -> Row:
    known = {name: part for name, part in zip(columns, parts, strict=False) if name in COLUMNS}
    return Row(line, known, tuple(overlong(parts, columns)))


def judged(rows: Iterable[Row], assets: Mapping[str, AssetView], series: Mapping[str, str]) -> list[Judged]:
    """What each row changes; `assets` by their ids, ids of `series` by their titles, case folded."""
    lines: dict[str, int] = {}
    found = []
    for row in rows:
        first = lines.setdefault(row.cells.get("id", ""), row.line)
        found.append(_judged(row, first, assets, series))
    return found


def _judged(row: Row, first: int, assets: Mapping[str, AssetView], series: Mapping[str, str]) -> Judged:
    try:
        if row.errors:
            return Judged(row, "wrong", errors=row.errors)
        before = _asset(row, first, assets)
        values, errors = _values(row, before, series)
        if errors:
            return Judged(row, "wrong", errors=tuple(errors))
        one = changed(before, values)
        if one.after:
            _refuse_stale(row, before)
    except DaypartError as error:
        fields = list(getattr(error, "errors", {})) or ["id"]
        return Judged(row, "wrong", errors=(RowError(fields[0], error.code, error.detail),))
    return Judged(row, "changed" if one.after else "same", one)


def _asset(row: Row, first: int, assets: Mapping[str, AssetView]) -> AssetView:
    id = row.cells.get("id", "")
    if not id:
        raise field_error("id", "ID_NONE", "There is no id. Files are added on the page of the library.")
    if first != row.line:
        raise field_error("id", "ROW_TWICE", f"The row on line {first} has the same id.")
    if id not in assets:
        raise NotFound("ASSET_UNKNOWN", "There is no such video in the library.")
    return assets[id]


def _refuse_stale(row: Row, before: AssetView) -> None:
    if row.cells.get("version", "") not in ("", str(before.version)):
        detail = f"{before.title} was changed since this file was exported. Export it again."
        raise field_error("version", "VERSION_STALE", detail)


def _values(
    row: Row, before: AssetView, series: Mapping[str, str]
) -> tuple[dict[str, Any], list[RowError]]:  # fmt: skip
    """The values of cells that differ from what the asset says, and what is wrong with them."""
    there, values, errors = cells(before), {}, []
    reads = _READS | {"series": lambda text: _series(text, series)}
    for name, text in row.cells.items():
        if name not in reads or text == there[name]:
            continue
        try:
            values[name] = reads[name](text)
        except DaypartError as error:
            errors.append(RowError(name, error.code, error.detail))
    return values, errors


def _series(text: str, series: Mapping[str, str]) -> str | None:
    title = " ".join(text.split())
    if title and title.casefold() not in series:
        raise field_error("series", "SERIES_UNKNOWN", f"There is no series {title}. Add it first.")
    return series[title.casefold()] if title else None


def _number(field: str) -> Callable[[str], int | None]:
    def read_number(text: str) -> int | None:
        if text and not (text.isascii() and text.isdecimal()):
            raise field_error(field, "NOT_A_NUMBER", "Give a whole number.")
        return rules.checked_number(field, int(text[:9]) if text else None)

    return read_number


def _approved(text: str) -> bool:
    if text.casefold() not in _YES_NO:
        raise field_error("approved", "APPROVED_BAD", "Say yes or no.")
    return _YES_NO[text.casefold()]


_READS: dict[str, Callable[[str], Any]] = {
    "title": rules.checked_title,
    "type": lambda text: rules.checked_type(text.upper()),
    "state": lambda text: rules.checked_state(text.lower()),
    "approved": _approved,
    "season": _number("season"),
    "episode": _number("episode"),
    "genre": lambda text: rules.checked_word("genre", text),
    "rating": lambda text: rules.checked_word("rating", text),
    "tags": lambda text: operations.checked_tags(rules.tags_of(text)),
    "description": rules.checked_description,
}


def shown(one: Judged) -> list[str]:
    """What a row changes, in words: `title: Ferry → Dawn ferry`."""
    if one.change is None:
        return []
    before = cells(one.change.before)
    after = cells(msgspec.structs.replace(one.change.before, **one.change.after)) | _series_of(one.row)
    return [f"{name}: {before[name] or 'none'} → {after[name] or 'none'}" for name in one.change.after]


def _series_of(row: Row) -> dict[str, str]:
    return {"series": row.cells["series"]} if "series" in row.cells else {}
