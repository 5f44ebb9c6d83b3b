"""Markers of an asset, for programs."""

from typing import Annotated, Any

from litestar import Controller, Request, delete, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET, Struct, UnsetType

from app.library import markers, queries
from app.library.queries import Marker
from app.web.documented import documented
from app.web.guards import editor, viewer

AnyRequest = Request[Any, Any, Any]


class MarkerJson(Struct):
    """A place inside an asset, in milliseconds from its beginning; `number` tells it from the others there."""

    number: int
    kind: str
    title: str
    start_ms: int
    end_ms: int | None


class NewMarkerJson(Struct, forbid_unknown_fields=True):
    """A marker to be added; `version` is that of the asset which was read."""

    version: int
    kind: str
    start_ms: int
    title: str = ""
    end_ms: int | None = None


class ChangedMarkerJson(Struct, forbid_unknown_fields=True):
    """What is to be different about a marker; what is left out stays."""

    version: int
    kind: str | UnsetType = UNSET
    start_ms: int | UnsetType = UNSET
    title: str | UnsetType = UNSET
    end_ms: int | UnsetType | None = UNSET


def marker_json(one: Marker) -> MarkerJson:
    """A marker as programs see it."""
    return MarkerJson(one.number, one.kind, one.title, one.start_ms, one.end_ms)


class MarkerApi(Controller):
    """`/api/assets/{asset_id}/markers`."""

    path = "/api/assets/{asset_id:str}/markers"
    tags = ["Library"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=documented(401, 403, 404))
    async def all(self, asset_id: FromPath[str]) -> list[MarkerJson]:
        """Its markers of all kinds, by time."""
        await queries.asset(asset_id)
        return [marker_json(one) for one in await queries.markers(asset_id)]

    @post(guards=[editor], responses=documented(404, 409, 413, 422))
    async def add(self, request: AnyRequest, asset_id: FromPath[str], data: JSONBody[NewMarkerJson]) -> MarkerJson:
        """Mark a place, unless the asset was changed since `version`."""
        wanted = Marker(0, data.kind, data.title, data.start_ms, data.end_ms)
        clock = request.app.state.clock
        return marker_json(await markers.add(asset_id, wanted, data.version, by=request.user, clock=clock))

    @patch("/{number:int}", guards=[editor], responses=documented(404, 409, 413, 422))
    async def alter(
        self, request: AnyRequest, asset_id: FromPath[str], number: FromPath[int], data: JSONBody[ChangedMarkerJson]
    ) -> MarkerJson:
        """Change one, unless the asset was changed since `version`."""
        before = await markers.one(asset_id, number)
        given = {name: getattr(data, name) for name in ("kind", "title", "start_ms", "end_ms")}
        kept = {name: getattr(before, name) if value is UNSET else value for name, value in given.items()}
        clock = request.app.state.clock
        wanted = Marker(number=number, **kept)
        return marker_json(await markers.alter(asset_id, wanted, data.version, by=request.user, clock=clock))

    @delete("/{number:int}", guards=[editor], responses=documented(404, 409))
    async def remove(
        self,
        request: AnyRequest,
        asset_id: FromPath[str],
        number: FromPath[int],
        version: Annotated[int, QueryParameter(description="That of the asset which was read.")],
    ) -> None:
        """Delete one, unless the asset was changed since `version`."""
        await markers.remove(asset_id, number, version, by=request.user, clock=request.app.state.clock)
