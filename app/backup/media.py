"""Finding media again that a backup only lists: by their bytes, whatever they are called now."""

import hashlib
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from app.backup.manifest import Entry
from app.backup.progress import Step

_PIECE = 1 << 20
_CANDIDATE = "candidate"


def find(wanted: Iterable[Entry], folder: Path, space: Path, step: Step) -> None:
    """Copy files of a folder to the names of wanted entries below another folder, where they have their bytes."""
    by_size: dict[int, dict[str, list[Entry]]] = defaultdict(dict)
    for entry in wanted:
        by_size[entry.bytes].setdefault(entry.sha256, []).append(entry)
    candidates = [(path, path.stat().st_size) for path in _files(folder)]
    candidates = [(path, size) for path, size in candidates if size in by_size]
    advance = step("Looking for media", sum(size for _, size in candidates))
    for path, size in candidates:
        digest = _copy(path, space / _CANDIDATE, advance)
        _place(space, by_size[size].pop(digest, []))


def _files(folder: Path) -> list[Path]:
    paths = [Path(root, name) for root, _, names in os.walk(folder) for name in sorted(names)]
    return [path for path in paths if path.is_file()]


def _copy(source: Path, target: Path, advance: Callable[[int], None]) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as read, target.open("wb") as written:
        while piece := read.read(_PIECE):
            digest.update(piece)
            written.write(piece)
            advance(len(piece))
        written.flush()
        os.fsync(written.fileno())
    return digest.hexdigest()


def _place(space: Path, entries: list[Entry]) -> None:
    for entry in entries:
        path = space / entry.name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(space / _CANDIDATE, path) if entry is not entries[-1] else (space / _CANDIDATE).rename(path)
