"""Reading an archive, which may be damaged or made by somebody who means ill: nothing in it is followed or trusted.

Only plain files are read, whose names are exactly those of a checked manifest, and each is written anew; so there
are no links, devices or ways out of the folder to be looked for later.
"""

import contextlib
import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from app.backup.disk import told
from app.backup.manifest import MANIFEST, Entry, broken, decoded
from app.errors import NotFound

_PIECE = 1 << 20
_MANIFEST_MOST = 512 << 20


class Archive:
    """An open archive whose members are those of its manifest; their bytes are not looked at yet."""

    def __init__(self, source: Path, tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> None:
        self._source = source
        self._tar = tar
        self._members = members
        self.manifest = decoded(source, self._manifest())
        self._compare()

    def _manifest(self) -> bytes:
        member = self._members.pop(MANIFEST, None)
        if member is None or member.size > _MANIFEST_MOST:
            raise broken(self._source, "it has no manifest, so it was not written to its end")
        return b"".join(self._pieces(member))

    def _compare(self) -> None:
        named = {entry.name: entry.bytes for entry in self.manifest.files if entry.enclosed}
        there = {member.name: member.size for member in self._members.values()}
        if differing := sorted(named.items() ^ there.items()):
            raise broken(self._source, f"{differing[0][0]} is not as its manifest says")

    def _pieces(self, member: tarfile.TarInfo) -> Iterator[bytes]:
        with _damage_told(self._source):
            content = self._tar.extractfile(member)
            if content is None:
                raise broken(self._source, f"{member.name} is no file")
            while piece := content.read(_PIECE):
                yield piece

    def read(self, entry: Entry, take: Callable[[bytes], object]) -> bool:
        """Hand on the bytes of an entry piece by piece, and tell whether they are those of the manifest."""
        digest = hashlib.sha256()
        for piece in self._pieces(self._members[entry.name]):
            digest.update(piece)
            take(piece)
        return digest.hexdigest() == entry.sha256

    def unpack(self, entry: Entry, folder: Path, advance: Callable[[int], None]) -> None:
        """Write an entry below a folder, safe on disk; refuse one whose bytes are not those of the manifest."""
        path = folder / entry.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:

            def take(piece: bytes) -> None:
                file.write(piece)
                advance(len(piece))

            if not self.read(entry, take):
                raise broken(self._source, f"the bytes of {entry.name} are not those that were written")
            file.flush()
            os.fsync(file.fileno())


@contextlib.contextmanager
def opened(source: Path) -> Iterator[Archive]:
    """Open a backup for reading; raises NotFound, Invalid (BACKUP_BROKEN) or Unavailable (BACKUP_NEWER)."""
    with told(source):
        if not source.is_file():
            raise NotFound("BACKUP_UNKNOWN", f"There is no file {source}.")
        file = source.open("rb")
    with file, _tar(source, file) as tar:
        yield Archive(source, tar, _members(source, tar))


def _members(source: Path, tar: tarfile.TarFile) -> dict[str, tarfile.TarInfo]:
    members: dict[str, tarfile.TarInfo] = {}
    with _damage_told(source):
        for member in tar:
            # A sparse file may claim more bytes than any disk has.
            plain = member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse()
            if not plain or member.name in members:
                raise broken(source, f"{member.name!r} in it is no plain file, or comes twice")
            members[member.name] = member
    return members


@contextlib.contextmanager
def _damage_told(source: Path) -> Iterator[None]:
    """Turn the ways in which a reader of archives stumbles over wrong bytes into a refusal."""
    try:
        with told(source):
            yield
    except (tarfile.TarError, ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise broken(source, f"{type(error).__name__} {error}".strip()) from error


def _tar(source: Path, file: IO[bytes]) -> tarfile.TarFile:
    with _damage_told(source):
        return tarfile.open(fileobj=file, mode="r:")
