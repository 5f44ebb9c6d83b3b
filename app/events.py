"""What happened: an append-only table for audit, undo and live pages, and a Redis channel that only wakes.

Services write inside `change()`: the events commit with the change or not at all, and listeners are woken after.
"""

import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import redis.asyncio as redis
from redis.exceptions import RedisError

from app import idempotency
from app.clock import MasterClock
from app.database import DB, Row, placeholders, sql, sql_many
from app.errors import Conflict, Forbidden, NotFound

log = logging.getLogger(__name__)
WAKE_CHANNEL = "daypart:events"
_WAKE_TIMEOUT_S = 1.0
UNDO_MS = 10_000
_UNDO_SLACK_MS = 5_000  # what is asked for in the last moment takes its way


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: who did what to which subject, with the values before and after."""

    actor: str
    topic: str
    subject_type: str
    subject_id: str
    verb: str
    before: Any = None
    after: Any = None


def _json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


_INSERT = (
    "INSERT INTO event (at_ms, actor, topic, subject_type, subject_id, verb, before, after)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


def _values(event: Event, at_ms: int) -> tuple[Any, ...]:
    return (
        at_ms, event.actor, event.topic, event.subject_type, event.subject_id, event.verb,
        _json(event.before), _json(event.after),
    )  # fmt: skip


async def record(event: Event, at_ms: int) -> int:
    """Append one event inside the current transaction; returns its number."""
    rows = await sql(f"{_INSERT} RETURNING seq", *_values(event, at_ms))
    return int(rows[0]["seq"])


async def record_all(events: Iterable[Event], at_ms: int) -> None:
    """Append many events inside the current transaction, in their order."""
    await sql_many(_INSERT, [_values(event, at_ms) for event in events])


class Change:
    """One transaction of a service, which says what it changed and by whom."""

    def __init__(self, actor: str, at_ms: int) -> None:
        self.actor = actor
        self.at_ms = at_ms

    async def happened(
        self, topic: str, subject_type: str, subject_id: str, verb: str, before: Any = None, after: Any = None
    ) -> int:
        """Tell that `verb` was done to a subject; `topic` is what live pages listen to. Returns the event's number."""
        return await record(Event(self.actor, topic, subject_type, subject_id, verb, before, after), self.at_ms)


@contextlib.asynccontextmanager
async def change(actor: str, clock: MasterClock) -> AsyncIterator[Change]:
    """All of a service's writes in one transaction; live pages are woken once it is committed."""
    async with DB.transaction():
        happening = Change(actor, clock.now_ms())
        yield happening
        await idempotency.store(happening.at_ms)
    await announce()


_redis: redis.Redis | None = None


def connect(url: str) -> None:
    """Wake listeners through this Redis from now on."""
    global _redis  # noqa: PLW0603 - one connection a process
    _redis = redis.Redis.from_url(url, socket_timeout=_WAKE_TIMEOUT_S, socket_connect_timeout=_WAKE_TIMEOUT_S)


async def disconnect() -> None:
    """Close the connection that `connect` opened."""
    global _redis  # noqa: PLW0603 - one connection a process
    if _redis is not None:
        await _redis.aclose()
        _redis = None


async def announce() -> None:
    """Wake everybody who listens; when Redis is away they find the events by looking themselves."""
    if _redis is None:
        return
    try:
        await _redis.publish(WAKE_CHANNEL, "")
    except (RedisError, OSError) as error:
        log.warning("live pages were not woken: %s", error)


async def newest() -> int:
    """The number of the newest event; 0 before there is one."""
    return int((await sql("SELECT coalesce(max(seq), 0) AS seq FROM event"))[0]["seq"])


async def newest_of(topics: Sequence[str], after: int) -> tuple[int, int | None]:
    """Of what happened after a cursor: the newest event's number (or the cursor), and that of the newest on topics."""
    rows = await sql(
        f"SELECT max(seq) AS seq, max(CASE WHEN topic IN ({placeholders(topics)}) THEN seq END) AS told FROM event"
        " WHERE seq > ?",
        *topics, after,
    )  # fmt: skip
    return rows[0]["seq"] or after, rows[0]["told"]


async def since(seq: int, limit: int = 500) -> list[Row]:
    """Events after a cursor, oldest first, with what a live page needs of them."""
    return await sql("SELECT seq, topic, subject_id FROM event WHERE seq > ? ORDER BY seq LIMIT ?", seq, limit)


async def history(subject_type: str, subject_id: str) -> list[Row]:
    """Everything that happened to one subject, newest first."""
    return await sql(
        "SELECT seq, at_ms, actor, verb, before, after FROM event"
        " WHERE subject_type = ? AND subject_id = ? ORDER BY seq DESC",
        subject_type, subject_id,
    )  # fmt: skip


async def audit(before_seq: int | None, limit: int) -> list[Row]:
    """The newest events for the audit page, paged by cursor."""
    return await sql(
        "SELECT seq, at_ms, actor, topic, subject_type, subject_id, verb, before, after FROM event"
        " WHERE seq < ? ORDER BY seq DESC LIMIT ?",
        before_seq or 2**62, limit,
    )  # fmt: skip


# Puts back what an event changed, inside of a transaction; refuses when somebody changed the subject meanwhile.
Undo = Callable[[Change, Row], Awaitable[None]]
_undoers: dict[tuple[str, str], Undo] = {}


def register_undo(subject_type: str, verb: str, undo: Undo) -> None:
    """Let an area put back what it did to its subjects; the event is given with `before` and `after` decoded."""
    _undoers[subject_type, verb] = undo


async def undo(seq: int, actor: str, clock: MasterClock, among: Collection[str] | None = None) -> Row:
    """Put back what an event changed, once, by whoever did it and within ten seconds; returns the event.

    Whoever shows only some types of subjects names them: an event of another is unknown there.
    """
    async with change(actor, clock) as happening:
        event = await _undoable(seq, actor, happening.at_ms, among)
        await _undoers[event["subject_type"], event["verb"]](happening, event)
        undone_by = await happening.happened(
            event["topic"], event["subject_type"], event["subject_id"], "undone",
            before=event["after"], after=event["before"],
        )  # fmt: skip
        await sql("UPDATE event SET undone_by = ? WHERE seq = ?", undone_by, seq)
    return event


async def _undoable(seq: int, actor: str, now_ms: int, among: Collection[str] | None) -> Row:
    rows = await sql("SELECT * FROM event WHERE seq = ?", seq)
    known = rows and (among is None or rows[0]["subject_type"] in among)
    if not known or (rows[0]["subject_type"], rows[0]["verb"]) not in _undoers:
        raise NotFound("UNDO_UNKNOWN", "There is nothing that could be undone.")
    event = rows[0]
    if event["actor"] != actor:
        raise Forbidden("UNDO_FOREIGN", "Only who made a change can undo it. Make the opposite change instead.")
    if event["undone_by"] is not None:
        raise Conflict("UNDO_TWICE", "This was undone already.")
    if now_ms - event["at_ms"] > UNDO_MS + _UNDO_SLACK_MS:
        raise Conflict("UNDO_LATE", "This can no longer be undone. Make the opposite change instead.")
    return event | {name: msgspec.json.decode(event[name] or "null") for name in ("before", "after")}


async def undoable(actor: str, now_ms: int) -> Row | None:
    """The newest thing that somebody did and may still undo."""
    rows = await sql(
        "SELECT seq, subject_type, subject_id, verb, undone_by FROM event"
        " WHERE seq > (SELECT max(seq) - 200 FROM event) AND actor = ? AND at_ms >= ? ORDER BY seq DESC LIMIT 1",
        actor, now_ms - UNDO_MS,
    )  # fmt: skip
    known = rows and rows[0]["undone_by"] is None and (rows[0]["subject_type"], rows[0]["verb"]) in _undoers
    return rows[0] if known else None
