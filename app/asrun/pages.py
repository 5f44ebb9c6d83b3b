"""The tab of a linear channel that tells what it aired."""

from datetime import date as Day  # noqa: N812 - the query's own name is date
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.params import FromPath, FromQuery

from app.asrun import exports, queries, views
from app.asrun.announcing import KIND, TAB
from app.asrun.queries import Found
from app.asrun.rules import checked_date
from app.asrun.schemas import rows_json
from app.channels import service as channels
from app.channels.pages import context
from app.channels.views import LIST
from app.errors import NotFound
from app.web.guards import viewer
from app.web.htmx import AnyRequest, render


class AsRunPages(Controller):
    """`/channels/{channel}/asrun`."""

    include_in_schema = False
    path = f"{LIST}/{{key:str}}/{TAB.name}"
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get()
    async def show(
        self, request: Request[Any, Any, Any], key: FromPath[str], date: FromQuery[str] = ""
    ) -> Response[str]:
        """What a channel aired on a broadcast date."""
        found, day, today = await _asked(request, key, date)
        shown = {**context(found.channel, TAB.name), "asrun": views.page(found, day, today)}
        return await render(request, "asrun/channel.html", shown)

    @get("/export")
    async def export(
        self,
        request: Request[Any, Any, Any],
        key: FromPath[str],
        date: FromQuery[str] = "",
        format: FromQuery[str] = "csv",
    ) -> Response[bytes]:
        """The same as a file."""
        found, day, _ = await _asked(request, key, date)
        media_type, body = exports.written(format, rows_json(found))
        name = f"{found.channel.slug}-{day.isoformat()}.{format}"
        headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
        return Response(body, media_type=media_type, headers=headers)


async def _asked(request: AnyRequest, key: str, text: str) -> tuple[Found, Day, Day]:
    of = await channels.channel(key)
    if of.kind != KIND:
        raise NotFound("TAB_UNKNOWN", f"{of.title} has no such page.")
    today = queries.today(of, request.app.state.clock.now())
    day = checked_date(text, today)
    return await queries.on(of.id, day), day, today
