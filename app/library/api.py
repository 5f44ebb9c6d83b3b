"""The library for programs."""

from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from litestar.response import Stream

from app import events
from app.library import editing, listing, queries, service, uses
from app.library.answers import stored
from app.library.editing import BulkEdit, Edit
from app.library.filtered import FILTERED, Wanted
from app.library.listing import Sort
from app.library.schemas import (
    AssetJson,
    AssetsJson,
    BulkEditJson,
    ChangedJson,
    ChapterJson,
    EditJson,
    HappenedJson,
    TagsJson,
    UseJson,
    WordsJson,
    asset_json,
    happened_json,
)
from app.library.uploads import take_raw
from app.web.documented import FILE, FileOperation, documented
from app.web.guards import editor, viewer

PER_PAGE_MOST = 500
KNOWN = ResponseSpec(AssetJson, description="The library has these bytes already.", generate_examples=False)

AnyRequest = Request[Any, Any, Any]


class AssetApi(Controller):
    """`/api/assets`."""

    path = "/api/assets"
    tags = ["Library"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=documented(400, 401, 403), dependencies=FILTERED)
    async def all(
        self,
        wanted: Wanted,
        sort: FromQuery[Sort] = "newest",
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=PER_PAGE_MOST)] = 50,
    ) -> AssetsJson:
        """Assets, newest first unless sorted otherwise; `q` looks in titles and file names."""
        page = await listing.assets(wanted, after, limit, sort)
        return AssetsJson([asset_json(one) for one in page.assets], page.after)

    @post(
        guards=[editor],
        request_max_body_size=None,
        responses={**documented(413, 422, 507), 200: KNOWN},
        operation_class=FileOperation,
    )
    async def upload(
        self,
        request: AnyRequest,
        filename: Annotated[
            str | None, HeaderParameter(name="X-Filename", description="Percent-encoded UTF-8.")
        ] = None,
    ) -> Response[AssetJson]:
        """Take a video in: the body is the file. A file that is here already answers 200 with its asset."""
        added = await take_raw(request)
        return Response(asset_json(added.asset), status_code=200 if added.existed else 201)

    @patch(guards=[editor], responses=documented(404, 413, 422))
    async def edit_all(self, request: AnyRequest, data: JSONBody[BulkEditJson]) -> ChangedJson:
        """Change several assets, all or none."""
        wanted = BulkEdit(**{name: getattr(data, name) for name in BulkEdit.__struct_fields__})
        clock = request.app.state.clock
        return ChangedJson(await editing.edit_all(data.assets, wanted, by=request.user, clock=clock))

    @get("/tags", responses=documented(401, 403))
    async def tags_in_use(self) -> TagsJson:
        """The tags in use."""
        return TagsJson(await listing.tags())

    @get("/words", responses=documented(401, 403))
    async def words_in_use(self) -> WordsJson:
        """The genres and ratings in use."""
        return WordsJson(await listing.words("genre"), await listing.words("rating"))

    @get("/{asset_id:str}", responses=documented(401, 403, 404))
    async def show(self, asset_id: FromPath[str]) -> AssetJson:
        """One asset."""
        return asset_json(await queries.asset(asset_id))

    @patch("/{asset_id:str}", guards=[editor], responses=documented(404, 409, 413, 422))
    async def edit(self, request: AnyRequest, asset_id: FromPath[str], data: JSONBody[EditJson]) -> AssetJson:
        """Change an asset, unless somebody else changed it since `version`."""
        wanted = Edit(**{name: getattr(data, name) for name in Edit.__struct_fields__})
        clock = request.app.state.clock
        return asset_json(await editing.edit(asset_id, wanted, data.version, by=request.user, clock=clock))

    @delete("/{asset_id:str}", guards=[editor], responses=documented(401, 403, 404, 409))
    async def remove(self, request: AnyRequest, asset_id: FromPath[str]) -> None:
        """Delete an asset that nothing uses."""
        state = request.app.state
        await service.remove(asset_id, settings=state.settings, by=request.user, clock=state.clock)

    @get("/{asset_id:str}/file", responses={**documented(404), **FILE})
    async def file(self, request: AnyRequest, asset_id: FromPath[str]) -> Stream:
        """Its bytes, whole or in a range."""
        return stored(request, await queries.asset(asset_id))

    @get("/{asset_id:str}/chapters", responses=documented(401, 403, 404))
    async def chapters(self, asset_id: FromPath[str]) -> list[ChapterJson]:
        """Its chapters, in order."""
        await queries.asset(asset_id)
        found = [one for one in await queries.markers(asset_id) if one.kind == "chapter"]
        return [ChapterJson(one.kind, one.title, one.start_ms, one.end_ms) for one in found]

    @get("/{asset_id:str}/uses", responses=documented(401, 403, 404))
    async def where_used(self, asset_id: FromPath[str]) -> list[UseJson]:
        """What uses it."""
        await queries.asset(asset_id)
        return [UseJson(use["kind"], use["id"], use["title"]) for use in await uses.find(asset_id)]

    @get("/{asset_id:str}/history", responses=documented(401, 403))
    async def history(self, asset_id: FromPath[str]) -> list[HappenedJson]:
        """What was done to it, newest first; a deleted asset keeps its history."""
        return [happened_json(row) for row in await events.history("asset", asset_id)]
