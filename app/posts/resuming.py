"""Letting go on what was paused; what became late meanwhile goes out only as somebody says."""

from collections.abc import AsyncIterator, Sequence
from typing import get_args

from app.accounts.rules import Identity
from app.channels.kinds import Past
from app.clock import MasterClock, from_ms
from app.database import Row
from app.errors import Conflict
from app.events import change
from app.posts import conflicts, holds, scopes, wave_rules, waves
from app.posts.free_slots import next_free_slots
from app.posts.schemas import When
from app.posts.scopes import Scope, when_of
from app.posts.waves import Done
from app.queue import Queue

PASTS: tuple[Past, ...] = get_args(Past)
_CHOICES = (
    "Say what becomes of them: now sends them, next_slot gives each its next free slot, and shift moves them and all"
    " that follows, gaps kept."
)


async def past(of: Scope, now_ms: int) -> list[Row]:
    """The targets that would be late at once if a scope went on now."""
    return [row for row in await _released(of) if max(row["due_ms"], row["retry_ms"] or 0) < now_ms]


async def _released(of: Scope) -> list[Row]:
    """What only this scope's own hold keeps back."""
    if not of.paused and of.kind != "group":
        return []
    own = {"target": "paused", "group": "paused", "wave": "wave_paused", "channel": "channel_paused"}.get(of.kind, "")
    everything = of.kind != "all" and await holds.all_paused()
    rows = [row for row in await scopes.waiting(of) if own != "paused" or row["paused"]]
    return [row for row in rows if not waves.held({**row, own: 0}, everything)]


async def resume(
    of: Scope, choice: Past | None, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None = None
) -> Done:
    """Take a hold off; where times passed meanwhile, `choice` says what becomes of those targets, or it is refused.

    Tells how many targets go on; what something else holds too goes on waiting. A target that does not wait is
    refused, and what is not paused is left alone.
    """
    moved = list[tuple[Row, When]]()
    async with change(by.actor, clock) as happening:
        of = await scopes.scope(of.kind, of.key)
        if of.kind == "target" and not await scopes.waiting(of):
            raise Conflict("STATE", f"{of.title} does not wait, so it cannot be resumed.")
        released = await _released(of)
        if late := await past(of, happening.at_ms):
            if choice is None:
                raise _ask(of, late)
            async for rows, whens in _settled(of, late, choice, happening.at_ms, clock, timezone):
                await waves.put(happening, rows, whens, "resumed late", timezone)
                moved += zip(rows, whens, strict=True)
        await waves.release(happening, of, len(released))
    await waves.woken([row for row, _ in moved], [when for _, when in moved], clock, queue)
    return Done(len(released), due=min((when.at for _, when in moved), default=None))


def _ask(of: Scope, late: Sequence[Row]) -> Conflict:
    passed = "The time of one target" if len(late) == 1 else f"The times of {len(late)} targets"
    facts = [
        {
            "channel": row["channel_title"], "target": row["id"], "title": row["title"],
            "scheduled_time": from_ms(row["due_ms"]),
        }
        for row in late
    ]  # fmt: skip
    detail = f"{passed} passed while {of.title} was paused. {_CHOICES}"
    page = f"/schedule/waves/{of.kind}/{of.key}/resume"
    return Conflict("PAST_ASKS", detail, errors={"past": detail}, conflicts=facts, choices=list(PASTS), page=page)


async def _settled(
    of: Scope, late: Sequence[Row], choice: Past, now_ms: int, clock: MasterClock, timezone: str
) -> AsyncIterator[tuple[list[Row], list[When]]]:
    """Which targets get which times, in parts: the next is sought when the one before has its place."""
    if choice == "now":
        yield list(late), await waves.from_now_on(late, now_ms)
    elif choice == "shift":
        yield await _shifted(of, late, now_ms)
    else:
        for rows in _parts(late):
            (slot,) = await next_free_slots(1, [row["channel"] for row in rows], clock=clock, timezone=timezone)
            yield rows, [slot.when] * len(rows)


def _parts(late: Sequence[Row]) -> list[list[Row]]:
    """Those of a simultaneous group share a slot, so that they still go out together; others get one each."""
    parts: dict[str, list[Row]] = {}
    for row in late:
        key = row["group"] if row["kind"] == "simultaneous" else row["id"]
        parts.setdefault(key, []).append(row)
    return list(parts.values())


async def _shifted(of: Scope, late: Sequence[Row], now_ms: int) -> tuple[list[Row], list[When]]:
    """Everything from the first late one on, as much later as it takes for that one to be now and all to be free."""
    group = late[0]["group"]
    whole = Scope("group", group, group, of.title) if of.kind == "target" and group else of
    first_ms = late[0]["due_ms"]
    rows = [row for row in await scopes.waiting(whole) if row["due_ms"] >= first_ms]
    old = [when_of(row) for row in rows]
    wanted = scopes.placed(rows, old)
    others = await conflicts.planned_on({row["channel"] for row in rows}, now_ms, {row["id"] for row in rows})
    by_ms = wave_rules.free_shift(wanted, others, now_ms - first_ms, now_ms + conflicts.SEARCH_MS)
    if by_ms is None:
        raise Conflict("SLOT_TAKEN", "There is no time within two weeks at which all of them are free.")
    return rows, wave_rules.shifted(old, by_ms)
