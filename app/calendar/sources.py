"""The one query over everything scheduled: areas feed it as sources, all views and exports read it."""

from typing import Protocol

from app.accounts.rules import Identity
from app.calendar.items import Found, Item, Span, Wanted
from app.clock import MasterClock
from app.errors import NotFound, field_error
from app.posts.schemas import When
from app.queue import Queue

MOST = 5000


class Source(Protocol):
    """What feeds the calendar with one kind of item."""

    kind: str
    label: str

    async def items(self, span: Span, wanted: Wanted, most: int) -> list[Item]:
        """At most so many items that begin in a span or reach into it, in order of time."""
        ...

    async def item(self, id: str) -> Item:
        """One item; NotFound if there is none."""
        ...

    async def move(
        self, id: str, when: When, version: int, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None
    ) -> int:
        """Give an item another time, or refuse; returns the number of the event that can be undone."""
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
    items: list[Item] = []
    for one in _sources.values():
        if wanted.kind in ("", one.kind):
            items += await one.items(span, wanted, MOST + 1)
    if len(_sources) > 1:
        items.sort(key=lambda item: (item.start_ms, item.kind, item.id))
    return Found(items[:MOST], more=len(items) > MOST)
