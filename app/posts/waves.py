"""Acts on targets, groups, waves, channels and everything: pause, cancel, move as a whole, retry, change the order.

Each is one transaction. What is held for a time and goes on again is in `resuming`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.accounts.rules import Identity
from app.channels import service as channels
from app.clock import MasterClock, from_ms, to_ms
from app.database import Row, placeholders, sql
from app.errors import Conflict
from app.events import Change, change
from app.posts import approval, conflicts, holds, service, slots, wave_rules
from app.posts.schemas import When
from app.posts.scopes import Scope, placed, targets, waiting, when_of
from app.posts.states import CHANGEABLE, RETRYABLE
from app.queue import Queue


@dataclass(frozen=True, slots=True)
class Done:
    """How many targets an act changed, and what to tell about their times."""

    changed: int
    notes: list[str] = field(default_factory=list)
    due: datetime | None = None


async def pause(of: Scope, *, by: Identity, clock: MasterClock) -> Done:
    """Hold everything that waits in a scope; a channel, a wave and everything also hold what is added later.

    Tells how many targets that newly holds; a target that does not wait is refused.
    """
    async with change(by.actor, clock) as happening:
        rows = await waiting(of)
        if of.kind in ("target", "group"):
            if not rows:
                raise Conflict("STATE", f"{of.title} does not wait, so it cannot be paused.")
            return await _flag(happening, [row for row in rows if not row["paused"]])
        open_rows = [row for row in rows if not held(row, await holds.all_paused())]
        number = len(open_rows)
        return Done(number if await _switch(happening, of, True, number) else 0)


async def _flag(happening: Change, rows: Sequence[Row]) -> Done:
    ids = [row["id"] for row in rows]
    await sql(f"UPDATE target SET paused = 1, version = version + 1 WHERE id IN ({placeholders(ids)})", *ids)
    for row in rows:
        await happening.happened("posts", "target", row["id"], "paused", after={"post": row["post"]})
    return Done(len(rows))


def held(row: Row, everything: bool) -> bool:
    """Whether anything holds a target back."""
    return bool(everything or row["paused"] or row["wave_paused"] or row["channel_paused"] or not row["channel_active"])


async def _switch(happening: Change, of: Scope, paused: bool, targets: int) -> bool:
    """Set the switch of a channel, a wave or everything; False when it stood so already."""
    if of.kind == "channel":
        return await channels.switch_paused(happening, of.id, paused, targets)
    table, row = ("wave", of.id) if of.kind == "wave" else ("publishing", 1)
    changed = await sql(f"UPDATE {table} SET paused = ? WHERE id = ? AND paused <> ? RETURNING id", paused, row, paused)
    if changed:
        verb = "paused" if paused else "resumed"
        await happening.happened("posts", table, of.id, verb, after={"targets": targets})
    return bool(changed)


async def release(happening: Change, of: Scope, targets: int) -> bool:
    """Take a scope's own hold off inside of a transaction, which lets so many targets go; False when there was none."""
    if of.kind not in ("target", "group"):
        return await _switch(happening, of, False, targets)
    rows = [row for row in await waiting(of) if row["paused"]]
    ids = [row["id"] for row in rows]
    await sql(f"UPDATE target SET paused = 0, version = version + 1 WHERE id IN ({placeholders(ids)})", *ids)
    for row in rows:
        await happening.happened("posts", "target", row["id"], "resumed", after={"post": row["post"]})
    return bool(rows)


async def cancel(of: Scope, *, by: Identity, clock: MasterClock) -> Done:
    """Cancel everything that waits in a scope, or one target that waits or failed; what went out stays."""
    async with change(by.actor, clock) as happening:
        allowed = CHANGEABLE | RETRYABLE if of.kind == "target" else CHANGEABLE
        rows = [row for row in await targets(of) if row["state"] in allowed]
        if not rows:
            raise Conflict("STATE", f"Nothing of {of.title} waits, so there is nothing to cancel.")
        ids = [row["id"] for row in rows]
        await sql(
            "UPDATE target SET state = 'cancelled', attempt = attempt + 1, lease_owner = NULL, lease_until_ms = NULL,"
            f" retry_ms = NULL, version = version + 1 WHERE id IN ({placeholders(ids)})",
            *ids,
        )
        for row in rows:
            await happening.happened("posts", "target", row["id"], "cancelled", after={"post": row["post"]})
    return Done(len(rows))


async def move(
    of: Scope, first: When, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None = None
) -> Done:
    """Move what waits in a scope as a whole: the first of it to a time, the others at their wall-clock gaps."""
    async with change(by.actor, clock) as happening:
        rows = await movable(of)
        whens = wave_rules.moved([when_of(row) for row in rows], first, timezone)
        await put(happening, rows, whens, "rescheduled", timezone)
    await woken(rows, whens, clock, queue)
    notes = list(dict.fromkeys(when.note for when in whens if when.note))
    return Done(len(rows), notes, min(when.at for when in whens))


async def movable(of: Scope) -> list[Row]:
    """What of a scope can be given another time: one target also after it failed or was missed."""
    allowed = CHANGEABLE | RETRYABLE if of.kind == "target" else CHANGEABLE
    rows = [row for row in await targets(of) if row["state"] in allowed]
    if not rows:
        raise Conflict("STATE", f"Nothing of {of.title} waits, so there is nothing to move.")
    return rows


async def put(happening: Change, rows: Sequence[Row], whens: Sequence[When], verb: str, timezone: str) -> None:
    """Give targets their new times inside of a transaction, or refuse all with what they clash with."""
    for when in whens:
        slots.check_time(when.at, from_ms(happening.at_ms))
    wanted = placed(rows, whens)
    if found := wave_rules.clashes(wanted, await conflicts.taken(wanted)):
        titles = {row["channel"]: row["channel_title"] for row in rows}
        raise conflicts.refusal(found, titles, await conflicts.next_free(wanted, happening.at_ms), timezone)
    for row, when in zip(rows, whens, strict=True):
        await service.move(happening, row, when, verb)


async def woken(rows: Sequence[Row], whens: Sequence[When], clock: MasterClock, queue: Queue | None) -> None:
    """Wake a worker for targets that were moved to about now."""
    for row, when in zip(rows, whens, strict=True):
        await service.wake_soon([(row["id"], row["attempt"] + 1)], when.at, clock, queue)


async def retry(of: Scope, *, by: Identity, clock: MasterClock, queue: Queue | None = None) -> Done:
    """Try again what failed or was missed in a scope, now and a minute apart on each channel; all else is left alone.

    Slots that were missed because they had no video are moved by hand, since there is nothing to send.
    """
    async with change(by.actor, clock) as happening:
        rows = [row for row in await targets(of) if row["state"] in RETRYABLE and row["post"] is not None]
        if not rows:
            raise Conflict("STATE", f"Nothing of {of.title} failed, so there is nothing to try again.")
        for post in dict.fromkeys(row["post"] for row in rows):
            await approval.refuse_unapproved(post)
        for row in rows:
            await service.refuse_closed(row)
        whens = await from_now_on(rows, happening.at_ms)
        for row, when in zip(rows, whens, strict=True):
            await service.move(happening, row, when, "retry")
    await woken(rows, whens, clock, queue)
    return Done(len(rows), due=min(when.at for when in whens))


async def from_now_on(rows: Sequence[Row], now_ms: int) -> list[When]:
    """For each target the first time from now on that is free on its channel, in their order."""
    others = await conflicts.planned_on({row["channel"] for row in rows}, now_ms, {row["id"] for row in rows})
    times: dict[str, list[datetime]] = {}
    for channel in {row["channel"] for row in rows}:
        number = sum(row["channel"] == channel for row in rows)
        taken_ms = [other.at_ms for other in others if other.channel == channel]
        times[channel] = wave_rules.in_gaps(number, taken_ms, now_ms)
    return [When(times[row["channel"]].pop(0)) for row in rows]


async def reorder(of: Scope, order: Sequence[str], *, by: Identity, clock: MasterClock, timezone: str) -> Done:
    """Change whose turn is when in a staggered group: its times stay, its targets take them in another order."""
    async with change(by.actor, clock) as happening:
        rows = await movable(of)
        if rows[0]["kind"] != "staggered":
            raise Conflict("KIND", "Only the channels of a staggered group have an order.")
        turns = wave_rules.reordered([when_of(row) for row in rows], [row["id"] for row in rows], list(order))
        changed = [row for row in rows if to_ms(turns[row["id"]].at) != row["due_ms"]]
        if changed:
            await put(happening, changed, [turns[row["id"]] for row in changed], "reordered", timezone)
    return Done(len(changed))


async def rename(of: Scope, title: str, *, by: Identity, clock: MasterClock) -> None:
    """Give a wave another title; its key stays."""
    title = wave_rules.checked_wave_title(title)
    async with change(by.actor, clock) as happening:
        await sql("UPDATE wave SET title = ? WHERE id = ?", title, of.id)
        before, after = {"title": of.title}, {"title": title}
        await happening.happened("posts", "wave", of.id, "renamed", before=before, after=after)
