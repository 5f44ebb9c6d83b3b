"""Posts from a CSV file, all good rows in one transaction; what was imported is known again by its key."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import placeholders, sql
from app.errors import DaypartError, Invalid
from app.events import Change, change
from app.posts import csv_import, service
from app.posts.csv_import import Row, RowError, Values
from app.posts.fitting import Seen
from app.posts.free_slots import next_free_slot
from app.posts.naming import Names
from app.posts.schemas import NewPost, Scheduled, When
from app.queue import Queue

Status = Literal["new", "known", "wrong"]
_KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Judged:
    """What importing a row does or would do; a new one has its post, and `due` is None where there is no time."""

    row: Row
    status: Status
    made: Scheduled | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """Every row of a file in its order, and whether the new ones were stored."""

    rows: list[Judged]
    ignored: list[str]
    stored: bool

    def count(self, status: Status) -> int:
        """How many rows stand so."""
        return sum(one.status == status for one in self.rows)

    @property
    def wrong(self) -> list[Row]:
        """The rows that are left out, with what is wrong."""
        return [one.row for one in self.rows if one.status == "wrong"]


class _NotMeant(Exception):
    """Takes everything back that was written."""


async def import_csv(
    data: bytes, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None = None,
    dry_run: bool = False, all_or_nothing: bool = False,
) -> Import:  # fmt: skip
    """Make a post of each row that is new and right; `timezone` is that of times without one.

    A dry run does the same and takes it back, so that it finds what the import would find, conflicts of rows with
    one another included. With `all_or_nothing` one wrong row keeps all others out. Raises TooLarge or Invalid for a
    file that cannot be read as a whole.
    """
    sheet = await asyncio.to_thread(csv_import.read, data, timezone)
    done = Import([], sheet.ignored, stored=False)
    with contextlib.suppress(_NotMeant):
        async with change(by.actor, clock) as happening:
            rows = await _Importing(happening, clock, timezone, await Names.look(), by.can("admin")).all(sheet.rows)
            done = Import(rows, sheet.ignored, stored=not (dry_run or (all_or_nothing and _any_wrong(rows))))
            if not done.stored:
                raise _NotMeant
    if done.stored:
        await _wake(done, clock, queue)
    return done


def _any_wrong(rows: Sequence[Judged]) -> bool:
    return any(one.status == "wrong" for one in rows)


async def _wake(done: Import, clock: MasterClock, queue: Queue | None) -> None:
    for one in done.rows:
        if one.made is not None:
            await service.wake_soon([(target, 0) for target in one.made.targets], one.made.due, clock, queue)


async def _known(rows: Sequence[Row]) -> set[str]:
    keys = [row.key for row in rows if row.key]
    found: set[str] = set()
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = keys[start : start + _KEYS_AT_ONCE]
        stored = await sql(f"SELECT source_key FROM post WHERE source_key IN ({placeholders(some)})", *some)
        found.update(row["source_key"] for row in stored)
    return found


@dataclass(slots=True)
class _Importing:
    """One import under way, inside of its transaction."""

    happening: Change
    clock: MasterClock
    timezone: str
    names: Names
    approves: bool
    slots: dict[frozenset[str], datetime] = field(default_factory=dict)
    seen: Seen = field(default_factory=dict)

    async def all(self, rows: Sequence[Row]) -> list[Judged]:
        """Every row in the order of the file; those with a time are placed first, the others around them."""
        plan = csv_import.plan(rows, await _known(rows), self.clock.now())
        judged = [Judged(row, "wrong") for row in plan.wrong]
        judged += [Judged(row, "known", due=_asked(row.values)) for row in plan.known]
        for row in sorted(plan.new, key=lambda row: _asked(row.values) is None):
            judged.append(await self._one(row))
        return sorted(judged, key=lambda one: one.row.line)

    async def _one(self, row: Row) -> Judged:
        try:
            made = await self._make(row)
        except DaypartError as error:
            return Judged(_refused(row, error), "wrong", due=_asked(row.values))
        return Judged(row, "new", made, made.due)

    async def _make(self, row: Row) -> Scheduled:
        values = row.values
        assert values is not None
        channels, asset = self.names.channels(values), self.names.asset(values)
        when = values.when or When(await self._slot(channels))
        new = NewPost(asset, values.title, channels, values.description, values.hashtags, when)
        made = await service.plan_in(
            self.happening,
            new,
            clock=self.clock,
            timezone=self.timezone,
            source_key=row.key,
            seen=self.seen,
            approves=self.approves,
        )
        if values.when is None:
            self.slots[frozenset(channels)] = made.due
        return made

    async def _slot(self, channels: list[str]) -> datetime:
        """The next free slot; it is after the last one found for these channels, as none becomes free meanwhile."""
        after = self.slots.get(frozenset(channels))
        slot = await next_free_slot(channels, clock=self.clock, timezone=self.timezone, after=after)
        if slot is None:
            raise Invalid("SLOTS_FEW", "No slot of these channels is free within two years.")
        return slot.at


def _asked(values: Values | None) -> datetime | None:
    return values.when.at if values and values.when else None


def _refused(row: Row, error: DaypartError) -> Row:
    """The row with what the desk says of it, at the fields that it was given in."""
    file = "asset" if row.cells.get("asset") else "file"
    at = {"asset": file}
    told = error.errors or {"": error.detail}
    errors = tuple(RowError(row.line, at.get(name, name), error.code, text) for name, text in told.items())
    return replace(row, values=None, errors=errors, key="")
