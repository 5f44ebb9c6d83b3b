"""Programmes of schedule days on the calendar: what a channel airs, drawn as it is frozen."""

from app.accounts.rules import Identity
from app.calendar import sources
from app.calendar.items import Item, Span, Wanted
from app.clock import MasterClock
from app.errors import Conflict
from app.plans import airing
from app.plans.airing import Airing, Within
from app.posts.schemas import When
from app.queue import Queue

FROZEN = "its schedule day is frozen. Book something over it, or make the day again."


class Programmes:
    """The source of everything that schedule days say."""

    kind = "programme"
    label = "Programmes"
    opens = "Open day"

    async def items(self, span: Span, wanted: Wanted, most: int) -> list[Item]:
        """Programmes that reach into a span; nobody knows yet whether they aired, so they are pending."""
        if wanted.status not in ("", "pending"):
            return []
        within = Within(span.from_ms, span.to_ms, wanted.channels, wanted.q)
        return [_item(one) for one in await airing.programmes(within, most)]

    async def item(self, id: str) -> Item:
        """One programme."""
        return _item(await airing.programme(id))

    def stays(self, item: Item) -> Conflict:
        """Why it cannot be moved."""
        return Conflict("DAY_FROZEN", f"“{item.title}” stays as it is: {FROZEN}")

    async def move(
        self, id: str, when: When, version: int, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None
    ) -> int | None:
        """Refuse: a frozen day changes only as a whole."""
        raise self.stays(await self.item(id))

    async def resize(self, id: str, end: When, version: int, *, by: Identity, clock: MasterClock) -> int | None:
        """Refuse, as a move."""
        raise self.stays(await self.item(id))


def _item(one: Airing) -> Item:
    return Item(
        "programme", one.id, one.channel, one.title, one.start_ms, one.end_ms, 0, "pending", "planned", "Planned",
        "clock", f"/channels/{one.slug}/days/{one.date}#e-{one.start_ms}", 0, False, run=one.run,
    )  # fmt: skip


def register() -> None:
    """Let schedule days feed the calendar."""
    sources.register(Programmes())
