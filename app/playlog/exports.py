"""A day of a log as a CSV file: a pure function."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from app import csv_text
from app.clock import from_ms
from app.playlog.blocks import Block
from app.playlog.values import Line

COLUMNS = (
    "start", "end", "duration", "block", "block_fit", "kind", "break", "type", "title", "asset", "asset_in",
    "asset_out", "hard", "locked", "id",
)  # fmt: skip


def csv_file(found: Iterable[Block], tz: ZoneInfo) -> bytes:
    """One row an event; times on the channel's clock with their offset, lengths in seconds to the millisecond."""
    return csv_text.write(COLUMNS, (_row(block, line, tz) for block in found for line in block.lines))


def _row(block: Block, line: Line, tz: ZoneInfo) -> dict[str, str]:
    return {
        "start": _local(line.start_ms, tz),
        "end": _local(line.end_ms, tz),
        "duration": _seconds(line.length_ms),
        "block": block.title,
        "block_fit": block.fit,
        "kind": line.kind,
        "break": str(line.break_no or ""),
        "type": line.type or "",
        "title": line.title,
        "asset": line.asset or "",
        "asset_in": _seconds(line.in_ms),
        "asset_out": _seconds(line.out_ms),
        "hard": "yes" if line.hard else "",
        "locked": "yes" if line.locked else "",
        "id": line.id or "",
    }


def _local(ms: int, tz: ZoneInfo) -> str:
    return from_ms(ms).astimezone(tz).isoformat(timespec="milliseconds")


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.3f}"
