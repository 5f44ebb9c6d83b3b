"""What the calendar knows of anything that is scheduled: plain values, the same for every area that feeds it."""

from collections.abc import Sequence
from dataclasses import dataclass

STATUSES = ("pending", "processing", "completed", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open interval of UTC milliseconds."""

    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items are wanted; empty fields want all, but cancelled ones come only when they are asked for."""

    channels: tuple[str, ...] = ()
    kind: str = ""
    status: str = ""
    q: str = ""

    def __bool__(self) -> bool:
        return bool(self.channels or self.kind or self.status or self.q)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on one channel, at a moment or, with an end, for a span."""

    kind: str
    id: str
    channel: str
    title: str
    start_ms: int
    end_ms: int | None
    takes_ms: int
    """How much of its channel it needs from its start on; 0 leaves room for others."""
    status: str
    state: str
    label: str
    icon: str
    href: str
    version: int
    movable: bool
    run: str = ""
    """What it is one of, such as a series: items of one run are drawn together where one follows the other."""
    resizable: bool = False

    @property
    def key(self) -> str:
        """Its name among the items of all kinds."""
        return f"{self.kind}-{self.id}"


@dataclass(frozen=True, slots=True)
class Found:
    """Items in order of time; `more` when there were too many to give all."""

    items: Sequence[Item]
    more: bool
