"""Bookings over a frozen day: what is seen and aired, composed the same way for guide and playlog."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.plans.values import Event

Resume = Literal["join", "filler"]
"""After a booking, the programme that it cut goes on where it would be by now, or filler airs to its end."""


@dataclass(frozen=True, slots=True)
class Booked:
    """One hard-timed programme of a channel."""

    id: str
    start_ms: int
    end_ms: int
    asset: str
    title: str = ""
    resume: Resume = "join"
    version: int = 0
    """The number of the last event that happened to it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A stretch of the composed day. `into_ms` is how far its event is at its start, where a booking cut it."""

    start_ms: int
    end_ms: int
    kind: Literal["program", "filler", "booking"]
    title: str
    event: Event | None = None
    booking: Booked | None = None
    into_ms: int = 0


def compose(events: Sequence[Event], bookings: Iterable[Booked]) -> list[Entry]:
    """The day with its bookings: they take their time, and events keep what is left of theirs."""
    ordered = sorted(bookings, key=lambda one: one.start_ms)
    found = [Entry(one.start_ms, one.end_ms, "booking", one.title, booking=one) for one in ordered]
    for event in events:
        found += _left(event, ordered)
    return sorted(found, key=lambda one: one.start_ms)


def _left(event: Event, bookings: Sequence[Booked]) -> Iterator[Entry]:
    at = event.start_ms
    cut: Booked | None = None
    for one in bookings:
        if one.end_ms <= at or one.start_ms >= event.end_ms:
            continue
        if one.start_ms > at:
            yield _entry(event, at, one.start_ms, cut)
        at, cut = one.end_ms, one
    if at < event.end_ms:
        yield _entry(event, at, event.end_ms, cut)


def _entry(event: Event, start: int, end: int, cut: Booked | None) -> Entry:
    if cut is not None and cut.resume == "filler":
        return Entry(start, end, "filler", "Filler", event)
    return Entry(start, end, event.kind, event.title, event, into_ms=start - event.start_ms)


def overlapping(start_ms: int, end_ms: int, bookings: Iterable[Booked]) -> list[Booked]:
    """The bookings that an interval overlaps; touching is legal."""
    return [one for one in bookings if one.start_ms < end_ms and start_ms < one.end_ms]


def free_from(start_ms: int, length_ms: int, bookings: Iterable[Booked]) -> int:
    """The first instant at or after one at which a length overlaps no booking; after another, on a whole second."""
    at = start_ms
    for one in sorted(bookings, key=lambda one: one.start_ms):
        if one.start_ms < at + length_ms and at < one.end_ms:
            at = -(-one.end_ms // 1000) * 1000
    return at


def cut_by(events: Sequence[Event], booked: Booked) -> list[Event]:
    """The programmes that a booking takes time from."""
    return [
        one for one in events
        if one.kind == "program" and one.start_ms < booked.end_ms and booked.start_ms < one.end_ms
    ]  # fmt: skip
