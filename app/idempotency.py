"""Requests that a caller may repeat: one key, one change, whatever is cut off in between.

The key is stored in the transaction of the change itself, so a repeat either finds nothing done or all of it.
"""

from contextvars import ContextVar
from dataclasses import dataclass

from app.database import sql
from app.errors import Conflict, Invalid

KEPT_MS = 24 * 60 * 60_000
KEY_MOST = 200


@dataclass(slots=True)
class Wish:
    """A request under its key; `digest` tells whether a repeat asks for the same."""

    actor: str
    route: str
    key: str
    digest: str
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a request before."""

    status: int
    kind: str
    body: bytes


current: ContextVar[Wish | None] = ContextVar("wish", default=None)


async def answered(wish: Wish) -> Answer | None:
    """What was answered under this key; None when the request is new.

    Raises Invalid where the key was used for another request, and Conflict where the change was made but its
    answer was lost, or is still being made.
    """
    rows = await sql(
        "SELECT digest, status, kind, response FROM idempotency WHERE actor = ? AND route = ? AND key = ?",
        wish.actor, wish.route, wish.key,
    )  # fmt: skip
    if not rows:
        return None
    row = rows[0]
    if row["digest"] != wish.digest:
        raise Invalid("KEY_REUSED", "This Idempotency-Key was used for another request. Use a new one.")
    if row["status"] is None:
        raise Conflict("KEY_DONE", "This request was carried out before, but its answer was lost. Look what is there.")
    return Answer(row["status"], row["kind"], row["response"])


async def store(at_ms: int) -> None:
    """Store the key of the request that is being carried out, inside its transaction; a second one fails there."""
    wish = current.get()
    if wish is None or wish.stored:
        return
    await sql("DELETE FROM idempotency WHERE at_ms < ?", at_ms - KEPT_MS)
    rows = await sql(
        "INSERT INTO idempotency (actor, route, key, digest, at_ms) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING RETURNING key",
        wish.actor, wish.route, wish.key, wish.digest, at_ms,
    )  # fmt: skip
    if not rows:
        raise Conflict("KEY_DONE", "A request with this Idempotency-Key is being carried out.")
    wish.stored = True


async def keep(wish: Wish, answer: Answer) -> None:
    """Store what was answered, for repeats."""
    await sql(
        "UPDATE idempotency SET status = ?, kind = ?, response = ? WHERE actor = ? AND route = ? AND key = ?",
        answer.status, answer.kind, answer.body, wish.actor, wish.route, wish.key,
    )  # fmt: skip
