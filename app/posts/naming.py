"""What people call channels and videos in a file: by id, or by the names that the desk shows."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.database import sql
from app.errors import field_error
from app.library.rules import clean_name
from app.posts.csv_import import Values

Named = dict[str, set[str]]


class Names:
    """Every channel and video of the desk by each of its names, as they stand at one moment."""

    def __init__(self, channels: list[dict[str, Any]], assets: list[dict[str, Any]]) -> None:
        self._channels = _named(channels, "id"), _named(channels, "slug"), _named(channels, "title")
        self._assets = _named(assets, "id"), _named(assets, "title")
        self._files = (_named(assets, "name"),)

    @classmethod
    async def look(cls) -> "Names":
        """Read them all at once, since a file may name thousands."""
        channels = await sql("SELECT id, slug, title FROM channel")
        return cls(channels, await sql("SELECT id, title, name FROM asset WHERE state <> 'retired'"))

    def channels(self, values: Values) -> list[str]:
        """The ids of a row's channels, by id, slug or title."""
        return [_only(self._channels, name, "channels", "CHANNEL") for name in values.channels]

    def asset(self, values: Values) -> str:
        """The id of a row's video, by id or title, or by the name of its file."""
        if values.asset:
            return _only(self._assets, values.asset, "asset", "ASSET")
        return _only(self._files, clean_name(values.file), "file", "FILE")


def _named(rows: Iterable[Mapping[str, str]], column: str) -> Named:
    found: Named = {}
    for row in rows:
        found.setdefault(row[column].casefold(), set()).add(row["id"])
    return found


def _only(kinds: Iterable[Named], name: str, field: str, code: str) -> str:
    what = "channel" if code == "CHANNEL" else "video"
    key = name.casefold()
    ids = next((named[key] for named in kinds if key in named), set[str]())
    if len(ids) > 1:
        raise field_error(field, f"{code}_AMBIGUOUS", f"{len(ids)} {what}s are called “{name}”; give the id of one.")
    if not ids:
        raise field_error(field, f"{code}_UNKNOWN", f"There is no {what} “{name}”.")
    return next(iter(ids))
