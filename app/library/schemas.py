"""What enters and leaves the library by API and command line."""

from datetime import datetime
from typing import Any

import msgspec

from app.clock import from_ms
from app.library import operations
from app.library.arrivals import Arrival
from app.library.editing import BulkEdit, Edit
from app.library.folder import Listed
from app.library.queries import AssetView


class OperationsJson(msgspec.Struct):
    """What an asset is to operations, by the tags `class:`, `daypart:` and `ads:`, or derived from the rest of it."""

    content_class: str | None
    daypart: str | None
    ads: str


class AssetJson(msgspec.Struct):
    """One playable item of the library."""

    id: str
    title: str
    name: str
    type: str
    state: str
    approved: bool
    tags: list[str]
    duration_ms: int | None
    bytes: int | None
    mime: str | None
    sha256: str | None
    codecs: str
    series: str | None
    series_title: str | None
    season: int | None
    episode: int | None
    genre: str | None
    rating: str | None
    description: str | None
    operations: OperationsJson
    created: datetime
    version: int


class AssetsJson(msgspec.Struct):
    """Some assets; `after` is the cursor of the next page."""

    assets: list[AssetJson]
    after: str | None


class TagsJson(msgspec.Struct):
    """The tags in use."""

    tags: list[str]


class WordsJson(msgspec.Struct):
    """The genres and ratings in use."""

    genres: list[str]
    ratings: list[str]


class EditJson(Edit, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; `version` is the one that was read, and what is left out stays.

    `series` is an id or title; null takes away what may be missing.
    """

    version: int


class BulkEditJson(BulkEdit, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different about several assets; what is left out stays.

    Null leaves type, approval and state, too; it takes series, season, genre and rating away.
    """

    assets: list[str]


class ChangedJson(msgspec.Struct):
    """How many assets are different now."""

    changed: int


class ChapterJson(msgspec.Struct):
    """A place inside an asset, as its file names it."""

    kind: str
    title: str
    start_ms: int
    end_ms: int | None


class UseJson(msgspec.Struct):
    """Something that uses an asset, which is kept as long as it does."""

    kind: str
    id: str
    title: str


class HappenedJson(msgspec.Struct):
    """One thing that somebody did to an asset; before and after hold what changed."""

    at: datetime
    actor: str
    verb: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class FetchJson(msgspec.Struct, forbid_unknown_fields=True):
    """The address of a file on the web."""

    url: str


class ImportJson(msgspec.Struct, forbid_unknown_fields=True):
    """Files of the import folder by their paths below it; without any, all that are not in the library yet."""

    paths: list[str] | None = None


class FileJson(msgspec.Struct):
    """A file of the import folder; `state` is new, waiting, running, failed or imported."""

    path: str
    bytes: int
    state: str
    note: str | None
    asset: str | None


class ArrivalJson(msgspec.Struct):
    """A file on its way. `kind` is url or folder; `state` is waiting, running, done, failed or cancelled.

    `note` says why it waits or failed, `asset` is what came of it, and `existed` that its bytes were here before.
    """

    id: str
    kind: str
    source: str
    state: str
    bytes: int
    total: int | None
    note: str | None
    asset: str | None
    existed: bool
    created: datetime


class NewUploadJson(msgspec.Struct, forbid_unknown_fields=True):
    """A file to be sent; with its `sha256`, one that is here already need not be."""

    name: str
    bytes: int
    sha256: str | None = None


class UploadJson(msgspec.Struct):
    """An upload: send on from `offset`, best `chunk` bytes at a time. `asset` is set once it is whole and was taken;
    `label` names it where one is chosen, `existed` tells that these bytes were here before."""

    id: str
    name: str
    bytes: int
    offset: int
    chunk: int
    existed: bool
    label: str | None
    asset: AssetJson | None


def happened_json(row: dict[str, Any]) -> HappenedJson:
    """An event of an asset as programs see it."""
    before, after = (msgspec.json.decode(row[name]) if row[name] else None for name in ("before", "after"))
    return HappenedJson(from_ms(row["at_ms"]), row["actor"], row["verb"], before, after)


def asset_json(asset: AssetView) -> AssetJson:
    """An asset as programs see it."""
    return AssetJson(
        id=asset.id, title=asset.title, name=asset.name, type=asset.type, state=asset.state,
        approved=asset.approved, tags=asset.tags, duration_ms=asset.duration_ms, bytes=asset.bytes, mime=asset.mime,
        sha256=asset.sha256, codecs=asset.codecs, series=asset.series, series_title=asset.series_title,
        season=asset.season, episode=asset.episode, genre=asset.genre, rating=asset.rating,
        description=asset.description, operations=_operations_json(asset), created=from_ms(asset.created_ms),
        version=asset.version,
    )  # fmt: skip


def _operations_json(asset: AssetView) -> OperationsJson:
    said = operations.operations(asset.type, asset.duration_ms, asset.tags)
    return OperationsJson(said.content_class, said.daypart, said.ads)


def arrival_json(one: Arrival) -> ArrivalJson:
    """An arrival as programs see it."""
    return ArrivalJson(
        id=one.id, kind=one.kind, source=one.source, state=one.state, bytes=one.bytes, total=one.total,
        note=one.note, asset=one.asset, existed=one.existed, created=from_ms(one.created_ms),
    )  # fmt: skip


def file_json(one: Listed) -> FileJson:
    """A file of the import folder as programs see it."""
    return FileJson(one.path, one.bytes, one.state, one.note, one.asset)
