"""What takes a time on a channel, or a video, and how that is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.clock import from_ms
from app.errors import Conflict
from app.posts.states import State


@dataclass(frozen=True, slots=True)
class Taken:
    """A live target, as far as it stands in the way of others."""

    id: str
    due_ms: int
    state: State
    title: str | None
    asset: str | None


def clash(channel: str, others: Sequence[Taken], asset: str | None, free: datetime | None, tz: ZoneInfo) -> Conflict:
    """The refusal of a time or video on a channel, named by its title, with the next free time if there is one."""
    other = others[0]
    at = from_ms(other.due_ms).astimezone(tz)
    facts = [{"target": one.id, "title": one.title, "scheduled_time": from_ms(one.due_ms)} for one in others]
    if asset is not None and other.asset == asset:
        words = "went out" if other.state == "published" else "is planned"
        detail = f"This video {words} on {channel} already, at {at:%H:%M on %d %b}."
        return Conflict("VIDEO_TWICE", detail, errors={"asset": detail}, conflicts=facts)
    detail = f"{channel} has “{other.title}” at {at:%H:%M:%S}, less than a minute away."
    if free:
        detail += f" Free next: {free.astimezone(tz):%H:%M on %d %b}."
    return Conflict("SLOT_TAKEN", detail, errors={"scheduled_time": detail}, conflicts=facts, next_free=free)
