"""What is planned on channels already, and how a clash with it is told."""

from collections.abc import Collection, Sequence
from datetime import datetime

from app.clock import HOUR_MS, from_ms, zone
from app.database import placeholders, sql
from app.errors import Conflict
from app.posts.slots import CONFLICT_MS
from app.posts.wave_rules import Clash, Placed, free_shift

SEARCH_MS = 14 * 24 * HOUR_MS
_MINUTE_MS = 60_000
# A draft has a video, but no time that anything could be near.
_NO_TIME = 0
_COLUMNS = "SELECT t.id, t.channel, t.due_ms, t.asset, t.state, p.title FROM target t LEFT JOIN post p ON p.id = t.post"
_LIVE = "t.state NOT IN ('failed', 'missed', 'cancelled')"


async def taken(wanted: Sequence[Placed]) -> list[Placed]:
    """Live targets that any of the wanted ones may clash with; those that are being moved are not among them."""
    channels = sorted({one.channel for one in wanted})
    assets = sorted({one.asset for one in wanted if one.asset is not None}) or [""]
    times = [one.at_ms for one in wanted]
    own = {one.target for one in wanted}
    among = f"t.channel IN ({placeholders(channels)}) AND {_LIVE}"
    rows = await sql(
        f"{_COLUMNS} WHERE {among} AND t.due_ms > ? AND t.due_ms < ?"
        f" UNION {_COLUMNS} WHERE {among} AND t.asset IN ({placeholders(assets)})",
        *channels, min(times) - CONFLICT_MS, max(times) + CONFLICT_MS, *channels, *assets,
    )  # fmt: skip
    return [
        Placed(row["channel"], row["due_ms"] or _NO_TIME, row["asset"], row["id"], row["title"], row["state"])
        for row in rows
        if row["id"] not in own
    ]


async def planned_on(channels: Collection[str], from_ms_: int, own: Collection[str] = ()) -> list[Placed]:
    """Live targets of channels from an instant on, without some that are being moved."""
    rows = await sql(
        f"SELECT t.id, t.channel, t.due_ms FROM target t WHERE t.channel IN ({placeholders(list(channels))})"
        f" AND {_LIVE} AND t.due_ms > ?",
        *channels, from_ms_ - CONFLICT_MS,
    )  # fmt: skip
    return [Placed(row["channel"], row["due_ms"], target=row["id"]) for row in rows if row["id"] not in own]


async def next_free(wanted: Sequence[Placed], now_ms: int) -> datetime | None:
    """The next start at which all of a group are free, their gaps kept; within two weeks."""
    first_ms = min(one.at_ms for one in wanted)
    from_ms_ = max(first_ms, now_ms)
    others = await planned_on({one.channel for one in wanted}, from_ms_, {one.target for one in wanted})
    least_ms = max(_MINUTE_MS, from_ms_ - first_ms)
    shift_ms = free_shift(wanted, others, least_ms, from_ms_ + SEARCH_MS)
    return None if shift_ms is None else from_ms(first_ms + shift_ms)


def words(clash: Clash, channel: str, timezone: str) -> str:
    """A clash as a sentence; the time is that of the zone."""
    at = from_ms(clash.other.at_ms).astimezone(zone(timezone))
    if clash.same_video and clash.other.at_ms == _NO_TIME:
        return f"This video is in a draft for {channel} already: “{clash.other.title}”."
    if clash.same_video:
        verb = "went out" if clash.other.state == "published" else "is planned"
        return f"This video {verb} on {channel} already, at {at:%H:%M on %d %b}."
    named = f"“{clash.other.title}”" if clash.other.title else "a slot without a video yet"
    return f"{channel} has {named} at {at:%H:%M:%S}, less than a minute away."


def refusal(found: Sequence[Clash], titles: dict[str, str], free: datetime | None, timezone: str) -> Conflict:
    """The refusal of a plan, with everything that it clashes with and a time at which all of it is free."""
    first = found[0]
    detail = words(first, titles[first.wanted.channel], timezone)
    if len(found) > 1:
        detail += f" {len(found) - 1} more {'conflict' if len(found) == 2 else 'conflicts'}."
    if free is not None and not first.same_video:
        detail += f" Free next: {free.astimezone(zone(timezone)):%H:%M on %d %b}."
    facts = [
        {
            "channel": titles[one.wanted.channel], "wanted_time": from_ms(one.wanted.at_ms),
            "target": one.other.target or None, "title": one.other.title,
            "scheduled_time": from_ms(one.other.at_ms) if one.other.at_ms else None,
        }
        for one in found
    ]  # fmt: skip
    code, field = ("VIDEO_TWICE", "asset") if first.same_video else ("SLOT_TAKEN", "scheduled_time")
    return Conflict(code, detail, errors={field: detail}, conflicts=facts, next_free=free)
