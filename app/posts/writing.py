"""Checked texts of posts, and how a post and its targets are first written, inside of a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from app.clock import to_ms
from app.database import new_id, sql
from app.events import Change
from app.library.rules import checked_tags
from app.posts import overriding, slots, texts
from app.posts.approving import Approval
from app.posts.fitting import Reached, Seen, open_channel
from app.posts.overriding import Own
from app.posts.rendering import Texts
from app.posts.schemas import NewPost, When


@dataclass(frozen=True, slots=True)
class Written:
    """What a post says, within the desk's own limits."""

    texts: Texts
    tags: list[str]

    @property
    def hashtags(self) -> str:
        """As they are stored."""
        return msgspec.json.encode(list(self.texts.hashtags)).decode()


def checked(title: str, description: str, hashtags: list[str] | str, tags: Sequence[str]) -> Written:
    """Texts and tags as they are kept; what is beyond the desk's limits is refused at its field."""
    found = Texts(texts.checked_title(title), texts.checked_description(description), texts.checked_hashtags(hashtags))
    return Written(found, checked_tags(tags))


async def insert_post(
    happening: Change, asset: str | None, written: Written, approval: Approval, arrival: str | None = None
) -> str:
    """Store a new post; returns its id. `arrival` is the file on its way that is to become its video."""
    post = new_id()
    await sql(
        "INSERT INTO post (id, asset, title, description, hashtags, tags, approval, arrival, created_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        post, asset, written.texts.title, written.texts.description, written.hashtags,
        msgspec.json.encode(written.tags).decode(), approval, arrival, happening.at_ms,
    )  # fmt: skip
    await insert_tags(post, written.tags)
    return post


async def insert_tags(post: str, tags: Sequence[str]) -> None:
    """Let a post be found by its tags."""
    for tag in tags:
        await sql("INSERT INTO post_tag (tag, post) VALUES (?, ?)", tag, post)


async def insert_target(
    happening: Change, post: str, asset: str | None, one: Reached, when: When | None, own: Own | None,
    *, to_come: bool = False,
) -> str:  # fmt: skip
    """Store a target: scheduled, or without a time or while its video is `to_come` a draft; returns its id."""
    target, channel = new_id(), one.channel
    due_ms, wall, timezone = (None, None, None) if when is None else (to_ms(when.at), when.wall, when.timezone)
    state = "draft" if when is None or to_come else "scheduled"
    await sql(
        "INSERT INTO target (id, post, asset, channel, due_ms, wall, timezone, state, overrides)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        target, post, asset, channel.id, due_ms, wall, timezone, state, overriding.stored(own),
    )  # fmt: skip
    after = {"post": post, "channel": channel.title, **({} if when is None else {"due": when.at})}
    await happening.happened("posts", "target", target, "drafted" if when is None else "scheduled", after=after)
    return target


async def reached(new: NewPost, seen: Seen) -> tuple[list[Reached], dict[str, Own]]:
    """The channels that a new post goes to, each once, and the own texts of those that have some."""
    found = await open_channels(new.channels, seen)
    return found, overriding.by_channel(new.overrides, [(one.channel.id, one.channel.slug) for one in found])


async def open_channels(keys: list[str], seen: Seen) -> list[Reached]:
    """The channels with these ids or slugs; none, one twice, and one that takes no posts are refused."""
    slots.check_channels(keys)
    found = [await open_channel(key, seen) for key in keys]
    slots.check_channels([one.channel.id for one in found])
    return found
