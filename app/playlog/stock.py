"""What a channel can air right now: the eligible library, files that are really there, and when spots aired."""

from collections.abc import Iterable
from typing import Self

from app.clock import DAY_MINUTES, MINUTE_MS, broadcast_date, from_ms
from app.database import placeholders, sql
from app.errors import Conflict
from app.library import presence
from app.library import queries as library
from app.plans import queries as plans
from app.plans.grids import Planned
from app.plans.layering import Entry
from app.plans.matching import Library
from app.plans.values import Candidate, Grid
from app.playlog.filling import REMEMBERED_MS, Airings, Spots, Traffic
from app.playlog.shelf import Shelf

_MOST_VALUES = 10_000
# A broadcast day of 25 hours, and what is remembered before its start.
_LOOK_BACK_MS = REMEMBERED_MS + (DAY_MINUTES + 60) * MINUTE_MS


class Stock:
    """The library for one look of the playlog: read once, files asked for once."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._missing: dict[str, bool] = {}
        self._chapters: dict[str, tuple[int, ...]] = {}

    @classmethod
    async def take(cls) -> Self:
        """As it is now."""
        return cls(await plans.on_air_library())

    async def spots(self, of: Planned) -> Spots:
        """The spots of a channel whose files are there."""
        traffic = Traffic()
        allowed = [one for one in self.library.all if one.type in traffic.types]
        await self._look([one.id for one in allowed])
        return Spots(of.channel.id, [one for one in allowed if not self._missing[one.id]], traffic)

    async def shelf(self, of: Planned, entries: Iterable[Entry]) -> Shelf:
        """What these entries need."""
        wanted = {part.asset for entry in entries if entry.event for part in entry.event.parts}
        return await self.holding(of, wanted | {entry.booking.asset for entry in entries if entry.booking})

    async def holding(self, of: Planned, wanted: set[str]) -> Shelf:
        """These assets, and if any is missing, what may air instead."""
        await self._look([*wanted, *([of.filler_asset] if of.filler_asset else [])])
        known = {}
        if any(self._missing[asset] or self.library.eligible(asset) is None for asset in wanted):
            known = {program.id: program for program in await plans.programs(of.channel.id)}
            await self._look([one.id for one in self.library.all])  # any of them may be an alternative
        missing = frozenset(asset for asset, gone in self._missing.items() if gone)
        return Shelf(self.library, missing, self._chapters, known, of.filler_asset)

    async def may_air(self, asset: str) -> Candidate:
        """An asset that somebody wants to air; refused where it may not, or its file is gone."""
        one = await library.asset(asset)
        found = self.library.eligible(asset)
        if found is None:
            raise Conflict("ASSET_NOT_ELIGIBLE", f"{one.title} is not ready and approved for broadcast.")
        if await self.is_gone(asset):
            raise Conflict("MEDIA_MISSING", f"The file of {one.title} is gone. Bring it in again.")
        return found

    async def is_gone(self, asset: str) -> bool:
        """Whether the file of an asset is not there."""
        await self._look([asset])
        return self._missing[asset]

    async def _look(self, assets: Iterable[str]) -> None:
        """Look whether files are there, and where assets may be interrupted, which is at chapters and breaks.

        An asset without a file of its own is not missed here.
        """
        unknown = sorted({asset for asset in assets if asset not in self._missing})
        for first in range(0, len(unknown), _MOST_VALUES):
            some = unknown[first : first + _MOST_VALUES]
            gone = await presence.missing(some)
            self._missing |= {asset: asset in gone for asset in some}
            for row in await sql(
                "SELECT asset, start_ms FROM marker WHERE kind COLLATE NOCASE IN ('chapter', 'break')"
                f" AND asset IN ({placeholders(some)}) ORDER BY asset, start_ms",
                *some,
            ):
                self._chapters[row["asset"]] = (*self._chapters.get(row["asset"], ()), row["start_ms"])


async def airings(of: Planned, at_ms: int, until_ms: int) -> Airings:
    """When spots air on a channel, as far as it matters for breaks from one instant to another."""
    rows = await sql(
        "SELECT asset, start_ms FROM playlog WHERE channel = ? AND state <> 'superseded' AND start_ms >= ?"
        " AND start_ms < ? AND kind = 'spot' AND asset IS NOT NULL ORDER BY start_ms",
        of.channel.id, at_ms - _LOOK_BACK_MS, until_ms + REMEMBERED_MS,
    )  # fmt: skip
    return Airings(((row["asset"], row["start_ms"]) for row in rows), Days(of.grid).number)


class Days:
    """The broadcast days of a channel, for many instants that are mostly in the same one."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._start = self._end = self._number = 0

    def number(self, at_ms: int) -> int:
        """The number of the broadcast day of an instant."""
        if not self._start <= at_ms < self._end:
            day = broadcast_date(from_ms(at_ms), self._grid.day_start, self._grid.tz)
            self._start, self._end = self._grid.day(day)
            self._number = day.toordinal()
        return self._number
