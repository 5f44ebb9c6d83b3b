"""The import folder: its files can be taken in as copies; nothing in it is changed, and nothing outside of it is read.

Links are never followed, at any depth: each part of a path is opened below the one before it.
"""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.errors import Invalid, NotFound
from app.events import change
from app.library import arrivals, rules
from app.library.arrivals import Arrival
from app.library.fetching import Again, Moving
from app.library.incoming import Part, Received, refuse_oversized, write_all
from app.settings import Settings

SHOWN_MOST = 1000
STILL_S = 2.0
PATH_MOST = 1000
_READ = 1 << 20
_CHANGING = "This file is still being written. It is taken in once it stays as it is."


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the folder: its path below it, and a stamp that changes with it."""

    path: str
    bytes: int
    stamp: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the folder with what became of it: new, waiting, running, failed or imported."""

    path: str
    bytes: int
    state: str
    note: str | None = None
    asset: str | None = None
    stamp: str = ""


def has_folder(settings: Settings) -> bool:
    """Whether an import folder is set and there."""
    return settings.import_folder is not None and settings.import_folder.is_dir()


def configured(settings: Settings) -> Path:
    """The import folder; raises IMPORT_UNSET where none is set, or it is not there."""
    folder = settings.import_folder
    if folder is None or not has_folder(settings):
        raise NotFound("IMPORT_UNSET", "No import folder is set. An operator names one in DAYPART_IMPORT.")
    return folder


def files(folder: Path) -> list[Found]:
    """The regular files below the folder, in order of their paths; hidden ones and links are left out."""
    found = _below(folder, "")
    return sorted((one for one, _ in zip(found, range(SHOWN_MOST), strict=False)), key=lambda one: one.path)


def _below(folder: Path, prefix: str) -> Iterator[Found]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            path = f"{prefix}{entry.name}"
            if entry.name.startswith(".") or not path.isprintable():
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _below(folder / entry.name, f"{path}/")
            elif entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                yield Found(path, status.st_size, stamp(status))


def stamp(status: os.stat_result) -> str:
    """What changes with a file."""
    return f"{status.st_size}-{status.st_mtime_ns}"


def opened(folder: Path, path: str) -> BinaryIO:
    """A regular file below the folder, for reading; whatever leads out of it is refused."""
    *above, name = _parts(path)
    try:
        at = _descended(folder, above)
        try:
            file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
        finally:
            os.close(at)
    except OSError as error:
        raise NotFound("FILE_UNKNOWN", f"There is no readable file {path} in the import folder.") from error
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise Invalid("FILE_NOT_REGULAR", f"{path} is not a file.")
    return os.fdopen(file, "rb")


def opened_folder(folder: Path, path: str) -> int:
    """A descriptor of a folder below the folder, or of itself where the path is empty, found in the same way."""
    parts = _parts(path, "folder") if path else []
    try:
        return _descended(folder, parts)
    except OSError as error:
        detail = f"There is no readable folder {path} in the import folder."
        raise NotFound("FOLDER_UNKNOWN", detail, errors={"folder": detail}) from error


def _parts(path: str, field: str = "") -> list[str]:
    parts, detail = path.split("/"), "This is no path below the import folder."
    if len(path) > PATH_MOST or not path.isprintable() or not all(part not in ("", ".", "..") for part in parts):
        raise Invalid("PATH_BAD", detail, errors={field: detail} if field else None)
    return parts


def _descended(folder: Path, parts: list[str]) -> int:
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = inner
    except BaseException:
        os.close(at)
        raise
    return at


async def listed(settings: Settings) -> list[Listed]:
    """The files of the folder, with what became of each."""
    return await standing(await asyncio.to_thread(files, configured(settings)))


async def standing(found: list[Found]) -> list[Listed]:
    """Files of the folder with what became of each."""
    latest: dict[str, Arrival] = {}
    for at in range(0, len(found), 500):
        paths = [one.path for one in found[at : at + 500]]
        for one in await arrivals.latest("folder", paths):
            latest[one.source] = one
    return [_listed(one, latest.get(one.path)) for one in found]


def _listed(found: Found, last: Arrival | None) -> Listed:
    if last is not None and last.is_open:
        return Listed(found.path, found.bytes, last.state, last.note, stamp=found.stamp)
    if last is None or last.tag != found.stamp or last.state == "cancelled":
        return Listed(found.path, found.bytes, "new", stamp=found.stamp)
    state = "imported" if last.state == "done" else "failed"
    return Listed(found.path, found.bytes, state, last.note, last.asset, found.stamp)


async def ask(paths: list[str], *, settings: Settings, by: Identity, clock: MasterClock) -> list[Arrival]:
    """Wish for files of the folder, all of them or none."""
    folder = configured(settings)
    if not 0 < len(paths) <= SHOWN_MOST:
        raise Invalid("PATHS_COUNT", f"Choose from 1 to {SHOWN_MOST} files.", errors={"paths": "Choose files."})
    found = {path: await asyncio.to_thread(_status, folder, path) for path in dict.fromkeys(paths)}
    async with change(by.actor, clock) as happening:
        return [
            await arrivals.ask("folder", path, stamp(status), status.st_size, by=by.actor, happening=happening)
            for path, status in found.items()
        ]


async def ask_new(*, settings: Settings, by: Identity, clock: MasterClock) -> list[Arrival]:
    """Wish for all files that are not in the library yet."""
    paths = [one.path for one in await listed(settings) if one.state in ("new", "failed")]
    return await ask(paths, settings=settings, by=by, clock=clock) if paths else []


async def stamped(path: str, settings: Settings) -> tuple[str, int]:
    """The stamp and size of one file of the folder."""
    status = await asyncio.to_thread(_status, configured(settings), path)
    return stamp(status), status.st_size


def _status(folder: Path, path: str) -> os.stat_result:
    with opened(folder, path) as file:
        return os.fstat(file.fileno())


async def copy(settings: Settings, held: Arrival, path: Path, moving: Moving, limit: int, now_ms: int) -> Received:
    """Copy a file once nobody writes to it any more."""
    with await asyncio.to_thread(opened, configured(settings), held.source) as file:
        moving.tag = await _still(file, held, now_ms)
        moving.at, moving.total = 0, os.fstat(file.fileno()).st_size
        refuse_oversized(moving.total, limit, path.parent)
        part = moving.part = await asyncio.to_thread(Part, path)
        try:
            await write_all(part, _pieces(file), limit)
        finally:
            await asyncio.shield(asyncio.to_thread(part.close))
        if stamp(os.fstat(file.fileno())) != moving.tag:
            raise Again(_CHANGING, counts=False)
    if not part.bytes:
        raise Invalid("FILE_EMPTY", "This file is empty.")
    return await asyncio.to_thread(part.received)


async def _still(file: BinaryIO, held: Arrival, now_ms: int) -> str:
    """The stamp of a file that has not changed for a while."""
    before = stamp(os.fstat(file.fileno()))
    if before != held.tag or now_ms - held.created_ms < STILL_S * 1000:
        await asyncio.sleep(STILL_S)
    if stamp(os.fstat(file.fileno())) != before:
        raise Again(_CHANGING, counts=False)
    return before


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, _READ):
        yield piece


def name_of(path: str) -> str:
    """The file name of a path below the folder."""
    return rules.clean_name(PurePosixPath(path).name)
