"""Use cases that every kind of channel shares; a kind's own area wraps them in its transaction."""

from dataclasses import dataclass

from app.accounts.rules import Identity
from app.channels import rules
from app.channels.tables import Channel
from app.clock import MasterClock, zone
from app.database import Row, new_id, sql
from app.errors import Conflict, NotFound
from app.events import Change, change


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel as pages and API show it."""

    id: str
    slug: str
    kind: str
    title: str
    timezone: str
    active: bool
    paused: bool
    version: int

    @property
    def mark(self) -> str:
        """Its letters where there is no room for the title."""
        return rules.mark_of(self.title)


_COLUMNS = "id, slug, kind, title, timezone, active, paused, version"


def view(row: Row) -> ChannelView:
    """A stored row as a view."""
    return ChannelView(**{**row, "active": bool(row["active"]), "paused": bool(row["paused"])})


async def channels(kind: str | None = None) -> list[ChannelView]:
    """All channels, by title, or those of one kind."""
    rows = await sql(f"SELECT {_COLUMNS} FROM channel ORDER BY title COLLATE NOCASE")
    return [view(row) for row in rows if kind in (None, row["kind"])]


async def channel(key: str) -> ChannelView:
    """The channel with that id or slug."""
    rows = await sql(f"SELECT {_COLUMNS} FROM channel WHERE id = ? OR slug = ?", key, key)
    if not rows:
        raise NotFound("CHANNEL_UNKNOWN", "There is no such channel.")
    return view(rows[0])


async def insert(happening: Change, *, kind: str, title: str, slug: str, timezone: str) -> str:
    """Store a new channel inside a transaction of its kind's area; returns its id."""
    title = rules.checked_title(title)
    slug = rules.checked_slug(slug or rules.slug_of(title))
    zone(timezone)
    await _refuse_taken(slug, None)
    channel_id = new_id()
    await Channel.insert(Channel(id=channel_id, slug=slug, kind=kind, title=title, timezone=timezone)).run()
    await happening.happened(
        "channels", "channel", channel_id, "added", after={"title": title, "slug": slug, "timezone": timezone}
    )
    return channel_id


async def update(happening: Change, before: ChannelView, *, title: str, slug: str, timezone: str, version: int) -> None:
    """Change what every kind has, unless somebody else changed it first."""
    title, slug = rules.checked_title(title), rules.checked_slug(slug)
    zone(timezone)
    await _refuse_taken(slug, before.id)
    rows = await sql(
        "UPDATE channel SET title = ?, slug = ?, timezone = ?, version = version + 1 WHERE id = ? AND version = ?"
        " RETURNING id",
        title, slug, timezone, before.id, version,
    )  # fmt: skip
    if not rows:
        raise Conflict("VERSION_STALE", f"{before.title} was changed by someone else meanwhile. Look at it again.")
    await happening.happened(
        "channels", "channel", before.id, "changed",
        before={"title": before.title, "slug": before.slug, "timezone": before.timezone},
        after={"title": title, "slug": slug, "timezone": timezone},
    )  # fmt: skip


async def _refuse_taken(slug: str, own: str | None) -> None:
    rows = await sql("SELECT id, title FROM channel WHERE slug = ?", slug)
    if rows and rows[0]["id"] != own:
        raise Conflict(
            "SLUG_TAKEN", f"{rows[0]['title']} already has the address {slug}.", errors={"slug": "This one is taken."}
        )


async def set_paused(key: str, paused: bool, *, by: Identity, clock: MasterClock) -> ChannelView:
    """Let everything planned on a channel wait, or go on; doing it twice changes nothing."""
    return await _switch(key, "paused", paused, "paused" if paused else "resumed", by, clock)


async def set_active(key: str, active: bool, *, by: Identity, clock: MasterClock) -> ChannelView:
    """Switch a channel on, or off so that it takes nothing new and nothing goes out."""
    return await _switch(key, "active", active, "switched on" if active else "switched off", by, clock)


async def _switch(key: str, column: str, value: bool, verb: str, by: Identity, clock: MasterClock) -> ChannelView:
    before = await channel(key)
    async with change(by.actor, clock) as happening:
        changed = await sql(
            f"UPDATE channel SET {column} = ?, version = version + 1 WHERE id = ? AND {column} <> ? RETURNING id",
            value, before.id, value,
        )  # fmt: skip
        if changed:
            await happening.happened("channels", "channel", before.id, verb)
    return await channel(before.id)
