"""Posts from a CSV file, all good rows in one transaction; what was imported is known again by its key.

The desk is read and the rows are judged before that transaction, which is short then: nothing is published late by it.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.accounts.rules import Identity
from app.clock import MasterClock, zone
from app.errors import Conflict
from app.events import change
from app.posts import csv_import, service
from app.posts.bulk_writing import write
from app.posts.csv_import import Row
from app.posts.judging import Judge, Judged, Picture, Rows, Status, known_keys, named
from app.posts.naming import Names
from app.queue import Queue

LOOKS = 3

__all__ = ["Import", "Judged", "Status", "import_csv"]


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


class _Changed(Exception):
    """Takes everything back, as the desk is not any more as it was when the rows were judged."""


async def import_csv(
    data: bytes, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None = None,
    dry_run: bool = False, all_or_nothing: bool = False,
) -> Import:  # fmt: skip
    """Make a post of each row that is new and right; `timezone` is that of times without one.

    A dry run finds what the import would find, conflicts of rows with one another included. With `all_or_nothing`
    one wrong row keeps all others out. Raises TooLarge or Invalid for a file that cannot be read as a whole, and
    Conflict when others plan so much meanwhile that it never fits.
    """
    sheet = await asyncio.to_thread(csv_import.read, data, timezone)
    for _ in range(LOOKS):
        look = await _Look.at(sheet.rows, clock.now(), zone(timezone), approves=by.can("admin"))
        if dry_run or (all_or_nothing and _any_wrong(look.judged)):
            return Import(look.judged, sheet.ignored, stored=False)
        with contextlib.suppress(_Changed):
            await _store(look, sheet.rows, by, clock, queue)
            return Import(look.judged, sheet.ignored, stored=True)
    raise Conflict("DESK_CHANGED", "Other posts were planned while this was read. Nothing was stored; import it again.")


def _any_wrong(rows: Sequence[Judged]) -> bool:
    return any(one.status == "wrong" for one in rows)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at the desk, and what it made of the rows."""

    now: datetime
    keys: set[str]
    rows: Rows
    picture: Picture
    judged: list[Judged]

    @classmethod
    async def at(cls, rows: Sequence[Row], now: datetime, tz: ZoneInfo, *, approves: bool) -> "_Look":
        """Read what the rows touch, and judge them."""
        keys, names = await known_keys(rows), await Names.look()
        meant = await asyncio.to_thread(named, rows, keys, names, now)
        picture = await Picture.of(meant, now, tz)
        return cls(
            now, keys, meant, picture, await asyncio.to_thread(Judge(picture, now, tz, approves=approves).all, meant)
        )

    async def refuse_changed(self, rows: Sequence[Row]) -> None:
        """Look again, at once, inside of the transaction."""
        if await known_keys(rows) != self.keys or not await self.picture.is_still_true(self.rows, self.now):
            raise _Changed


async def _store(look: _Look, rows: Sequence[Row], by: Identity, clock: MasterClock, queue: Queue | None) -> None:
    planned = [one.planned for one in look.judged if one.planned is not None]
    async with change(by.actor, clock) as happening:
        await look.refuse_changed(rows)
        await write(happening, planned)
    for one in planned:
        await service.wake_soon([(target, 0) for target in one.targets], one.when.at, clock, queue)
