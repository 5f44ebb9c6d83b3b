"""The episodes of a series by season, and what is missing or doubled in their numbers: pure functions."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Generic, Protocol, TypeVar


class Numbered(Protocol):
    """What has a place in a series."""

    @property
    def season(self) -> int | None:
        """Its season."""

    @property
    def episode(self) -> int | None:
        """Its number in it."""


E = TypeVar("E", bound=Numbered)
Span = tuple[int, int]
"""The first and the last of numbers that follow one another."""


@dataclass(frozen=True, slots=True)
class Season(Generic[E]):
    """A season with its episodes in order, the numbers below its last that it lacks, and those it has twice.

    The one without a number has what nobody numbered, and lacks nothing.
    """

    number: int | None
    episodes: Sequence[E]
    missing: Sequence[Span]
    doubled: Sequence[int]


def seasons(episodes: Iterable[E]) -> list[Season[E]]:
    """All seasons in order; the one without a number is the last."""
    ordered = sorted(episodes, key=lambda one: (_key(one.season), _key(one.episode)))
    return [_season(number, list(found)) for number, found in groupby(ordered, key=lambda one: one.season)]


def _key(number: int | None) -> tuple[bool, int]:
    return number is None, number or 0


def _season(number: int | None, episodes: list[E]) -> Season[E]:
    counted = Counter(one.episode for one in episodes if one.episode is not None)
    doubled = sorted(one for one, count in counted.items() if count > 1)
    return Season(number, episodes, [] if number is None else gaps(counted), doubled)


def gaps(numbers: Iterable[int]) -> list[Span]:
    """The numbers from 1 to the largest that are not there; 0 is for specials, and nobody misses it."""
    there = [0, *sorted({number for number in numbers if number > 0})]
    return [(before + 1, after - 1) for before, after in pairwise(there) if after - before > 1]


def missing_seasons(found: Iterable[Season[E]]) -> list[Span]:
    """The seasons below the last that have no episode at all."""
    return gaps(one.number for one in found if one.number is not None)


def spans_text(spans: Iterable[Span]) -> str:
    """Numbers as people say them: `3, 5–7 and 9`."""
    said = [str(first) if first == last else f"{first}–{last}" for first, last in spans]
    return " and ".join(filter(None, (", ".join(said[:-1]), *said[-1:])))
