"""Saved hashtag sets: hashtags that are used together, under a name."""

from dataclasses import dataclass

import msgspec

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import Row, new_id, sql
from app.errors import Conflict, NotFound, field_error
from app.events import change
from app.posts import texts

NAME_MOST = 60


@dataclass(frozen=True, slots=True)
class HashtagSet:
    """A named set; hashtags without #."""

    id: str
    name: str
    hashtags: list[str]
    version: int

    @property
    def text(self) -> str:
        """As one would type them."""
        return " ".join(self.hashtags)


def _view(row: Row) -> HashtagSet:
    return HashtagSet(row["id"], row["name"], msgspec.json.decode(row["hashtags"]), row["version"])


async def all_sets() -> list[HashtagSet]:
    """Every set, by name."""
    return [_view(row) for row in await sql("SELECT id, name, hashtags, version FROM hashtag_set ORDER BY lower(name)")]


async def one(set_id: str) -> HashtagSet:
    """One set."""
    rows = await sql("SELECT id, name, hashtags, version FROM hashtag_set WHERE id = ?", set_id)
    if not rows:
        raise NotFound("HASHTAG_SET_UNKNOWN", "There is no such hashtag set.")
    return _view(rows[0])


def _checked(name: str, hashtags: list[str] | str) -> tuple[str, list[str]]:
    name = " ".join(name.split())
    if not name or len(name) > NAME_MOST or not name.isprintable():
        raise field_error("name", "NAME_BAD", f"Give a name of at most {NAME_MOST} printable characters.")
    found = texts.checked_hashtags(hashtags)
    if not found:
        raise field_error("hashtags", "HASHTAGS_NONE", "Give at least one hashtag.")
    return name, found


async def _refuse_taken(name: str, own: str = "") -> None:
    if await sql("SELECT 1 FROM hashtag_set WHERE name = ? AND id <> ?", name, own):
        detail = f"There is a set named {name} already."
        raise Conflict("NAME_TAKEN", detail, errors={"name": detail})


async def add(name: str, hashtags: list[str] | str, *, by: Identity, clock: MasterClock) -> HashtagSet:
    """Save a set under a name that is free."""
    name, found = _checked(name, hashtags)
    set_id = new_id()
    async with change(by.actor, clock) as happening:
        await _refuse_taken(name)
        stored = msgspec.json.encode(found).decode()
        await sql("INSERT INTO hashtag_set (id, name, hashtags) VALUES (?, ?, ?)", set_id, name, stored)
        await happening.happened("posts", "hashtag_set", set_id, "added", after={"name": name, "hashtags": found})
    return await one(set_id)


async def edit(
    set_id: str, name: str, hashtags: list[str] | str, version: int, *, by: Identity, clock: MasterClock
) -> HashtagSet:
    """Change a set, unless somebody else changed it since that version."""
    name, found = _checked(name, hashtags)
    async with change(by.actor, clock) as happening:
        before = await one(set_id)
        if before.version != version:
            raise Conflict("VERSION_STALE", f"{before.name} was changed by someone else meanwhile. Look at it again.")
        await _refuse_taken(name, set_id)
        await sql(
            "UPDATE hashtag_set SET name = ?, hashtags = ?, version = version + 1 WHERE id = ?",
            name, msgspec.json.encode(found).decode(), set_id,
        )  # fmt: skip
        await happening.happened(
            "posts", "hashtag_set", set_id, "changed",
            before={"name": before.name, "hashtags": before.hashtags}, after={"name": name, "hashtags": found},
        )  # fmt: skip
    return await one(set_id)


async def remove(set_id: str, *, by: Identity, clock: MasterClock) -> None:
    """Forget a set; posts keep the hashtags that they took from it."""
    async with change(by.actor, clock) as happening:
        before = await one(set_id)
        await sql("DELETE FROM hashtag_set WHERE id = ?", set_id)
        await happening.happened("posts", "hashtag_set", set_id, "removed", before={"name": before.name})
