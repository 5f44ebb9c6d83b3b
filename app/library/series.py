"""Series and their episodes: what an asset is within a show."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from app.accounts.rules import Identity
from app.channels import service as channels
from app.clock import MasterClock
from app.database import new_id, sql
from app.errors import Conflict, NotFound, field_error
from app.events import Change, Event, change, record_all
from app.library import rules
from app.library.tables import Series
from app.wording import count


@dataclass(frozen=True, slots=True)
class SeriesView:
    """A series, with how many episodes it has."""

    id: str
    title: str
    home_channel: str | None
    episodes: int
    version: int
    description: str | None = None


class SeriesEdit(Struct, frozen=True):
    """What is to be different about a series; what is not set stays, null takes away."""

    title: str | UnsetType = UNSET
    home_channel: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET


@dataclass(frozen=True, slots=True)
class Episode:
    """What an asset is within its series, and what else planning chooses by."""

    asset: str
    title: str
    type: str
    duration_ms: int | None
    state: str
    approved: bool
    series: str | None
    season: int | None
    episode: int | None
    genre: str | None
    rating: str | None
    version: int


class Place(Struct, frozen=True):
    """What is to be different about an asset's place in a series; what is not set stays, null takes it away."""

    series: str | UnsetType | None = UNSET
    season: int | UnsetType | None = UNSET
    episode: int | UnsetType | None = UNSET
    genre: str | UnsetType | None = UNSET
    rating: str | UnsetType | None = UNSET


_SERIES = (
    "SELECT s.id, s.title, s.home_channel, s.description, s.version,"
    " (SELECT count(*) FROM asset a WHERE a.series = s.id) AS episodes"
    " FROM series s"
)
_EPISODE = (
    "SELECT id AS asset, title, type, duration_ms, state, approved, series, season, episode, genre, rating, version"
    " FROM asset"
)


async def all_series() -> list[SeriesView]:
    """All series, by title."""
    return [SeriesView(**row) for row in await sql(f"{_SERIES} ORDER BY s.title")]


async def titles(limit: int = 200) -> dict[str, str]:
    """The titles of series by their ids, in order, for a choice."""
    rows = await sql("SELECT id, title FROM series ORDER BY title LIMIT ?", limit)
    return {row["id"]: row["title"] for row in rows}


async def series(key: str) -> SeriesView:
    """A series by id or title."""
    rows = await sql(f"{_SERIES} WHERE s.id = ? OR s.title = ?", key, " ".join(key.split()))
    if not rows:
        raise NotFound("SERIES_UNKNOWN", f"There is no series {key}.")
    return SeriesView(**rows[0])


async def episodes(key: str) -> list[Episode]:
    """The assets of a series, in order of season and episode."""
    one = await series(key)
    rows = await sql(f"{_EPISODE} WHERE series = ? ORDER BY season, episode, title", one.id)
    return [_episode(row) for row in rows]


async def episode(asset_id: str) -> Episode:
    """What an asset is within a series."""
    rows = await sql(f"{_EPISODE} WHERE id = ?", asset_id)
    if not rows:
        raise NotFound("ASSET_UNKNOWN", "There is no such video in the library.")
    return _episode(rows[0])


def _episode(row: dict[str, Any]) -> Episode:
    return Episode(**{**row, "approved": bool(row["approved"])})


async def add_series(title: str, home_channel: str | None = None, *, by: Identity, clock: MasterClock) -> SeriesView:
    """Add a series."""
    title = rules.checked_title(title)
    async with change(by.actor, clock) as happening:
        home = await _home(home_channel)
        if await sql("SELECT 1 FROM series WHERE title = ?", title):
            raise _exists(title)
        made = await ensured(happening, title)
        await sql("UPDATE series SET home_channel = ? WHERE id = ?", home, made)
    return await series(made)


async def ensured(happening: Change, title: str) -> str:
    """The id of the series with that title, which is added inside of a change where there is none."""
    title = rules.checked_title(title)
    rows = await sql("SELECT id FROM series WHERE title = ?", title)
    if rows:
        return str(rows[0]["id"])
    row = Series(id=new_id(), title=title, created_ms=happening.at_ms)
    await Series.insert(row).run()
    await happening.happened("library", "series", row.id, "added", after={"title": title})
    return row.id


async def edit_series(key: str, wanted: SeriesEdit, version: int, *, by: Identity, clock: MasterClock) -> SeriesView:
    """Change a series, unless somebody else changed it since that version."""
    async with change(by.actor, clock) as happening:
        before = await series(key)
        if before.version != version:
            raise Conflict("VERSION_STALE", f"{before.title} was changed by someone else meanwhile. Look at it again.")
        values = await _checked_series(wanted, before.id)
        after = {name: value for name, value in values.items() if getattr(before, name) != value}
        if after:
            columns = ", ".join(f"{name} = ?" for name in after)
            await sql(f"UPDATE series SET {columns}, version = version + 1 WHERE id = ?", *after.values(), before.id)
            then = {name: getattr(before, name) for name in after}
            await happening.happened("library", "series", before.id, "changed", before=then, after=after)
    return await series(before.id)


async def _checked_series(wanted: SeriesEdit, own: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if wanted.title is not UNSET:
        values["title"] = rules.checked_title(wanted.title)
        if await sql("SELECT 1 FROM series WHERE title = ? AND id <> ?", values["title"], own):
            raise _exists(values["title"])
    if wanted.home_channel is not UNSET:
        values["home_channel"] = await _home(wanted.home_channel)
    if wanted.description is not UNSET:
        values["description"] = rules.checked_description(wanted.description)
    return values


async def _home(key: str | None) -> str | None:
    try:
        return (await channels.channel(key)).id if key else None
    except NotFound as unknown:
        raise field_error("home_channel", unknown.code, unknown.detail) from unknown


def _exists(title: str) -> Conflict:
    return Conflict("SERIES_EXISTS", f"There is a series {title}.", errors={"title": "This one is taken."})


async def merge(key: str, into: str, *, by: Identity, clock: MasterClock) -> SeriesView:
    """Make the episodes of a series those of another, and delete it; one that a program names stays as it is."""
    async with change(by.actor, clock) as happening:
        gone, kept = await series(key), await series(await _named(into, "into"))
        if gone.id == kept.id:
            raise field_error("into", "SERIES_SAME", "Choose another series to merge it into.")
        moved = await sql(
            "UPDATE asset SET series = ?, version = version + 1 WHERE series = ? RETURNING id", kept.id, gone.id
        )
        await _delete(gone)
        before, after = {"series": gone.id}, {"series": kept.id}
        told = [Event(by.actor, "library", "asset", row["id"], "changed", before, after) for row in moved]
        await record_all(told, happening.at_ms)
        merged = {"title": gone.title, "episodes": len(moved)}
        await happening.happened("library", "series", kept.id, "merged", after=merged)
        await happening.happened("library", "series", gone.id, "removed", before={"title": gone.title})
    return await series(kept.id)


async def _delete(gone: SeriesView) -> None:
    try:
        await sql("DELETE FROM series WHERE id = ?", gone.id)
    except sqlite3.IntegrityError as error:  # a program names it, which the library knows nothing of
        raise Conflict("SERIES_USED", f"{gone.title} is in a program. Take it out there first.") from error


async def remove_series(key: str, *, by: Identity, clock: MasterClock) -> None:
    """Delete a series that has no episodes and that no program names."""
    async with change(by.actor, clock) as happening:
        gone = await series(key)
        if gone.episodes:
            raise Conflict("SERIES_USED", f"{gone.title} has {count(gone.episodes, 'episode')}. Take them out first.")
        await _delete(gone)
        await happening.happened("library", "series", gone.id, "removed", before={"title": gone.title})


async def place(asset_id: str, wanted: Place, version: int, *, by: Identity, clock: MasterClock) -> Episode:
    """Say what an asset is within a series, unless somebody else changed it since that version."""
    async with change(by.actor, clock) as happening:
        before = await episode(asset_id)
        if before.version != version:
            raise Conflict("VERSION_STALE", f"{before.title} was changed by someone else meanwhile. Look at it again.")
        values = await checked_place(wanted)
        after = {name: value for name, value in values.items() if getattr(before, name) != value}
        if after:
            columns = ", ".join(f"{name} = ?" for name in after)
            await sql(f"UPDATE asset SET {columns}, version = version + 1 WHERE id = ?", *after.values(), asset_id)
            then = {name: getattr(before, name) for name in after}
            await happening.happened("library", "asset", asset_id, "changed", before=then, after=after)
    return await episode(asset_id)


async def checked_place(wanted: Any) -> dict[str, Any]:
    """What is set of a place (a Place, or what has its fields), as values of the asset's columns."""
    checks: dict[str, Any] = {
        "season": lambda number: rules.checked_number("season", number),
        "episode": lambda number: rules.checked_number("episode", number),
        "genre": lambda word: rules.checked_word("genre", word),
        "rating": lambda word: rules.checked_word("rating", word),
    }
    given = {name: getattr(wanted, name) for name in checks}
    values = {name: checks[name](value) for name, value in given.items() if value is not UNSET}
    if wanted.series is not UNSET:
        values["series"] = await _named(wanted.series) if wanted.series else None
    return values


async def _named(key: str, field: str = "series") -> str:
    try:
        return (await series(key)).id
    except NotFound as unknown:
        raise field_error(field, unknown.code, f"There is no series {key}. Add it first.") from unknown
