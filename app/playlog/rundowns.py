"""Days of logs as people read them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.clock import HOUR_MS, MasterClock, broadcast_date
from app.database import placeholders, sql
from app.plans.grids import Planned
from app.playlog import queries
from app.playlog.blocks import Block, Facts, blocks
from app.playlog.queries import Rundown
from app.playlog.values import Line

_LONGEST_MS = 12 * HOUR_MS


def today(of: Planned, clock: MasterClock) -> date:
    """The broadcast date of a channel now."""
    return broadcast_date(clock.now(), of.grid.day_start, of.grid.tz)


async def is_planned(found: Rundown) -> bool:
    """Whether there is a schedule day for a day's log."""
    return bool(
        await sql(
            "SELECT 1 FROM schedule_day WHERE channel = ? AND date = ? AND current = 1",
            found.channel.channel.id, found.date.isoformat(),
        )
    )  # fmt: skip


async def in_blocks(found: Rundown) -> list[Block]:
    """The events of a day in their blocks."""
    if not found.lines:
        return []
    last = found.lines[-1]
    after = await queries.beginning(found.channel.channel.id, found.end_ms, found.end_ms + _LONGEST_MS)
    return blocks(found.lines, await _facts(found.lines), [line for line in after if line.block_ms == last.block_ms])


async def named(line: Line) -> Facts:
    """The names of what one event belongs to."""
    return await _facts([line])


async def _facts(lines: Sequence[Line]) -> Facts:
    titles = await _named("SELECT id, title FROM day_event", {line.day_event for line in lines})
    booked = "SELECT b.id AS id, a.title AS title FROM booking b JOIN asset a ON a.id = b.asset"
    titles |= await _named(f"SELECT id, title FROM ({booked})", {line.booking for line in lines})
    lengths = await _named("SELECT id, duration_ms AS title FROM asset", {line.asset for line in lines})
    return Facts(titles, {id: length for id, length in lengths.items() if length is not None})


async def _named(query: str, ids: set[str | None]) -> dict[str, Any]:
    known = sorted(filter(None, ids))
    rows = await sql(f"{query} WHERE id IN ({placeholders(known)})", *known) if known else []
    return {row["id"]: row["title"] for row in rows}
