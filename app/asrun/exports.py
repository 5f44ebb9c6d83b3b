"""As-run as files: JSON lines, CSV, and the fixed columns that traffic systems read; a line a row, in one order."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from app import csv_text
from app.asrun.schemas import AsRunJson
from app.clock import HOUR_MS, MINUTE_MS
from app.errors import field_error

LABELS = {
    "program": "PROGRAM", "commercial": "COMMERCL", "promo": "PROMO", "ident": "IDENT", "psa": "PSA",
    "filler": "FILLER", "pad": "PAD",
}  # fmt: skip
_WIDTHS = (
    ("SEQ", 10), ("START", 29), ("LENGTH", 12), ("TYPE", 8), ("STATUS", 11), ("EVIDENCE", 9), ("SPLIT", 5),
    ("ASSET", 36), ("TITLE", 40), ("REASON", 0),
)  # fmt: skip


def jsonl(rows: Sequence[AsRunJson]) -> bytes:
    """One JSON object a line."""
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


def csv(rows: Sequence[AsRunJson]) -> bytes:
    """A table that spreadsheets open as text."""
    columns = AsRunJson.__struct_fields__
    return csv_text.write(columns, ({name: _cell(getattr(row, name)) for name in columns} for row in rows))


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return "" if value is None else str(value)


def fixed(rows: Sequence[AsRunJson]) -> bytes:
    """Columns of fixed width under a line of headings, in UTF-8; the last one is as long as it is."""
    lines = [_line([name for name, _ in _WIDTHS]), *(_line(_cells(row)) for row in rows)]
    return "".join(f"{line}\n" for line in lines).encode()


def _cells(row: AsRunJson) -> list[str]:
    return [
        f"{row.seq:010}", row.start.isoformat(timespec="milliseconds"), _length(row.duration_ms), LABELS[row.kind],
        row.status, row.evidence, "Y" if row.is_split_entry else "", row.asset or "", row.title, row.reason or "",
    ]  # fmt: skip


def _line(cells: Sequence[str]) -> str:
    fitted = (_fitted(cell, width) for cell, (_, width) in zip(cells, _WIDTHS, strict=True))
    return " ".join(fitted).rstrip()


def _fitted(cell: str, width: int) -> str:
    """A cell in its column: no sign of it can end the line or move what follows."""
    plain = "".join(sign if sign.isprintable() else " " for sign in cell)
    return plain[:width].ljust(width) if width else plain


def _length(ms: int | None) -> str:
    if ms is None:
        return ""
    return f"{ms // HOUR_MS:02}:{ms // MINUTE_MS % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


Writer = Callable[[Sequence[AsRunJson]], bytes]
FORMATS: dict[str, tuple[str, Writer]] = {
    "jsonl": ("application/jsonl", jsonl),
    "csv": ("text/csv; charset=utf-8", csv),
    "asrun": ("text/plain; charset=utf-8", fixed),
}


def written(name: str, rows: Sequence[AsRunJson]) -> tuple[str, bytes]:
    """The media type and the bytes of a file in a format."""
    if name not in FORMATS:
        raise field_error("format", "FORMAT_UNKNOWN", f"Choose one of {', '.join(FORMATS)}.")
    media_type, write = FORMATS[name]
    return media_type, write(rows)
