"""The next events of a playlog: entry by entry, as far as the horizon reaches; and its rebuilding between two ends."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.plans.layering import Entry
from app.plans.values import Candidate, Grid
from app.plans.windows import grid_line
from app.playlog import horizon
from app.playlog.covering import covering
from app.playlog.expanding import expand
from app.playlog.filling import Airings, Spots, Stamp, looped
from app.playlog.shelf import Fallen, Shelf
from app.playlog.values import Line


@dataclass(frozen=True, slots=True)
class Grown:
    """New events, and what airs otherwise than planned."""

    lines: list[Line]
    fallen: list[Fallen]


@dataclass(frozen=True, slots=True)
class Given:
    """All that events are made from; the same gives the same. The airings grow by what is made."""

    entries: Sequence[Entry]
    grid: Grid
    shelf: Shelf
    spots: Spots
    airings: Airings

    def grown(self, frontier_ms: int | None, now_ms: int) -> Grown:
        """What the playlog grows by; one that has run out, or never began, goes on with the event on air."""
        at = frontier_ms or 0
        if at <= now_ms:
            at = max(at, self._entered(now_ms))
        lines: list[Line] = []
        fallen: list[Fallen] = []
        for entry in covering(self.entries, at, now_ms + horizon.TARGET_MS, self.grid):
            if not horizon.room(at, entry.end_ms, now_ms):
                break
            made = expand(entry, self.shelf, self.spots, self.airings)
            lines += [one for one in made.lines if one.end_ms > now_ms]
            fallen += made.fallen
            at = entry.end_ms
        return Grown(lines, [*fallen, *self._filler_fallen(lines)])

    def _entered(self, now_ms: int) -> int:
        """Where the entry that holds an instant begins, or else its block of the grid."""
        block = grid_line(now_ms + 1, self.grid) - self.grid.block_ms
        return max((one.start_ms for one in self.entries if one.start_ms <= now_ms < one.end_ms), default=block)

    def rebuilt(self, start_ms: int, end_ms: int, kept: Sequence[Line]) -> Grown:
        """What airs from one instant to another, around events that stay as they are."""
        lines: list[Line] = []
        fallen: list[Fallen] = []
        for entry in covering(self.entries, start_ms, end_ms, self.grid):
            if entry.start_ms >= end_ms:
                break
            made = expand(entry, self.shelf, self.spots, self.airings)
            lines += made.lines
            fallen += made.fallen
        taken = sorted([(one.start_ms, one.end_ms) for one in kept] + [(end_ms, max(end_ms, *_ends(lines)) + 1)])
        return Grown(list(around(lines, taken, self.shelf.filler)), [*fallen, *self._filler_fallen(lines)])

    def _filler_fallen(self, lines: Sequence[Line]) -> list[Fallen]:
        """That the slate shows where the channel's filler cannot air, told once for all of a stretch."""
        wanted = self.shelf.filler_asset
        slate = next((one.start_ms for one in lines if one.asset is None), None)
        if wanted is None or slate is None or self.shelf.filler is not None:
            return []
        known = self.shelf.library.by_id.get(wanted)
        return [Fallen(slate, wanted, known.title if known else "The channel's filler", "slate")]


def _ends(lines: Iterable[Line]) -> list[int]:
    return [one.end_ms for one in lines] or [0]


def around(lines: Iterable[Line], taken: Sequence[tuple[int, int]], filler: Candidate | None) -> Iterator[Line]:
    """The events with what is taken cut out; of a spot that is cut, filler is left."""
    for one in lines:
        at = one.start_ms
        for start, end in taken:
            if end <= at or start >= one.end_ms:
                continue
            yield from cut(one, at, start, filler)
            at = end
        yield from cut(one, at, one.end_ms, filler)


def cut(one: Line, start_ms: int, end_ms: int, filler: Candidate | None) -> Iterator[Line]:
    """What an event airs within a part of its time."""
    if start_ms >= end_ms:
        return
    if (start_ms, end_ms) == (one.start_ms, one.end_ms):
        yield one
    elif one.kind == "spot":
        yield from looped(start_ms, end_ms, filler, Stamp(one.block_ms, one.day_event, one.booking), one.break_no)
    else:
        begins = one.in_ms + start_ms - one.start_ms
        hard = one.hard and start_ms == one.start_ms
        yield replace(one, start_ms=start_ms, end_ms=end_ms, in_ms=begins, out_ms=begins + end_ms - start_ms, hard=hard)
