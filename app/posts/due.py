"""What the due loop reads: each look costs what is due, not what was ever published."""

from app.clock import HOUR_MS
from app.database import Row, placeholders, sql
from app.posts.holds import OPEN
from app.posts.releasing import SPACING_MS, Due

# Named exactly like this, the states can be sought in the index of due targets.
_WAITING = (
    "t.state IN ('scheduled', 'ready', 'retry_wait') AND t.lease_until_ms IS NULL AND t.paused = 0"
    f" AND EXISTS (SELECT 1 FROM channel c WHERE c.id = t.channel AND c.paused = 0 AND c.active = 1) AND {OPEN}"
)
# What waits for approval is not taken up; that it is late is found nevertheless.
_APPROVED = (
    "NOT EXISTS (SELECT 1 FROM social_account s JOIN post p ON p.id = t.post WHERE s.channel = t.channel"
    " AND s.needs_approval = 1 AND p.approval <> 'approved')"
)
# A slot without its video waits for it, until it is too late.
_FILLED = f"{_WAITING} AND t.post IS NOT NULL"
_PLANNED = "max(t.due_ms, coalesce(t.retry_ms, 0))"
# No target is published longer after its time: a week of grace, and the waits between its tries.
_LATEST_MS = 9 * 24 * HOUR_MS


async def due(now_ms: int, until_ms: int, limit: int) -> list[Due]:
    """Targets on time, those whose time comes before `until_ms` and that nobody holds; the earliest first."""
    rows = await sql(
        "SELECT t.id AS target, t.channel, t.attempt, t.due_ms AS at_ms FROM target t"
        f" WHERE {_FILLED} AND t.retry_ms IS NULL AND t.due_ms > ? AND t.due_ms <= ? AND {_APPROVED}"
        " ORDER BY t.due_ms LIMIT ?",
        now_ms - SPACING_MS, until_ms, limit,
    )  # fmt: skip
    return [Due(**row) for row in rows]


async def catching_up(now_ms: int, until_ms: int, limit: int) -> list[Due]:
    """Of each channel the first target that is late or to be tried again before `until_ms`.

    However many wait on one channel, the others get their turn.
    """
    # As an expression, the channel cannot tempt SQLite to walk through all targets in the order of their channels.
    rows = await sql(
        "SELECT target, channel, attempt, at_ms, again FROM (SELECT t.id AS target, t.channel, t.attempt,"
        f" {_PLANNED} AS at_ms, t.retry_ms IS NOT NULL AS again,"
        f" row_number() OVER (PARTITION BY t.channel || '' ORDER BY {_PLANNED}, t.id) AS place FROM target t"
        f" WHERE {_FILLED} AND (t.retry_ms IS NOT NULL OR t.due_ms <= ?) AND t.due_ms <= ?"
        f"  AND coalesce(t.retry_ms, 0) <= ? AND {_APPROVED}) AS late WHERE place = 1 ORDER BY at_ms LIMIT ?",
        now_ms - SPACING_MS, until_ms, until_ms, limit,
    )  # fmt: skip
    return [Due(**{**row, "again": bool(row["again"])}) for row in rows]


async def too_late(now_ms: int, limit: int) -> list[Row]:
    """Targets that nobody holds and that are later than their channel allows."""
    return await sql(
        f"SELECT t.id, t.attempt FROM target t WHERE {_WAITING} AND t.due_ms <= ? AND {_PLANNED} < ? - 1000 *"
        " (SELECT s.late_grace_s FROM social_account s WHERE s.channel = t.channel) ORDER BY t.due_ms LIMIT ?",
        now_ms, now_ms, limit,
    )  # fmt: skip


async def to_ask(now_ms: int, limit: int) -> list[Row]:
    """Targets whose platform should be asked now: accepted ones, and those whose outcome is unknown."""
    return await sql(
        "SELECT id, attempt, state FROM target WHERE state IN ('confirming', 'unconfirmed') AND retry_ms <= ?"
        " AND lease_until_ms IS NULL ORDER BY retry_ms LIMIT ?",
        now_ms, limit,
    )  # fmt: skip


async def abandoned(now_ms: int, limit: int) -> list[Row]:
    """Targets whose holder is gone: its lease ran out."""
    return await sql(
        "SELECT id, attempt, state FROM target WHERE lease_until_ms <= ? ORDER BY lease_until_ms LIMIT ?",
        now_ms, limit,
    )  # fmt: skip


async def busy(channels: list[str], now_ms: int) -> dict[str, int]:
    """When each channel published last, or is about to, in UTC ms.

    Bounded by the time of the targets, so that it costs the same however much a channel has published.
    """
    rows = await sql(
        "SELECT channel, max(CASE WHEN state IN ('preparing', 'ready') THEN max(due_ms, ?) ELSE committed_ms END)"
        f" AS at_ms FROM target WHERE channel IN ({placeholders(channels)}) AND due_ms > ? AND state IN"
        " ('preparing', 'ready', 'committing', 'confirming', 'unconfirmed', 'published') GROUP BY channel",
        now_ms, *channels, now_ms - _LATEST_MS,
    )  # fmt: skip
    return {row["channel"]: row["at_ms"] for row in rows if row["at_ms"] is not None}
