"""Taking a file in: streamed to disk while it is hashed, and gone again when anything goes wrong."""

import asyncio
import contextlib
import errno
import fcntl
import hashlib
import os
import secrets
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from app.clock import to_ms
from app.errors import Invalid, StorageFull, TooLarge
from app.wording import size

_BATCH = 2 << 20
_HELD_S = 0.25
_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_PART = ".part"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has come in whole, is safe on disk, and waits to be taken or discarded."""

    path: Path
    bytes: int
    sha256: str

    @property
    def still(self) -> Path:
        """Where its thumbnail is drawn until it is taken."""
        return self.path.with_suffix(f".jpg{_PART}")

    async def discard(self) -> None:
        """Remove it, unless it has been taken."""
        await asyncio.shield(asyncio.to_thread(_remove, self.path, self.still))


class Part:
    """A file that is being written, off the event loop: from its beginning, or on from where it stopped.

    `digest` is the hash of what is there already; without it nothing is hashed, and the whole file has to be later.
    Raises BlockingIOError while another process writes to it.
    """

    def __init__(self, path: Path, at: int = 0, digest: "hashlib._Hash | None" = None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.bytes = at
        self.digest = hashlib.sha256() if at == 0 else digest
        self._open = Lock()  # it may be made safe while it is written
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._file.seek(at)
            self._file.truncate()
        except BaseException:
            self._file.close()
            raise

    async def write(self, pieces: list[bytes]) -> None:
        """Hash and write, each in a thread: on two cores the hash then costs no time.

        Who cancels it gets control back only when both threads have ended.
        """
        hashing, appending = (asyncio.to_thread(work, pieces) for work in (self._hash, self._append))
        both = asyncio.gather(hashing, appending, return_exceptions=True)
        try:
            await asyncio.shield(both)
        finally:
            failed = [one for one in await both if one is not None]
            if failed:
                self.digest = None  # it may know of bytes that are not there
        if failed:
            raise failed[0]

    def _hash(self, pieces: list[bytes]) -> None:
        if self.digest is not None:
            for piece in pieces:
                self.digest.update(piece)

    def _append(self, pieces: list[bytes]) -> None:
        left = memoryview(b"".join(pieces))
        while left:
            written = self._file.write(left) or 0
            self.bytes, left = self.bytes + written, left[written:]

    def sync(self) -> int:
        """Make what was written safe against a power cut, and say how many bytes that is."""
        with self._open:
            written = self.bytes
            if not self._file.closed:
                os.fsync(self._file.fileno())
            return written

    def close(self) -> int:
        """Keep what was written, safe, and say how many bytes that is."""
        try:
            return self.sync()
        finally:
            with self._open:
                self._file.close()

    def received(self) -> Received:
        """A closed part, as a file that has come in whole."""
        return Received(self.path, self.bytes, self.digest.hexdigest() if self.digest else hash_of(self.path))

    def discard(self) -> None:
        """Remove it."""
        self.path.unlink(missing_ok=True)
        self._file.close()


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def full_disk_told() -> Iterator[None]:
    """Turn the ways in which files and the database say that there is no room into StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise _storage_full() from error
        raise
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise _storage_full() from error
        raise


def _storage_full() -> StorageFull:
    return StorageFull("STORAGE_FULL", "The desk's disk is full. Nothing was kept; make room and upload it again.")


def too_large(limit_bytes: int) -> TooLarge:
    """The refusal of a file that is larger than what is taken."""
    return TooLarge("UPLOAD_TOO_LARGE", f"This file is larger than {size(limit_bytes)}, the most this desk takes.")


def refuse_oversized(length: int | None, limit_bytes: int, folder: Path) -> None:
    """Refuse an announced length that is over the limit or has no room, before a byte is written."""
    if length is None:
        return
    if length > limit_bytes:
        raise too_large(limit_bytes)
    folder.mkdir(parents=True, exist_ok=True)
    if length > shutil.disk_usage(folder).free:
        raise _storage_full()


async def receive(chunks: AsyncIterator[bytes], folder: Path, limit_bytes: int) -> Received:
    """Stream a file into the folder; raises TooLarge, StorageFull, or Invalid for one without a byte."""
    with full_disk_told():
        part = Part(folder / f"{secrets.token_hex(16)}{_PART}")
        try:
            await write_all(part, chunks, limit_bytes)
            if not part.bytes:
                raise Invalid("FILE_EMPTY", "This file is empty.")
            await asyncio.to_thread(part.close)
            return await asyncio.to_thread(part.received)
        except BaseException:
            await asyncio.shield(asyncio.to_thread(part.discard))
            raise


async def write_all(part: Part, chunks: AsyncIterator[bytes], limit_bytes: int) -> None:
    """Write everything that comes, up to a size of the whole file that must not be exceeded."""
    writing: asyncio.Task[None] | None = None
    try:
        async for batch in _batches(chunks, part.bytes, limit_bytes):
            if writing is not None:
                await writing
            writing = asyncio.create_task(part.write(batch))  # while the next batch comes in
        if writing is not None:
            await writing
    finally:
        if writing is not None:
            await asyncio.gather(writing, return_exceptions=True)


async def _batches(chunks: AsyncIterator[bytes], total: int, limit_bytes: int) -> AsyncIterator[list[bytes]]:
    batch: list[bytes] = []
    waiting, loop = 0, asyncio.get_running_loop()
    since = loop.time()
    async for chunk in chunks:
        total, waiting = total + len(chunk), waiting + len(chunk)
        if total > limit_bytes:
            raise too_large(limit_bytes)
        batch.append(chunk)
        # On a slow line, what came is not held back until there is much of it.
        if waiting >= _BATCH or (waiting and loop.time() - since >= _HELD_S):
            yield batch
            batch, waiting, since = [], 0, loop.time()
    if waiting:
        yield batch


def sweep(folder: Path, older_than: datetime) -> int:
    """Remove what a killed process left half received, and say how many files that were."""
    oldest_ms = to_ms(older_than)
    left = [path for path in folder.glob(f"*{_PART}") if path.stat().st_mtime_ns // 1_000_000 < oldest_ms]
    _remove(*left)
    return len(left)
