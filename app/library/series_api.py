"""Series for programs."""

from typing import Any

from litestar import Controller, Request, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from app.library import seasons, series
from app.library.seasons import Season
from app.library.series import Place, SeriesEdit
from app.web.documented import documented
from app.web.guards import editor, viewer

AnyRequest = Request[Any, Any, Any]


class NewSeriesJson(Struct, forbid_unknown_fields=True):
    """A series; `home_channel` is where it airs unless told otherwise, by id or slug."""

    title: str
    home_channel: str | None = None


class SeriesJson(Struct):
    """A series, with how many episodes it has."""

    id: str
    title: str
    home_channel: str | None
    description: str | None
    episodes: int
    version: int


class SeriesEditJson(SeriesEdit, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; `version` is the one that was read, null takes a value away."""

    version: int


class MergeJson(Struct, forbid_unknown_fields=True):
    """The series, by id or title, that gets the episodes."""

    into: str


class EpisodeJson(Struct):
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


class SeasonJson(Struct):
    """A season; `missing` are ranges of numbers below its last episode, `doubled` are those it has twice."""

    season: int | None
    episodes: list[EpisodeJson]
    missing: list[tuple[int, int]]
    doubled: list[int]


class PlaceJson(Place, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; `version` is the one that was read, null takes a value away."""

    version: int


def series_json(one: series.SeriesView) -> SeriesJson:
    """A series as programs see it."""
    return SeriesJson(one.id, one.title, one.home_channel, one.description, one.episodes, one.version)


def episode_json(one: series.Episode) -> EpisodeJson:
    """An asset as an episode, as programs see it."""
    return EpisodeJson(**{name: getattr(one, name) for name in EpisodeJson.__struct_fields__})


def season_json(one: Season[series.Episode]) -> SeasonJson:
    """A season as programs see it."""
    return SeasonJson(one.number, [episode_json(each) for each in one.episodes], list(one.missing), list(one.doubled))


class SeriesApi(Controller):
    """`/api/series`."""

    path = "/api/series"
    tags = ["Library"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=documented(401, 403))
    async def all(self) -> list[SeriesJson]:
        """All series, by title."""
        return [series_json(one) for one in await series.all_series()]

    @post(guards=[editor], responses=documented(404, 409, 413, 422))
    async def create(self, request: AnyRequest, data: JSONBody[NewSeriesJson]) -> SeriesJson:
        """Add a series."""
        clock = request.app.state.clock
        return series_json(await series.add_series(data.title, data.home_channel, by=request.user, clock=clock))

    @get("/{series_id:str}", responses=documented(401, 403, 404))
    async def show(self, series_id: FromPath[str]) -> SeriesJson:
        """One series, by id or title."""
        return series_json(await series.series(series_id))

    @patch("/{series_id:str}", guards=[editor], responses=documented(404, 409, 413, 422))
    async def edit(self, request: AnyRequest, series_id: FromPath[str], data: JSONBody[SeriesEditJson]) -> SeriesJson:
        """Change a series, unless it was changed since `version`."""
        wanted = SeriesEdit(data.title, data.home_channel, data.description)
        clock = request.app.state.clock
        return series_json(await series.edit_series(series_id, wanted, data.version, by=request.user, clock=clock))

    @post("/{series_id:str}/merge", guards=[editor], status_code=200, responses=documented(404, 409, 413, 422))
    async def merge(self, request: AnyRequest, series_id: FromPath[str], data: JSONBody[MergeJson]) -> SeriesJson:
        """Make its episodes those of another series, and delete it; refused while a program names it."""
        clock = request.app.state.clock
        return series_json(await series.merge(series_id, data.into, by=request.user, clock=clock))

    @get("/{series_id:str}/seasons", responses=documented(401, 403, 404))
    async def seasons(self, series_id: FromPath[str]) -> list[SeasonJson]:
        """Its episodes by season, with the numbers that are missing and those that are there twice."""
        return [season_json(one) for one in seasons.seasons(await series.episodes(series_id))]

    @get("/{series_id:str}/episodes", responses=documented(401, 403, 404))
    async def episodes(self, series_id: FromPath[str]) -> list[EpisodeJson]:
        """The assets of a series, in order of season and episode."""
        return [episode_json(one) for one in await series.episodes(series_id)]

    @delete("/{series_id:str}", guards=[editor], responses=documented(404, 409))
    async def remove(self, request: AnyRequest, series_id: FromPath[str]) -> None:
        """Delete a series without episodes that no program names."""
        await series.remove_series(series_id, by=request.user, clock=request.app.state.clock)


class PlaceApi(Controller):
    """`/api/assets/{asset_id}/place`."""

    path = "/api/assets/{asset_id:str}/place"
    tags = ["Library"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=documented(401, 403, 404))
    async def show(self, asset_id: FromPath[str]) -> EpisodeJson:
        """What an asset is within a series; genre and rating."""
        return episode_json(await series.episode(asset_id))

    @patch(guards=[editor], responses=documented(404, 409, 413, 422))
    async def change(self, request: AnyRequest, asset_id: FromPath[str], data: JSONBody[PlaceJson]) -> EpisodeJson:
        """Change it, unless the asset was changed since `version`."""
        asked = Place(data.series, data.season, data.episode, data.genre, data.rating)
        clock = request.app.state.clock
        return episode_json(await series.place(asset_id, asked, data.version, by=request.user, clock=clock))
