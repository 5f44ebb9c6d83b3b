"""As-run for programs: what a channel aired, and when an asset did."""

from datetime import date as Day  # noqa: N812 - the query's own name is date
from datetime import datetime
from typing import Annotated, Any

from litestar import Controller, Request, get
from litestar.params import FromPath, FromQuery, QueryParameter

from app.asrun import queries
from app.asrun.rules import checked_span
from app.asrun.schemas import AsRunJson, AsRunListJson, row_json, rows_json
from app.channels import service as channels
from app.web.documented import documented
from app.web.guards import viewer

ASKED_MOST = 500


class AsRunApi(Controller):
    """`/api/channels/{channel}/asrun`."""

    path = "/api/channels/{channel:str}/asrun"
    tags = ["As-run"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=documented(404, 422))
    async def all(
        self,
        request: Request[Any, Any, Any],
        channel: FromPath[str],
        date: FromQuery[Day | None] = None,
        since: FromQuery[datetime | None] = None,
        until: FromQuery[datetime | None] = None,
    ) -> AsRunListJson:
        """What a channel aired on a broadcast date (today's without any query), or between two instants."""
        if since or until:
            found = await queries.between(channel, *checked_span(since, until))
        else:
            of = await channels.channel(channel)
            found = await queries.on(of.id, date or queries.today(of, request.app.state.clock.now()))
        return AsRunListJson(rows_json(found), found.more)

    @get("/{seq:int}", responses=documented(404))
    async def show(self, channel: FromPath[str], seq: FromPath[int]) -> AsRunJson:
        """One row as it is stored."""
        found = await queries.one(channel, seq)
        return row_json(found, found.rows[0])


class AssetAsRunApi(Controller):
    """`/api/assets/{asset_id}/asrun`."""

    path = "/api/assets/{asset_id:str}/asrun"
    tags = ["As-run"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=documented(422))
    async def all(
        self, asset_id: FromPath[str], limit: Annotated[int, QueryParameter(ge=1, le=ASKED_MOST)] = 100
    ) -> AsRunListJson:
        """When an asset was played and where, newest first; also one that is deleted by now."""
        found = await queries.of_asset(asset_id, limit + 1)
        return AsRunListJson([row_json(of, of.rows[0]) for of in found[:limit]], len(found) > limit)


CONTROLLERS = (AsRunApi, AssetAsRunApi)
