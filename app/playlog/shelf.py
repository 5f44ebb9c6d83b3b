"""What there is to air, and what airs instead where media is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.plans.matching import Library
from app.plans.specs import ClockSpec, PackageSpec
from app.plans.values import Candidate, Event, Part, Program

Step = Literal["alternative", "filler", "skipped", "slate"]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The library as playout finds it: `missing` are assets whose files are gone, `chapters` in ms of each asset."""

    library: Library
    missing: frozenset[str] = frozenset()
    chapters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    programs: Mapping[str, Program] = field(default_factory=dict)
    filler_asset: str | None = None

    def playable(self, asset: str) -> Candidate | None:
        """That asset, if it may air and is there."""
        return None if asset in self.missing else self.library.eligible(asset)

    @property
    def filler(self) -> Candidate | None:
        """The channel's filler, if it can air."""
        return self.playable(self.filler_asset) if self.filler_asset else None

    def alternative(self, event: Event, part: Part, room_ms: int) -> Candidate | None:
        """Another asset of the program that a missing part came from: the next one that has room."""
        program = self.programs.get(event.program or "")
        if program is None or part.role != "content" or isinstance(program.spec, ClockSpec):
            return None
        sources = program.spec.content if isinstance(program.spec, PackageSpec) else (program.spec,)
        pools = [[one.id for one in self.library.pool(source)] for source in sources]
        taken = {one.asset for one in event.parts} | self.missing
        # The source that it came from first, and there what follows it.
        for pool in sorted(pools, key=lambda ids: part.asset not in ids):
            after = pool.index(part.asset) + 1 if part.asset in pool else 0
            for id in (*pool[after:], *pool[:after]):
                one = self.library.by_id[id]
                if id not in taken and (one.duration_ms or 0) <= room_ms:
                    return one
        return None


@dataclass(frozen=True, slots=True)
class Fallen:
    """One step of the ladder that was taken: what was missing at an instant, and what airs instead."""

    start_ms: int
    asset: str
    title: str
    step: Step
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One asset of a chain as it will air; `candidate` is None where filler or the slate stands in for it."""

    part: Part
    candidate: Candidate | None
    fallback: Step | None = None
    instead_of: str | None = None

    @property
    def length_ms(self) -> int:
        """How long it is."""
        return self.part.duration_ms


def chain(event: Event, shelf: Shelf) -> tuple[list[Piece], list[Fallen]]:
    """The parts of an event with what airs for each: itself, or what the ladder finds.

    Another asset of the same program, then the channel's filler; without one the chain goes on without the part, and
    where nothing else is in it, the slate airs.
    """
    pieces: list[Piece] = []
    fallen: list[Fallen] = []
    spare = event.span_ms - sum(part.duration_ms for part in event.parts)
    for part in event.parts:
        found = shelf.playable(part.asset)
        piece: Piece | None = Piece(part, found)
        if found is None:
            piece, told = _fallen(event, part, shelf, spare)
            fallen.append(told)
        if piece is not None:
            pieces.append(piece)
            spare += part.duration_ms - piece.length_ms
    return pieces, fallen


def _fallen(event: Event, part: Part, shelf: Shelf, spare_ms: int) -> tuple[Piece | None, Fallen]:
    at = event.start_ms + part.at_ms
    other = shelf.alternative(event, part, part.duration_ms + max(0, spare_ms))
    if other is not None:
        taken = Part(other.id, other.title, part.at_ms, other.duration_ms or 0, part.role, part.hard)
        return Piece(taken, other, "alternative", part.asset), Fallen(
            at, part.asset, part.title, "alternative", other.id
        )
    if shelf.filler is not None:
        return Piece(part, None, "filler", part.asset), Fallen(at, part.asset, part.title, "filler", shelf.filler.id)
    if any(shelf.playable(one.asset) for one in event.parts if one is not part):
        return None, Fallen(at, part.asset, part.title, "skipped")
    return Piece(part, None, "slate", part.asset), Fallen(at, part.asset, part.title, "slate")
