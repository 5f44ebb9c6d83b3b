"""A day of the playlog as a person reads it: its events in blocks, and by how much each block is under or over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from app.clock import HOUR_MS
from app.playlog.values import Line

Fit = Literal["ok", "under", "over"]
HourState = Literal["aired", "air", "under", "over", "planned", "empty"]
SLACK_MS = 15_000
"""A block this near to its length is on length."""
_SHORTENED = ("filler", "pad")  # which may end where they are no longer needed


@dataclass(frozen=True, slots=True)
class Block:
    """A programme with its breaks, a booking or filler; `idle_ms` is the slate, `cut_ms` what no longer fits in it."""

    title: str
    lines: tuple[Line, ...]
    idle_ms: int
    cut_ms: int

    @property
    def start_ms(self) -> int:
        """Where its first event begins."""
        return self.lines[0].start_ms

    @property
    def end_ms(self) -> int:
        """Where its last event ends."""
        return self.lines[-1].end_ms

    @property
    def span_ms(self) -> int:
        """What it holds of the day."""
        return self.end_ms - self.start_ms

    @property
    def filled_ms(self) -> int:
        """What is there to play, which is more than the span where something is cut."""
        return self.span_ms - self.idle_ms + self.cut_ms

    @property
    def fit(self) -> Fit:
        """Whether it is on length; what is cut weighs more than the slate."""
        if self.cut_ms > SLACK_MS:
            return "over"
        return "under" if self.idle_ms > SLACK_MS else "ok"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the events name: titles of schedule day events and bookings by id, and lengths of assets in ms."""

    titles: Mapping[str, str]
    lengths: Mapping[str, int]


def blocks(lines: Sequence[Line], facts: Facts, after: Iterable[Line] = ()) -> list[Block]:
    """The events of a day, in order, as blocks; a programme that a booking cuts in two is two.

    `after` is what follows the day, since a block may go on beyond it.
    """
    ends = {(line.block_ms, line.asset): line for line in (*lines, *after) if line.kind not in _SHORTENED}
    found = groupby(lines, lambda line: (line.block_ms, line.booking))
    return [_block(tuple(each), facts, ends) for _, each in found]


_Ends = Mapping[tuple[int, str | None], Line]


def _block(lines: tuple[Line, ...], facts: Facts, ends: _Ends) -> Block:
    slate = sum(line.length_ms for line in lines if line.asset is None)
    gaps = sum(after.start_ms - before.end_ms for before, after in pairwise(lines))
    cut = sum(_cut(line, facts.lengths) for line in lines if ends.get((line.block_ms, line.asset)) is line)
    first = lines[0]
    named = facts.titles.get(first.booking or first.day_event or "")
    content = next((line.title for line in lines if line.kind == "program"), first.title)
    return Block(named or content, lines, slate + gaps, cut)


def _cut(last: Line, lengths: Mapping[str, int]) -> int:
    """What is missing of an asset after its last event in a block."""
    return max(0, lengths.get(last.asset or "", last.out_ms) - last.out_ms)


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of a day's strip with the worst that it has to tell; `block_ms` is where its first block begins."""

    start_ms: int
    end_ms: int
    state: HourState
    block_ms: int | None


def hours(start_ms: int, end_ms: int, found: Sequence[Block], now_ms: int) -> list[Hour]:
    """The 23, 24 or 25 hours of a broadcast day."""
    return [_hour(at, min(at + HOUR_MS, end_ms), found, now_ms) for at in range(start_ms, end_ms, HOUR_MS)]


def _hour(start: int, end: int, found: Sequence[Block], now_ms: int) -> Hour:
    inside = [one for one in found if one.start_ms < end and one.end_ms > start]
    return Hour(start, end, _state(inside, start, end, now_ms), inside[0].start_ms if inside else None)


def _state(inside: Sequence[Block], start: int, end: int, now_ms: int) -> HourState:
    if not inside:
        return "empty"
    if end <= now_ms:
        return "aired"
    if start <= now_ms:
        return "air"
    fits = {one.fit for one in inside if one.end_ms > now_ms}
    return "over" if "over" in fits else "under" if "under" in fits else "planned"
