"""Bringing a database file to the version this code needs: locked, copied first, then migrated."""

import contextlib
import fcntl
import io
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from app import database
from app.errors import Unavailable
from app.migrations import APP_NAME, latest, stored


async def migrate(path: Path) -> list[Path]:
    """Migrate the database file and return the copies made before; nothing happens when it is current."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        have = stored(path)
        if have == latest():
            return []
        refuse_newer(have)
        copies = [_copied(path, have)] if have else []
        await _forwards(path)
    return copies


def require_current(path: Path) -> None:
    """Refuse to work on a database of another version; web and worker ask this before they open it."""
    have = stored(path)
    refuse_newer(have)
    if have != latest():
        raise Unavailable(
            "DATABASE_OUTDATED",
            f"The database has version {have}, this program needs {latest()}. Run: daypart migrate",
        )


def refuse_newer(have: str | None) -> None:
    """Refuse a database that a newer Daypart has written."""
    if have is not None and have > latest():
        raise Unavailable(
            "DATABASE_NEWER",
            f"The database has version {have}, newer than {latest()} of this program. Upgrade Daypart.",
        )


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with open(path.with_suffix(".migrating"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copied(path: Path, version: str) -> Path:
    copy = path.with_name(f"{path.stem}-before-{latest()}-from-{version}.sqlite")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


async def _forwards(path: Path) -> None:
    os.environ["PICCOLO_CONF"] = "app.migrations.piccolo_conf"
    from piccolo.apps.migrations.commands.forwards import run_forwards  # noqa: PLC0415 - reads PICCOLO_CONF

    database.use(path)
    said = io.StringIO()
    # One transaction around tables and version: a process killed between the two would leave neither to go on from.
    with contextlib.redirect_stdout(said):
        async with database.DB.transaction():
            result = await run_forwards(APP_NAME)
            if not result.success:
                raise Unavailable("MIGRATION_FAILED", f"The database could not be migrated: {result.message}")
