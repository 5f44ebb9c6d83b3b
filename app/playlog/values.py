"""The plain values that the rules of the playlog work on; instants are integer UTC milliseconds, half-open."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["program", "bumper", "spot", "filler", "pad"]
"""What an event is to its block: a piece of the programme, a bumper around it, or part of a break."""
SLATE = "Slate"


@dataclass(frozen=True, slots=True)
class Line:
    """A playlog event: `asset` from `in_ms` to `out_ms` at one exact time; without an asset it is the slate.

    `block_ms` is where its block begins: a programme, a booking, a stretch of filler, or what a booking leaves of one.
    `break_no` counts from 1 within the block.
    """

    start_ms: int
    end_ms: int
    asset: str | None
    in_ms: int
    out_ms: int
    kind: Kind
    title: str
    type: str | None
    block_ms: int
    break_no: int | None = None
    day_event: str | None = None
    booking: str | None = None
    hard: bool = False
    fallback: str | None = None
    instead_of: str | None = None
    locked: bool = False
    placed: bool = False
    generation: int = 0
    id: str | None = None
    log: str | None = None

    @property
    def length_ms(self) -> int:
        """How long it airs."""
        return self.end_ms - self.start_ms

    @property
    def in_break(self) -> bool:
        """Whether it can give way: what fills a break, unless an operator put it there or locked it."""
        return self.break_no is not None and not (self.placed or self.locked or self.hard)
