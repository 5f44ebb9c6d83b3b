"""The distance between orders with one token: platforms limit how fast they may come, whatever the channels are.

The places are kept in the database, so that all workers share them.
"""

from app.database import sql

# GitHub's secondary limit is about 80 requests a minute that create something (domain/publishing.md section 4.8).
EVERY_MS = 750
# Shorter than a lease: whoever would wait longer is left to a later look.
AHEAD_MS = 10_000


async def place(key: str, taker: str, wanted_ms: int, now_ms: int) -> int | None:
    """Take the next free place of a token at or after an instant, in UTC ms; None while too many are taken.

    Whoever took the last place and comes again before it, as after a crash, has it still. A place further ahead than
    any can be is of a clock that was set back since, and counts no more.
    """
    ahead_ms = now_ms + AHEAD_MS
    rows = await sql(
        "INSERT INTO pace (key, taker, next_ms) VALUES (?, ?, ?) ON CONFLICT (key)"
        " DO UPDATE SET taker = excluded.taker, next_ms = CASE WHEN next_ms > ? THEN excluded.next_ms"
        "  WHEN taker = excluded.taker AND next_ms >= excluded.next_ms THEN next_ms"
        "  ELSE max(next_ms + ?, excluded.next_ms) END"
        " WHERE next_ms <= ? OR next_ms > ? OR (taker = excluded.taker AND next_ms >= excluded.next_ms)"
        " RETURNING next_ms",
        key, taker, wanted_ms + EVERY_MS, ahead_ms + EVERY_MS, EVERY_MS, ahead_ms, ahead_ms + EVERY_MS,
    )  # fmt: skip
    return rows[0]["next_ms"] - EVERY_MS if rows else None
