"""The one query over everything scheduled: areas feed it as sources, all views and exports read it."""

from typing import Protocol

from app.accounts.rules import Identity
from app.calendar.items import Found, Item, Span, Wanted
from app.clock import MasterClock
from app.errors import Conflict, NotFound, field_error
from app.posts.schemas import When
from app.queue import Queue

MOST = 5000


class Source(Protocol):
    """What feeds the calendar with one kind of item."""

    kind: str
    label: str
    opens: str
    """What the link from an item to its own page says."""

    async def items(self, span: Span, wanted: Wanted, most: int) -> list[Item]:
        """At most so many items that begin in a span or reach into it, in order of time."""
        ...

    async def item(self, id: str) -> Item:
        """One item; NotFound if there is none."""
        ...

    def stays(self, item: Item) -> Conflict:
        """Why an item that is not movable stays where it is."""
        ...

    async def move(
        self, id: str, when: When, version: int, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None
    ) -> int | None:
        """Give an item another time, or refuse; returns the number of the event that can be undone, if any happened."""
        ...

    async def resize(self, id: str, end: When, version: int, *, by: Identity, clock: MasterClock) -> int | None:
        """Give an item another end, or refuse."""
        ...


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Let an area feed the calendar."""
    _sources[source.kind] = source


def kinds() -> list[tuple[str, str]]:
    """The kinds of items, with their labels."""
    return [(source.kind, source.label) for source in _sources.values()]


def source(kind: str) -> Source:
    """The source of a kind."""
    if kind not in _sources:
        raise NotFound("KIND_UNKNOWN", "The calendar has nothing of that kind.")
    return _sources[kind]


async def found(span: Span, wanted: Wanted) -> Found:
    """What is scheduled in a half-open span, of all sources, in order of time."""
    if wanted.kind and wanted.kind not in _sources:
        raise field_error("kind", "KIND_UNKNOWN", "The calendar has nothing of that kind.")
    asked = [one for one in _sources.values() if wanted.kind in ("", one.kind)]
    given = [part for one in asked if (part := await one.items(span, wanted, MOST + 1))]
    # Each of its own, so that much that airs hides nothing that people planned.
    items = [item for part in given for item in part[:MOST]]
    if len(given) > 1:
        items.sort(key=lambda item: (item.start_ms, item.kind, item.id))
    return Found(items, more=any(len(part) > MOST for part in given))
