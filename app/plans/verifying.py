"""What must hold of a day, however it came to be; broken rules are told by their codes."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.plans.matching import Library
from app.plans.values import Event, Finding, Grid
from app.plans.windows import on_grid


def verify(
    events: Sequence[Event], start_ms: int, end_ms: int, *, grid: Grid, library: Library, carried_ms: int | None
) -> list[Finding]:
    """Whether a day is covered once from the seam with the day before to its end, on the grid, by what may air."""
    ordered = sorted(events, key=lambda one: one.start_ms)
    begins = max(start_ms, carried_ms or start_ms)
    return [
        *_covered(ordered, begins, end_ms),
        *_on_grid(ordered, grid),
        *_may_air(ordered, library),
        *_within(ordered),
    ]


def _covered(events: Sequence[Event], begins: int, ends: int) -> Iterator[Finding]:
    first = events[0].start_ms if events else max(begins, ends)
    if first > begins:
        yield Finding("DAY_GAP", "error", "The day does not begin where the day before ends.", begins, first)
    if events and first < begins:
        yield Finding(
            "SEAM_OVERLAP", "error", "The day begins before what runs on from the day before ends.", first, begins
        )
    for one, other in pairwise(events):
        if one.end_ms < other.start_ms:
            yield Finding("DAY_GAP", "error", "Nothing is said of this time.", one.end_ms, other.start_ms)
        if one.end_ms > other.start_ms:
            detail = f"{one.title} and {other.title} overlap."
            yield Finding("DAY_OVERLAP", "error", detail, other.start_ms, one.end_ms)
    if events and events[-1].end_ms < ends:
        yield Finding("DAY_GAP", "error", "The day ends early.", events[-1].end_ms, ends)


def _on_grid(events: Sequence[Event], grid: Grid) -> Iterator[Finding]:
    for one in events:
        if one.kind == "program" and not on_grid(one.start_ms, grid):
            yield Finding("OFF_GRID", "error", f"{one.title} does not begin on the grid.", one.start_ms, one.end_ms)


def _may_air(events: Sequence[Event], library: Library) -> Iterator[Finding]:
    for one in events:
        for part in one.parts:
            if library.eligible(part.asset) is None:
                detail = f"{part.title} may not air any more."
                yield Finding("NOT_ELIGIBLE", "error", detail, one.start_ms + part.at_ms)


def _within(events: Sequence[Event]) -> Iterator[Finding]:
    for one in events:
        if one.span_ms <= 0 or one.duration_ms > one.span_ms:
            yield Finding("BAD_LENGTH", "error", f"{one.title} does not fit its own span.", one.start_ms, one.end_ms)
