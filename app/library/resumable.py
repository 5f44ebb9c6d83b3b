"""Uploads that survive lost connections, reloads and restarts: a row each, and a file that grows.

The row says how many bytes are surely on disk; what lies behind them is written anew. One request at a time writes to
an upload: a newer one takes over, since the older one's connection is most likely lost.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import DB, Row, new_id, sql
from app.errors import Conflict, Invalid, NotFound, StorageFull, TooLarge
from app.library import queries, rules
from app.library.incoming import Part, Received, full_disk_told, hash_of, refuse_oversized, write_all
from app.library.queries import AssetView
from app.library.service import Added, incoming, limit_bytes, take
from app.settings import Settings

CHUNK = 16 << 20
"""How many bytes a client best sends at a time."""

KEPT_MS = 24 * 3600 * 1000
SUFFIX = ".upload"
_HASHES_MOST = 1000


class CutOff(Exception):
    """The sender is gone; raised by a body that ends early."""


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload as it stands; `asset` once it is whole and was taken."""

    id: str
    name: str
    bytes: int
    offset: int
    sha256: str | None = None
    asset: AssetView | None = None
    existed: bool = False


class Uploads:
    """The uploads of one data folder, as one process takes them."""

    def __init__(self, settings: Settings, clock: MasterClock) -> None:
        self._settings = settings
        self._clock = clock
        self._writing: dict[str, asyncio.Task[None]] = {}
        self._finishing: dict[str, asyncio.Task[Added]] = {}
        self._hashes: dict[str, tuple[int, hashlib._Hash]] = {}

    async def begin(self, name: str, length: int, sha256: str | None, *, by: Identity) -> Upload:
        """Begin an upload; one whose hash is known already is there at once."""
        name, sha256 = rules.clean_name(name), rules.checked_hash(sha256)
        if length <= 0:
            raise Invalid("FILE_EMPTY", "This file is empty.")
        known = await self._known(sha256)
        if known is None:
            refuse_oversized(length, limit_bytes(self._settings), incoming(self._settings))
        upload = Upload(new_id(), name, length, length if known else 0, sha256, known, existed=known is not None)
        with full_disk_told():
            await sql(
                "INSERT INTO upload (id, owner, name, bytes, received, sha256, asset, existed, changed_ms)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                upload.id, _owner(by), name, length, upload.offset, sha256, known.id if known else None,
                int(upload.existed), self._clock.now_ms(),
            )  # fmt: skip
        return upload

    async def _known(self, sha256: str | None) -> AssetView | None:
        known = await queries.by_hash(sha256) if sha256 else None
        return known if known and (self._settings.media / str(known.path)).exists() else None

    async def show(self, upload_id: str, *, by: Identity) -> Upload:
        """An upload of one's own; another's is not there."""
        return await self._view(await self._row(upload_id, by))

    async def append(self, upload_id: str, offset: int, body: AsyncIterator[bytes], *, by: Identity) -> Upload:
        """Take in more bytes from an offset on, and the whole as an asset when they are the last.

        A body that is cut off keeps what arrived. Raises Conflict (OFFSET_WRONG, naming the right one; UPLOAD_BUSY;
        UPLOAD_TAKEN_OVER), TooLarge, StorageFull (what arrived is kept), or what refuses the file as a whole.
        """
        row = await self._row(upload_id, by)
        if row["asset"] is None and upload_id not in self._finishing:
            await self._alone(upload_id, self._receive(upload_id, offset, body, by))
        row = await self._row(upload_id, by)
        if row["asset"] is None and row["received"] == row["bytes"]:
            added = await self._finished(row, by)
            return replace(await self._view(row), asset=added.asset, existed=added.existed)
        return await self._view(row)

    async def cancel(self, upload_id: str, *, by: Identity) -> None:
        """Forget an upload and what arrived of it."""
        await self._row(upload_id, by)
        await self._stop(upload_id)
        await self._forget(upload_id)

    async def _row(self, upload_id: str, by: Identity) -> Row:
        rows = await sql("SELECT * FROM upload WHERE id = ? AND owner = ?", upload_id, _owner(by))
        if not rows:
            raise NotFound("UPLOAD_UNKNOWN", "There is no such upload. It may have been cancelled, or have expired.")
        return rows[0]

    async def _view(self, row: Row) -> Upload:
        asset = await queries.find(row["asset"]) if row["asset"] else None
        return Upload(row["id"], row["name"], row["bytes"], row["received"], row["sha256"], asset, bool(row["existed"]))

    def _path(self, upload_id: str) -> Path:
        return incoming(self._settings) / f"{upload_id}{SUFFIX}"

    async def _alone(self, upload_id: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await self._stop(upload_id)
        except BaseException:
            work.close()
            raise
        task = self._writing[upload_id] = asyncio.create_task(work)
        try:
            await task
        except asyncio.CancelledError:
            if self._writing.get(upload_id) is not task:
                raise Conflict("UPLOAD_TAKEN_OVER", "Another request goes on with this upload.") from None
            raise
        finally:
            if self._writing.get(upload_id) is task:
                del self._writing[upload_id]

    async def _stop(self, upload_id: str) -> None:
        earlier = self._writing.pop(upload_id, None)
        if earlier is not None:
            earlier.cancel()
            await asyncio.wait([earlier])

    async def _receive(self, upload_id: str, offset: int, body: AsyncIterator[bytes], by: Identity) -> None:
        row = await self._row(upload_id, by)
        if row["received"] == row["bytes"]:  # the request that was taken over had brought the last of it
            return
        if offset != row["received"]:
            raise _wrong_offset(row["received"])
        part = await self._opened(upload_id, offset)
        try:
            await _write(part, body, row["bytes"])
        finally:
            await _to_its_end(self._keep(upload_id, part))

    async def _opened(self, upload_id: str, offset: int) -> Part:
        path = self._path(upload_id)
        there = path.stat().st_size if path.exists() else 0
        if there < offset:  # lost with the power: the sender begins anew
            await sql("UPDATE upload SET received = 0 WHERE id = ?", upload_id)
            raise _wrong_offset(0)
        at, digest = self._hashes.pop(upload_id, (-1, None))
        try:
            with _kept_when_full():
                return await _open(path, offset, digest if at == offset else None)
        except BlockingIOError as error:
            raise Conflict("UPLOAD_BUSY", "Another request is sending this upload. Try again in a moment.") from error

    async def _keep(self, upload_id: str, part: Part) -> None:
        with _kept_when_full():
            received = await asyncio.to_thread(part.close)
            kept = await sql(
                "UPDATE upload SET received = ?, changed_ms = ? WHERE id = ? RETURNING id",
                received, self._clock.now_ms(), upload_id,
            )  # fmt: skip
        if not kept:  # cancelled meanwhile
            part.path.unlink(missing_ok=True)
        elif part.digest is not None:
            self._hashes[upload_id] = received, part.digest
            if len(self._hashes) > _HASHES_MOST:
                del self._hashes[next(iter(self._hashes))]

    async def _finished(self, row: Row, by: Identity) -> Added:
        """The asset of a whole file; requests that ask at the same time share the work, which none of them ends."""
        task = self._finishing.get(row["id"])
        if task is None:
            task = self._finishing[row["id"]] = asyncio.create_task(self._finish(row, by))
            task.add_done_callback(lambda _: self._finishing.pop(row["id"], None))
        return await asyncio.shield(task)

    async def _finish(self, row: Row, by: Identity) -> Added:
        path, (at, digest) = self._path(row["id"]), self._hashes.pop(row["id"], (-1, None))
        known = digest is not None and at == row["bytes"]
        sha256 = digest.hexdigest() if digest and known else await asyncio.to_thread(hash_of, path)
        received = Received(path, row["bytes"], sha256)
        try:
            if row["sha256"] not in (None, sha256):
                raise Invalid("HASH_DIFFERS", "The file did not come in as it was sent. Send it again.")
            added = await take(received, row["name"], settings=self._settings, actor=by.actor, clock=self._clock)
        except Invalid:
            await self._forget(row["id"])
            raise
        await sql(
            "UPDATE upload SET asset = ?, existed = ?, changed_ms = ? WHERE id = ?",
            added.asset.id, int(added.existed), self._clock.now_ms(), row["id"],
        )  # fmt: skip
        await received.discard()
        return added

    async def _forget(self, upload_id: str) -> None:
        await sql("DELETE FROM upload WHERE id = ?", upload_id)
        self._hashes.pop(upload_id, None)
        path = self._path(upload_id)
        await Received(path, 0, "").discard()


def _owner(by: Identity) -> str:
    return f"{by.kind} {by.id}"


def _wrong_offset(right: int) -> Conflict:
    return Conflict("OFFSET_WRONG", f"{right} bytes of this upload are here. Go on from there.", offset=right)


async def _open(path: Path, offset: int, digest: "hashlib._Hash | None") -> Part:
    opening = asyncio.create_task(asyncio.to_thread(Part, path, offset, digest))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:  # taken over: the file must not stay locked
        for part in await asyncio.gather(opening, return_exceptions=True):
            if isinstance(part, Part):
                await asyncio.to_thread(part.close)
        raise


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do work whole though the task is cancelled: who took over finds the file unlocked and its length known."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


async def _write(part: Part, body: AsyncIterator[bytes], length: int) -> None:
    with _kept_when_full():
        try:
            await write_all(part, _until_cut(body), length)
        except TooLarge as error:
            raise TooLarge("UPLOAD_OVERRUN", "More bytes came than were announced.") from error


async def _until_cut(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    with contextlib.suppress(CutOff):
        async for chunk in body:
            yield chunk


@contextlib.contextmanager
def _kept_when_full() -> Any:
    try:
        with full_disk_told():
            yield
    except StorageFull as error:
        told = "The desk's disk is full. What arrived is kept; make room, then send the rest."
        raise StorageFull("STORAGE_FULL", told) from error


async def sweep(settings: Settings, now_ms: int) -> int:
    """Forget uploads that nobody went on with for a day, and files that no upload knows; says how many went."""
    async with DB.transaction():
        await sql("DELETE FROM upload WHERE changed_ms < ?", now_ms - KEPT_MS)
        known = {row["id"] for row in await sql("SELECT id FROM upload WHERE asset IS NULL")}
        left = [path for path in incoming(settings).glob(f"*{SUFFIX}") if path.stem not in known]
        for path in left:
            path.unlink(missing_ok=True)
    return len(left)
