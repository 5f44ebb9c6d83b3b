"""What a backup says of itself: `manifest.json`, the last member of its archive."""

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from app.clock import from_ms
from app.errors import Invalid, Unavailable

FORMAT = 1
MANIFEST, DATABASE, KEY, MEDIA = "manifest.json", "daypart.sqlite", "daypart.key", "media"
# Parts that begin with a dot are none of the library's, which leaves no way out of the folder either.
_NAME = re.compile(rf"{MEDIA}(/[0-9A-Za-z_-][0-9A-Za-z._-]*)+")

# kept: in the archive. listed: left where it is. missing: it was not there. damaged: in the archive, but its bytes
# are not those that were once uploaded, so it is not restored.
State = Literal["kept", "listed", "missing", "damaged"]


class Entry(msgspec.Struct, frozen=True):
    """A file of the desk; `sha256` is of the bytes in the archive, or of those that are wanted."""

    name: str
    bytes: Annotated[int, msgspec.Meta(ge=0)]
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    state: State = "kept"
    reason: str = ""

    @property
    def enclosed(self) -> bool:
        """Whether the archive has it."""
        return self.state in ("kept", "damaged")


class Manifest(msgspec.Struct, frozen=True):
    """A whole backup: by which Daypart, of which moment, the rows of each table, and every file."""

    format: int
    daypart: str
    schema: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}\Z")]
    made_ms: Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999)]
    counts: dict[str, int]
    files: list[Entry]

    @property
    def made(self) -> datetime:
        """The moment that the database had come to."""
        return from_ms(self.made_ms)

    @property
    def media(self) -> list[Entry]:
        """The entries of media."""
        return [entry for entry in self.files if is_media(entry.name)]

    @property
    def lacking(self) -> list[Entry]:
        """What the desk itself had not, or not as it was once uploaded."""
        return [entry for entry in self.files if entry.state in ("missing", "damaged")]


class _Head(msgspec.Struct):
    format: int


def is_media(name: str) -> bool:
    """Whether a name is one that a media file may have, which can only lie below the media folder."""
    return _NAME.fullmatch(name) is not None


def broken(source: Path, what: str) -> Invalid:
    """The refusal of a backup that is not what was once written."""
    return Invalid("BACKUP_BROKEN", f"{source} is no whole backup: {what}.")


def decoded(source: Path, content: bytes) -> Manifest:
    """Read a manifest; one of a later format or without sense is refused."""
    try:
        if msgspec.json.decode(content, type=_Head).format > FORMAT:
            raise Unavailable("BACKUP_NEWER", f"{source} was made by a newer Daypart. Upgrade this one.")
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise broken(source, f"its manifest cannot be read ({error})") from error
    _check_names(source, manifest)
    return manifest


def _check_names(source: Path, manifest: Manifest) -> None:
    names = [entry.name for entry in manifest.files]
    if len(set(names)) < len(names):
        raise broken(source, "its manifest names a file twice")
    if strange := [name for name in names if name not in (DATABASE, KEY) and not is_media(name)]:
        raise broken(source, f"its manifest names {strange[0]!r}")
    if not any(entry.name == DATABASE and entry.state == "kept" for entry in manifest.files):
        raise broken(source, "its manifest names no database")
