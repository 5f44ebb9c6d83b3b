"""Targets of posts on the calendar: moments, a minute apart on each channel."""

from typing import cast

from app.accounts.rules import Identity
from app.calendar import sources
from app.calendar.items import Item, Span, Wanted
from app.clock import MasterClock
from app.database import Row
from app.errors import Conflict
from app.posts import moving, planned, slots, views
from app.posts.planned import Between
from app.posts.schemas import When
from app.posts.states import CHANGEABLE, GONE, RETRYABLE, Status
from app.queue import Queue


class Targets:
    """The source of everything that is published."""

    kind = "post"
    label = "Posts"
    opens = "Open post"

    async def items(self, span: Span, wanted: Wanted, most: int) -> list[Item]:
        """Targets that are due in a span."""
        status = cast("Status", wanted.status) if wanted.status else None
        between = Between(span.from_ms, span.to_ms, wanted.channels, status, wanted.q)
        return [_item(row) for row in await planned.due_between(between, most)]

    async def item(self, id: str) -> Item:
        """One target."""
        return _item(await planned.target(id))

    def stays(self, item: Item) -> Conflict:
        """Why it cannot be moved."""
        detail = f"“{item.title}” can no longer be moved: {item.label.lower().rstrip('…')}."
        return Conflict("STATE", detail, states=[item.state])

    async def move(
        self, id: str, when: When, version: int, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None
    ) -> int | None:
        """Give a target another time."""
        return await moving.move_target(id, when, version, by=by, clock=clock, timezone=timezone, queue=queue)

    async def resize(self, id: str, end: When, version: int, *, by: Identity, clock: MasterClock) -> int | None:
        """Refuse: a post is a moment."""
        raise Conflict("STATE", "A post goes out at a moment; it has no end.")


def _item(row: Row) -> Item:
    state = row["state"]
    status, label, icon = views.label_of(state)
    if row["closed"] and state in CHANGEABLE:
        label, icon = "Paused", "pause"
    return Item(
        "post", row["id"], row["channel"], row["title"], row["due_ms"], None,
        0 if state in GONE else slots.CONFLICT_MS,
        status, state, label, icon,
        f"/schedule/posts/{row['post']}" if row["post"] else "/schedule/waves",
        row["version"], state in CHANGEABLE or state in RETRYABLE,
    )  # fmt: skip


def register() -> None:
    """Let posts feed the calendar."""
    sources.register(Targets())
