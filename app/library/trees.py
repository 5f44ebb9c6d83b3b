"""Importing a tree of the import folder by how its files are named: a look at it first, then an arrival each file.

A worker brings the arrivals in as any others, so that a run goes on after whatever stops it, and the same bytes are
never taken twice. What came says then what its name said, unless somebody changed it meanwhile.
"""

import asyncio
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import new_id, sql, sql_many
from app.errors import Conflict, NotFound, TooLarge
from app.events import change
from app.library import folder, naming
from app.library.folder import Found, Listed
from app.library.naming import Named
from app.settings import Settings

FILES_MOST = 10_000
DEPTH_MOST = 20
SHOWN_RUNS = 20
FAILURES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """A file with what its path says, and what became of it."""

    file: Listed
    named: Named


@dataclass(frozen=True, slots=True)
class Look:
    """What a tree holds: files that are understood, media that is not, and how much else was left out."""

    folder: str
    seen: list[Seen]
    unclear: list[Listed]
    others: int
    links: int

    @property
    def new(self) -> list[Seen]:
        """What an import would bring in."""
        return [one for one in self.seen if one.file.state in ("new", "failed")]


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that did not come, and why."""

    path: str
    note: str


@dataclass(frozen=True, slots=True)
class Run:
    """An import of a tree, with how many of its files stand how."""

    id: str
    folder: str
    actor: str
    files: int
    bytes: int
    created_ms: int
    done: int
    existed: int
    failed: int
    cancelled: int
    open: int
    bytes_done: int

    @property
    def is_open(self) -> bool:
        """Whether files of it are still to come."""
        return self.open > 0


_RUN = (
    "SELECT t.id, t.folder, t.actor, t.files, t.bytes, t.created_ms, coalesce(sum(a.state = 'done'), 0) AS done,"
    " coalesce(sum(a.state = 'done' AND a.existed), 0) AS existed, coalesce(sum(a.state = 'failed'), 0) AS failed,"
    " coalesce(sum(a.state = 'cancelled'), 0) AS cancelled,"
    " coalesce(sum(a.state IN ('waiting', 'running')), 0) AS open, coalesce(sum(a.bytes), 0) AS bytes_done"
    " FROM tree_import t LEFT JOIN arrival a ON a.tree = t.id"
)


async def look(below: str, settings: Settings) -> Look:
    """What the tree at a path below the import folder holds; the whole folder where the path is empty."""
    place = folder.configured(settings)
    below = "/".join(part for part in below.strip().split("/") if part)
    walked = await asyncio.to_thread(_walk, place, below)
    media = [one for one in walked.files if naming.is_media(one.path)]
    if len(media) > FILES_MOST:
        raise TooLarge("TREE_LARGE", f"There are more than {FILES_MOST} files. Choose a folder further down.")
    seen, unclear = [], []
    for one in await folder.standing(media):
        said = naming.named(one.path)
        if said is None:
            unclear.append(one)
        else:
            seen.append(Seen(one, said))
    seen.sort(key=lambda one: _order(one.named))
    return Look(below, seen, unclear, len(walked.files) - len(media), walked.links)


def _order(said: Named) -> tuple[bool, str, int, int, str]:
    return said.kind == "movie", (said.series or "").casefold(), said.season or 0, said.episode or 0, said.title


@dataclass(slots=True)
class _Walked:
    files: list[Found]
    links: int = 0


def _walk(place: Path, below: str) -> _Walked:
    """The files of a tree in order; links are counted and never followed, hidden ones are left out."""
    walked = _Walked([])
    at = folder.opened_folder(place, below)
    try:
        _add(walked, at, f"{below}/" if below else "", DEPTH_MOST)
    finally:
        os.close(at)
    return walked


def _add(walked: _Walked, at: int, prefix: str, depth: int) -> None:
    for name in _names(at):
        if len(walked.files) > 2 * FILES_MOST:
            return
        status, path = os.stat(name, dir_fd=at, follow_symlinks=False), f"{prefix}{name}"
        if stat.S_ISLNK(status.st_mode):
            walked.links += 1
        elif stat.S_ISDIR(status.st_mode) and depth:
            inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            try:
                _add(walked, inner, f"{path}/", depth - 1)
            finally:
                os.close(inner)
        elif stat.S_ISREG(status.st_mode) and len(path) <= folder.PATH_MOST:
            walked.files.append(Found(path, status.st_size, folder.stamp(status)))


def _names(at: int) -> Iterator[str]:
    """The names in a folder that can be shown."""
    return (name for name in sorted(os.listdir(at)) if not name.startswith(".") and name.isprintable())


async def begin(below: str, *, settings: Settings, by: Identity, clock: MasterClock) -> Run:
    """Wish for all files of a tree that are understood and not in the library yet."""
    found = await look(below, settings)
    if not found.new:
        raise Conflict("TREE_NOTHING", "There is nothing new in this folder whose name is understood.")
    run, size = new_id(), sum(one.file.bytes for one in found.new)
    stamps = {one.file.path: one.file.stamp for one in found.new}
    async with change(by.actor, clock) as happening:
        await sql(
            "INSERT INTO tree_import (id, folder, actor, files, bytes, created_ms) VALUES (?, ?, ?, ?, ?, ?)",
            run, found.folder, by.actor, len(found.new), size, happening.at_ms,
        )  # fmt: skip
        rows = [
            (new_id(), one.file.path, by.actor, one.file.bytes, stamps[one.file.path], happening.at_ms,
             happening.at_ms, run, msgspec.json.encode(one.named).decode())
            for one in found.new
        ]  # fmt: skip
        # One that is on its way since the look stays as it was wished for.
        await sql_many(
            "INSERT INTO arrival (id, kind, source, actor, state, total, tag, created_ms, changed_ms, tree, place)"
            " VALUES (?, 'folder', ?, ?, 'waiting', ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (kind, source) WHERE state IN ('waiting', 'running') DO NOTHING",
            rows,
        )
        told = {"folder": found.folder, "files": len(rows)}
        await happening.happened("arrivals", "tree", run, "asked", after=told)
    return await show(run)


async def show(run_id: str) -> Run:
    """The run with that id."""
    rows = await sql(f"{_RUN} WHERE t.id = ? GROUP BY t.id", run_id)
    if not rows:
        raise NotFound("TREE_UNKNOWN", "There is no such import.")
    return Run(**rows[0])


async def recent() -> list[Run]:
    """The latest runs, the newest first."""
    newest = "SELECT id FROM tree_import ORDER BY id DESC LIMIT ?"
    rows = await sql(f"{_RUN} WHERE t.id IN ({newest}) GROUP BY t.id ORDER BY t.id DESC", SHOWN_RUNS)
    return [Run(**row) for row in rows]


async def failures(run_id: str) -> list[Failure]:
    """The first files of a run that did not come."""
    rows = await sql(
        "SELECT source AS path, coalesce(note, '') AS note FROM arrival WHERE tree = ? AND state = 'failed'"
        " ORDER BY source LIMIT ?",
        run_id, FAILURES_SHOWN,
    )  # fmt: skip
    return [Failure(**row) for row in rows]


async def cancel(run_id: str, *, by: Identity, clock: MasterClock) -> Run:
    """Stop a run: what waits at once, what is being copied within a second; what came stays."""
    async with change(by.actor, clock) as happening:
        if not (await show(run_id)).is_open:
            raise Conflict("TREE_OVER", "This import is over.")
        await sql(
            "UPDATE arrival SET state = 'cancelled', note = NULL, changed_ms = ? WHERE tree = ? AND state = 'waiting'",
            happening.at_ms, run_id,
        )  # fmt: skip
        await sql("UPDATE arrival SET cancel = 1 WHERE tree = ? AND state = 'running'", run_id)
        await happening.happened("arrivals", "tree", run_id, "cancelled")
    return await show(run_id)


async def resume(run_id: str, *, by: Identity, clock: MasterClock) -> Run:
    """Bring what failed or was cancelled after all; what is on its way by another wish stays with that."""
    async with change(by.actor, clock) as happening:
        await show(run_id)
        again = await sql(
            "UPDATE arrival SET state = 'waiting', cancel = 0, tries = 0, retry_ms = 0, note = NULL, changed_ms = ?"
            " WHERE tree = ? AND state IN ('failed', 'cancelled') AND NOT EXISTS (SELECT 1 FROM arrival o"
            " WHERE o.kind = 'folder' AND o.source = arrival.source AND o.state IN ('waiting', 'running'))"
            " RETURNING id",
            happening.at_ms, run_id,
        )  # fmt: skip
        if not again:
            raise Conflict("TREE_FINE", "Nothing of this import failed or was stopped.")
        await happening.happened("arrivals", "tree", run_id, "resumed", after={"files": len(again)})
    return await show(run_id)
