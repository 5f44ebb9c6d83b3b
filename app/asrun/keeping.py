"""How long as-run is kept: rows of what aired go once they are old enough, and never sooner."""

from datetime import timedelta

from app.accounts.rules import Identity
from app.channels import service as channels
from app.clock import MasterClock, to_ms
from app.database import sql
from app.events import change

AT_ONCE = 2_000
_DAY_MS = 24 * 60 * 60_000


async def sweep(keep_days: int, *, by: Identity, clock: MasterClock) -> int:
    """Forget what was over so many days ago, by whole days of UTC; gives how many rows went, told for each channel.

    No write is large, so that others get their turn.
    """
    before_ms = to_ms(clock.now() - timedelta(days=keep_days)) // _DAY_MS * _DAY_MS
    return sum([await _forget(one.id, before_ms, by, clock) for one in await channels.channels()])


async def _forget(channel: str, before_ms: int, by: Identity, clock: MasterClock) -> int:
    number = 0
    while gone := await _some(channel, before_ms):
        number += gone
    if number:
        async with change(by.actor, clock) as happening:
            before = {"rows": number, "before_ms": before_ms}
            await happening.happened("asrun", "channel", channel, "as-run forgotten", before=before)
    return number


async def _some(channel: str, before_ms: int) -> int:
    gone = await sql(
        "DELETE FROM as_run WHERE seq IN (SELECT seq FROM as_run WHERE channel = ? AND start_ms < ?"
        " AND coalesce(end_ms, start_ms + 1) <= ? LIMIT ?) RETURNING 1 AS gone",
        channel, before_ms, before_ms, AT_ONCE,
    )  # fmt: skip
    return len(gone)
