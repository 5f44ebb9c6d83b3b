"""What would be different about a day: two runs of events, compared stretch by stretch."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.plans.values import Event


@dataclass(frozen=True, slots=True)
class Changed:
    """A stretch of the day with what airs there before and after; None where a side has nothing."""

    start_ms: int
    end_ms: int
    before: Event | None
    after: Event | None


def changes(before: Sequence[Event], after: Sequence[Event]) -> list[Changed]:
    """The stretches of a day that another version of it fills differently, in order."""
    edges = sorted({edge for one in (*before, *after) for edge in (one.start_ms, one.end_ms)})
    found: list[Changed] = []
    for start, end in pairwise(edges):
        old, new = _at(start, before), _at(start, after)
        if _same(old, new):
            continue
        last = found[-1] if found else None
        if last and last.end_ms == start and last.before is old and last.after is new:
            found[-1] = Changed(last.start_ms, end, old, new)
        else:
            found.append(Changed(start, end, old, new))
    return found


def _at(ms: int, events: Sequence[Event]) -> Event | None:
    return next((one for one in events if one.start_ms <= ms < one.end_ms), None)


def _same(one: Event | None, other: Event | None) -> bool:
    """Whether two events air the same; stretches of filler do, however they are cut."""
    if one is None or other is None:
        return one is other
    if one.kind == other.kind == "filler":
        return True
    return (one.kind, one.start_ms, one.span_ms, one.parts, one.title) == (
        other.kind, other.start_ms, other.span_ms, other.parts, other.title,
    )  # fmt: skip
