"""The guide for programs: what is on, how it is shared, and its secret links."""

from datetime import timedelta
from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.clock import MasterClock, from_ms, parse_instant, to_ms
from app.errors import DaypartError, field_error
from app.guide import service, sharing
from app.guide.files import answer
from app.guide.kept import Draft, Files
from app.guide.schemas import GuideJson, LinkJson, MadeLinkJson, NewLinkBody, SharingBody, SharingJson, guide_text
from app.guide.sharing import Sharing
from app.web.documented import documented
from app.web.guards import admin, editor, viewer

AnyRequest = Request[Any, Any, Any]
_GUIDE = {200: ResponseSpec(GuideJson, description="What is on.", generate_examples=False)}
_AN_HOUR = timedelta(hours=1)


class GuideApi(Controller):
    """`/api/guide`."""

    path = "/api/guide"
    tags = ["Guide"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=_GUIDE | documented(404, 409, 422))
    async def between(
        self,
        request: AnyRequest,
        begins: Annotated[str, QueryParameter(name="from", description="An instant with an offset.")],
        ends: Annotated[str, QueryParameter(name="to", description="At most 32 days later.")],
        channel: FromQuery[list[str] | None] = None,
    ) -> Response[bytes]:
        """What is on between two instants, on all channels or those named; `ETag` and `If-None-Match` are known."""
        start, end, keys = _instant("from", begins), _instant("to", ends), tuple(channel or ())
        files: Files = request.app.state.guide_files
        clock: MasterClock = request.app.state.clock

        async def write() -> Draft:
            text = guide_text(await service.between(from_ms(start), from_ms(end), list(keys)))
            return Draft([text], to_ms(clock.now() + _AN_HOUR))

        kept = await files.get(("json", start, end, keys), clock.now_ms(), write)
        return await answer(request, kept, "application/json")

    @get("/sharing", responses=documented())
    async def sharing(self) -> SharingJson:
        """Tell whether the files are open to everybody, and how many days they hold."""
        found = await sharing.sharing()
        return SharingJson(found.open, found.days)

    @put("/sharing", guards=[admin], responses=documented(413, 422))
    async def share(self, request: AnyRequest, data: JSONBody[SharingBody]) -> SharingJson:
        """Open the files to everybody, or close them to all but who has a link or signs in."""
        made = await sharing.share(Sharing(data.open, data.days), by=request.user, clock=request.app.state.clock)
        return SharingJson(made.open, made.days)

    @get("/links", guards=[editor], responses=documented())
    async def links(self) -> list[LinkJson]:
        """List the secret links of players."""
        return [
            LinkJson(
                row["id"], row["name"], from_ms(row["created_ms"]), from_ms(row["used_ms"]) if row["used_ms"] else None
            )
            for row in await sharing.links()
        ]

    @post("/links", guards=[editor], responses=documented(409, 413, 422))
    async def add_link(self, request: AnyRequest, data: JSONBody[NewLinkBody]) -> MadeLinkJson:
        """Make a secret link; its addresses are told this once."""
        token = await sharing.add_link(data.name, by=request.user, clock=request.app.state.clock)
        return MadeLinkJson(token, **sharing.addresses(request.app.state.settings.url, token))

    @delete("/links/{link_id:str}", guards=[editor], responses=documented(404))
    async def end_link(self, request: AnyRequest, link_id: FromPath[str]) -> None:
        """End a secret link for good."""
        await sharing.end_link(link_id, by=request.user, clock=request.app.state.clock)


def _instant(field: str, text: str) -> int:
    try:
        return to_ms(parse_instant(text))
    except DaypartError as error:
        raise field_error(field, error.code, error.detail) from error
