"""Moving one target, unless somebody else changed it first, and putting it back."""

from app import events
from app.accounts.rules import Identity
from app.channels.service import channel
from app.clock import MasterClock, from_ms, to_ms, zone
from app.database import Row, sql
from app.errors import Conflict, NotFound
from app.events import Change, change
from app.posts import service, slots
from app.posts.clashes import refuse_clash
from app.posts.schemas import When
from app.posts.states import CHANGEABLE, RETRYABLE
from app.queue import Queue
from app.wording import local

MOVED = "moved"
_KEPT = ("state", "due_ms", "wall", "timezone", "retry_ms", "error", "problem", "tries", "generation")


def register() -> None:
    """Let moves be undone."""
    events.register_undo("target", MOVED, put_back)


async def move_target(
    target: str,
    when: When,
    version: int,
    *,
    by: Identity,
    clock: MasterClock,
    timezone: str,
    queue: Queue | None = None,
) -> int:
    """Give one target another time; returns the number of the event, by which it can be undone.

    Refused when its version is another than the one that was seen, so that nobody overwrites what they did not see.
    """
    slots.check_time(when.at, clock.now())
    async with change(by.actor, clock) as happening:
        row = await _row(target)
        _refuse_stale(row, version, timezone)
        if row["state"] not in CHANGEABLE | RETRYABLE:
            raise Conflict("STATE", "Only what still waits, or failed, can be moved.", states=[row["state"]])
        await _refuse_impossible(row, when, clock, timezone)
        await _store(row, when)
        event = await happening.happened(
            "posts", "target", target, MOVED,
            before={name: row[name] for name in _KEPT} | {"due": from_ms(row["due_ms"])},
            after={"post": row["post"], "due": when.at, "version": row["version"] + 1},
        )  # fmt: skip
    await service.wake_soon([(target, row["attempt"] + 1)], when.at, clock, queue)
    return event


async def _row(target: str) -> Row:
    rows = await sql(
        "SELECT t.*, coalesce(p.title, 'This slot') AS title FROM target t LEFT JOIN post p ON p.id = t.post"
        " WHERE t.id = ? AND t.due_ms IS NOT NULL",
        target,
    )
    if not rows:
        raise NotFound("TARGET_UNKNOWN", "There is no such post on a channel.")
    return rows[0]


def _refuse_stale(row: Row, version: int, timezone: str) -> None:
    if row["version"] != version:
        at = local(from_ms(row["due_ms"]), zone(timezone))
        detail = f"“{row['title']}” was changed by someone else meanwhile. It stands at {at}; look at it again."
        raise Conflict("VERSION_STALE", detail, version=row["version"], scheduled_time=from_ms(row["due_ms"]))


async def _refuse_impossible(row: Row, when: When, clock: MasterClock, timezone: str) -> None:
    one = await channel(row["channel"])
    await refuse_clash(one, None, when, clock, timezone, own=row["id"])
    if row["state"] in RETRYABLE:
        await service.refuse_twice(row)
    if row["post"]:
        await service.refuse_unfit(row["post"], [row])


async def _store(row: Row, when: When) -> None:
    # What failed for certain is published anew: to a receiver that knows the old id, a resend is no news.
    await sql(
        "UPDATE target SET state = CASE state WHEN 'draft' THEN 'draft' ELSE 'scheduled' END, due_ms = ?, wall = ?,"
        " timezone = ?, attempt = attempt + 1, tries = 0, generation = generation + (state = 'failed'),"
        " lease_owner = NULL, lease_until_ms = NULL, retry_ms = NULL, error = NULL, problem = NULL,"
        " version = version + 1 WHERE id = ?",
        to_ms(when.at), when.wall, when.timezone, row["id"],
    )  # fmt: skip


async def put_back(happening: Change, event: Row) -> None:
    """Undo a move, unless anything happened to the target since, or its old time has passed or been taken."""
    row, before = await _row(event["subject_id"]), event["before"]
    if row["version"] != event["after"]["version"] or row["state"] not in CHANGEABLE:
        raise Conflict("VERSION_STALE", f"“{row['title']}” was changed meanwhile, so its move stays.")
    if before["state"] in CHANGEABLE:
        await _refuse_gone(row, before["due_ms"], happening.at_ms)
    state = "scheduled" if before["state"] in ("preparing", "ready") else before["state"]
    await sql(
        "UPDATE target SET state = ?, due_ms = ?, wall = ?, timezone = ?, retry_ms = ?, error = ?, problem = ?,"
        " tries = ?, generation = ?, attempt = attempt + 1, lease_owner = NULL, lease_until_ms = NULL,"
        " version = version + 1 WHERE id = ?",
        state, *(before[name] for name in _KEPT[1:]), row["id"],
    )  # fmt: skip


async def _refuse_gone(row: Row, due_ms: int, now_ms: int) -> None:
    if due_ms < now_ms:
        raise Conflict("UNDO_PAST", f"The former time of “{row['title']}” has passed, so its move stays.")
    taken = await sql(
        "SELECT 1 FROM target WHERE channel = ? AND due_ms > ? AND due_ms < ? AND id <> ?"
        " AND state NOT IN ('failed', 'missed', 'cancelled')",
        row["channel"], due_ms - slots.CONFLICT_MS, due_ms + slots.CONFLICT_MS, row["id"],
    )  # fmt: skip
    if taken:
        raise Conflict("UNDO_TAKEN", f"The former time of “{row['title']}” was taken meanwhile, so its move stays.")
