"""What must hold of a playlog; broken rules are told by their codes."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from app.plans.values import Finding
from app.playlog.shelf import Shelf
from app.playlog.values import Line

TOLERANCE_MS = 1_000


def verify(lines: Sequence[Line], shelf: Shelf, lengths: Mapping[str, int]) -> list[Finding]:
    """Whether each millisecond has one event, of an asset that may air and is as long as the event says.

    `lengths` are those of the assets, in milliseconds.
    """
    ordered = sorted(lines, key=lambda one: one.start_ms)
    return [*_covered(ordered), *(found for one in ordered for found in _sound(one, shelf, lengths))]


def _covered(lines: Sequence[Line]) -> Iterator[Finding]:
    for one, other in pairwise(lines):
        if one.end_ms < other.start_ms:
            yield Finding("PLAYLOG_GAP", "error", "Nothing is planned here.", one.end_ms, other.start_ms)
        elif one.end_ms > other.start_ms:
            detail = f"{one.title} and {other.title} overlap."
            yield Finding("PLAYLOG_OVERLAP", "error", detail, other.start_ms, one.end_ms)


def _sound(one: Line, shelf: Shelf, lengths: Mapping[str, int]) -> Iterator[Finding]:
    if one.asset is None:
        return
    if one.asset in shelf.missing:
        yield Finding("MEDIA_MISSING", "error", f"The file of {one.title} is gone.", one.start_ms, one.end_ms)
    elif shelf.playable(one.asset) is None:
        yield Finding("NOT_ELIGIBLE", "error", f"{one.title} may not air any more.", one.start_ms, one.end_ms)
    if one.in_ms < 0 or one.out_ms > lengths.get(one.asset, one.out_ms) + TOLERANCE_MS:
        detail = f"{one.title} is not as long as its event says."
        yield Finding("DURATION_MISMATCH", "error", detail, one.start_ms, one.end_ms)
