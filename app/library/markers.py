"""Markers of an asset: read from its file, then added, changed and deleted by hand under the asset's version."""

from collections.abc import Sequence

import msgspec

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import sql, sql_many
from app.errors import Conflict, NotFound
from app.events import Change, change
from app.library import marking, queries
from app.library.editing import refuse_stale
from app.library.probe import Probe
from app.library.queries import AssetView, Marker

_STORE = "INSERT INTO marker (asset, position, kind, title, start_ms, end_ms) VALUES (?, ?, ?, ?, ?, ?)"


async def store_chapters(asset_id: str, found: Probe) -> None:
    """Store the chapters that a file names, inside of a change; the first ones of an asset that is new."""
    chapters = marking.of_chapters(found.chapters, found.duration_ms)
    await sql_many(_STORE, [_row(asset_id, one) for one in chapters])


def _row(asset_id: str, one: Marker) -> tuple[object, ...]:
    return asset_id, one.number, one.kind, one.title, one.start_ms, one.end_ms


async def add(asset_id: str, wanted: Marker, version: int, *, by: Identity, clock: MasterClock) -> Marker:
    """Add a marker; whatever number it has is replaced by a new one."""
    async with change(by.actor, clock) as happening:
        asset, others = await _looked_at(asset_id, version)
        if len(others) >= marking.MARKERS_MOST:
            raise Conflict("MARKERS_MANY", f"An asset has at most {marking.MARKERS_MOST} markers. Delete one first.")
        number = max((one.number for one in others), default=-1) + 1
        made = marking.checked(msgspec.structs.replace(wanted, number=number), others, asset.duration_ms)
        await sql(_STORE, *_row(asset_id, made))
        await _told(happening, asset_id, "marked", None, made)
    return made


async def alter(asset_id: str, wanted: Marker, version: int, *, by: Identity, clock: MasterClock) -> Marker:
    """Change the marker with that number."""
    async with change(by.actor, clock) as happening:
        asset, others = await _looked_at(asset_id, version)
        before = _numbered(others, wanted.number)
        made = marking.checked(wanted, others, asset.duration_ms)
        if made != before:
            await sql(
                "UPDATE marker SET kind = ?, title = ?, start_ms = ?, end_ms = ? WHERE asset = ? AND position = ?",
                made.kind, made.title, made.start_ms, made.end_ms, asset_id, made.number,
            )  # fmt: skip
            await _told(happening, asset_id, "marked", before, made)
    return made


async def remove(asset_id: str, number: int, version: int, *, by: Identity, clock: MasterClock) -> None:
    """Delete the marker with that number."""
    async with change(by.actor, clock) as happening:
        _, others = await _looked_at(asset_id, version)
        gone = _numbered(others, number)
        await sql("DELETE FROM marker WHERE asset = ? AND position = ?", asset_id, number)
        await _told(happening, asset_id, "unmarked", gone, None)


async def one(asset_id: str, number: int) -> Marker:
    """The marker of an asset with that number."""
    await queries.asset(asset_id)
    return _numbered(await queries.markers(asset_id), number)


async def _looked_at(asset_id: str, version: int) -> tuple[AssetView, list[Marker]]:
    asset = await queries.asset(asset_id)
    refuse_stale(asset, version)
    return asset, await queries.markers(asset_id)


def _numbered(found: Sequence[Marker], number: int) -> Marker:
    for each in found:
        if each.number == number:
            return each
    raise NotFound("MARKER_UNKNOWN", "There is no such marker any more.")


async def _told(happening: Change, asset_id: str, verb: str, before: Marker | None, after: Marker | None) -> None:
    """The asset is another one now: who edits it must look again, and what is planned of it can tell."""
    await sql("UPDATE asset SET version = version + 1 WHERE id = ?", asset_id)
    await happening.happened("library", "asset", asset_id, verb, before=before, after=after)
