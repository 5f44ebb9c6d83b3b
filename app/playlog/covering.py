"""The entries that cover a stretch of time without a hole, whatever the days and bookings say of it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.plans.layering import Entry
from app.plans.values import Grid
from app.plans.windows import grid_line


def covering(entries: Iterable[Entry], start_ms: int, until_ms: int, grid: Grid) -> Iterator[Entry]:
    """Entries one after another from a start to at least `until_ms`, of those that begin up to a block after it.

    What runs on keeps its time, and the next is joined late; where nobody planned anything there is filler. Filler is
    given block by block, so that the playlog does not grow by a whole day at once.
    """
    at = start_ms
    for entry in sorted(entries, key=lambda one: one.start_ms):
        if entry.end_ms <= at:
            continue
        if entry.start_ms > at:
            yield from _blocks(Entry(at, entry.start_ms, "filler", "Filler"), grid)
            at = entry.start_ms
        if at >= until_ms:
            return
        late = at - entry.start_ms
        yield from _blocks(replace(entry, start_ms=at, into_ms=entry.into_ms + late), grid)
        at = entry.end_ms
    if at < until_ms:
        yield from _blocks(Entry(at, grid_line(until_ms, grid), "filler", "Filler"), grid)


def _blocks(entry: Entry, grid: Grid) -> Iterator[Entry]:
    if entry.kind != "filler":
        yield entry
        return
    at = entry.start_ms
    while at < entry.end_ms:
        end = min(grid_line(at + 1, grid), entry.end_ms)
        yield replace(entry, start_ms=at, end_ms=end, into_ms=entry.into_ms + at - entry.start_ms)
        at = end
