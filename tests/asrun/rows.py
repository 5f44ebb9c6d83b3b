"""Rows of as-run for tests, with little to write."""

from datetime import UTC, datetime
from typing import Any

from app.asrun.rules import Entry, Recorded
from app.clock import to_ms

MIN = 60_000


def at(text: str) -> int:
    """Milliseconds of a time on 15 May 2026 UTC, or of a date and time."""
    full = text if "T" in text else f"2026-05-15T{text}"
    return to_ms(datetime.fromisoformat(full).replace(tzinfo=UTC))


def entry(key: str = "1", **fields: Any) -> Entry:
    """Ten minutes that aired at noon, unless told otherwise."""
    usual: dict[str, Any] = {
        "channel": "c1", "title": "Ferry", "start_ms": at("12:00"), "end_ms": at("12:10"), "status": "AIRED",
        "evidence": "served", "source": "playout", "source_key": key, "asset": "film",
    }  # fmt: skip
    return Entry(**usual | fields)


def recorded(seq: int = 1, **fields: Any) -> Recorded:
    one = entry(str(seq), **fields)
    return Recorded(seq=seq, **{name: getattr(one, name) for name in Entry.__slots__})
