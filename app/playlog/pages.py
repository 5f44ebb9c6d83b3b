"""Pages of the logs of linear channels: how far each reaches, and one broadcast day as a rundown."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery
from markupsafe import Markup

from app import events, wording
from app.channels.rules import hue_of
from app.clock import MasterClock, from_ms
from app.errors import Conflict
from app.library import listing
from app.library.listing import Filter
from app.library.rules import TYPES
from app.plans.applying import checked_day
from app.plans.grids import Planned, planned
from app.playlog import exports, gone, queries, rolling, rundown_api, rundowns, views
from app.playlog.blocks import hours
from app.playlog.horizon import LEAST_MS
from app.playlog.queries import Rundown
from app.playlog.standings import Standing, standings
from app.playlog.values import Line
from app.playlog.views import LIST, Moment
from app.web.faces import wants_json
from app.web.flash import Note
from app.web.forms import form
from app.web.fragments import Fragments
from app.web.guards import editor, viewer
from app.web.htmx import PRIVATE, AnyRequest, after_post, is_htmx, redirect, render, wanted_block

DAY = f"{LIST}/{{channel:str}}/{{on:str}}"
TOPIC = "playlog"
TOPICS = f"{TOPIC} plans channels"
TYPES_PLAYED = [{"value": code, "label": f"{label} ({code})"} for code, label in TYPES.items()]
_LISTED = 40
_Q_MOST = 100
_LOOK_AGAIN_MS = 10_000


class LogPages(Controller):
    """`/logs` and the days below it."""

    include_in_schema = False
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get(LIST)
    async def standings(
        self, request: Request[Any, Any, Any], channel: FromQuery[str] = "", date: FromQuery[str] = ""
    ) -> Response[Any]:
        """How far the log of each channel reaches; with a channel and a date, the way to that day."""
        if wants_json(request):
            return Response(await rundown_api.standings_json(request.app.state.clock), headers=PRIVATE)
        if channel:
            of = await planned(channel)
            on = checked_day(date) if date else rundowns.today(of, request.app.state.clock)
            return redirect(request, home_of(of, on))
        return await _standings_page(request)

    @get(DAY)
    async def day(self, request: Request[Any, Any, Any], channel: FromPath[str], on: FromPath[str]) -> Response[Any]:
        """One broadcast day of a channel."""
        if wants_json(request):
            return Response(await rundown_api.rundown_json(channel, on, request.app.state.clock), headers=PRIVATE)
        return await _day_page(request, await queries.rundown(channel, on))

    @post(f"{LIST}/{{channel:str}}/build", guards=[editor], status_code=303)
    async def build(self, request: Request[Any, Any, Any], channel: FromPath[str]) -> Response[str]:
        """Make days and log up to the horizon now, as the worker does each half minute."""
        clock = request.app.state.clock
        made = await rolling.roll(channel, by=request.user, clock=clock)
        until = wording.local(from_ms(made.frontier_ms), made.channel.grid.tz)
        home = home_of(made.channel, rundowns.today(made.channel, clock))
        return after_post(request, home, f"The log of {made.channel.channel.title} reaches to {until}.", changed=TOPIC)

    @post(f"{DAY}/mend", guards=[editor], status_code=303)
    async def mend(self, request: Request[Any, Any, Any], channel: FromPath[str], on: FromPath[str]) -> Response[str]:
        """Air something else wherever an asset is ahead whose file is gone."""
        home = home_of(await planned(channel), checked_day(on))
        asset = (await form(request)).text("asset")
        try:
            made = await gone.mend(channel, asset, by=request.user, clock=request.app.state.clock)
        except Conflict as refused:
            if is_htmx(request):
                raise  # told as a toast
            return redirect(request, home, Note("bad", refused.detail))
        return after_post(request, home, views.mended_words(made.fallen, asset), changed=TOPIC)

    @get(f"{DAY}/export.csv")
    async def export(
        self, request: Request[Any, Any, Any], channel: FromPath[str], on: FromPath[str]
    ) -> Response[bytes]:
        """The same day as a table."""
        found = await queries.rundown(channel, on)
        body = exports.csv_file(await rundowns.in_blocks(found), found.channel.grid.tz)
        name = f"log-{found.channel.channel.slug}-{found.date}.csv"
        headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
        return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


@get("/channels/{key:str}/log", guards=[viewer], include_in_schema=False)
async def tab(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[str]:
    """The tab of a channel: the way to its log of today."""
    of = await planned(key)
    return redirect(request, home_of(of, rundowns.today(of, request.app.state.clock)))


def home_of(of: Planned, on: date) -> str:
    """The address of a day."""
    return f"{LIST}/{of.channel.slug}/{on.isoformat()}"


async def _standings_page(request: AnyRequest) -> Response[str]:
    clock: MasterClock = request.app.state.clock
    rows = [await _standing(one, clock) for one in await standings(clock.now_ms())]
    return await render(
        request,
        "playlog/list.html",
        {"title": "Logs", "logs": rows, "topics": TOPICS, "can_build": request.user.can("editor")},
    )


async def _standing(one: Standing, clock: MasterClock) -> dict[str, Any]:
    of = await planned(one.channel.id)
    today, tz, now = rundowns.today(of, clock), of.grid.tz, clock.now_ms()
    ahead = None if one.reaches_ms is None else one.reaches_ms - now
    return {
        "slug": one.channel.slug,
        "title": one.channel.title,
        "mark": one.channel.mark,
        "hue": hue_of(one.channel.id),
        "href": home_of(of, today),
        "today": wording.day(today),
        "date": today.isoformat(),
        "zone": wording.city(tz),
        "reaches": "" if one.reaches_ms is None else wording.local(from_ms(one.reaches_ms), tz),
        "reaches_ms": one.reaches_ms,
        "ahead": "" if ahead is None else wording.until(ahead),
        "missing": wording.count(len(one.missing), "file gone", "files gone") if one.missing else "",
        "state": "none" if ahead is None else "over" if ahead <= 0 else "short" if ahead < LEAST_MS else "ok",
    }


async def _day_page(request: AnyRequest, found: Rundown) -> Response[str]:
    context = await _frame(request, found)
    if wanted_block(request) == "log_library":
        return await render(request, "playlog/day.html", context | await _library(request, found))
    shown = await _rundown(request, found, context)
    if wanted_block(request) == "rundown":
        fragments: Fragments = request.app.state.fragments
        return fragments.answer(shown)
    context |= await _library(request, found)
    context["printed"] = f"{request.app.state.settings.url}{context['home']}"
    return await render(request, "playlog/day.html", context | {"fragment": shown})


async def _frame(request: AnyRequest, found: Rundown) -> dict[str, Any]:
    of, channel, on = found.channel, found.channel.channel, found.date
    today = rundowns.today(of, request.app.state.clock)
    return {
        "title": f"{channel.title} log",
        "channel": channel,
        "hue": hue_of(channel.id),
        "day": views.day_words(on, found.start_ms, found.end_ms),
        "date": on.isoformat(),
        "home": home_of(of, on),
        "previous": home_of(of, on - timedelta(days=1)),
        "next": home_of(of, on + timedelta(days=1)),
        "today": home_of(of, today),
        "is_today": on == today,
        "links": [
            (views.day_path(found), "Schedule day"),
            *([(f"/channels/{channel.slug}/asrun?date={on}", "As-run")] if on <= today else []),
        ],
        "can_edit": request.user.can("editor") and bool(found.lines),
        "version": found.log.version if found.log else 0,
        "topics": TOPICS,
        "undo": await _last_edit(request),
    }


async def _last_edit(request: AnyRequest) -> dict[str, Any] | None:
    """What somebody changed a moment ago and may still undo."""
    found = await events.undoable(request.user.actor, request.app.state.clock.now_ms())
    if found is None or found["subject_type"] != "log":
        return None
    return {"event": found["seq"], "text": f"One event was {found['verb']}."}


def moment(request: AnyRequest, found: Rundown) -> Moment:
    """What a day is looked at with."""
    return Moment(request.app.state.clock.now_ms(), found.channel.grid.tz, request.user.can("editor"))


async def _rundown(request: AnyRequest, found: Rundown, context: dict[str, Any]) -> Markup:
    fragments: Fragments = request.app.state.fragments
    at = moment(request, found)
    on_air = next((line.id for line in found.lines if line.start_ms <= at.now_ms < line.end_ms), None)
    # What is shown depends on these alone.
    key = ("log", await events.newest(), at.now_ms // _LOOK_AGAIN_MS, on_air, context["home"], at.may_edit)
    shown = fragments.get(key)
    if shown is None:
        context = context | await _drawn(found, at)
        shown = fragments.keep(key, request, "playlog/day.html", "rundown", context)
    return shown


async def _drawn(found: Rundown, at: Moment) -> dict[str, Any]:
    made = await rundowns.in_blocks(found)
    missing = await gone.told(at.now_ms, found.channel.channel.id)
    looks = views.block_looks(made, at, {one.asset for one in missing})
    past = [one for one in looks if one.when == "past"]
    folded = past if len(past) < len(looks) else []
    return {
        "strip": views.hour_looks(hours(found.start_ms, found.end_ms, made, at.now_ms), at.tz),
        "folded": folded,
        "folded_words": f"{wording.count(len(folded), 'block')} aired, {folded[0].time} – {looks[len(folded)].time}"
        if folded
        else "",
        "blocks": looks[len(folded) :],
        "may_build": at.may_edit,
        "empty": None if looks else views.why_empty(found, at.now_ms, planned=await rundowns.is_planned(found)),
        "missing": [one for one in (views.missing_look(each, found.lines, at) for each in missing) if one],
        "ends": _ends(found, at),
    }


def _ends(found: Rundown, at: Moment) -> str:
    """Where the log ends, if that is before its day does."""
    if not found.lines or found.lines[-1].end_ms >= found.end_ms:
        return ""
    return f"The log reaches to {at.reading(found.lines[-1].end_ms)} and grows by itself, three to four hours ahead."


async def _library(request: AnyRequest, found: Rundown) -> dict[str, Any]:
    query, at = request.query_params, moment(request, found)
    q, type = (query.get("q") or "")[:_Q_MOST], query.get("type") or ""
    page = await listing.assets(Filter(q, type, "ready", approved=True), limit=_LISTED, sort="title")
    listed = [
        {"id": one.id, "title": one.title, "code": one.type, "type_label": TYPES[one.type],
         "length": wording.length(one.duration_ms)}
        for one in page.assets if one.duration_ms
    ]  # fmt: skip
    return {
        "place": _place(query.get("at") or "", query.get("act") or "", found.lines, at),
        "library": {
            "href": f"{home_of(found.channel, found.date)}?{urlencode(list(query.items()))}",
            "q": q,
            "type": type,
            "types": TYPES_PLAYED,
            "rows": listed,
            "more": page.after is not None,
        },
    }


def _place(wanted: str, act: str, lines: tuple[Line, ...], at: Moment) -> dict[str, Any] | None:
    """Where a video of the library goes: where was chosen, else before the first event that can be changed."""
    rows = [row for row in (views.row(line, at) for line in lines if line.end_ms > at.now_ms) if row.open]
    chosen = next((row.line for row in rows if row.line.id == wanted), None)
    line = chosen or (rows[0].line if rows else None)
    if line is None:
        return None
    how = act if chosen is not None and act in ("replace", "after") else "before"
    words = views.place_words(line, at)
    return {
        "act": how,
        "anchor": line.id,
        "words": f"Replaces {words}." if how == "replace" else f"Goes in {how} {words}.",
        "chosen": chosen is not None,
    }
