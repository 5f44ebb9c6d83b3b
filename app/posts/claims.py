"""What the engine writes of targets: every write is conditional, so that of two only one succeeds.

The attempt number is the fencing token: it rises with each claim and with each act of a person, and a write that
carries an older one changes nothing (domain/publishing.md section 3, rule 2).
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from app import events
from app.clock import to_ms
from app.database import Row, sql
from app.posts.outcomes import TRIES_MOST, Settled

LEASE_MS = 30_000
_STOPPED = "The worker stopped in the middle of sending, so the platform may have the post."
_COLUMNS = """
  t.id, t.post, t.channel, t.state, t.paused, t.due_ms, t.generation, t.attempt, t.tries, t.retry_ms, t.doubtful,
  t.prepared, t.committed_ms, t.lease_owner, t.lease_until_ms, p.title, p.description, p.hashtags,
  c.title AS channel_title, c.paused AS channel_paused, c.active AS channel_active, s.platform, s.config,
  s.secret_enc, s.late_grace_s, a.id AS asset, a.name AS file_name, a.duration_ms, m.bytes, m.sha256, m.mime
"""
_JOINS = """
  FROM target t JOIN channel c ON c.id = t.channel JOIN social_account s ON s.channel = t.channel
  LEFT JOIN post p ON p.id = t.post LEFT JOIN asset a ON a.id = p.asset LEFT JOIN media m ON m.id = a.media
"""
_FREE = "(lease_until_ms IS NULL OR lease_until_ms <= ?)"
_NO_LEASE = "lease_owner = NULL, lease_until_ms = NULL"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to take a target's next steps, until the lease runs out or somebody else's act ends it."""

    target: str
    post: str
    attempt: int


async def load(target: str) -> Row | None:
    """A target with everything that publishing it needs."""
    rows = await sql(f"SELECT {_COLUMNS}{_JOINS} WHERE t.id = ?", target)
    return rows[0] if rows else None


async def take(target: str, attempt: int, owner: str, now_ms: int) -> Claim | None:
    """Claim a waiting target for its next try; None when somebody else was first."""
    return await _claimed(
        "UPDATE target SET state = 'preparing', attempt = attempt + 1, tries = tries + 1, lease_owner = ?,"
        " lease_until_ms = ?, retry_ms = NULL WHERE id = ? AND attempt = ? AND paused = 0"
        f" AND state IN ('scheduled', 'ready', 'retry_wait') AND {_FREE} RETURNING id, post, attempt",
        owner, now_ms + LEASE_MS, target, attempt, now_ms,
    )  # fmt: skip


async def take_doubtful(target: str, attempt: int, owner: str, now_ms: int) -> Claim | None:
    """Claim a target whose outcome is unknown for finding it out, which counts as a try."""
    return await _claimed(
        "UPDATE target SET attempt = attempt + 1, tries = tries + 1, lease_owner = ?, lease_until_ms = ?,"
        f" retry_ms = NULL WHERE id = ? AND attempt = ? AND state = 'unconfirmed' AND {_FREE}"
        " RETURNING id, post, attempt",
        owner, now_ms + LEASE_MS, target, attempt, now_ms,
    )  # fmt: skip


async def take_accepted(target: str, attempt: int, owner: str, now_ms: int) -> Claim | None:
    """Claim an accepted target for asking its platform; that is no further try."""
    return await _claimed(
        "UPDATE target SET attempt = attempt + 1, lease_owner = ?, lease_until_ms = ? WHERE id = ? AND attempt = ?"
        f" AND state = 'confirming' AND {_FREE} RETURNING id, post, attempt",
        owner, now_ms + LEASE_MS, target, attempt, now_ms,
    )  # fmt: skip


async def _claimed(query: str, *args: Any) -> Claim | None:
    rows = await sql(query, *args)
    return Claim(rows[0]["id"], rows[0]["post"], rows[0]["attempt"]) if rows else None


async def ready(claim: Claim, prepared: dict[str, Any], now_ms: int) -> bool:
    """Store that everything that can be done before the hour is done."""
    return bool(
        await sql(
            "UPDATE target SET state = 'ready', prepared = ?, lease_until_ms = ? WHERE id = ? AND attempt = ?"
            " AND state = 'preparing' RETURNING id",
            msgspec.json.encode(prepared).decode(), now_ms + LEASE_MS, claim.target, claim.attempt,
        )
    )  # fmt: skip


async def intend(claim: Claim, phase: str, intent: str, now_ms: int) -> int | None:
    """Store the intent before the irreversible call, and give its time; None when the target was changed or
    stopped meanwhile."""
    rows = await sql(
        "UPDATE target SET state = CASE state WHEN 'ready' THEN 'committing' ELSE state END, lease_until_ms = ?,"
        " committed_ms = ? WHERE id = ? AND attempt = ?"
        " AND (state = 'unconfirmed' OR state = 'ready' AND paused = 0 AND due_ms <= ?"
        "  AND EXISTS (SELECT 1 FROM channel c WHERE c.id = target.channel AND c.paused = 0 AND c.active = 1))"
        " RETURNING id",
        now_ms + LEASE_MS, now_ms, claim.target, claim.attempt, now_ms,
    )  # fmt: skip
    if not rows:
        return None
    await sql(
        "INSERT INTO attempt (target, number, phase, intent, started_ms) VALUES (?, ?, ?, ?, ?)",
        claim.target, claim.attempt, phase, intent, now_ms,
    )  # fmt: skip
    await _tell(claim, "publishing", now_ms, None)
    return now_ms


async def put(claim: Claim, settled: Settled, phase: str, now_ms: int, source: str = "") -> bool:
    """Store what a step led to, with its attempt and its event; False when the claim no longer holds.

    `source` is the id of the report that told it, where one did.
    """
    rows = await sql(
        f"UPDATE target SET state = ?, retry_ms = ?, error = ?, doubtful = ?, {_NO_LEASE},"
        " prepared = coalesce(?, prepared), remote_id = coalesce(?, remote_id), remote_url = coalesce(?, remote_url),"
        " published_ms = CASE WHEN ? = 'published' THEN ? ELSE published_ms END, version = version + 1"
        " WHERE id = ? AND attempt = ? RETURNING channel",
        settled.state, _ms(settled), settled.error, settled.doubtful,
        None if settled.prepared is None else msgspec.json.encode(settled.prepared).decode(),
        settled.remote_id, settled.remote_url, settled.state, now_ms, claim.target, claim.attempt,
    )  # fmt: skip
    if not rows:
        return False
    if settled.word != "not yet":
        await _record(claim, settled, phase, source, now_ms)
        await _tell(claim, settled.state, now_ms, settled.error)
    if settled.reconnect or settled.state == "published":
        await sql(
            "UPDATE social_account SET needs_reconnect = ? WHERE channel = ? AND needs_reconnect IS NOT ?",
            settled.reconnect, rows[0]["channel"], settled.reconnect,
        )  # fmt: skip
    return True


async def _record(claim: Claim, settled: Settled, phase: str, source: str, now_ms: int) -> None:
    await sql(
        "INSERT INTO attempt (target, number, phase, intent, started_ms, ended_ms, outcome, error)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (target, number, phase)"
        " DO UPDATE SET ended_ms = excluded.ended_ms, outcome = excluded.outcome, error = excluded.error",
        claim.target, claim.attempt, phase, source, now_ms, now_ms, settled.word, settled.error,
    )  # fmt: skip
    # A call that still waits for its answer when a report settles the target never tells its own outcome.
    await _close_attempts(claim.target, settled.word, settled.error, now_ms)


async def _close_attempts(target: str, word: str, error: str | None, now_ms: int) -> None:
    await sql(
        "UPDATE attempt SET ended_ms = ?, outcome = ?, error = ? WHERE target = ? AND ended_ms IS NULL",
        now_ms, word, error, target,
    )  # fmt: skip


async def was_told(target: str, source: str) -> bool:
    """Whether a report with that id has settled the target before."""
    return bool(
        await sql("SELECT 1 FROM attempt WHERE target = ? AND phase = 'callback' AND intent = ?", target, source)
    )


async def is_replaced(target: str) -> bool:
    """Whether another live target has taken the place of one that is gone: its video on its channel."""
    return bool(
        await sql(
            "SELECT 1 FROM target gone JOIN target t ON t.channel = gone.channel AND t.asset = gone.asset"
            " AND t.occurrence = gone.occurrence WHERE gone.id = ? AND t.id <> gone.id"
            " AND t.state NOT IN ('failed', 'missed', 'cancelled')",
            target,
        )
    )


async def note(claim: Claim, settled: Settled, phase: str, now_ms: int, source: str) -> None:
    """Tell in the history of a target what was reported, without changing the target."""
    await _record(claim, settled, phase, source, now_ms)
    await _tell(claim, f"reported {settled.state}", now_ms, settled.error)


async def _tell(claim: Claim, verb: str, now_ms: int, error: str | None) -> None:
    after = {"post": claim.post} if error is None else {"post": claim.post, "error": error}
    await events.record(events.Event("worker", "posts", "target", claim.target, verb, after=after), now_ms)


def _ms(settled: Settled) -> int | None:
    return None if settled.retry is None else to_ms(settled.retry)


async def miss(target: str, attempt: int, error: str, now_ms: int) -> bool:
    """Store that a target's time has passed by too far to publish it unasked."""
    claim = await _claimed(
        "UPDATE target SET state = 'missed', attempt = attempt + 1, error = ?, retry_ms = NULL, version = version + 1"
        " WHERE id = ? AND attempt = ? AND state IN ('scheduled', 'ready', 'retry_wait') AND lease_until_ms IS NULL"
        " RETURNING id, post, attempt",
        error, target, attempt,
    )  # fmt: skip
    if claim is not None:
        await _tell(claim, "missed", now_ms, error)
    return claim is not None


async def hand_back(claim: Claim, now_ms: int) -> bool:
    """Let a target wait again that its holder may not commit after all."""
    return await _wait_again(claim.target, claim.attempt, now_ms, now_ms + LEASE_MS)


async def recover(target: str, attempt: int, now_ms: int) -> bool:
    """Decide what a lease that ran out means: before the commit, wait again; in it, doubt."""
    return (
        await _wait_again(target, attempt, now_ms, now_ms)
        or await _let_go(target, attempt, now_ms)
        or await _doubt(target, attempt, now_ms)
    )


async def _wait_again(target: str, attempt: int, now_ms: int, lease_most_ms: int) -> bool:
    # What was tried before is late by its last try, not by its first.
    return bool(
        await sql(
            f"UPDATE target SET state = 'scheduled', attempt = attempt + 1, tries = tries - 1, {_NO_LEASE},"
            " retry_ms = CASE WHEN tries > 1 THEN ? END"
            " WHERE id = ? AND attempt = ? AND lease_until_ms <= ? AND state IN ('preparing', 'ready') RETURNING id",
            now_ms, target, attempt, lease_most_ms,
        )
    )  # fmt: skip


async def _let_go(target: str, attempt: int, now_ms: int) -> bool:
    return bool(
        await sql(
            f"UPDATE target SET attempt = attempt + 1, {_NO_LEASE}"
            " WHERE id = ? AND attempt = ? AND lease_until_ms <= ? AND state = 'confirming' RETURNING id",
            target, attempt, now_ms,
        )
    )  # fmt: skip


async def _doubt(target: str, attempt: int, now_ms: int) -> bool:
    """Whoever stops workers time and again is not asked about without end."""
    claim = await _claimed(
        f"UPDATE target SET state = 'unconfirmed', doubtful = 1, attempt = attempt + 1, {_NO_LEASE},"
        " retry_ms = CASE WHEN tries < ? THEN ? END, error = ?, version = version + 1"
        " WHERE id = ? AND attempt = ? AND lease_until_ms <= ? AND state IN ('committing', 'unconfirmed')"
        " RETURNING id, post, attempt",
        TRIES_MOST, now_ms, _STOPPED, target, attempt, now_ms,
    )  # fmt: skip
    if claim is not None:
        await _close_attempts(target, "unknown", _STOPPED, now_ms)
        await _tell(claim, "unconfirmed", now_ms, _STOPPED)
    return claim is not None


async def release(owner: str) -> None:
    """End the leases of a run that is over, or of all runs of a worker whose name ends in a slash."""
    await sql(
        "UPDATE target SET lease_until_ms = 0 WHERE lease_until_ms IS NOT NULL AND substr(lease_owner, 1, ?) = ?",
        len(owner), owner,
    )  # fmt: skip
