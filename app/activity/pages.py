"""The dashboard: the desk at a glance."""

from datetime import time, timedelta
from typing import Any

import msgspec
from litestar import Request, Response, get

from app.activity import dashboard, stations
from app.channels import service as channels
from app.clock import broadcast_day, to_ms, zone
from app.database import sql
from app.library.queries import totals as library_totals
from app.plans.attention import ahead as ahead_of
from app.playlog.standings import standings
from app.posts import queries, social
from app.posts.queries import Filter
from app.posts.totals import totals_of
from app.web.guards import viewer
from app.web.htmx import render
from app.web.status import checks
from app.wording import count


@get("/", guards=[viewer], include_in_schema=False)
async def show(request: Request[Any, Any, Any]) -> Response[str]:
    """What needs somebody, what comes next, and how the desk is doing."""
    state = request.app.state
    now, tz = state.clock.now(), zone((await state.shell.desk()).timezone)
    accounts = await social.accounts()
    ahead = await queries.upcoming(to_ms(now + dashboard.HORIZON))
    failed = await queries.needing_attention(Filter())
    start, end = broadcast_day(now.astimezone(tz).date(), time(0), tz)
    figures = await totals_of((to_ms(start), to_ms(end)), to_ms(now - timedelta(hours=24)))
    videos, _ = await library_totals()
    posts = (await sql("SELECT count(*) AS n FROM (SELECT 1 FROM post LIMIT 1)"))[0]["n"]
    to_review = await queries.in_review() if request.user.can("admin") else 0
    on_air = await standings(to_ms(now))
    known = {one.id: one for one in await channels.channels()}
    days = await ahead_of(known.values(), state.clock)
    needs = [
        *stations.attention(on_air, {id: (known[id].slug, known[id].title, one) for id, one in days.items()}, now, tz),
        *dashboard.attention(failed, await queries.with_problems(), to_review, accounts, now, tz),
    ]
    context = {
        "title": "Dashboard",
        "subtitle": f"{count(len(needs), 'thing needs', 'things need')} you" if needs else "",
        "steps": dashboard.steps(accounts, videos, posts),
        "attention": needs,
        "upcoming": dashboard.upcoming(ahead, now, tz),
        "health": dashboard.health(figures),
        "services": dashboard.services(msgspec.to_builtins(await checks(state))),
        "stations": stations.tiles(on_air, now, tz),
        "channels": dashboard.wall(accounts, ahead, now, tz),
    }
    return await render(request, "activity/dashboard.html", context)
