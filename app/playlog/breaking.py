"""Where programmes are interrupted, and how long each break is."""

from collections.abc import Sequence
from itertools import accumulate

from app.clock import MINUTE_MS
from app.plans.values import Part

LONG_MS = 20 * MINUTE_MS
ACT_MS = 10 * MINUTE_MS
SHORTEST_MS = 15_000
MOVIE = "MOV"


def split(total_ms: int, count: int) -> list[int]:
    """Equal shares that sum up exactly; milliseconds left over go one each to the earliest."""
    share, rest = divmod(total_ms, count)
    return [share + (number < rest) for number in range(count)]


def break_points(
    parts: Sequence[Part], chapters: Sequence[Sequence[int]], types: Sequence[str], span_ms: int
) -> list[int]:
    """Where the chain may be interrupted, in milliseconds of its own length.

    `chapters` and `types` belong to the parts. These are the borders between pieces of content, and chapters strictly
    inside of one; long content with neither gets equal acts. A movie is not interrupted at all.
    """
    points: list[int] = []
    begins = [0, *accumulate(part.duration_ms for part in parts)]
    content = [number for number, part in enumerate(parts) if part.role == "content"]
    for number in content:
        if number != content[0]:
            points.append(begins[number])
        if types[number] != MOVIE:
            length = parts[number].duration_ms
            points += [begins[number] + at for at in sorted(set(chapters[number])) if 0 < at < length]
    if points or len(content) != 1 or types[content[0]] == MOVIE:
        return points
    return _acts(begins[content[0]], parts[content[0]].duration_ms, span_ms)


def _acts(begins_ms: int, length_ms: int, span_ms: int) -> list[int]:
    """The borders of equal acts, one for each ten minutes of the block: three in half an hour."""
    if span_ms < LONG_MS:
        return []
    ends = accumulate(split(length_ms, min(span_ms // ACT_MS, max(1, length_ms))))
    return [begins_ms + end for end in ends if end < length_ms]


def breaks(points: Sequence[int], chain_ms: int, inventory_ms: int) -> list[tuple[int, int]]:
    """The breaks of a block: where each is in the chain, and its length; they sum up to the inventory exactly.

    No break is needlessly short: of many points some are chosen. Without any, all of it comes after the chain.
    """
    if inventory_ms <= 0:
        return []
    count = min(len(points), inventory_ms // SHORTEST_MS)
    if count == 0:
        return [(chain_ms, inventory_ms)]
    chosen = [points[(2 * number + 1) * len(points) // (2 * count)] for number in range(count)]
    return list(zip(chosen, split(inventory_ms, count), strict=True))
