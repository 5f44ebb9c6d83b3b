"""Questions to the library."""

from collections.abc import Sequence
from typing import Any

import msgspec

from app.database import Row, placeholders, sql
from app.errors import NotFound
from app.library.probe import Probe


class AssetView(msgspec.Struct, frozen=True):
    """An asset as pages and API show it; what belongs to a file is None when it has none here."""

    id: str
    title: str
    name: str
    type: str
    state: str
    approved: bool
    duration_ms: int | None
    created_ms: int
    version: int
    bytes: int | None
    mime: str | None
    sha256: str | None
    path: str | None
    codecs: str
    has_thumbnail: bool
    probe: Probe | None
    tags: list[str]
    series: str | None
    series_title: str | None
    season: int | None
    episode: int | None
    genre: str | None
    rating: str | None
    description: str | None

    @property
    def thumbnail(self) -> str | None:
        """Where its still lies below the media folder."""
        return thumbnail_of(self.path) if self.path and self.has_thumbnail else None

    @property
    def is_audio(self) -> bool:
        """Whether there is sound but no picture."""
        return self.probe is not None and self.probe.video is None


class Marker(msgspec.Struct, frozen=True):
    """A place inside an asset, such as the beginning of a chapter; `number` tells it from the others of its asset."""

    number: int
    kind: str
    title: str
    start_ms: int
    end_ms: int | None


COLUMNS = (
    "a.id, a.title, a.name, a.type, a.state, a.approved, a.duration_ms, a.created_ms, a.version, a.tags,"
    " m.bytes, m.mime, m.sha256, m.path, m.probe, a.series, a.season, a.episode, a.genre, a.rating, a.description,"
    " (SELECT s.title FROM series s WHERE s.id = a.series) AS series_title"
)
TABLES = "asset a LEFT JOIN media m ON m.id = a.media"
_SELECT = f"SELECT {COLUMNS} FROM {TABLES}"


def thumbnail_of(path: str) -> str:
    """Where the still of a stored file lies: beside it."""
    return path.rpartition(".")[0] + ".jpg"


def view(row: Row) -> AssetView:
    """An asset of a row with COLUMNS."""
    probe = msgspec.json.decode(row["probe"], type=Probe) if row["probe"] else None
    found: dict[str, Any] = {
        "probe": probe,
        "approved": bool(row["approved"]),
        "tags": msgspec.json.decode(row["tags"], type=list[str]),
        "codecs": probe.codecs if probe else "",
        "has_thumbnail": probe is not None and probe.has_thumbnail,
    }
    return AssetView(**{**row, **found})


async def find(asset_id: str) -> AssetView | None:
    """The asset with that id, if there is one."""
    rows = await sql(f"{_SELECT} WHERE a.id = ?", asset_id)
    return view(rows[0]) if rows else None


async def asset(asset_id: str) -> AssetView:
    """The asset with that id."""
    found = await find(asset_id)
    if found is None:
        raise NotFound("ASSET_UNKNOWN", "There is no such video in the library.")
    return found


async def assets(ids: Sequence[str]) -> list[AssetView]:
    """The assets with these ids, as far as there are any; a few hundred at once."""
    return [view(row) for row in await sql(f"{_SELECT} WHERE a.id IN ({placeholders(ids)})", *ids)]


async def by_hash(sha256: str) -> AssetView | None:
    """The oldest asset made of a file with these bytes."""
    rows = await sql(f"{_SELECT} WHERE m.sha256 = ? ORDER BY a.id LIMIT 1", sha256)
    return view(rows[0]) if rows else None


async def markers(asset_id: str) -> list[Marker]:
    """The places inside an asset, in order."""
    rows = await sql(
        "SELECT position AS number, kind, title, start_ms, end_ms FROM marker WHERE asset = ?"
        " ORDER BY start_ms, position",
        asset_id,
    )
    return [Marker(**row) for row in rows]


async def totals() -> tuple[int, int]:
    """How many assets there are, and how many bytes all stored files have; counted as they come and go."""
    rows = await sql("SELECT assets, bytes FROM library_stat WHERE id = 1")
    return rows[0]["assets"], rows[0]["bytes"]
