"""Deleting a channel that nothing depends on; areas above say what does, since channels know none of them."""

import sqlite3

from app.accounts.rules import Identity
from app.channels import service
from app.clock import MasterClock
from app.database import sql
from app.errors import Conflict
from app.events import change
from app.wording import count

_dependents: dict[str, tuple[str, str]] = {}
_own: dict[str, None] = {}


def register_dependent(one: str, many: str, query: str) -> None:
    """Keep channels that things of this kind depend on; the query counts those of a channel's id."""
    _dependents[one] = (many, query)


def register_own(table: str) -> None:
    """Have the row of this table that belongs to a channel go with it."""
    _own[table] = None


async def dependents(channel: str) -> list[str]:
    """What depends on a channel, in words: `2 plans`."""
    found = {one: (await sql(query, channel))[0]["n"] for one, (_, query) in _dependents.items()}
    return [count(number, one, _dependents[one][0]) for one, number in found.items() if number]


async def delete_channel(key: str, *, by: Identity, clock: MasterClock) -> service.ChannelView:
    """Delete a channel for good, unless anything depends on it; what was done to it stays in the audit."""
    try:
        async with change(by.actor, clock) as happening:
            gone = await service.channel(key)
            if said := await dependents(gone.id):
                raise _kept(gone.title, " and ".join(said))
            for table in _own:
                await sql(f"DELETE FROM {table} WHERE channel = ?", gone.id)
            await sql("DELETE FROM channel WHERE id = ?", gone.id)
            before = {"title": gone.title, "slug": gone.slug, "kind": gone.kind}
            await happening.happened("channels", "channel", gone.id, "removed", before=before)
    except sqlite3.IntegrityError as error:
        raise _kept((await service.channel(key)).title, "a history") from error
    return gone


def _kept(title: str, said: str) -> Conflict:
    return Conflict("CHANNEL_HAS_DEPENDENCIES", f"{title} has {said}. Switch it off instead.")
