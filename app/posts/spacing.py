"""Finding free slots, for one post or several at a distance.

What is taken is asked through a probe, so that nobody needs to hold all targets at once.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count, islice

from app.clock import aware, to_ms
from app.errors import Invalid, field_error
from app.posts.slots import CONFLICT_MS
from app.posts.weekly import Slot

_LEAST = timedelta(milliseconds=CONFLICT_MS)

# From a millisecond to the first one, from there on, that may be free; the same one if it is.
FreeFrom = Callable[[int], int]


def probe(taken_ms: Iterable[int], gap_ms: int = CONFLICT_MS) -> FreeFrom:
    """A probe over the times of live targets, each of which takes all that is nearer than the gap."""
    return growing_probe(sorted(taken_ms), gap_ms)


def growing_probe(taken: Sequence[int], gap_ms: int) -> FreeFrom:
    """The same over ascending times to which others may still be added."""

    def free_from(at_ms: int) -> int:
        index = bisect_right(taken, at_ms - gap_ms)
        while index < len(taken) and taken[index] - at_ms < gap_ms:
            at_ms = taken[index] + gap_ms
            index += 1
        return at_ms

    return free_from


def jointly(probes: Sequence[FreeFrom]) -> FreeFrom:
    """A probe for several channels: what is taken on one of them is not free."""
    return lambda at_ms: max((free_from(at_ms) for free_from in probes), default=at_ms)


def steps(first: datetime, spacing: timedelta) -> Iterator[Slot]:
    """A chosen first time and those that follow it at a distance, without end."""
    if spacing < _LEAST:
        raise field_error("spacing", "SPACING_SHORT", "Posts on a channel are at least a minute apart.")
    return (Slot(aware(first) + number * spacing) for number in count())


def next_free(slots: Iterable[Slot], free_from: FreeFrom, until: datetime) -> Slot | None:
    """The first of ascending slots that is free, or None if none is up to a last instant."""
    return next(_free(slots, free_from, until, _LEAST), None)


def spaced(number: int, slots: Iterable[Slot], spacing: timedelta, free_from: FreeFrom, until: datetime) -> list[Slot]:
    """The first free slots for several posts, each at least the spacing after the one before; all, or a refusal."""
    return all_of(number, as_many(number, slots, spacing, free_from, until))


def as_many(number: int, slots: Iterable[Slot], spacing: timedelta, free_from: FreeFrom, until: datetime) -> list[Slot]:
    """The same, or as many of them as there are up to a last instant."""
    return list(islice(_free(slots, free_from, until, max(spacing, _LEAST)), number))


def all_of(number: int, found: list[Slot]) -> list[Slot]:
    """The slots that were found for several posts, or a refusal if they are fewer."""
    if len(found) < number:
        detail = f"Only {len(found)} of {number} posts find a free slot." if number > 1 else "No slot is free."
        raise Invalid("SLOTS_FEW", detail, errors={"scheduled_time": detail})
    return found


def _free(slots: Iterable[Slot], free_from: FreeFrom, until: datetime, spacing: timedelta) -> Iterator[Slot]:
    earliest_ms = 0
    for slot in slots:
        if slot.at > until:
            return
        at_ms = to_ms(slot.at)
        if at_ms < earliest_ms:
            continue
        earliest_ms = free_from(at_ms)
        if earliest_ms == at_ms:
            yield slot
            earliest_ms = at_ms + spacing // timedelta(milliseconds=1)
