"""How long the playlog is kept: logs of days that aired go once they are old enough, each with all that is in it."""

from datetime import timedelta

from app.accounts.rules import Identity
from app.clock import MasterClock, from_ms, to_ms
from app.database import Row, sql
from app.events import change

TOPIC = "playlog"
SUPERSEDED_KEPT = timedelta(days=7)
AT_ONCE = 2_000
LOGS_AT_ONCE = 200
# The broadcast day of a date is over by then in every zone; what runs on beyond its end is asked for by itself.
_DAY_REACH = timedelta(days=3)


async def sweep(keep_days: int, *, by: Identity, clock: MasterClock) -> int:
    """Forget logs of days that were over so long ago, and what was taken out of the playlog a week ago.

    Gives how many logs went, each of which is told. No write is large, so that others get their turn.
    """
    await _emptied("state = 'superseded' AND end_ms < ?", to_ms(clock.now() - SUPERSEDED_KEPT))
    found = await _over(to_ms(clock.now() - timedelta(days=keep_days)))
    for row in found:
        await _emptied("log = ?", row["id"])
        await _forget(row, by, clock)
    return len(found)


async def _emptied(where: str, value: int | str) -> None:
    """Delete all events of which something holds."""
    query = f"DELETE FROM playlog WHERE seq IN (SELECT seq FROM playlog WHERE {where} LIMIT ?) RETURNING 1 AS gone"
    while await sql(query, value, AT_ONCE):
        pass


async def _over(before_ms: int) -> list[Row]:
    """Logs of old dates of which nothing reaches beyond that instant, oldest first."""
    return await sql(
        "SELECT l.id, l.date, c.title FROM log l JOIN channel c ON c.id = l.channel WHERE l.date < ?"
        " AND NOT EXISTS (SELECT 1 FROM playlog p WHERE p.log = l.id AND p.end_ms >= ?) ORDER BY l.date LIMIT ?",
        (from_ms(before_ms) - _DAY_REACH).date().isoformat(), before_ms, LOGS_AT_ONCE,
    )  # fmt: skip


async def _forget(log: Row, by: Identity, clock: MasterClock) -> None:
    async with change(by.actor, clock) as happening:
        await sql("DELETE FROM log_revision WHERE log = ?", log["id"])
        if await sql("DELETE FROM log WHERE id = ? RETURNING id", log["id"]):  # no other worker was quicker
            before = {"title": f"{log['title']} {log['date']}"}
            await happening.happened(TOPIC, "log", log["id"], "forgotten", before=before)
