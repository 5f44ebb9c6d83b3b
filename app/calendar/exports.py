"""The calendar as files: iCalendar (RFC 5545) and CSV, pure functions of items."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from app import icalendar
from app.calendar.items import Item
from app.channels.service import ChannelView
from app.clock import from_ms
from app.csv_text import write

COLUMNS = ("start", "end", "channel", "kind", "title", "status", "state", "id", "link")
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
    events = (_event(item, channels[item.channel], url, now) for item in items)
    return icalendar.calendar_file(name, zone, events)


def _event(item: Item, channel: ChannelView, url: str, now: datetime) -> Sequence[str]:
    return [
        f"UID:{item.key}@daypart",
        f"DTSTAMP:{icalendar.utc(now)}",
        f"DTSTART:{icalendar.utc(from_ms(item.start_ms))}",
        *([] if item.end_ms is None else [f"DTEND:{icalendar.utc(from_ms(item.end_ms))}"]),
        f"SEQUENCE:{item.version}",
        f"SUMMARY:{icalendar.text(item.title)}",
        f"LOCATION:{icalendar.text(channel.title)}",
        f"CATEGORIES:{icalendar.text(item.kind)}",
        f"DESCRIPTION:{icalendar.text(item.label)}",
        f"STATUS:{_STATUS.get(item.status, 'CONFIRMED')}",
        *([f"URL:{url}{item.href}"] if item.href else []),
    ]
