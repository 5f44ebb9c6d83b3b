"""What a restored database may not go on with: publications that happened after the backup, and old sessions.

A target that still waits in the backup may have gone out before the restore. The desk cannot know, so it does not
publish it again by itself: it is shown as unconfirmed, and a person says what happened.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app import database, wording
from app.accounts.desk import desk
from app.accounts.rules import Identity
from app.clock import MasterClock, to_ms, zone
from app.database import Row, sql
from app.events import Change, change

RESTORE = Identity("system", "", "restore", "admin")
# A target that is only asked about (`confirming`) is left to the worker: asking publishes nothing.
_UNCERTAIN = (
    "state IN ('scheduled', 'preparing', 'ready', 'retry_wait') AND due_ms <= ? OR state = 'committing'"
    " OR state = 'unconfirmed' AND (retry_ms IS NOT NULL OR lease_until_ms IS NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Settled:
    """How many posts may have gone out since the backup, and how many are still ahead."""

    unconfirmed: int
    ahead: int


async def settle(path: Path, made: datetime, clock: MasterClock) -> Settled:
    """Make the copied database of `made` safe to work with, in one transaction."""
    async with database.opened(path):
        tz = zone((await desk()).timezone)
        words = f"This desk was restored from a backup of {wording.local(made, tz)}; this may have gone out since."
        async with change(RESTORE.actor, clock) as happening:
            # A machine whose clock is behind must not take what was due before the backup for something ahead.
            until_ms = max(happening.at_ms, to_ms(made))
            posts = await _doubt(happening, until_ms, words)
            await _let_go(until_ms)
            await _sign_out()
            # What had arrived of them lies outside of the library, so no backup has it.
            await sql("DELETE FROM upload WHERE asset IS NULL")
            await happening.happened("desk", "desk", "1", "restored", after={"backup": made, "unconfirmed": len(posts)})
        return Settled(len(posts), await _ahead())


async def _doubt(happening: Change, until_ms: int, words: str) -> set[str]:
    rows: list[Row] = await sql(
        "UPDATE target SET state = 'unconfirmed', doubtful = 1, retry_ms = NULL, lease_owner = NULL,"
        " lease_until_ms = NULL, attempt = attempt + 1, error = ?, version = version + 1"
        f" WHERE {_UNCERTAIN} RETURNING id, post",
        words, until_ms,
    )  # fmt: skip
    for row in rows:
        await sql(
            "UPDATE attempt SET ended_ms = ?, outcome = 'unknown', error = ? WHERE target = ? AND ended_ms IS NULL",
            happening.at_ms, words, row["id"],
        )  # fmt: skip
        after = {"post": row["post"], "error": words}
        await happening.happened("posts", "target", row["id"], "unconfirmed", after=after)
    # Whoever held the others is on the old desk; the worker takes them up at once.
    await sql("UPDATE target SET lease_until_ms = 0 WHERE lease_until_ms IS NOT NULL")
    return {row["post"] for row in rows}


async def _let_go(until_ms: int) -> None:
    """What posts that repeat missed since, the old desk may have published: none of it is caught up with."""
    await sql("UPDATE recurrence SET made_ms = max(made_ms, ?)", until_ms)
    # Like one that somebody moved, it is left to a person.
    await sql("UPDATE target SET wall = NULL WHERE state = 'missed' AND wall = occurrence")


async def _sign_out() -> None:
    """Whoever left or signed out after the backup must not be signed in again by an old cookie or link."""
    await sql("DELETE FROM session")
    await sql("DELETE FROM sign_in_failure")
    await sql("UPDATE desk SET setup_hash = NULL")


async def _ahead() -> int:
    rows = await sql(
        "SELECT count(DISTINCT post) AS n FROM target WHERE state IN ('scheduled', 'preparing', 'ready', 'retry_wait')"
    )
    return int(rows[0]["n"])
