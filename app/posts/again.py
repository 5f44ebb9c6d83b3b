"""Publishing a post again that went out: an occurrence of its own, asked for by somebody."""

from collections.abc import Sequence
from datetime import datetime

from app.accounts.rules import Identity
from app.channels.service import ChannelView, channel
from app.clock import MasterClock, from_ms, to_ms, zone
from app.database import new_id, sql
from app.errors import Conflict, Invalid, NotFound
from app.events import Change, change
from app.posts import service, slots
from app.posts.free_slots import next_free_slot
from app.posts.schemas import Scheduled, When
from app.queue import Queue

_GONE = "('failed', 'missed', 'cancelled')"


async def publish_again(
    post: str, when: When | None, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None = None,
    channels: Sequence[str] = (),
) -> Scheduled:  # fmt: skip
    """Plan a published post anew, on all channels that had it or on some of them; without a time at the next free slot.

    All or none: a time that is taken on one of them is refused.
    """
    async with change(by.actor, clock) as happening:
        asset = await _asset(post)
        wanted = await _wanted(post, channels)
        when = when or await _free(wanted, clock, timezone)
        slots.check_time(when.at, clock.now())
        for one in wanted:
            await _refuse_taken(one, when.at, timezone)
        occurrence = f"again {new_id()}"
        targets = [await _insert(happening, post, asset, one, when, occurrence) for one in wanted]
    await service.wake_soon([(target, 0) for target in targets], when.at, clock, queue)
    return Scheduled(post, targets, when.at, when.note)


async def _asset(post: str) -> str:
    rows = await sql("SELECT p.asset, a.state FROM post p LEFT JOIN asset a ON a.id = p.asset WHERE p.id = ?", post)
    if not rows:
        raise NotFound("POST_UNKNOWN", "There is no such post.")
    if rows[0]["state"] != "ready":
        raise Conflict("ASSET_NOT_READY", "Its video is not ready, so it cannot be published again.")
    return str(rows[0]["asset"])


async def _wanted(post: str, keys: Sequence[str]) -> list[ChannelView]:
    rows = await sql("SELECT DISTINCT channel FROM target WHERE post = ? AND state = 'published'", post)
    published = [await channel(row["channel"]) for row in rows]
    if not published:
        raise Conflict("STATE", "Only a post that was published can be published again.")
    if len(set(keys)) != len(keys):
        raise Invalid("CHANNEL_TWICE", "A channel is named twice.", errors={"channels": "A channel is named twice."})
    asked = [await channel(key) for key in keys] or [one for one in published if one.active]
    for one in asked:
        if one.id not in {other.id for other in published}:
            detail = f"It was not published on {one.title}."
            raise Invalid("CHANNEL_WITHOUT", detail, errors={"channels": detail})
        if not one.active:
            raise Invalid("CHANNEL_OFF", f"{one.title} is switched off.", errors={"channels": "It is switched off."})
    if not asked:
        raise Conflict("CHANNEL_OFF", "The channels that had it are switched off.")
    return asked


async def _free(channels: Sequence[ChannelView], clock: MasterClock, timezone: str) -> When:
    slot = await next_free_slot([one.id for one in channels], clock=clock, timezone=timezone)
    if slot is None:
        raise Invalid("SLOTS_FEW", "No slot of these channels is free within two years.")
    return slot.when


async def _refuse_taken(one: ChannelView, at: datetime, timezone: str) -> None:
    rows = await sql(
        "SELECT t.id, t.due_ms, p.title FROM target t LEFT JOIN post p ON p.id = t.post WHERE t.channel = ?"
        f" AND t.due_ms > ? AND t.due_ms < ? AND t.state NOT IN {_GONE} ORDER BY t.due_ms LIMIT 10",
        one.id, to_ms(at) - slots.CONFLICT_MS, to_ms(at) + slots.CONFLICT_MS,
    )  # fmt: skip
    if rows:
        other = from_ms(rows[0]["due_ms"]).astimezone(zone(timezone))
        detail = f"{one.title} has “{rows[0]['title']}” at {other:%H:%M:%S}, less than a minute away."
        facts = [{"target": row["id"], "title": row["title"], "scheduled_time": from_ms(row["due_ms"])} for row in rows]
        raise Conflict("SLOT_TAKEN", detail, errors={"scheduled_time": detail}, conflicts=facts)


async def _insert(happening: Change, post: str, asset: str, one: ChannelView, when: When, occurrence: str) -> str:
    target = new_id()
    await sql(
        "INSERT INTO target (id, post, asset, channel, occurrence, due_ms, wall, timezone, state, overrides)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'scheduled', (SELECT overrides FROM target WHERE post = ? AND channel = ?"
        "  ORDER BY id LIMIT 1))",
        target, post, asset, one.id, occurrence, to_ms(when.at), when.wall, when.timezone, post, one.id,
    )  # fmt: skip
    after = {"post": post, "channel": one.title, "due": when.at}
    await happening.happened("posts", "target", target, "scheduled again", after=after)
    return target
