"""iCalendar (RFC 5545), as calendar programs subscribe to it: lines of an object made a file."""

from collections.abc import Iterable
from datetime import datetime

_OCTETS = 75


def calendar_file(name: str, zone: str, events: Iterable[Iterable[str]]) -> bytes:
    """A calendar with the inner lines of its events; `zone` is only the one that programs may show it in."""
    head = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Daypart//Calendar//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{text(name)}", f"X-WR-TIMEZONE:{zone}", "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
    ]  # fmt: skip
    lines = [line for event in events for line in ("BEGIN:VEVENT", *event, "END:VEVENT")]
    return "".join(_folded(line) for line in [*head, *lines, "END:VCALENDAR"]).encode()


def utc(at: datetime) -> str:
    """An instant in UTC, so that each program shows it on its own clock."""
    return f"{at:%Y%m%dT%H%M%SZ}"


def text(value: str) -> str:
    """Text of a property."""
    plain = "".join(sign for sign in value if sign == "\n" or sign.isprintable())
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line in pieces of at most 75 octets that cut no character in two."""
    if len(line) <= _OCTETS and line.isascii():
        return f"{line}\r\n"
    pieces, piece, used = [], "", 0
    for sign in line:
        size = len(sign.encode())
        if used + size > _OCTETS:
            pieces.append(piece)
            piece, used = " ", 1
        piece, used = piece + sign, used + size
    return "\r\n".join([*pieces, piece]) + "\r\n"
