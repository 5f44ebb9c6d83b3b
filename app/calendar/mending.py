"""Clashes in words, each with the moves that would mend it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app import wording
from app.calendar import layout
from app.calendar.items import Item
from app.calendar.layout import Clash
from app.calendar.look import Look
from app.channels.service import ChannelView
from app.clock import from_ms, to_ms


@dataclass(frozen=True, slots=True)
class Mend:
    """A move that would end a clash."""

    action: str
    date: str
    time: str
    version: int
    label: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A clash in words, with what would mend it."""

    head: str
    text: str
    mends: list[Mend]
    anchor: str


def notices(items: Sequence[Item], look: Look, now: datetime) -> list[Notice]:
    """Each clash that can still be mended, in words."""
    by_channel: dict[str, list[Item]] = {channel.id: [] for channel in look.channels}
    for item in items:
        by_channel[item.channel].append(item)
    return [
        _notice(channel, clash, by_channel[channel.id], look, to_ms(now))
        for channel in look.channels
        for clash in layout.clashes(by_channel[channel.id])
        if clash.one.movable or clash.other.movable
    ]


def _notice(channel: ChannelView, clash: Clash, items: list[Item], look: Look, now_ms: int) -> Notice:
    one, other = clash.one, clash.other
    head = f"{channel.title} overlaps on {wording.day(from_ms(other.start_ms).astimezone(look.tz))}."
    text = f"“{one.title}” is at {_time(one, look.tz)}, “{other.title}” at {_time(other, look.tz)}."
    mends = [
        _mend(item, layout.free_from(items, item, max(now_ms, last.start_ms + last.takes_ms)), look.tz)
        for item, last in ((other, one), (one, other))
        if item.movable and look.may_edit
    ]
    return Notice(head, text, mends, f"i-{other.key}")


def _time(item: Item, tz: ZoneInfo) -> str:
    return wording.clock_time(from_ms(item.start_ms), tz)


def _mend(item: Item, at_ms: int, tz: ZoneInfo) -> Mend:
    there = from_ms(at_ms).astimezone(tz)
    return Mend(
        f"/schedule/items/{item.kind}/{item.id}/move", there.date().isoformat(), f"{there:%H:%M}", item.version,
        f"Move “{item.title}” to {there:%H:%M}",
    )  # fmt: skip
