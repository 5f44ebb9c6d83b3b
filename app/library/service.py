"""Use cases of the library: adding files and deleting assets.

A file is in its place before the row that names it, and goes after it: a row never points to a missing file.
Files are moved and removed under the database's write lock, which also holds between processes.
"""

import asyncio
import os
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import DB, new_id, sql
from app.errors import Conflict, Invalid, NotFound
from app.events import Change, change
from app.library import markers, queries, ranges, rules, thumbnails, uses
from app.library.incoming import Received, full_disk_told, receive, refuse_oversized
from app.library.probe import Probe, probe
from app.library.queries import AssetView, thumbnail_of
from app.library.tables import Asset, Media
from app.settings import Settings

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Added:
    """The asset of an added file; `existed` when the library already had these bytes."""

    asset: AssetView
    existed: bool


def incoming(settings: Settings) -> Path:
    """Where files lie while they come in: beside their later place, so that taking them is a rename."""
    return settings.media / "incoming"


def limit_bytes(settings: Settings) -> int:
    """The size of the largest file that is taken."""
    return settings.upload_limit_mb * _MB


async def upload(
    chunks: AsyncIterator[bytes],
    name: str,
    length: int | None,
    *,
    settings: Settings,
    by: Identity,
    clock: MasterClock,
) -> Added:
    """Take a file in from a stream of bytes, whose length is known or not, and add it."""
    refuse_oversized(length, limit_bytes(settings), incoming(settings))
    received = await receive(chunks, incoming(settings), limit_bytes(settings))
    return await add(received, name, settings=settings, by=by, clock=clock)


async def add_file(
    path: Path, *, progress: Callable[[int], None], settings: Settings, by: Identity, clock: MasterClock
) -> Added:
    """Add a copy of a file of this machine; `progress` is told how many bytes more have been read."""
    length = _length_of(path)

    async def told() -> AsyncIterator[bytes]:
        async for chunk in ranges.chunks(path, 0, length):
            yield chunk
            progress(len(chunk))

    return await upload(told(), path.name, length, settings=settings, by=by, clock=clock)


def _length_of(path: Path) -> int:
    try:
        found = path.stat()
    except OSError as error:
        raise NotFound("FILE_UNKNOWN", f"{path} cannot be read: {error.strerror}.") from error
    if not stat.S_ISREG(found.st_mode):
        raise Invalid("FILE_NOT_REGULAR", f"{path} is not a file.")
    if not os.access(path, os.R_OK):
        raise Invalid("FILE_UNREADABLE", f"{path} may not be read by this user.")
    return found.st_size


async def add(received: Received, name: str, *, settings: Settings, by: Identity, clock: MasterClock) -> Added:
    """Examine a received file and make an asset of it, or find the one that these bytes already have.

    Raises Invalid (NOT_MEDIA, MEDIA_TRUNCATED, MEDIA_UNREADABLE) or StorageFull; the received file is gone after.
    """
    try:
        return await take(received, name, settings=settings, actor=by.actor, clock=clock)
    finally:
        await received.discard()


async def take(received: Received, name: str, *, settings: Settings, actor: str, clock: MasterClock) -> Added:
    """The same without removing a file that was not taken: whoever calls may try it again, or discards it."""
    with full_disk_told():
        known = await queries.by_hash(received.sha256)
        if known is not None and (settings.media / str(known.path)).exists():
            return Added(known, existed=True)
        found = await probe(received.path)
        drawn = await thumbnails.make(received.path, found, received.still)
        found = msgspec.structs.replace(found, has_thumbnail=drawn)
        return await _put_in(received, rules.clean_name(name), found, settings, actor, clock)


async def _put_in(
    received: Received, name: str, found: Probe, settings: Settings, actor: str, clock: MasterClock
) -> Added:
    path = f"{received.sha256[:2]}/{received.sha256}.{found.kept.extension}"
    try:
        async with change(actor, clock) as happening:
            known = await queries.by_hash(received.sha256)
            place = settings.media / (known.path if known and known.path else path)
            if not place.exists():
                await asyncio.to_thread(_put, received, place)
            if known is not None:
                return Added(known, existed=True)
            asset_id = await _insert(happening, received, path, name, found)
        return Added(await queries.asset(asset_id), existed=False)
    except BaseException:
        await asyncio.shield(_remove_unnamed(settings.media, path))
        raise


def _put(received: Received, place: Path) -> None:
    """Rename a received file and its still to their place, safe against a power cut."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if received.still.exists():
        received.still.replace(thumbnail_of(str(place)))
    received.path.replace(place)
    for folder in (place.parent, place.parent.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


async def _insert(happening: Change, received: Received, path: str, name: str, found: Probe) -> str:
    title, media, asset_id = rules.title_of(name), new_id(), new_id()
    row = Media(
        id=media, sha256=received.sha256, path=path, bytes=received.bytes, mime=found.kept.mime,
        probe=msgspec.json.encode(found).decode(),
    )  # fmt: skip
    await Media.insert(row).run()
    asset = Asset(
        id=asset_id, media=media, type="PRO", title=title, name=name, duration_ms=found.duration_ms, state="ready",
        created_ms=happening.at_ms, bytes=received.bytes,
    )  # fmt: skip
    await Asset.insert(asset).run()
    await markers.store_chapters(asset_id, found)
    await _count(1, received.bytes)
    await happening.happened("library", "asset", asset_id, "added", after={"title": title, "name": name})
    return asset_id


async def _count(assets: int, size: int) -> None:
    await sql("UPDATE library_stat SET assets = assets + ?, bytes = bytes + ? WHERE id = 1", assets, size)


async def remove(asset_id: str, *, settings: Settings, by: Identity, clock: MasterClock) -> None:
    """Delete an asset that nothing uses, and its file unless another asset is made of it."""
    async with change(by.actor, clock) as happening:
        gone = await queries.asset(asset_id)
        await uses.refuse_used(asset_id, gone.title)
        await _delete(gone)
        files = await sql(
            "DELETE FROM media WHERE sha256 = ? AND NOT EXISTS (SELECT 1 FROM asset WHERE media = media.id)"
            " RETURNING bytes",
            gone.sha256,
        )
        await _count(-1, -sum(row["bytes"] for row in files))
        await happening.happened(
            "library", "asset", asset_id, "removed", before={"title": gone.title, "name": gone.name}
        )
    if gone.path is not None:
        await asyncio.shield(_remove_unnamed(settings.media, gone.path))


async def _delete(gone: AssetView) -> None:
    try:
        await sql("DELETE FROM asset WHERE id = ?", gone.id)
    except sqlite3.IntegrityError as error:  # a user that this process has not registered
        raise Conflict("ASSET_USED", f"{gone.title} is in use. Remove what uses it first.") from error


async def _remove_unnamed(folder: Path, path: str) -> None:
    """Remove a stored file that no row names, while the write lock keeps a row for it from being made."""
    async with DB.transaction():
        if not await sql("SELECT 1 FROM media WHERE path = ?", path):
            for each in (path, thumbnail_of(path)):
                await asyncio.to_thread((folder / each).unlink, missing_ok=True)
