"""Bookings on the calendar: hard-timed programmes, which can be moved and ended earlier or later."""

from app.accounts.rules import Identity
from app.calendar import sources
from app.calendar.items import Item, Span, Wanted
from app.clock import MasterClock
from app.database import Row
from app.errors import Conflict
from app.plans import airing, rebooking
from app.plans.airing import Within
from app.plans.rebooking import WantedMove
from app.posts.schemas import When
from app.queue import Queue


class Bookings:
    """The source of all bookings."""

    kind = "booking"
    label = "Bookings"
    opens = "Open booking"

    async def items(self, span: Span, wanted: Wanted, most: int) -> list[Item]:
        """Bookings that reach into a span; cancelled ones only when they are asked for."""
        if wanted.status not in ("", "pending", "cancelled"):
            return []
        within = Within(span.from_ms, span.to_ms, wanted.channels, wanted.q)
        rows = await airing.bookings(within, most, cancelled=wanted.status == "cancelled")
        return [_item(row) for row in rows]

    async def item(self, id: str) -> Item:
        """One booking."""
        return _item(await airing.booking(id))

    def stays(self, item: Item) -> Conflict:
        """Why it cannot be moved."""
        return Conflict("BOOKING_CANCELLED", f"“{item.title}” was cancelled. Book it again.")

    async def move(
        self, id: str, when: When, version: int, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None
    ) -> int | None:
        """Give a booking another start; it keeps its length."""
        return (await rebooking.move(id, WantedMove(start=when.at), version, by=by, clock=clock)).event

    async def resize(self, id: str, end: When, version: int, *, by: Identity, clock: MasterClock) -> int | None:
        """Give a booking another end, which may be before its asset's."""
        return (await rebooking.move(id, WantedMove(end=end.at), version, by=by, clock=clock)).event


def _item(row: Row) -> Item:
    live = row["state"] == "live"
    return Item(
        "booking", row["id"], row["channel"], row["title"], row["start_ms"], row["end_ms"], 0,
        "pending" if live else "cancelled", row["state"], "Booked" if live else "Cancelled",
        "lock" if live else "cancelled", f"/channels/{row['slug']}/bookings/{row['id']}", row["version"], live,
        resizable=live,
    )  # fmt: skip


def register() -> None:
    """Let bookings feed the calendar."""
    sources.register(Bookings())
