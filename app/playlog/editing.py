"""What operators do to events that are not too near: replace, insert, move, remove, lock; each act can be undone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from app import events
from app.accounts.rules import Identity
from app.clock import MasterClock, from_ms
from app.database import Row, placeholders, sql
from app.errors import Conflict, field_error
from app.events import Change, change
from app.plans.grids import Planned
from app.plans.values import Candidate
from app.playlog import horizon, queries, storing
from app.playlog.expanding import kind_of_type
from app.playlog.retiming import Block, NoRoom, beside, blocks, instead, retimed
from app.playlog.service import TOPIC
from app.playlog.stock import Stock
from app.playlog.storing import Snapshot
from app.playlog.values import Line
from app.wording import local

VERBS = ("replaced", "inserted", "moved", "removed", "locked", "unlocked")
Lines = list[Line]
Edit = Callable[[list[Block]], list[Block]]
"""Changes the events of blocks; their times are set right afterwards."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What an act led to: the number of its event, by which it can be undone, and the log's version by now.

    `removed` and `added` are the events that gave way, and those that air instead.
    """

    channel: Planned
    event: int
    version: int
    removed: Lines
    added: Lines


@dataclass(frozen=True, slots=True)
class Place:
    """Before or after an event, by its id."""

    before: str | None = None
    after: str | None = None

    @property
    def neighbour(self) -> str:
        """The event beside it."""
        if (self.before is None) == (self.after is None):
            raise field_error("before", "PLACE_BAD", "Name the event before or after which it goes, one of both.")
        return self.before or self.after or ""


def register() -> None:
    """Let edits be undone."""
    for verb in VERBS:
        events.register_undo("log", verb, put_back)


async def replace_event(
    key: str, line_id: str, asset: str, version: int, *, by: Identity, clock: MasterClock
) -> Edited:
    """Air another asset instead of an event, in its full length; what follows gives way up to the next fixed point."""
    async with change(by.actor, clock) as happening:
        act = await _begun(happening, key, line_id, version)
        taken = await act.stock.may_air(asset)
        new = replace(
            _placed(taken, act.line), kind=act.line.kind if act.line.kind != "pad" else kind_of_type(taken.type)
        )
        return await act.done("replaced", lambda found: instead(found, act.line, [new]), new)


async def insert_event(key: str, place: Place, asset: str, version: int, *, by: Identity, clock: MasterClock) -> Edited:
    """Air an asset in addition, before or after an event; filler and breaks that follow give way."""
    async with change(by.actor, clock) as happening:
        act = await _begun(happening, key, place.neighbour, version, beside=True)
        new = _placed(await act.stock.may_air(asset), act.line)
        return await act.done(
            "inserted", lambda found: beside(found, act.line, new, before=place.before is not None), new
        )


async def move_event(key: str, line_id: str, place: Place, version: int, *, by: Identity, clock: MasterClock) -> Edited:
    """Air an event elsewhere in the playlog."""
    async with change(by.actor, clock) as happening:
        act = await _begun(happening, key, line_id, version)
        if place.neighbour == line_id:
            raise field_error("before", "PLACE_BAD", "Name another event than the one that is moved.")
        near = await act.other(place.neighbour)
        moved = replace(act.line, placed=True, id=None)

        def edit(found: list[Block]) -> list[Block]:
            return beside(instead(found, act.line, []), near, moved, before=place.before is not None)

        return await act.done("moved", edit, moved)


async def remove_event(key: str, line_id: str, version: int, *, by: Identity, clock: MasterClock) -> Edited:
    """Take an event out; the last break of its block grows by its time."""
    async with change(by.actor, clock) as happening:
        act = await _begun(happening, key, line_id, version)
        return await act.done("removed", lambda found: instead(found, act.line, []), act.line)


async def lock_event(key: str, line_id: str, locked: bool, version: int, *, by: Identity, clock: MasterClock) -> Edited:
    """Have an event stay as it is whatever is planned anew, or let it go again."""
    async with change(by.actor, clock) as happening:
        act = await _begun(happening, key, line_id, version, locked_too=True)
        await sql("UPDATE playlog SET locked = ? WHERE id = ?", locked, line_id)
        generation = await storing.next_generation(act.of, act.line.start_ms)
        log = act.line.log or ""
        new_version = await storing.touch(log, generation)
        seen = await _happened(
            happening, act.of, act.line, "locked" if locked else "unlocked", generation, {log: new_version}
        )
        return Edited(act.of, seen, new_version, [act.line], [replace(act.line, locked=locked)])


async def undo(event: int, *, by: Identity, clock: MasterClock) -> Row:
    """Put back what one did to a log within the last ten seconds, unless it was changed since; gives the event."""
    return await events.undo(event, by.actor, clock, {"log"})


def _placed(taken: Candidate, near: Line) -> Line:
    length = taken.duration_ms or 0
    return Line(
        near.start_ms, near.start_ms + length, taken.id, 0, length, kind_of_type(taken.type), taken.title, taken.type,
        near.block_ms, near.break_no, near.day_event, placed=True,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Act:
    """An act in the making: the event it is about, and all events that can still change."""

    happening: Change
    of: Planned
    line: Line
    stock: Stock
    open: Lines

    async def other(self, line_id: str) -> Line:
        """Another event, beside which it goes."""
        _, found = await queries.one(self.of.channel.id, line_id)
        _refuse_closed(self.of, found, self.happening.at_ms, beside=True)
        return found

    async def done(self, verb: str, edit: Edit, told: Line) -> Edited:
        """Set all times right, and store what changed as a new generation."""
        new = await self._retimed(edit)
        kept = {line.id for line in new if line.id and line in self.open}
        removed = [line for line in self.open if line.id not in kept]
        added = [line for line in new if line.id not in kept]
        generation = await storing.next_generation(self.of, self.line.start_ms)
        await storing.supersede([line.id or "" for line in removed])
        rows = await storing.add(self.of, added, generation)
        versions = await storing.revise(self.happening, generation, rows, removed)
        seen = await _happened(self.happening, self.of, replace(told, log=self.line.log), verb, generation, versions)
        return Edited(self.of, seen, versions.get(self.line.log or "", 0), removed, added)

    async def _retimed(self, edit: Edit) -> Lines:
        filler = (await self.stock.shelf(self.of, [])).filler
        try:
            return retimed(edit(blocks(self.open)), filler)
        except NoRoom as refused:
            at = local(from_ms(refused.fixed_ms), self.of.grid.tz)
            over = -(-refused.over_ms // 1000)
            detail = f"That is {over} s too long: {at} begins on time, and nothing before it can give way."
            raise Conflict("NO_ROOM", detail, over_ms=refused.over_ms) from refused


async def _begun(
    happening: Change, key: str, line_id: str, version: int, *, beside: bool = False, locked_too: bool = False
) -> _Act:
    of, line = await queries.one(key, line_id)
    await _refuse_stale(of, line, version)
    _refuse_closed(of, line, happening.at_ms, beside=beside, locked_too=locked_too)
    frontier = await queries.frontier_ms(of.channel.id) or line.end_ms
    opened = await queries.beginning(of.channel.id, horizon.commit_edge(happening.at_ms), frontier)
    return _Act(happening, of, line, await Stock.take(), opened)


async def _refuse_stale(of: Planned, line: Line, version: int) -> None:
    rows = await sql("SELECT version FROM log WHERE id = ?", line.log)
    if rows[0]["version"] != version:
        detail = f"The log of {of.channel.title} was changed by someone else meanwhile. Look at it again."
        raise Conflict("VERSION_STALE", detail, expected=version, actual=rows[0]["version"])


def _refuse_closed(of: Planned, line: Line, now_ms: int, *, beside: bool = False, locked_too: bool = False) -> None:
    """Refuse what is over or too near; and to change, not only to put something beside it, what is locked or booked."""
    edge = horizon.commit_edge(now_ms)
    if line.end_ms <= now_ms:
        raise Conflict("EVENT_AIRED", f"{line.title} has aired; what aired stays as it is.")
    if line.start_ms < edge:
        at = from_ms(edge)
        detail = f"{line.title} is on its way already. Change what begins after {local(at, of.grid.tz)}."
        raise Conflict("BEFORE_COMMIT_EDGE", detail, earliest=at.isoformat())
    if line.locked and not (locked_too or beside):
        raise Conflict("EVENT_LOCKED", f"{line.title} is locked. Unlock it first.")
    if line.booking is not None and not beside:
        raise Conflict("EVENT_BOOKED", f"{line.title} is a booking. Change or cancel that.", booking=line.booking)


async def _happened(
    happening: Change, of: Planned, line: Line, verb: str, generation: int, versions: dict[str, int]
) -> int:
    after = {
        "channel": of.channel.slug, "title": line.title, "start_ms": line.start_ms, "line": line.id,
        "generation": generation, "versions": versions,
    }  # fmt: skip
    return await happening.happened(TOPIC, "log", line.log or "", verb, after=after)


async def put_back(happening: Change, event: Row) -> None:
    """Undo an edit, unless anybody changed its logs since, or what it changed is too near by now."""
    after: dict[str, Any] = event["after"]
    for log, version in after["versions"].items():
        rows = await sql("SELECT version FROM log WHERE id = ?", log)
        if not rows or rows[0]["version"] != version:
            raise Conflict("VERSION_STALE", "The log was changed meanwhile, so this stays.")
    if event["verb"] in ("locked", "unlocked"):
        await sql("UPDATE playlog SET locked = ? WHERE id = ?", event["verb"] == "unlocked", after["line"])
    else:
        await _swap_back(happening, list(after["versions"]), after["generation"])
    for log in after["versions"]:
        await storing.touch(log, after["generation"] + 1)


async def _swap_back(happening: Change, logs: list[str], generation: int) -> None:
    rows = await sql(
        f"SELECT snapshot FROM log_revision WHERE revision = ? AND log IN ({placeholders(logs)})", generation, *logs
    )
    snapshots = [msgspec.json.decode(row["snapshot"], type=Snapshot) for row in rows]
    added = [one for snapshot in snapshots for one in snapshot.added]
    removed = [one for snapshot in snapshots for one in snapshot.removed]
    await _refuse_gone(happening, [*added, *removed])
    await storing.supersede(added)
    await storing.revive(removed)


async def _refuse_gone(happening: Change, ids: list[str]) -> None:
    rows = await sql(f"SELECT min(start_ms) AS start FROM playlog WHERE id IN ({placeholders(ids)})", *ids)
    if rows[0]["start"] is not None and rows[0]["start"] < horizon.commit_edge(happening.at_ms):
        raise Conflict("UNDO_PAST", "What this changed is on its way to the air already, so it stays.")
