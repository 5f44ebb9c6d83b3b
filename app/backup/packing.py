"""Writing an archive: each member is hashed while it is written, and told as an entry of the manifest."""

import errno
import hashlib
import io
import os
import stat
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from msgspec.structs import replace

from app.backup.manifest import Entry

_PIECE = 1 << 20
_ENDED_EARLY = "it could not be read to its end"


class _Hashing:
    """A file that is hashed while it is read; what cannot be read of it is filled up, since its length is promised."""

    def __init__(self, source: IO[bytes], advance: Callable[[int], None]) -> None:
        self._source = source
        self._advance = advance
        self.hash = hashlib.sha256()
        self.ended_early = False

    def read(self, length: int = -1) -> bytes:
        try:
            part = self._source.read(length)
        except OSError:
            part = b""
        if len(part) < length:
            self.ended_early = True
            part += bytes(length - len(part))
        self.hash.update(part)
        self._advance(len(part))
        return part


class Packer:
    """An archive that grows by whole members."""

    def __init__(self, tar: tarfile.TarFile, made_ms: int, advance: Callable[[int], None]) -> None:
        self._tar = tar
        self._made_s = made_ms // 1000
        self._advance = advance

    def add(self, name: str, source: IO[bytes], size: int) -> Entry:
        """Write a member; it is damaged when its source ended early."""
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, self._made_s
        reader = _Hashing(source, self._advance)
        self._tar.addfile(info, reader)
        entry = Entry(name, size, reader.hash.hexdigest())
        return replace(entry, state="damaged", reason=_ENDED_EARLY) if reader.ended_early else entry

    def add_bytes(self, name: str, content: bytes) -> Entry:
        """Write a member that is in memory."""
        return self.add(name, io.BytesIO(content), len(content))


@contextmanager
def packing(path: Path, made_ms: int, advance: Callable[[int], None]) -> Iterator[Packer]:
    """A new archive, safe on disk at the end."""
    with path.open("xb") as file:
        tar = tarfile.TarFile(fileobj=file, mode="w", format=tarfile.PAX_FORMAT, copybufsize=_PIECE)
        yield Packer(tar, made_ms, advance)
        tar.close()
        file.flush()
        os.fsync(file.fileno())


def opened(path: Path, size: int | None = None) -> io.BufferedReader:
    """A stored file, of that size if one is told; raises OSError with the reason where it is not as it should be."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is no file")
    file = path.open("rb")
    has = length(file)
    if size not in (None, has):
        file.close()
        raise OSError(errno.EINVAL, f"it has {has} bytes instead of {size}")
    return file


def length(file: IO[bytes]) -> int:
    """The length of an open file."""
    return os.fstat(file.fileno()).st_size
