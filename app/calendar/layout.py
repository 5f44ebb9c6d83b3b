"""Where items stand beside each other in a lane, what clashes, and what would mend it: pure functions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.calendar.items import Item, Span
from app.clock import MINUTE_MS

ROWS_MOST = 24
# What a pin takes of a track: with its title, and where a lane is crowded, only icon and time.
PIN_UNITS, SMALL_UNITS = 36, 22
CROWDED_ROWS = 3
# What a pin takes where time runs down.
DOWN_UNITS = 7


@dataclass(frozen=True, slots=True)
class Rows:
    """The row of each item of a lane, from 1, how many there are, and whether pins had to be small.

    A flipped pin ends at its time, since it would not fit before the end of the track.
    """

    of: list[int]
    flipped: list[bool]
    count: int
    small: bool


def stagger(starts: Sequence[int], length: int, most: int = ROWS_MOST) -> tuple[list[int], int]:
    """The row of each pin, by ascending starts: the first that is free, so that none covers another.

    With no row left, the one that is free soonest takes it: crowded beyond `most`, pins cover each other.
    """
    ends: list[int] = []
    rows = []
    for start in starts:
        row = next((n for n, end in enumerate(ends) if end <= start), None)
        if row is None and len(ends) < most:
            row = len(ends)
            ends.append(start)
        if row is None:
            row = min(range(len(ends)), key=ends.__getitem__)
        ends[row] = start + length
        rows.append(row + 1)
    return rows, max(1, len(ends))


def rows(starts: Sequence[int], width: int) -> Rows:
    """Rows of pins with titles on a track, or of small ones where those would pile up."""
    found = _placed(starts, width, PIN_UNITS, small=False)
    return found if found.count <= CROWDED_ROWS else _placed(starts, width, SMALL_UNITS, small=True)


def _placed(starts: Sequence[int], width: int, length: int, *, small: bool) -> Rows:
    flipped = [start + length > width for start in starts]
    lefts = [start - length if flips else start for start, flips in zip(starts, flipped, strict=True)]
    order = sorted(range(len(lefts)), key=lefts.__getitem__)
    sorted_rows, count = stagger([lefts[n] for n in order], length)
    of = dict(zip(order, sorted_rows, strict=True))
    return Rows([of[n] for n in range(len(lefts))], flipped, count, small)


def columns(starts: Sequence[int]) -> Rows:
    """Where pins stand side by side, as time runs down."""
    of, count = stagger(starts, DOWN_UNITS)
    return Rows(of, [False] * len(of), count, small=False)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two items of one channel that want the same time, and the half-open interval that both need."""

    one: Item
    other: Item
    from_ms: int
    to_ms: int


def clashes(items: Sequence[Item]) -> Iterator[Clash]:
    """What overlaps on one channel, by ascending starts; half-open, so touching is legal."""
    holder: Item | None = None
    for item in items:
        if not item.takes_ms:
            continue
        if holder is not None and item.start_ms < (end := holder.start_ms + holder.takes_ms):
            yield Clash(holder, item, item.start_ms, min(end, item.start_ms + item.takes_ms))
            if item.start_ms + item.takes_ms <= end:
                continue
        holder = item


def free_from(items: Sequence[Item], item: Item, after_ms: int) -> int:
    """The first whole minute at or after an instant at which an item clashes with no other of its channel."""
    at_ms = -(-after_ms // MINUTE_MS) * MINUTE_MS
    for other in sorted((o for o in items if o.takes_ms and o.key != item.key), key=lambda o: o.start_ms):
        if other.start_ms < at_ms + item.takes_ms and at_ms < other.start_ms + other.takes_ms:
            at_ms = -(-(other.start_ms + other.takes_ms) // MINUTE_MS) * MINUTE_MS
    return at_ms


@dataclass(frozen=True, slots=True)
class Run:
    """Items of one run, one after the other, as far as they lie within a span; `begun` are those named there."""

    start_ms: int
    end_ms: int
    items: list[Item]
    begun: list[Item]


def runs(items: Iterable[Item], span: Span, from_ms: int) -> list[Run]:
    """What fills a channel's time within a span, by ascending starts; items that begin before an instant are named
    elsewhere."""
    found: list[Run] = []
    for item in items:
        start, end = max(item.start_ms, span.from_ms), min(item.end_ms or item.start_ms, span.to_ms)
        if start >= end:
            continue
        begun = [item] if item.start_ms >= from_ms else []
        last = found[-1] if found else None
        if last and item.run and last.end_ms == start and last.items[-1].run == item.run:
            found[-1] = Run(last.start_ms, end, [*last.items, item], last.begun + begun)
        else:
            found.append(Run(start, end, [item], begun))
    return found
