"""Use cases that every kind of channel shares; a kind's own area wraps them in its transaction."""

from collections.abc import Awaitable, Callable
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
    day_start: str
    active: bool
    paused: bool
    version: int

    @property
    def state(self) -> str:
        """`inactive`, `paused` or `active`, whichever decides."""
        return "inactive" if not self.active else "paused" if self.paused else "active"

    @property
    def mark(self) -> str:
        """Its letters where there is no room for the title."""
        return rules.mark_of(self.title)


@dataclass(frozen=True, slots=True)
class Made:
    """A new channel, and its signing secret at the only moment when it is shown; empty where it has none."""

    channel: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Switched:
    """A channel that was paused, resumed or switched, and how many of its targets that changed: none if it was so."""

    channel: ChannelView
    changed: int
    was_so: bool = False


Count = Callable[[str], Awaitable[int]]
"""How many targets a switch holds or lets go, asked of the channel's id inside the switch's transaction."""


async def _none(_channel: str) -> int:
    return 0


_COLUMNS = "id, slug, kind, title, timezone, day_start, active, paused, version"


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


async def insert(
    happening: Change, *, kind: str, title: str, slug: str, timezone: str, day_start: str = "00:00"
) -> str:
    """Store a new channel inside a transaction of its kind's area; returns its id."""
    title = rules.checked_title(title)
    slug = rules.checked_slug(slug or rules.slug_of(title))
    day_start = rules.checked_day_start(day_start)
    zone(timezone)
    await _refuse_taken(slug, None)
    one = Channel(id=new_id(), slug=slug, kind=kind, title=title, timezone=timezone, day_start=day_start)
    await Channel.insert(one).run()
    after = {"title": title, "slug": slug, "timezone": timezone, "kind": kind, "day_start": day_start}
    await happening.happened("channels", "channel", one.id, "added", after=after)
    return one.id


async def update(
    happening: Change, before: ChannelView, *, title: str, slug: str, timezone: str, version: int, day_start: str = ""
) -> None:
    """Change what every kind has, unless somebody else changed it first; an empty day start keeps the old one."""
    title, day_start = rules.checked_title(title), rules.checked_day_start(day_start or before.day_start)
    # A slug that it has already stays, also one that would be refused to a new channel.
    slug = before.slug if slug.strip().lower() == before.slug else rules.checked_slug(slug)
    zone(timezone)
    await _refuse_taken(slug, before.id)
    rows = await sql(
        "UPDATE channel SET title = ?, slug = ?, timezone = ?, day_start = ?, version = version + 1"
        " WHERE id = ? AND version = ? RETURNING id",
        title, slug, timezone, day_start, before.id, version,
    )  # fmt: skip
    if not rows:
        raise await _stale(before, version)
    await happening.happened(
        "channels", "channel", before.id, "changed",
        before=_told(before.title, before.slug, before.timezone, before.day_start),
        after=_told(title, slug, timezone, day_start),
    )  # fmt: skip


def _told(title: str, slug: str, timezone: str, day_start: str) -> dict[str, str]:
    return {"title": title, "slug": slug, "timezone": timezone, "day_start": day_start}


async def _stale(before: ChannelView, expected: int) -> Conflict:
    return Conflict(
        "VERSION_STALE", f"{before.title} was changed by someone else meanwhile. Look at it again.",
        expected=expected, actual=(await channel(before.id)).version,
    )  # fmt: skip


async def _refuse_taken(slug: str, own: str | None) -> None:
    rows = await sql("SELECT id, title FROM channel WHERE slug = ?", slug)
    if rows and rows[0]["id"] != own:
        raise Conflict(
            "SLUG_TAKEN", f"{rows[0]['title']} already has the address {slug}.", errors={"slug": "This one is taken."}
        )


async def set_paused(key: str, paused: bool, *, by: Identity, clock: MasterClock, count: Count = _none) -> Switched:
    """Let everything planned on a channel wait, or go on; doing it twice changes nothing."""
    return await _switch(key, "paused", paused, "paused" if paused else "resumed", by, clock, count)


async def set_active(key: str, active: bool, *, by: Identity, clock: MasterClock, count: Count = _none) -> Switched:
    """Switch a channel on, or off so that it takes nothing new and nothing goes out; what is planned is kept."""
    return await _switch(key, "active", active, "switched on" if active else "switched off", by, clock, count)


async def _switch(
    key: str, column: str, value: bool, verb: str, by: Identity, clock: MasterClock, count: Count
) -> Switched:
    async with change(by.actor, clock) as happening:
        before = await channel(key)
        changed = 0
        if getattr(before, column) != value:
            await sql(f"UPDATE channel SET {column} = ?, version = version + 1 WHERE id = ?", value, before.id)
            changed = await count(before.id)
            await happening.happened("channels", "channel", before.id, verb, after={"targets": changed})
        return Switched(await channel(before.id), changed, was_so=getattr(before, column) == value)
