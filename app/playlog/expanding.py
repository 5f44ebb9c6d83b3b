"""From an entry of the composed day to playlog events: chain, acts and breaks, exact to the millisecond."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.plans.layering import Entry
from app.plans.values import Event, Part
from app.playlog.breaking import MOVIE, break_points, breaks
from app.playlog.filling import COMMERCIALS, Airings, Spots, Stamp, filled, looped
from app.playlog.shelf import Fallen, Piece, Shelf, chain
from app.playlog.values import Kind, Line

SPOT_TYPES = (*COMMERCIALS, "PRO", "PSA")
BUMPER_TYPES = ("BMP", "IDS", "LIN")


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of a block, in milliseconds from the start of its programme: a piece of the chain, or a break."""

    start_ms: int
    end_ms: int
    piece: Piece | None = None
    in_ms: int = 0
    cut: bool = False
    """Whether its beginning is missing."""


@dataclass(frozen=True, slots=True)
class Expanded:
    """The events of an entry, and what airs otherwise than planned."""

    lines: list[Line]
    fallen: list[Fallen]


def kind_of_type(type: str) -> Kind:
    """What an asset of that type is to its block, where nothing else says so."""
    if type in SPOT_TYPES:
        return "spot"
    if type in BUMPER_TYPES:
        return "bumper"
    return "filler" if type == "FIL" else "program"


def expand(entry: Entry, shelf: Shelf, spots: Spots, airings: Airings) -> Expanded:
    """Every millisecond of an entry, once. The spots that air are added to the airings."""
    stamp = Stamp(entry.start_ms, entry.event.id if entry.event else None, entry.booking.id if entry.booking else None)
    if entry.kind == "filler":
        into = entry.start_ms - entry.event.start_ms if entry.event else 0
        return Expanded(list(looped(entry.start_ms, entry.end_ms, shelf.filler, stamp, 1, into)), [])
    event = _event(entry)
    pieces, fallen = chain(event, shelf)
    slots = _clipped(_slots(event, pieces, shelf), entry.into_ms, entry.into_ms + entry.end_ms - entry.start_ms)
    commercials = all(piece.candidate is None or piece.candidate.type != MOVIE for piece in pieces)
    lines: list[Line] = []
    number = 0
    for slot in slots:
        if slot.piece is not None:
            made = list(_aired(event.start_ms, slot, slot.piece, shelf, stamp))
        else:
            number += 1
            at, end = event.start_ms + slot.start_ms, event.start_ms + slot.end_ms
            chosen = spots.packed(end - at, at, airings, commercials=commercials)
            made = filled(at, end, chosen, shelf.filler, stamp, number)
        for one in made:
            if one.kind == "spot" and one.asset:
                airings.add(one.asset, one.start_ms)
        lines += made
    return Expanded(lines, list(_told(fallen, lines, entry)))


def _told(fallen: Sequence[Fallen], lines: Sequence[Line], entry: Entry) -> Iterator[Fallen]:
    """The steps that show within an entry; of what is joined late, those that go on there."""
    replaced = {line.instead_of for line in lines}
    for one in fallen:
        if entry.start_ms <= one.start_ms < entry.end_ms:
            yield one
        elif one.start_ms < entry.start_ms and one.asset in replaced:
            yield replace(one, start_ms=entry.start_ms)


def _event(entry: Entry) -> Event:
    """The programme of an entry; a booking is one with a single part, on its second."""
    if entry.event is not None:
        return entry.event
    booked = entry.booking
    assert booked is not None
    span = booked.end_ms - booked.start_ms
    part = Part(booked.asset, booked.title, 0, span, hard=True)
    return Event(booked.start_ms, span, span, "program", booked.title, asset=booked.asset, parts=(part,))


def _slots(event: Event, pieces: Sequence[Piece], shelf: Shelf) -> Iterator[Slot]:
    if _timed(event):
        return _in_place(event.span_ms, pieces)
    return _broken(event.span_ms, pieces, shelf)


def _timed(event: Event) -> bool:
    """Whether the parts are at times of their own, as in an hour clock."""
    program = event.lineage.get("program") or {}
    return program.get("kind") == "clock"


def _in_place(span_ms: int, pieces: Sequence[Piece]) -> Iterator[Slot]:
    """What is between the elements of a clock is filled where it is."""
    at = 0
    for piece in pieces:
        start = max(at, piece.part.at_ms)
        if start > at:
            yield Slot(at, start)
        yield Slot(start, start + piece.length_ms, piece)
        at = start + piece.length_ms
    if at < span_ms:
        yield Slot(at, span_ms)


def _broken(span_ms: int, pieces: Sequence[Piece], shelf: Shelf) -> Iterator[Slot]:
    """The chain with its breaks between acts."""
    parts = [piece.part for piece in pieces]
    chapters = [shelf.chapters.get(part.asset, ()) for part in parts]
    types = [piece.candidate.type if piece.candidate else MOVIE for piece in pieces]
    length = sum(piece.length_ms for piece in pieces)
    found = breaks(break_points(parts, chapters, types, span_ms), length, span_ms - length)
    at = passed = 0
    for piece in pieces:
        begins = passed
        while found and found[0][0] < begins + piece.length_ms:
            point, budget = found.pop(0)
            if point > passed:
                yield Slot(at, at + point - passed, piece, passed - begins)
                at += point - passed
            yield Slot(at, at + budget)
            at, passed = at + budget, point
        yield Slot(at, at + begins + piece.length_ms - passed, piece, passed - begins)
        at += begins + piece.length_ms - passed
        passed = begins + piece.length_ms
    for _, budget in found:
        yield Slot(at, at + budget)
        at += budget


def _clipped(slots: Iterator[Slot], first_ms: int, end_ms: int) -> Iterator[Slot]:
    for slot in slots:
        start, end = max(slot.start_ms, first_ms), min(slot.end_ms, end_ms)
        if start < end:
            late = start - slot.start_ms
            yield replace(slot, start_ms=start, end_ms=end, in_ms=slot.in_ms + late, cut=late > 0 or slot.in_ms > 0)


def _aired(base_ms: int, slot: Slot, piece: Piece, shelf: Shelf, stamp: Stamp) -> Iterator[Line]:
    start, end = base_ms + slot.start_ms, base_ms + slot.end_ms
    hard = piece.part.hard and not slot.cut
    one = piece.candidate
    if one is None:
        filler = shelf.filler if piece.fallback == "filler" else None
        for line in looped(start, end, filler, stamp, None, slot.in_ms):
            yield replace(
                line, hard=hard and line.start_ms == start, fallback=piece.fallback, instead_of=piece.instead_of
            )
        return
    # A booking may be longer than its asset: the rest is filler.
    ends = min(end, start + max(0, (one.duration_ms or 0) - slot.in_ms))
    if ends > start:
        kind = _kind(piece.part, one.type)
        yield Line(
            start, ends, one.id, slot.in_ms, slot.in_ms + ends - start, kind, one.title, one.type, stamp.block_ms,
            None, stamp.day_event, stamp.booking, hard, piece.fallback, piece.instead_of,
        )  # fmt: skip
    yield from looped(ends, end, shelf.filler, stamp, 1)


def _kind(part: Part, type: str) -> Kind:
    if part.role in ("intro", "outro"):
        return "bumper"
    return "program" if part.role == "content" else kind_of_type(type)
