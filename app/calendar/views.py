"""Finished values for the calendar's templates: pins in lanes, days with their rulers, months and lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from app import wording
from app.calendar import blocks, days, layout
from app.calendar.blocks import Airs, Block
from app.calendar.days import Day, Tick
from app.calendar.items import Item, Span
from app.calendar.look import Look
from app.channels.rules import hue_of
from app.channels.service import ChannelView
from app.clock import from_ms

MONTH_CELL = 4


@dataclass(frozen=True, slots=True)
class Pin:
    """A moment on a lane; `at` is its wall-clock time on the station's clock."""

    id: str
    href: str
    unit: int
    row: int
    flipped: bool
    at: str
    time: str
    title: str
    status: str
    label: str
    icon: str
    version: int
    movable: bool
    channel: ChannelView
    hue: str
    until: str = ""
    """Where it ends on the station's clock, if that can be changed."""


@dataclass(frozen=True, slots=True)
class Hatch:
    """Two items that want the same time, drawn over it."""

    unit: int
    units: int
    label: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One channel on one day."""

    channel: ChannelView
    hue: str
    rows: int
    small: bool
    pins: list[Pin]
    hatches: list[Hatch]
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Band:
    """One day of a view: where it begins on the track, how far it goes, and its lanes."""

    date: date
    id: str
    name: str
    number: int
    label: str
    href: str
    when: str
    span: Span
    units: int
    missing: int
    note: str
    ticks: list[Tick]
    lanes: list[Lane]


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a month."""

    date: date
    label: str
    href: str
    when: str
    outside: bool
    note: str
    pins: list[Pin]
    more: int
    airs: list[Airs]


@dataclass(frozen=True, slots=True)
class Group:
    """One day of the list."""

    id: str
    title: str
    note: str
    rows: list[Pin | Block]
    count: int


def pin(item: Item, look: Look, channel: ChannelView, unit: int = 0, row: int = 1, *, flipped: bool = False) -> Pin:
    """An item as a pin."""
    there = from_ms(item.start_ms).astimezone(look.tz)
    time = f"{there:%H:%M}"
    movable = look.may_edit and item.movable
    ends = from_ms(item.end_ms).astimezone(look.tz) if item.end_ms and item.resizable and movable else None
    return Pin(
        item.key, f"/schedule/items/{item.kind}/{item.id}", unit, row, flipped, f"{there.date().isoformat()}T{time}",
        time, item.title, item.status, item.label, item.icon, item.version, movable, channel,
        hue_of(channel.id), f"{ends:%Y-%m-%dT%H:%M}" if ends else "",
    )  # fmt: skip


def opening_hour(shown: list[Day], items: Iterable[Item], tz: ZoneInfo, *, whole: bool) -> int:
    """From which hour on days are drawn: from the morning, unless something lies before it that does not air daily."""
    if whole:
        return 0
    starts = {one.date: days.opening(one, days.EARLY_HOUR, tz).from_ms for one in shown}
    begins = shown[0].span.from_ms
    early = any(
        item.start_ms < starts[from_ms(max(begins, item.start_ms)).astimezone(tz).date()]
        for item in items
        if not item.run
    )
    return 0 if early else days.EARLY_HOUR


def bands(shown: list[Day], items: Sequence[Item], look: Look, hour: int) -> tuple[list[Band], int]:
    """The days as bands with a lane a channel, and the width of their track in units."""
    spans = [days.opening(one, hour, look.tz) for one in shown]
    width = days.width(spans)
    by_day = _by_day(shown, [item for item in items if not item.run])
    airing = [item for item in items if item.end_ms is not None]
    return [
        _band(one, span, by_day[one.date], blocks.of_day(one, span, airing, look, first=one is shown[0]), look, width)
        for one, span in zip(shown, spans, strict=True)
    ], width


def _by_day(shown: list[Day], items: Sequence[Item]) -> dict[date, list[Item]]:
    found: dict[date, list[Item]] = {one.date: [] for one in shown}
    left = iter(shown)
    current = next(left)
    for item in items:
        while item.start_ms >= current.span.to_ms:
            current = next(left)
        found[current.date].append(item)
    return found


def _band(one: Day, span: Span, items: list[Item], filled: dict[str, list[Block]], look: Look, width: int) -> Band:
    by_channel: dict[str, list[Item]] = {}
    for item in items:
        by_channel.setdefault(item.channel, []).append(item)
    used, note = days.units(span), days.change_note(one, look.tz)
    return Band(
        one.date, f"day-{one.date.isoformat()}", _name(one.date, look.today), one.date.day,
        wording.day_label(one.date, look.today), look.href(one.date),
        _when(one.date, look.today), span, used, width - used, note,
        days.ticks(span, look.tz) if note else [],
        [
            _lane(channel, by_channel.get(channel.id, []), filled.get(channel.id, []), span, look, width)
            for channel in look.channels
        ],
    )  # fmt: skip


def _name(of: date, today: date) -> str:
    return "Today" if of == today else f"{of:%a}"


def _when(of: date, today: date) -> str:
    return "past" if of < today else "today" if of == today else ""


def _lane(channel: ChannelView, items: list[Item], filled: list[Block], span: Span, look: Look, width: int) -> Lane:
    starts = [max(0, days.unit_of(span, item.start_ms)) for item in items]
    rows = layout.columns(starts) if look.down else layout.rows(starts, width)
    # What airs fills the first row of a lane; where time runs down, it lies below everything.
    below = 1 if filled and not look.down else 0
    placed = zip(items, starts, (row + below for row in rows.of), rows.flipped, strict=True)
    pins = [pin(item, look, channel, unit, row, flipped=flips) for item, unit, row, flips in placed]
    hatches = [
        Hatch(
            first := days.unit_of(span, clash.from_ms),
            max(1, -(-(clash.to_ms - span.from_ms) // days.UNIT_MS) - first),
            f"Overlap {wording.until(clash.to_ms - clash.from_ms).removeprefix('in ')}",
        )
        for clash in layout.clashes(items)
    ]
    count = below + (rows.count if items or not below else 0)
    return Lane(channel, hue_of(channel.id), count, rows.small, pins, hatches, filled)


def cells(shown: list[Day], items: Sequence[Item], look: Look, month: date) -> list[list[Cell]]:
    """The weeks of a month; a day names its first items and how many more there are."""
    by_day, known = _by_day(shown, items), {channel.id: channel for channel in look.channels}
    apart = {day: [item for item in there if not item.run] for day, there in by_day.items()}
    found = [
        Cell(
            one.date, wording.day_label(one.date, look.today), look.href(one.date),
            _when(one.date, look.today), one.date.month != month.month, days.change_note(one, look.tz),
            [pin(item, look, known[item.channel]) for item in apart[one.date][:MONTH_CELL]],
            max(0, len(apart[one.date]) - MONTH_CELL), blocks.counted(by_day[one.date], look),
        )
        for one in shown
    ]  # fmt: skip
    return [found[n : n + 7] for n in range(0, len(found), 7)]


def groups(shown: list[Day], items: Sequence[Item], look: Look) -> list[Group]:
    """The days of the list that have anything."""
    by_day, known = _by_day(shown, items), {channel.id: channel for channel in look.channels}
    return [
        Group(
            f"day-{one.date.isoformat()}", wording.day_label(one.date, look.today), days.change_note(one, look.tz),
            _rows(by_day[one.date], look, known), len(by_day[one.date]),
        )
        for one in shown
        if by_day[one.date]
    ]  # fmt: skip


def _rows(items: Sequence[Item], look: Look, known: dict[str, ChannelView]) -> list[Pin | Block]:
    """The items of a day in order, those of a run as one."""
    found: list[tuple[int, Pin | Block]] = [
        (item.start_ms, pin(item, look, known[item.channel])) for item in items if not item.run
    ]
    by_channel: dict[str, list[Item]] = {}
    for item in items:
        if item.run:
            by_channel.setdefault(item.channel, []).append(item)
    for channel, airing in by_channel.items():
        span = Span(airing[0].start_ms, airing[-1].end_ms or 0)
        found += [(run.start_ms, blocks.block(run, span, look, known[channel])) for run in layout.runs(airing, span, 0)]
    return [row for _, row in sorted(found, key=lambda one: one[0])] if by_channel else [row for _, row in found]
