"""Taking the library out as a CSV file, and changing it by one: all of its rows in one transaction, or none."""

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import placeholders, sql
from app.errors import Conflict
from app.events import change
from app.library import editing, listing, queries, sheet
from app.library.listing import Filter
from app.library.queries import AssetView
from app.library.sheet import Judged, Row, Status

AT_ONCE = 500
_LOOKS = 3


class _Changed(Exception):
    """Somebody changed what the rows were judged by."""


@dataclass(frozen=True, slots=True)
class Import:
    """Every row of a file in its order, and whether the changes were stored."""

    rows: list[Judged]
    ignored: list[str]
    stored: bool

    def count(self, status: Status) -> int:
        """How many rows stand so."""
        return sum(one.status == status for one in self.rows)


async def export(wanted: Filter) -> bytes:
    """The assets that are wanted as a CSV file, newest first."""
    found: list[AssetView] = []
    after: str | None = None
    while True:
        page = await listing.assets(wanted, after, AT_ONCE)
        found += page.assets
        after = page.after
        if after is None:
            return await asyncio.to_thread(sheet.written, found)


async def change_by(data: bytes, *, by: Identity, clock: MasterClock, dry_run: bool = False) -> Import:
    """Change the assets that the rows of a CSV file name, or tell what that would do; one wrong row keeps all out.

    Raises TooLarge or Invalid for a file that cannot be read as a whole, and Conflict when others change so much
    meanwhile that it never fits.
    """
    read = await asyncio.to_thread(sheet.read, data)
    for _ in range(_LOOKS):
        assets, series = await _assets(read.rows), await _series()
        judged = await asyncio.to_thread(sheet.judged, read.rows, assets, series)
        changes = [one.change for one in judged if one.change and one.change.after]
        if dry_run or not changes or any(one.status == "wrong" for one in judged):
            return Import(judged, read.ignored, stored=False)
        with contextlib.suppress(_Changed):
            async with change(by.actor, clock) as happening:
                await _refuse_changed([one.before for one in changes], series)
                await editing.write(happening, changes)
            return Import(judged, read.ignored, stored=True)
    raise Conflict("DESK_CHANGED", "The library was changed while this was read. Nothing was stored; import it again.")


async def _assets(rows: Iterable[Row]) -> dict[str, AssetView]:
    found: dict[str, AssetView] = {}
    for ids in _chunks(list({row.cells.get("id", "") for row in rows})):
        found |= {one.id: one for one in await queries.assets(ids)}
    return found


def _chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))


async def _series() -> dict[str, str]:
    """The ids of series by their titles; where two differ by case in other scripts, the older one."""
    rows = await sql("SELECT id, title FROM series ORDER BY id DESC")
    return {row["title"].casefold(): row["id"] for row in rows}


async def _refuse_changed(assets: Sequence[AssetView], series: dict[str, str]) -> None:
    """Look again, inside of the transaction."""
    if await _series() != series:
        raise _Changed
    versions = {one.id: one.version for one in assets}
    for ids in _chunks(list(versions)):
        rows = await sql(f"SELECT id, version FROM asset WHERE id IN ({placeholders(ids)})", *ids)
        if {row["id"]: row["version"] for row in rows} != {id: versions[id] for id in ids}:
            raise _Changed
