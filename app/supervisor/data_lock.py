"""One Daypart for one data folder: a lock that the system takes away together with its holder."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from app.errors import Conflict, Unavailable


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[bool]:
    """Create the data folder and hold its lock; tells whether the last holder was killed.

    Raises DATA_IN_USE where another process holds it, and DATA_UNUSABLE where the folder cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / "daypart.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        detail = f"The data folder {folder} cannot be used: {error.strerror}."
        raise Unavailable("DATA_UNUSABLE", detail) from error
    with os.fdopen(lock, "r+b", buffering=0) as file:
        holder = file.read()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _in_use(folder, holder.decode()) from error
        os.ftruncate(lock, 0)
        os.pwrite(lock, b"%d" % os.getpid(), 0)
        try:
            yield bool(holder)
        finally:
            os.ftruncate(lock, 0)


def _in_use(folder: Path, holder: str) -> Conflict:
    return Conflict(
        "DATA_IN_USE",
        f"The data folder {folder} is in use by another Daypart (process {holder or 'unknown'}). "
        "Stop that one first, or set DAYPART_DATA to another folder.",
    )
