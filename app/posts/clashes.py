"""What takes a time on a channel, or a video, and how that is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.channels.service import ChannelView
from app.clock import MasterClock, from_ms, to_ms, zone
from app.database import sql
from app.errors import Conflict
from app.posts.free_slots import next_free_slot
from app.posts.schemas import When
from app.posts.slots import CONFLICT_MS
from app.posts.states import State

# Written like this, it is what the index of videos on channels is of.
LIVE = "t.state NOT IN ('failed', 'missed', 'cancelled')"
TAKEN = "SELECT t.id, t.due_ms, t.state, p.title, t.asset FROM target t LEFT JOIN post p ON p.id = t.post"


@dataclass(frozen=True, slots=True)
class Taken:
    """A live target, as far as it stands in the way of others; a draft may have no time."""

    id: str
    due_ms: int | None
    state: State
    title: str | None
    asset: str | None


def clash(channel: str, others: Sequence[Taken], asset: str | None, free: datetime | None, tz: ZoneInfo) -> Conflict:
    """The refusal of a time or video on a channel, named by its title, with the next free time if there is one."""
    other = others[0]
    facts = [{"target": one.id, "title": one.title, "scheduled_time": _at(one)} for one in others]
    if asset is not None and other.asset == asset:
        detail = _twice(channel, other, tz)
        return Conflict("VIDEO_TWICE", detail, errors={"asset": detail}, conflicts=facts)
    detail = f"{channel} has “{other.title}” at {_at(other, tz):%H:%M:%S}, less than a minute away."
    if free:
        detail += f" Free next: {free.astimezone(tz):%H:%M on %d %b}."
    return Conflict("SLOT_TAKEN", detail, errors={"scheduled_time": detail}, conflicts=facts, next_free=free)


def _at(one: Taken, tz: ZoneInfo | None = None) -> datetime | None:
    at = None if one.due_ms is None else from_ms(one.due_ms)
    return at.astimezone(tz) if at and tz else at


def _twice(channel: str, other: Taken, tz: ZoneInfo) -> str:
    at = _at(other, tz)
    if at is None:
        return f"This video is in a draft for {channel} already: “{other.title}”."
    words = "went out" if other.state == "published" else "is planned"
    return f"This video {words} on {channel} already, at {at:%H:%M on %d %b}."


async def refuse_clash(
    one: ChannelView, asset: str | None, when: When, clock: MasterClock, timezone: str, own: str = ""
) -> None:
    """Refuse a time on a channel that is taken, and a video that it has; the target `own` takes nothing."""
    due_ms = to_ms(when.at)
    rows = await sql(
        f"{TAKEN} WHERE t.channel = ? AND t.due_ms > ? AND t.due_ms < ? AND {LIVE} AND t.id <> ? LIMIT 10",
        one.id, due_ms - CONFLICT_MS, due_ms + CONFLICT_MS, own,
    )  # fmt: skip
    if rows:
        free = await next_free_slot([one.id], clock=clock, timezone=timezone)
        raise clash(one.title, [Taken(**row) for row in rows], asset, free.at if free else None, zone(timezone))
    if asset is not None:
        await refuse_same_video(one, asset, timezone, own)


async def refuse_same_video(one: ChannelView, asset: str, timezone: str, own: str = "") -> None:
    """Refuse a video that a channel has already, published, planned or in a draft."""
    rows = await sql(
        f"{TAKEN} WHERE t.channel = ? AND t.asset = ? AND {LIVE} AND t.id <> ? ORDER BY t.due_ms LIMIT 10",
        one.id, asset, own,
    )  # fmt: skip
    if rows:
        raise clash(one.title, [Taken(**row) for row in rows], asset, None, zone(timezone))
