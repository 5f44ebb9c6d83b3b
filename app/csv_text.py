"""CSV files as text: which bytes are one, its records by line, and writing one that spreadsheets take for text."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.errors import Invalid, TooLarge, field_error

BYTES_MOST = 5_000_000
ROWS_MOST = 10_000
# What spreadsheets take for a formula (OWASP, CSV Injection); ours are told apart by a ' before them.
_FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
_GUARDED = re.compile(r"'+(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one field of a row; without a field, with the row as a whole."""

    field: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Sheet(Generic[R]):
    """The rows of a file, and the columns that mean nothing to who reads it."""

    rows: list[R]
    ignored: list[str]


def records(data: bytes, columns: Collection[str]) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, its cells trimmed, with the line it begins on; the first is the header.

    Text is UTF-8 with commas or semicolons, whichever gives more of the columns. Raises TooLarge or Invalid.
    """
    text = _text(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, columns), strict=True)
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = [_unguarded(cell).strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            detail = f"Line {line} cannot be read: a quote is not closed or not doubled, or a cell is too long."
            raise field_error("file", "CSV_BROKEN", detail) from error
        if any(cells):
            number += 1
            if number > ROWS_MOST + 1:
                raise TooLarge("CSV_ROWS", f"The file has more than {ROWS_MOST} rows.")
            yield line, cells


def _text(data: bytes) -> str:
    if len(data) > BYTES_MOST:
        raise TooLarge("CSV_LARGE", f"The file has more than {BYTES_MOST // 1_000_000} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable() from error
    if "\0" in text:
        raise _unreadable()
    return text


def _unreadable() -> Invalid:
    return field_error("file", "CSV_ENCODING", "This is no text in UTF-8. Save the sheet as “CSV UTF-8”.")


def column(cell: str) -> str:
    """The name of a column as a header may write it."""
    return cell.strip(' "\r').casefold().replace(" ", "_")


def doubled(columns: Sequence[str]) -> str:
    """The columns that a header has twice, in words; empty where there are none."""
    return ", ".join(sorted({name for name in columns if name and columns.count(name) > 1}))


def overlong(cells: Sequence[str], columns: Sequence[str]) -> list[RowError]:
    """What is wrong with a row that says something beyond its last column, such as a text with commas."""
    if not any(cells[len(columns) :]):
        return []
    detail = f"The row has {len(cells)} cells, but there are {len(columns)} columns; put texts into quotes."
    return [RowError("", "CELLS_MANY", detail)]


def _delimiter(text: str, columns: Collection[str]) -> str:
    first = text.lstrip().partition("\n")[0]
    return max(",;", key=lambda sign: sum(column(part) in columns for part in first.split(sign)))


def write(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV file that spreadsheets open as text: no cell is taken for a formula, and reading it gives the same."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_safe(row.get(column, "")) for column in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _safe(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text
