"""Byte ranges, so that players seek and downloads resume (RFC 9110 sections 13.1.5 and 14)."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

_RANGE = re.compile(r"bytes=[ \t]*(?:(?P<first>[0-9]{1,40})-(?P<last>[0-9]{0,40})|-(?P<suffix>[0-9]{1,40}))", re.I)
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Plan:
    """What to answer: a status (200, 206 or 416), the bytes to send, and the headers that say so."""

    status: int
    start: int
    length: int
    headers: dict[str, str] = field(default_factory=dict)


def plan(range_header: str | None, size: int, etag: str, if_range: str | None = None) -> Plan:
    """The answer to a GET; `etag` is the strong one with its quotes.

    A header that cannot be read, several ranges at once, and a range of another version are answered with
    all bytes, which section 14.2 allows.
    """
    found = _RANGE.fullmatch(range_header.strip()) if range_header else None
    if found is None or (if_range is not None and if_range.strip() != etag):
        return _whole(size, etag)
    if found["suffix"] is not None:
        start, end = max(0, size - int(found["suffix"])), size
    else:
        start, end = int(found["first"]), min(size, int(found["last"] or size) + 1)
        if found["last"] and int(found["last"]) < start:
            return _whole(size, etag)  # not a valid range (section 14.1.1), so it is ignored
    if start >= end:
        return Plan(416, 0, 0, {"Content-Range": f"bytes */{size}", **_about(0, etag)})
    length = end - start
    return Plan(206, start, length, {"Content-Range": f"bytes {start}-{end - 1}/{size}", **_about(length, etag)})


def _whole(size: int, etag: str) -> Plan:
    return Plan(200, 0, size, _about(size, etag))


def _about(length: int, etag: str) -> dict[str, str]:
    return {"Accept-Ranges": "bytes", "Content-Length": str(length), "ETag": etag}


async def chunks(path: Path, start: int, length: int) -> AsyncIterator[bytes]:
    """Those bytes of a file, read off the event loop; ends early where the file does."""
    # Opened in the loop: a thread's open file would be lost when this is cancelled.
    with path.open("rb") as file:
        file.seek(start)
        while length > 0 and (chunk := await asyncio.to_thread(file.read, min(_CHUNK, length))):
            length -= len(chunk)
            yield chunk
