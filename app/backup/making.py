"""Making a backup of a desk that goes on working.

The list of media is taken from the copied database, so that every row of the copy has its file or is named.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec
from msgspec.structs import replace

from app import __version__, migrations
from app.backup import snapshot
from app.backup.disk import refuse_no_room, sync_folder, told, workspace
from app.backup.manifest import DATABASE, FORMAT, KEY, MANIFEST, MEDIA, Entry, Manifest, is_media
from app.backup.packing import Packer, length, opened, packing
from app.backup.progress import Step
from app.backup.snapshot import MediaRow
from app.clock import MasterClock
from app.errors import Conflict, Invalid, NotFound, Unavailable
from app.library.queries import thumbnail_of
from app.migrations.run import refuse_newer
from app.settings import Settings

# A running backup writes all the time; what nobody wrote to for so long was left by one that was killed.
_LEFTOVER = timedelta(hours=1)
_ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is whole and safe on disk."""

    path: Path
    bytes: int
    manifest: Manifest


def create(settings: Settings, target: Path, *, whole: bool, clock: MasterClock, step: Step) -> Made:
    """Write a backup to a file, or into a folder under a name made of the time; media itself only when `whole`.

    Raises NotFound, Conflict (BACKUP_EXISTS), Invalid (DATABASE_DAMAGED), StorageFull or Unavailable; nothing of it
    stays then.
    """
    with told(settings.data):
        schema = migrations.stored(settings.database)
    if schema is None:
        raise NotFound("DESK_UNKNOWN", f"There is no desk in {settings.data}.")
    refuse_newer(schema)
    now = clock.now()
    with told(target):
        path = _place(target, f"daypart-{now:%Y%m%d-%H%M%S}.tar")
    with workspace(path.parent, now - _LEFTOVER) as space:
        copy = space / DATABASE
        refuse_no_room(path.parent, _needed(settings, whole=whole))
        made_ms = clock.now_ms()
        snapshot.copy(settings.database, copy, step)
        snapshot.check(copy)
        blank = Manifest(FORMAT, __version__, schema, made_ms, snapshot.counts(copy), [])
        manifest = _pack(space, settings, blank, whole=whole, step=step)
        size = (space / _ARCHIVE).stat().st_size
        (space / _ARCHIVE).rename(_place(path, ""))
        sync_folder(path.parent)
    return Made(path, size, manifest)


def _place(target: Path, name: str) -> Path:
    path = (target / name if target.is_dir() else target).absolute()
    if path.exists():
        raise Conflict("BACKUP_EXISTS", f"{path} is there already. Give another name, or a folder.")
    if not path.parent.is_dir():
        raise NotFound("FOLDER_UNKNOWN", f"There is no folder {path.parent}.")
    return path


def _needed(settings: Settings, *, whole: bool) -> int:
    """The bytes of the copied database, and of the archive at least."""
    media = sum(row.bytes for row in snapshot.media(settings.database)) if whole else 0
    return 2 * settings.database.stat().st_size + media


def _pack(space: Path, settings: Settings, blank: Manifest, *, whole: bool, step: Step) -> Manifest:
    rows = _rows(space / DATABASE)
    total = (space / DATABASE).stat().st_size + whole * sum(row.bytes for row in rows)
    with packing(space / _ARCHIVE, blank.made_ms, step("Writing the backup", total)) as packer:
        files = [_kept(packer, DATABASE, space / DATABASE)]
        if settings.key_file.exists():
            files.append(_kept(packer, KEY, settings.key_file))
        for row in rows:
            files += _media(packer, settings.media, row, whole=whole)
        manifest = replace(blank, files=files)
        packer.add_bytes(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    return manifest


def _rows(copy: Path) -> list[MediaRow]:
    rows = snapshot.media(copy)
    for row in rows:
        if not is_media(f"{MEDIA}/{row.path}"):
            raise Invalid("DATABASE_DAMAGED", f"The database names the media file {row.path!r}, which cannot be one.")
    return rows


def _kept(packer: Packer, name: str, path: Path) -> Entry:
    with opened(path) as file:
        entry = packer.add(name, file, length(file))
    if entry.state != "kept":
        raise Unavailable("DISK_UNUSABLE", f"{path} cannot be kept: {entry.reason}.")
    return entry


def _media(packer: Packer, folder: Path, row: MediaRow, *, whole: bool) -> list[Entry]:
    """The entries of a stored file and of its still, which nothing but the list knows the hash of."""
    still = thumbnail_of(row.path)
    stored = Entry(f"{MEDIA}/{row.path}", row.bytes, row.sha256, "kept" if whole else "listed")
    return [_stored(packer, folder / row.path, stored), *_still(packer, folder, still, whole=whole)]


def _stored(packer: Packer, path: Path, wanted: Entry) -> Entry:
    try:
        source = opened(path, wanted.bytes)
    except OSError as error:  # gone since the copy, or never as the row says
        return replace(wanted, state="missing", reason=error.strerror)
    with source:
        if wanted.state == "listed":
            return wanted
        entry = packer.add(wanted.name, source, wanted.bytes)
    if entry.state == "kept" and entry.sha256 != wanted.sha256:
        return replace(entry, state="damaged", reason="its bytes are not those that were once uploaded")
    return entry


def _still(packer: Packer, folder: Path, path: str, *, whole: bool) -> list[Entry]:
    try:
        source = opened(folder / path)
    except OSError:  # many a file has none, and what loses its own is as good as before
        return []
    name = f"{MEDIA}/{path}"
    with source:
        if whole:
            return [packer.add(name, source, length(source))]
        return [Entry(name, length(source), hashlib.file_digest(source, "sha256").hexdigest(), "listed")]
