"""The calendar as files: iCalendar (RFC 5545) and CSV, pure functions of items."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from app.calendar.items import Item
from app.channels.service import ChannelView
from app.clock import from_ms
from app.csv_text import write

COLUMNS = ("start", "end", "channel", "kind", "title", "status", "state", "id", "link")
_OCTETS = 75
_STATUS = {"pending": "TENTATIVE", "cancelled": "CANCELLED"}


def csv_file(items: Iterable[Item], channels: Mapping[str, ChannelView], tz: ZoneInfo, url: str) -> bytes:
    """One row an item; times on the station's clock with their offset."""
    return write(COLUMNS, (_row(item, channels, tz, url) for item in items))


def _row(item: Item, channels: Mapping[str, ChannelView], tz: ZoneInfo, url: str) -> dict[str, str]:
    return {
        "start": _local(item.start_ms, tz),
        "end": "" if item.end_ms is None else _local(item.end_ms, tz),
        "channel": channels[item.channel].title,
        "kind": item.kind,
        "title": item.title,
        "status": item.status,
        "state": item.state,
        "id": item.id,
        "link": f"{url}{item.href}" if item.href else "",
    }


def _local(ms: int, tz: ZoneInfo) -> str:
    return from_ms(ms).astimezone(tz).isoformat(timespec="seconds")


def ical_file(
    items: Iterable[Item], channels: Mapping[str, ChannelView], *, name: str, zone: str, url: str, now: datetime
) -> bytes:
    """A calendar that programs subscribe to; all times in UTC, so each shows them on its own clock."""
    head = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Daypart//Calendar//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}", f"X-WR-TIMEZONE:{zone}", "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
    ]  # fmt: skip
    lines = head + [line for item in items for line in _event(item, channels[item.channel], url, now)]
    return "".join(_folded(line) for line in [*lines, "END:VCALENDAR"]).encode()


def _event(item: Item, channel: ChannelView, url: str, now: datetime) -> Sequence[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{item.key}@daypart",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(from_ms(item.start_ms))}",
        *([] if item.end_ms is None else [f"DTEND:{_utc(from_ms(item.end_ms))}"]),
        f"SEQUENCE:{item.version}",
        f"SUMMARY:{_text(item.title)}",
        f"LOCATION:{_text(channel.title)}",
        f"CATEGORIES:{_text(item.kind)}",
        f"DESCRIPTION:{_text(item.label)}",
        f"STATUS:{_STATUS.get(item.status, 'CONFIRMED')}",
        *([f"URL:{url}{item.href}"] if item.href else []),
        "END:VEVENT",
    ]


def _utc(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    plain = "".join(sign for sign in text if sign == "\n" or sign.isprintable())
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line in pieces of at most 75 octets that cut no character in two."""
    pieces, piece, used = [], "", 0
    for sign in line:
        size = len(sign.encode())
        if used + size > _OCTETS:
            pieces.append(piece)
            piece, used = " ", 1
        piece, used = piece + sign, used + size
    return "\r\n".join([*pieces, piece]) + "\r\n"
