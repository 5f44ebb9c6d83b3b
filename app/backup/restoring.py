"""Making a desk of a backup, in an empty folder: all of it is put together aside, and the database comes last."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from app.backup import archive, media, snapshot
from app.backup.archive import Archive
from app.backup.disk import is_workspace, refuse_no_room, sync_folder, told, workspace
from app.backup.manifest import DATABASE, KEY, MEDIA, Entry, Manifest
from app.backup.progress import Step
from app.backup.settling import Settled, settle
from app.backup.snapshot import MediaRow
from app.backup.verifying import check_contents
from app.clock import MasterClock
from app.errors import Conflict
from app.migrations.run import migrate, refuse_newer
from app.settings import Settings
from app.supervisor.data_lock import claimed

_LOCK = "daypart.lock"


@dataclass(frozen=True, slots=True)
class Restored:
    """A desk that can be started."""

    manifest: Manifest
    settled: Settled
    missing: list[MediaRow]


def restore(source: Path, settings: Settings, *, media_from: Path | None, clock: MasterClock, step: Step) -> Restored:
    """Make a desk in the data folder, which must be empty or absent, and bring its database to this version.

    Media that the backup only lists are looked for in `media_from`. Raises Conflict (DATA_NOT_EMPTY, DATA_IN_USE),
    Unavailable (DATABASE_NEWER), StorageFull, or what a broken backup is refused with; nothing is restored then.
    """
    with archive.opened(source) as found:
        refuse_newer(found.manifest.schema)
        with told(settings.data):
            _refuse_filled(settings.data)
        with claimed(settings.data):
            _refuse_filled(settings.data)
            with workspace(settings.data, None) as space:
                _unpack(found, space, step)
                check_contents(source, space / DATABASE, found.manifest)
                settled = asyncio.run(_renew(space / DATABASE, found.manifest, clock))
                missing = _complete(space, found.manifest, media_from, step)
                _place(space, settings)
    return Restored(found.manifest, settled, missing)


def _refuse_filled(folder: Path) -> None:
    if not folder.exists():
        return
    names = sorted(path.name for path in folder.iterdir() if path.name != _LOCK and not is_workspace(path))
    if names:
        few = ", ".join(names[:3]) + (" and more" if names[3:] else "")
        detail = f"{folder} is not empty, it has {few}. Restore into an empty folder: set DAYPART_DATA to another one."
        raise Conflict("DATA_NOT_EMPTY", detail)


def _unpack(found: Archive, space: Path, step: Step) -> None:
    kept = [entry for entry in found.manifest.files if entry.state == "kept"]
    total = sum(entry.bytes for entry in kept)
    refuse_no_room(space.parent, total)
    advance = step("Restoring", total)
    for entry in kept:
        found.unpack(entry, space, advance)


async def _renew(database: Path, manifest: Manifest, clock: MasterClock) -> Settled:
    await migrate(database)
    return await settle(database, manifest.made, clock)


def _complete(space: Path, manifest: Manifest, media_from: Path | None, step: Step) -> list[MediaRow]:
    """Fetch what the backup has not from a folder of media; returns what is missing then."""
    rows = snapshot.media(space / DATABASE)
    if media_from is not None:
        listed = [entry for entry in manifest.media if entry.state == "listed"]
        media.find({*listed, *map(_wanted, _absent(space, rows))}, media_from, space, step)
    return _absent(space, rows)


def _wanted(row: MediaRow) -> Entry:
    return Entry(f"{MEDIA}/{row.path}", row.bytes, row.sha256, "listed")


def _absent(space: Path, rows: list[MediaRow]) -> list[MediaRow]:
    return [row for row in rows if not (space / MEDIA / row.path).exists()]


def _place(space: Path, settings: Settings) -> None:
    """Give everything its name in the data folder; there is no desk before the database has its own, the last."""
    settings.data.chmod(0o700)
    (space / MEDIA).mkdir(exist_ok=True)
    (space / MEDIA).rename(settings.media)
    if (space / KEY).exists():
        (space / KEY).rename(settings.key_file)
    sync_folder(settings.data)
    (space / DATABASE).rename(settings.database)
    sync_folder(settings.data)
