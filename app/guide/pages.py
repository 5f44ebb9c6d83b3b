"""Pages of the guide: all channels on a track, one channel as a list, one programme, and how players subscribe."""

from datetime import date
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery

from app import events, wording
from app.clock import asked_date, from_ms, zone
from app.errors import Conflict, Invalid, field_error
from app.guide import queries, service, sharing, track, views
from app.guide.asked import HOME, ZOOMS, Asked, asked, stepped
from app.guide.sharing import DAYS_MOST, Sharing
from app.web import problems
from app.web.forms import form, form_errors
from app.web.fragments import Fragments
from app.web.guards import admin, editor, viewer
from app.web.htmx import AnyRequest, after_post, render, wanted_block

HtmlResponse = Response[str]
SUBSCRIBE = f"{HOME}/subscribe"
_TOPICS = "plans channels library"
_LOOK_AGAIN_MS = 60_000
_VIEWS = {"day": 1, "week": 7}


class GuidePages(Controller):
    """`/guide` and what hangs below it."""

    include_in_schema = False
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get(HOME)
    async def show(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """Every channel on a date of the station's clock."""
        state = request.app.state
        timezone, now_ms = (await state.shell.desk()).timezone, state.clock.now_ms()
        today = from_ms(now_ms).astimezone(zone(timezone)).date()
        wish = asked(request.query_params, today)
        fragments: Fragments = state.fragments
        can_edit = request.user.can("editor")
        key = ("guide", await events.newest(), now_ms // _LOOK_AGAIN_MS, wish, today, timezone, can_edit)
        context = {"title": "Guide", "topics": _TOPICS, "can_edit": can_edit}
        shown = fragments.get(key)
        if shown is None:
            context |= await _drawn(wish, today, timezone, now_ms)
            shown = fragments.keep(key, request, "guide/guide.html", "guide", context)
        if wanted_block(request) == "guide":
            return fragments.answer(shown)
        return await render(request, "guide/guide.html", context | {"fragment": shown})

    @get(f"{HOME}/{{slug:str}}")
    async def channel(
        self, request: Request[Any, Any, Any], slug: FromPath[str], view: FromQuery[str] = "day"
    ) -> HtmlResponse:
        """One channel by its own broadcast days: a day, or a week."""
        if view not in _VIEWS:
            raise field_error("view", "VIEW_UNKNOWN", f"Choose one of {', '.join(_VIEWS)}.")
        of, now, count = await service.guide_channel(slug), request.app.state.clock.now(), _VIEWS[view]
        today = service.today(of, now)
        at = asked_date(request.query_params.get("date") or "", today)
        told = await service.days_of(of, at, count)

        def href(on: date, other: str = view) -> str:
            return f"{HOME}/{of.slug}?view={other}&date={on}"

        context = {
            "title": of.title, "channel": of, "topics": _TOPICS, "days": views.days(of, told, now), "at": at,
            "name": wording.day_label(at, today) if count == 1 else f"{wording.day(at)} – {wording.day(told[-1][0])}",
            "previous": href(stepped(at, -count)), "next": href(stepped(at, count)),
            "now_href": href(today), "zone": wording.city(zone(of.timezone)), "view": view,
            "views": [{"href": href(at, one), "label": one.capitalize(), "current": one == view} for one in _VIEWS],
        }  # fmt: skip
        return await render(request, "guide/channel.html", context)

    @get(f"{HOME}/{{slug:str}}/{{start_ms:int}}")
    async def programme(
        self, request: Request[Any, Any, Any], slug: FromPath[str], start_ms: FromPath[int]
    ) -> HtmlResponse:
        """One programme, by when it begins."""
        of, one = await service.programme(slug, start_ms)
        shown = views.details(of, one, request.app.state.clock.now())
        return await render(request, "guide/programme.html", {"title": one.heading, "channel": of, "one": shown})

    @get(SUBSCRIBE)
    async def subscribe(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """The addresses for players, recorders and calendar programs."""
        return await _subscribe(request)

    @post(f"{SUBSCRIBE}/links", guards=[editor], status_code=200)
    async def add_link(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """Make a secret link; the page that answers is the only one that shows it."""
        name, state = (await form(request)).text("name"), request.app.state
        try:
            token = await sharing.add_link(name, by=request.user, clock=state.clock)
        except (Invalid, Conflict) as refused:
            errors = form_errors(refused)
            return await _subscribe(request, values={"name": name}, errors=errors, status=problems.of(refused).status)
        return await _subscribe(request, token=token, made=name)

    @post(f"{SUBSCRIBE}/links/{{link_id:str}}/end", guards=[editor], status_code=303)
    async def end_link(self, request: Request[Any, Any, Any], link_id: FromPath[str]) -> HtmlResponse:
        """End a secret link."""
        await sharing.end_link(link_id, by=request.user, clock=request.app.state.clock)
        return after_post(request, SUBSCRIBE, "The link has ended.")

    @post(f"{SUBSCRIBE}/sharing", guards=[admin], status_code=303)
    async def share(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """Open or close the files, and set how many days they hold."""
        fields = await form(request)
        try:
            wanted = Sharing(fields.text("open") == "yes", fields.integer("days", 0) or 0)
            made = await sharing.share(wanted, by=request.user, clock=request.app.state.clock)
        except Invalid as refused:
            values = {"days": fields.text("days")}
            return await _subscribe(request, values=values, errors=form_errors(refused), status=422)
        said = "The guide is open to everybody." if made.open else "The guide is open by secret link only."
        return after_post(request, SUBSCRIBE, said)


async def _drawn(wish: Asked, today: date, timezone: str, now_ms: int) -> dict[str, Any]:
    tz = zone(timezone)
    start, end = track.span_of(wish.at, tz)
    of_day = [queries.Asked(one.channel, start, end) for one in await service.numbered()]
    found = service.seen(await queries.listings(of_day))
    rows = [track.row(one, tz, now_ms, wish.genre) for one in found]

    def at(on: date) -> str:
        return Asked(on, wish.zoom, wish.genre).href()

    return {
        "asked": wish, "name": f"{wish.at:%a} {wish.at.day} {wish.at:%b %Y}", "zone": wording.city(tz),
        "zoom": ZOOMS[wish.zoom][1],
        "zooms": [
            {"href": Asked(wish.at, zoom, wish.genre).href(), "label": label, "current": zoom == wish.zoom}
            for zoom, (label, _) in ZOOMS.items()
        ],
        "previous": at(stepped(wish.at, -1)), "next": at(stepped(wish.at, 1)), "now_href": at(today),
        "is_today": wish.at == today, "rows": rows, "genres": track.genres(rows, wish),
        "planned": any(one.programmes for one in found),
        "ticks": track.ticks(wish.at, tz), "parts": track.parts(wish.at, tz), "units": track.units(end - start),
        "from_ms": start, "to_ms": end,
    }  # fmt: skip


async def _subscribe(
    request: AnyRequest,
    *,
    token: str = "",
    made: str = "",
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HtmlResponse:
    have, url = await sharing.sharing(), request.app.state.settings.url
    tz, can_edit = zone((await request.app.state.shell.desk()).timezone), request.user.can("editor")
    shown = sharing.addresses(url, token) if token or have.open else {}
    context = {
        "title": "Subscribe to the guide", "open": have.open, "days": have.days, "days_most": DAYS_MOST,
        "addresses": shown, "made": made, "can_edit": can_edit, "can_share": request.user.can("admin"),
        "links": [
            {
                "id": row["id"], "name": row["name"], "made": wording.local(from_ms(row["created_ms"]), tz),
                "used": wording.local(from_ms(row["used_ms"]), tz) if row["used_ms"] else "never",
            }
            for row in (await sharing.links() if can_edit else [])
        ],
        "values": values or {}, "errors": errors or {},
    }  # fmt: skip
    return await render(request, "guide/subscribe.html", context, status=status)
