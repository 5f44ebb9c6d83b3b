"""What the calendar reads of targets: light rows between two instants, in order of time."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.database import Row, placeholders, sql
from app.errors import NotFound
from app.posts.holds import HELD
from app.posts.states import STATES, Status, status_of

_ROW = f"""
  SELECT t.id, t.post, t.channel, t.state, t.paused OR c.paused OR NOT c.active OR {HELD} AS closed, t.due_ms,
   t.version, t.error, coalesce(p.title, 'Empty slot') AS title
  FROM target t JOIN channel c ON c.id = t.channel LEFT JOIN post p ON p.id = t.post
"""


@dataclass(frozen=True, slots=True)
class Between:
    """Which targets are wanted: a half-open interval, and what must hold besides; empty fields want all.

    Cancelled ones come only when they are asked for.
    """

    from_ms: int
    to_ms: int
    channels: Sequence[str] = ()
    status: Status | None = None
    q: str = ""


async def due_between(wanted: Between, most: int) -> list[Row]:
    """Targets by their time, at most so many."""
    asked = [s for s in STATES if (status_of(s) == wanted.status if wanted.status else s != "cancelled")]
    where, values = "", []
    if wanted.channels:
        where += f" AND c.slug IN ({placeholders(wanted.channels)})"
        values += list(wanted.channels)
    if wanted.q:
        where += " AND instr(lower(p.title), lower(?))"
        values.append(wanted.q)
    return await sql(
        f"{_ROW} WHERE t.state IN ({placeholders(asked)}) AND t.due_ms >= ? AND t.due_ms < ?{where}"
        " ORDER BY t.due_ms, t.id LIMIT ?",
        *asked, wanted.from_ms, wanted.to_ms, *values, most,
    )  # fmt: skip


async def target(target_id: str) -> Row:
    """One target as the calendar shows it."""
    rows = await sql(f"{_ROW} WHERE t.id = ? AND t.due_ms IS NOT NULL", target_id)
    if not rows:
        raise NotFound("TARGET_UNKNOWN", "There is no such post on a channel.")
    return rows[0]
