"""What fills a channel's time on the calendar: programmes of one run as one stretch, and bookings."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app import wording
from app.calendar import days, layout
from app.calendar.days import Day
from app.calendar.items import Item, Span
from app.calendar.layout import Run
from app.calendar.look import Look
from app.channels.rules import hue_of
from app.channels.service import ChannelView
from app.clock import from_ms


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a channel's time: a booking, or programmes of one run of which `count` begin here."""

    id: str
    href: str
    unit: int
    units: int
    time: str
    title: str
    hint: str
    count: int
    pin: str
    """The pin of a booking, with which it moves."""
    resizable: bool
    channel: ChannelView
    hue: str


@dataclass(frozen=True, slots=True)
class Airs:
    """How many programmes of a channel begin on a day of a month."""

    channel: ChannelView
    hue: str
    count: int


def block(run: Run, span: Span, look: Look, channel: ChannelView) -> Block:
    """What fills a channel's time, as a stretch of the track."""
    first, count = run.items[0], len(run.begun)
    unit = days.unit_of(span, run.start_ms)
    begins, ends = (wording.clock_time(from_ms(ms), look.tz) for ms in (run.start_ms, run.end_ms))
    title = first.run if len(run.items) > 1 else first.title
    many = f", {wording.count(len(run.items), 'programme')}" if len(run.items) > 1 else ""
    return Block(
        run.begun[0].key if run.begun and first.run else "", first.href, unit,
        max(1, -(-(run.end_ms - span.from_ms) // days.UNIT_MS) - unit), begins, title,
        f"{title}{many}, {begins} – {ends}", count, "" if first.run else first.key,
        first.resizable and look.may_edit and run.end_ms == first.end_ms, channel, hue_of(channel.id),
    )  # fmt: skip


def of_day(one: Day, span: Span, airing: Sequence[Item], look: Look, *, first: bool) -> dict[str, list[Block]]:
    """What airs on a day, by channel; what began the day before is named there, unless that is not shown."""
    if not airing:
        return {}
    by_channel: dict[str, list[Item]] = {}
    for item in airing:
        if item.start_ms < span.to_ms and item.end_ms and item.end_ms > span.from_ms:
            by_channel.setdefault(item.channel, []).append(item)
    from_ms = 0 if first else one.span.from_ms
    return {
        channel.id: [block(run, span, look, channel) for run in layout.runs(by_channel[channel.id], span, from_ms)]
        for channel in look.channels
        if channel.id in by_channel
    }


def counted(items: Sequence[Item], look: Look) -> list[Airs]:
    """How many programmes there are, by channel."""
    counts = Counter(item.channel for item in items if item.run)
    return [Airs(one, hue_of(one.id), counts[one.id]) for one in look.channels if one.id in counts]
