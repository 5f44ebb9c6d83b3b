"""Questions to as-run, by channel, span, broadcast date and asset."""

from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as WallTime  # noqa: N812 - a wall clock's reading
from zoneinfo import ZoneInfo

from app.asrun.reporting import Reported, report, whole
from app.asrun.rules import COLUMNS, LONGEST_MS, ON_AIR, Recorded, span_of
from app.channels import service as channels
from app.channels.service import ChannelView
from app.clock import broadcast_date, zone
from app.database import placeholders, sql
from app.errors import NotFound

LISTED_MOST = 10_000
LARGEST = 2**63 - 1
_SELECT = f"SELECT seq, {', '.join(COLUMNS)} FROM as_run"


@dataclass(frozen=True, slots=True)
class Found:
    """What a channel aired in a time, as it is reported; `more` tells that the list is cut."""

    channel: ChannelView
    rows: tuple[Reported, ...]
    more: bool = False

    @property
    def tz(self) -> ZoneInfo:
        """The channel's clock."""
        return zone(self.channel.timezone)


async def rows(channel: str, start_ms: int, end_ms: int, most: int = LISTED_MOST) -> list[Recorded]:
    """The rows of a channel that an interval overlaps, in order of time; one without an end counts where it begins."""
    found = await sql(
        f"{_SELECT} WHERE channel = ? AND start_ms > ? AND start_ms < ? AND coalesce(end_ms, start_ms + 1) > ?"
        " ORDER BY start_ms, seq LIMIT ?",
        channel, start_ms - LONGEST_MS, end_ms, start_ms, most,
    )  # fmt: skip
    return [Recorded(**row) for row in found]


async def between(key: str, start_ms: int, end_ms: int) -> Found:
    """What a channel aired in an interval."""
    return await _found(await channels.channel(key), start_ms, end_ms)


async def on(key: str, day: date) -> Found:
    """What a channel aired on a broadcast date; of a row that goes over its edges, the part inside."""
    one = await channels.channel(key)
    start, end = span_of(day, WallTime.fromisoformat(one.day_start), zone(one.timezone))
    return await _found(one, start, end)


async def _found(one: ChannelView, start_ms: int, end_ms: int) -> Found:
    found = await rows(one.id, start_ms, end_ms, LISTED_MOST + 1)
    told = report(found[:LISTED_MOST], WallTime.fromisoformat(one.day_start), zone(one.timezone))
    inside = (part for part in told if part.start_ms < end_ms and (part.end_ms or part.start_ms + 1) > start_ms)
    return Found(one, tuple(inside), len(found) > LISTED_MOST)


async def one(key: str, seq: int) -> Found:
    """One row of a channel, as it is stored."""
    of = await channels.channel(key)
    found = await sql(f"{_SELECT} WHERE seq = ? AND channel = ?", min(seq, LARGEST), of.id)
    if not found:
        raise NotFound("ASRUN_NOT_FOUND", f"{of.title} has no such row in its as-run.")
    told = whole(Recorded(**found[0]), WallTime.fromisoformat(of.day_start), zone(of.timezone))
    return Found(of, (told,))


async def of_asset(asset: str, most: int) -> list[Found]:
    """When an asset was last played, newest first and on which channel."""
    known = {one.id: one for one in await channels.channels()}
    found = await sql(f"{_SELECT} WHERE asset = ? ORDER BY start_ms DESC, seq DESC LIMIT ?", asset, most)
    told = []
    for row in found:
        of = known[row["channel"]]
        told.append(Found(of, (whole(Recorded(**row), WallTime.fromisoformat(of.day_start), zone(of.timezone)),)))
    return told


async def last_on_air(channel: str, before_ms: int) -> dict[str, int]:
    """When each asset was last really on air on a channel, before an instant."""
    found = await sql(
        f"SELECT asset, max(start_ms) AS last_ms FROM as_run WHERE channel = ? AND start_ms < ? AND asset IS NOT NULL"
        f" AND status IN ({placeholders(ON_AIR)}) GROUP BY asset",
        channel, before_ms, *ON_AIR,
    )  # fmt: skip
    return {row["asset"]: row["last_ms"] for row in found}


def today(of: ChannelView, now: datetime) -> date:
    """The broadcast date of a channel by now."""
    return broadcast_date(now, WallTime.fromisoformat(of.day_start), zone(of.timezone))
