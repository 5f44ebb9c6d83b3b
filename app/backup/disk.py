"""Writing beside the place where something is to be: a folder that goes away, and what disks may say to it."""

import contextlib
import errno
import math
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from app.clock import to_ms
from app.errors import DaypartError, StorageFull, Unavailable
from app.wording import size

_PREFIX, _SUFFIX = ".daypart-", ".part"


def is_workspace(path: Path) -> bool:
    """Whether it is a folder that `workspace` made."""
    return path.name.startswith(_PREFIX) and path.name.endswith(_SUFFIX)


@contextlib.contextmanager
def workspace(folder: Path, older_than: datetime | None) -> Iterator[Path]:
    """A folder in another for what is not whole yet, gone at the end; what killed runs left there goes before.

    Only what was not written to since `older_than` is taken for left; None: everything. Files and folders that are
    made meanwhile are for their owner alone.
    """
    with told(folder), _private():
        _sweep(folder, math.inf if older_than is None else to_ms(older_than))
        made = Path(tempfile.mkdtemp(prefix=_PREFIX, suffix=_SUFFIX, dir=folder))
        try:
            yield made
        finally:
            shutil.rmtree(made)


@contextlib.contextmanager
def _private() -> Iterator[None]:
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _sweep(folder: Path, before_ms: float) -> None:
    for left in filter(is_workspace, folder.iterdir()):
        times = [path.stat().st_mtime_ns // 1_000_000 for path in (left, *left.rglob("*"))]
        if max(times) < before_ms:
            shutil.rmtree(left)


@contextlib.contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn what the disk of a folder says into words: StorageFull, DISK_UNUSABLE or DATABASE_UNREADABLE."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise _full(folder) from error
        raise Unavailable("DATABASE_UNREADABLE", f"The database cannot be read or copied: {error}.") from error
    except OSError as error:
        raise _refusal(folder, error) from error


def _refusal(folder: Path, error: OSError) -> DaypartError:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return _full(folder)
        case errno.EFBIG:
            return StorageFull("FILE_TOO_LARGE", f"The disk of {folder} takes no file this large. Nothing was kept.")
        case _:
            where = error.filename or folder
            return Unavailable("DISK_UNUSABLE", f"{where} cannot be read or written: {error.strerror or error}.")


def _full(folder: Path) -> StorageFull:
    return StorageFull("STORAGE_FULL", f"The disk of {folder} is full. Nothing was kept; make room and try again.")


def refuse_no_room(folder: Path, needed: int) -> None:
    """Refuse what cannot fit, before a byte is written."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        detail = f"{size(needed)} are needed, but the disk of {folder} has {size(free)} left. Nothing was written."
        raise StorageFull("STORAGE_FULL", detail)


def sync_folder(folder: Path) -> None:
    """Make names that were given in a folder safe against a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems know no such thing
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
