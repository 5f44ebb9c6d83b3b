"""After an edit, breaks and filler of its block give way or grow, so that the next fixed point is met."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from app.plans.values import Candidate
from app.playlog.filling import Stamp, looped
from app.playlog.values import Line


class NoRoom(Exception):
    """What is before the next fixed point cannot give so much."""

    def __init__(self, fixed_ms: int, over_ms: int) -> None:
        super().__init__(f"{over_ms} ms too long before {fixed_ms}")
        self.fixed_ms = fixed_ms
        self.over_ms = over_ms


@dataclass(frozen=True, slots=True)
class Block:
    """Events in a row from `start_ms` to `end_ms`; a fixed one begins at its time whatever is before it.

    `pivot` is the number of events before the place that an edit changed.
    """

    start_ms: int
    end_ms: int
    lines: tuple[Line, ...]
    fixed: bool = False
    pivot: int = 0


def blocks(lines: Iterable[Line]) -> list[Block]:
    """Events in order as blocks: one for each programme, booking or stretch of filler, and from each fixed event on."""
    found: list[Block] = []
    for line in lines:
        fixed = line.hard or line.locked or line.booking is not None
        last = found[-1].lines[-1] if found else None
        if last is None or fixed or last.block_ms != line.block_ms or last.end_ms != line.start_ms:
            after_booking = last is not None and last.booking is not None
            found.append(Block(line.start_ms, line.end_ms, (line,), fixed or after_booking))
        else:
            found[-1] = replace(found[-1], end_ms=line.end_ms, lines=(*found[-1].lines, line))
    return found


def instead(found: Sequence[Block], old: Line, new: Sequence[Line]) -> list[Block]:
    """The blocks with other events, or none, in the place of one."""
    return [_instead(block, old, new) if old in block.lines else block for block in found]


def _instead(block: Block, old: Line, new: Sequence[Line]) -> Block:
    at = block.lines.index(old)
    return replace(block, lines=(*block.lines[:at], *new, *block.lines[at + 1 :]), pivot=at)


def beside(found: Sequence[Block], near: Line, new: Line, *, before: bool) -> list[Block]:
    """The blocks with one more event before or after another, as part of that one's block.

    What goes before a fixed event is the end of the block before that; nothing is put into a booking.
    """
    number = next(number for number, block in enumerate(found) if near in block.lines)
    at = found[number].lines.index(near) + (not before)
    if before and at == 0 and found[number].fixed:
        number, at = number - 1, -1
    elif not before and near.booking is not None:
        number, at = number + 1, 0
    if not 0 <= number < len(found):
        raise NoRoom(near.start_ms, new.length_ms)
    block = found[number]
    at = len(block.lines) if at < 0 else at
    beside_it = near if near in block.lines else block.lines[at - 1 if at else 0]
    part = replace(new, block_ms=beside_it.block_ms, day_event=beside_it.day_event, break_no=beside_it.break_no)
    grown = replace(block, lines=(*block.lines[:at], part, *block.lines[at:]), pivot=at)
    return [*found[:number], grown, *found[number + 1 :]]


def retimed(found: Sequence[Block], filler: Candidate | None) -> list[Line]:
    """The events of all blocks at the times that they have by now.

    A block that is too long for its breaks to make up takes the next one's, and so on up to a fixed one; raises NoRoom.
    """
    left = list(found)
    lines: list[Line] = []
    while left:
        block = left.pop(0)
        while (over := _least(block.lines) - (block.end_ms - block.start_ms)) > 0:
            if not left or left[0].fixed:
                raise NoRoom(block.end_ms, over)
            following = left.pop(0)
            block = replace(block, end_ms=following.end_ms, lines=(*block.lines, *following.lines))
        lines += _fitted(block, filler)
    return lines


def _least(lines: Iterable[Line]) -> int:
    return sum(line.length_ms for line in lines if not line.in_break)


def _fitted(block: Block, filler: Candidate | None) -> list[Line]:
    over = sum(line.length_ms for line in block.lines) - (block.end_ms - block.start_ms)
    lines = list(block.lines)
    if over > 0:
        lines = _given_way(lines, block.pivot, over, filler)
    elif over < 0:
        lines = _grown(lines, block, -over, filler)
    starts = accumulate((line.length_ms for line in lines), initial=block.start_ms)
    return [_at(line, start) for line, start in zip(lines, starts, strict=False)]


def _at(line: Line, start_ms: int) -> Line:
    return line if line.start_ms == start_ms else replace(line, start_ms=start_ms, end_ms=start_ms + line.length_ms)


def _given_way(lines: list[Line], pivot: int, over_ms: int, filler: Candidate | None) -> list[Line]:
    """Filler and pads give way first, then spots, each time the latest first; what is before the edit comes last."""
    kept: list[list[Line]] = [[line] for line in lines]
    later, earlier = range(len(lines) - 1, pivot - 1, -1), range(pivot - 1, -1, -1)
    for numbers, spots in ((later, False), (later, True), (earlier, False), (earlier, True)):
        for number in numbers:
            line = lines[number]
            if over_ms > 0 and line.in_break and (line.kind == "spot") is spots:
                kept[number] = _shortened(line, over_ms, filler)
                over_ms -= line.length_ms - sum(one.length_ms for one in kept[number])
    return [line for some in kept for line in some]


def _shortened(line: Line, over_ms: int, filler: Candidate | None) -> list[Line]:
    left = max(0, line.length_ms - over_ms)
    if line.kind == "spot":
        stamp = Stamp(line.block_ms, line.day_event, line.booking)
        return list(looped(line.start_ms, line.start_ms + left, filler, stamp, line.break_no))
    return [replace(line, end_ms=line.start_ms + left, out_ms=line.in_ms + left)] if left else []


def _grown(lines: list[Line], block: Block, short_ms: int, filler: Candidate | None) -> list[Line]:
    """The last break after the edit grows by filler, or one is added at the end."""
    later = (number for number, line in enumerate(lines) if line.in_break and number >= block.pivot)
    at = max(later, default=len(lines) - 1)
    near = lines[at] if lines else None
    stamp = Stamp(near.block_ms, near.day_event, near.booking) if near else Stamp(block.start_ms)
    number = (near.break_no if near else None) or 1
    added = looped(block.end_ms - short_ms, block.end_ms, filler, stamp, number)
    return [*lines[: at + 1], *added, *lines[at + 1 :]]
