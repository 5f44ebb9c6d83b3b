"""The distance between orders with one token: platforms limit how fast they may come, whatever the channels are.

The places are kept in the database, so that all workers share them.
"""

from app.database import sql

# GitHub's secondary limit is about 80 requests a minute that create something (domain/publishing.md section 4.8).
EVERY_MS = 750
# Shorter than a lease: whoever would wait longer is left to a later look.
AHEAD_MS = 10_000


async def place(key: str, wanted_ms: int, now_ms: int) -> int | None:
    """Take the next free place of a token at or after an instant, in UTC ms; None while too many are taken."""
    rows = await sql(
        "INSERT INTO pace (key, next_ms) VALUES (?, ?) ON CONFLICT (key)"
        " DO UPDATE SET next_ms = max(next_ms, ?) + ? WHERE next_ms <= ? RETURNING next_ms",
        key, wanted_ms + EVERY_MS, wanted_ms, EVERY_MS, now_ms + AHEAD_MS,
    )  # fmt: skip
    return rows[0]["next_ms"] - EVERY_MS if rows else None
