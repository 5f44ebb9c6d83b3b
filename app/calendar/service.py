"""What people do on the calendar: move an item, and undo that."""

from dataclasses import dataclass
from datetime import datetime

from app import events
from app.accounts.rules import Identity
from app.calendar import sources
from app.calendar.items import Item
from app.clock import MasterClock
from app.errors import Conflict
from app.posts.schemas import When
from app.queue import Queue

KINDS = {"target": "post"}
"""Which kind of item a subject of events is."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An item after its move: when it is now, what to tell about that time, and the event that can be undone."""

    item: Item
    at: datetime
    note: str | None
    event: int


async def move(
    kind: str,
    id: str,
    when: When,
    version: int,
    *,
    by: Identity,
    clock: MasterClock,
    timezone: str,
    queue: Queue | None,
) -> Moved:
    """Give an item another time, unless it was changed since that version, or the time is past or taken."""
    source = sources.source(kind)
    if not (before := await source.item(id)).movable:
        detail = f"“{before.title}” can no longer be moved: {before.label.lower().rstrip('…')}."
        raise Conflict("STATE", detail, states=[before.state])
    event = await source.move(id, when, version, by=by, clock=clock, timezone=timezone, queue=queue)
    return Moved(await source.item(id), when.at, when.note, event)


async def undo(event: int, *, by: Identity, clock: MasterClock) -> Item:
    """Put an item back where it was before a move, within ten seconds and unless it was changed since."""
    undone = await events.undo(event, by.actor, clock, KINDS)
    return await sources.source(KINDS[undone["subject_type"]]).item(undone["subject_id"])


async def last_move(*, by: Identity, clock: MasterClock) -> tuple[int, Item] | None:
    """What somebody moved a moment ago and may still undo."""
    event = await events.undoable(by.actor, clock.now_ms())
    if event is None or event["subject_type"] not in KINDS:
        return None
    return event["seq"], await sources.source(KINDS[event["subject_type"]]).item(event["subject_id"])


def moved_words(moved: Moved, at: str) -> str:
    """What a toast says of a move."""
    return " ".join(filter(None, (f"“{moved.item.title}” moved to {at}.", moved.note)))
