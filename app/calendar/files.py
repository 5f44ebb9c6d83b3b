"""The calendar as files: CSV of what a view shows, and the feed under a person's secret link."""

from datetime import timedelta
from typing import Any

from litestar import Request, Response, get

from app.calendar import days, exports, links, sources
from app.calendar.asked import HOME, asked, lanes_of, wanted
from app.calendar.items import Span
from app.channels.service import channels
from app.clock import to_ms, zone
from app.web.guards import viewer
from app.web.shell import timezone_of

FEED_BACK, FEED_AHEAD = timedelta(days=30), timedelta(days=366)
_NO_STORE = {"cache-control": "no-store"}


@get(f"{HOME}/export.csv", guards=[viewer], include_in_schema=False)
async def csv(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What a view of the same address shows, as a table."""
    state, tz = request.app.state, zone(await timezone_of(request))
    wish = asked(request.query_params, state.clock.now().astimezone(tz).date())
    found = await sources.found(days.span_of(days.shown(wish.view, wish.at, tz)), wish.wanted)
    lanes = {one.id: one for one in lanes_of(await channels(), found, wish)}
    body = exports.csv_file([item for item in found.items if item.channel in lanes], lanes, tz, state.settings.url)
    headers = {"content-disposition": f'attachment; filename="schedule-{wish.at.isoformat()}.csv"', **_NO_STORE}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


@get("/calendar.ics", opt={"anonymous": True}, include_in_schema=False)
async def feed(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The last month and the year ahead, for calendar programs; `key` is a person's secret link."""
    state, query = request.app.state, request.query_params
    await links.open_link(query.get("key") or "", state.clock)
    now, timezone = state.clock.now(), await timezone_of(request)
    found = await sources.found(Span(to_ms(now - FEED_BACK), to_ms(now + FEED_AHEAD)), wanted(query))
    known = {one.id: one for one in await channels()}
    name = (await state.shell.desk()).name
    body = exports.ical_file(found.items, known, name=name, zone=timezone, url=state.settings.url, now=now)
    return Response(body, media_type="text/calendar; charset=utf-8", headers=_NO_STORE)
