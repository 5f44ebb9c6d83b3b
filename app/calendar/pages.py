"""Pages of the calendar: its views, one item with its Move form, undo, and the link to subscribe to it."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath

from app import events, wording
from app.calendar import days, links, mending, service, sources, views
from app.calendar.asked import HOME, Asked, asked, checked_wall, lanes_of, title
from app.calendar.days import VIEWS, Day
from app.calendar.items import STATUSES, Found, Item
from app.calendar.look import Look
from app.channels.rules import hue_of
from app.channels.service import channels
from app.clock import MasterClock, from_ms, zone
from app.errors import Conflict, Invalid
from app.posts.schemas import When
from app.web.forms import form, form_errors
from app.web.fragments import Fragments
from app.web.guards import editor, viewer
from app.web.htmx import AnyRequest, after_post, is_htmx, render, wanted_block
from app.web.shell import timezone_of

HtmlResponse = Response[str]
ITEM = f"{HOME}/items/{{kind:str}}/{{item_id:str}}"
STATUS_OPTIONS = [{"value": "", "label": "All statuses"}, *({"value": s, "label": s.capitalize()} for s in STATUSES)]
_LOOK_AGAIN_MS = 60_000
_TOPICS = "posts plans channels"


class CalendarPages(Controller):
    """`/schedule` and what hangs below it."""

    include_in_schema = False
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get(HOME)
    async def show(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """Everything scheduled, by day, week, month, as a list, or one channel from top to bottom."""
        timezone = await timezone_of(request)
        today = request.app.state.clock.now().astimezone(zone(timezone)).date()
        return await _calendar(request, asked(request.query_params, today), today, timezone)

    @get(ITEM)
    async def item(self, request: Request[Any, Any, Any], kind: FromPath[str], item_id: FromPath[str]) -> HtmlResponse:
        """One item, with the form that moves it."""
        return await _item_page(request, await sources.source(kind).item(item_id), {}, {})

    @post(f"{ITEM}/move", guards=[editor], status_code=303)
    async def move(self, request: Request[Any, Any, Any], kind: FromPath[str], item_id: FromPath[str]) -> HtmlResponse:
        """Move an item to a wall-clock time of the station."""
        fields, state, timezone = await form(request), request.app.state, await timezone_of(request)
        values = {"date": fields.text("date"), "time": fields.text("time")}
        try:
            version = fields.integer("version", 0) or 0
            when = When.of_wall(checked_wall(values["date"], values["time"], timezone))
            moved = await service.move(
                kind, item_id, when, version, by=request.user, clock=state.clock, timezone=timezone, queue=state.queue
            )
        except (Invalid, Conflict) as refused:
            if is_htmx(request) and wanted_block(request) != "dialog":
                raise  # a button of a notice: told as a toast
            found, status = await sources.source(kind).item(item_id), 409 if isinstance(refused, Conflict) else 422
            errors = {
                {"scheduled_time": "time", "start": "time"}.get(name, name): text
                for name, text in form_errors(refused).items()
            }
            return await _item_page(request, found, values, errors, status)
        words = service.moved_words(moved, wording.local(moved.at, zone(timezone)))
        home = Asked("week", moved.at.astimezone(zone(timezone)).date()).href()
        return after_post(request, home, words, changed="posts", undo=moved.event)

    @post(f"{HOME}/undo/{{event:int}}", guards=[editor], status_code=303)
    async def undo(self, request: Request[Any, Any, Any], event: FromPath[int]) -> HtmlResponse:
        """Put back what was moved a moment ago."""
        item = await service.undo(event, by=request.user, clock=request.app.state.clock)
        tz = zone(await timezone_of(request))
        at = from_ms(item.start_ms)
        home = Asked("week", at.astimezone(tz).date()).href()
        return after_post(request, home, f"“{item.title}” is back at {wording.local(at, tz)}.", changed="posts")

    @get(f"{HOME}/link")
    async def link(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """The secret link under which programs subscribe to the calendar."""
        return await _link_page(request)

    @post(f"{HOME}/link", status_code=200)
    async def new_link(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """Make a new link, which is shown this once, and end the old one."""
        token = await links.new(by=request.user, clock=request.app.state.clock)
        return await _link_page(request, f"{request.app.state.settings.url}/calendar.ics?key={token}")

    @post(f"{HOME}/link/end", status_code=303)
    async def end_link(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """End the link."""
        await links.end(by=request.user, clock=request.app.state.clock)
        return after_post(request, f"{HOME}/link", "The link has ended.")


async def _calendar(request: AnyRequest, wish: Asked, today: date, timezone: str) -> HtmlResponse:
    fragments: Fragments = request.app.state.fragments
    clock: MasterClock = request.app.state.clock
    may_edit = request.user.can("editor")
    # What is shown depends on these alone; the now-line and clocks are the page's own script.
    key = ("calendar", await events.newest(), clock.now_ms() // _LOOK_AGAIN_MS, wish, today, timezone, may_edit)
    context = {"title": "Schedule", "asked": wish, "can_add": may_edit, "topics": _TOPICS}
    shown = fragments.get(key)
    if shown is None:
        context |= await drawn(wish, today, timezone, clock, may_edit=may_edit)
        shown = fragments.keep(key, request, "calendar/calendar.html", "calendar", context)
    if wanted_block(request) == "calendar":
        return fragments.answer(shown)
    context |= await _frame(request, wish)
    return await render(request, "calendar/calendar.html", context | {"fragment": shown})


async def _frame(request: AnyRequest, wish: Asked) -> dict[str, Any]:
    last = await service.last_move(by=request.user, clock=request.app.state.clock)
    tz = zone(await timezone_of(request))
    return {
        "undo": None
        if last is None
        else {"event": last[0], "title": last[1].title, "at": wording.local(from_ms(last[1].start_ms), tz)},
        "statuses": STATUS_OPTIONS,
        "kinds": sources.kinds(),
        "chips": [{"slug": c.slug, "title": c.title, "hue": hue_of(c.id)} for c in await channels() if c.active],
        "export": wish.href(f"{HOME}/export.csv"),
        "printed": f"{request.app.state.settings.url}{wish.href()}",
    }


async def drawn(wish: Asked, today: date, timezone: str, clock: MasterClock, *, may_edit: bool) -> dict[str, Any]:
    """The values of the block that shows items: every view from the one query."""
    tz = zone(timezone)
    shown = days.shown(wish.view, wish.at, tz)
    found = await sources.found(days.span_of(shown), wish.wanted)
    lanes = lanes_of(await channels(), found, wish)
    if wish.view == "channel":
        found = Found([item for item in found.items if item.channel in {lane.id for lane in lanes}], found.more)
    look = Look(lanes, tz, today, partial(wish.other, "day"), may_edit, down=wish.view == "channel")
    return {
        "name": title(wish.view, wish.at, shown),
        "views": [
            {"href": wish.other(view), "label": view.capitalize(), "current": view == wish.view} for view in VIEWS
        ],
        "previous": wish.other(wish.view, days.stepped(wish.view, wish.at, -1)),
        "next": wish.other(wish.view, days.stepped(wish.view, wish.at, 1)),
        "now_href": wish.other(wish.view, today),
        "found": found,
        "filtered": bool(wish.wanted),
        "clear": Asked(wish.view, wish.at).href(),
        "notices": mending.notices(found.items, look, clock.now()),
        "zone": wording.city(tz),
        "lanes": lanes,
        **_of_view(wish, shown, found, look),
    }


def _of_view(wish: Asked, shown: list[Day], found: Found, look: Look) -> dict[str, Any]:
    if wish.view == "month":
        return {"weeks": views.cells(shown, found.items, look, wish.at)}
    if wish.view == "list":
        return {"groups": views.groups(shown, found.items, look)}
    hour = views.opening_hour(shown, found.items, look.tz, whole=wish.whole or wish.view == "day")
    bands, width = views.bands(shown, found.items, look, hour)
    # Where something lies before the morning, or a day is shown alone, there is nothing to choose.
    choice = None
    if wish.view != "day" and (wish.whole or hour):
        choice = {
            "href": replace(wish, whole=not wish.whole).href(),
            "label": "From 06:00" if wish.whole else "Whole days",
        }
    ruler = next((one for one in bands if not one.note), bands[0])
    return {"bands": bands, "width": width, "ticks": days.ticks(ruler.span, look.tz), "hour": hour, "hours": choice}


async def _item_page(
    request: AnyRequest, item: Item, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> HtmlResponse:
    timezone = await timezone_of(request)
    tz = zone(timezone)
    there = from_ms(item.start_ms).astimezone(tz)
    ends = from_ms(item.end_ms).astimezone(tz) if item.end_ms is not None else None
    source = sources.source(item.kind)
    known = {one.id: one for one in await channels()}
    context = {
        "title": item.title,
        "item": item,
        "channel": known[item.channel],
        "hue": hue_of(item.channel),
        "at": wording.local(there, tz) + (f" – {ends:%H:%M}" if ends else ""),
        "opens": source.opens,
        "stays": "" if item.movable else source.stays(item).detail,
        "back": Asked("week", there.date()).href(),
        "zone": wording.city(tz),
        "can_move": item.movable and request.user.can("editor"),
        "values": {"date": there.date().isoformat(), "time": f"{there:%H:%M}"} | values,
        "errors": errors,
    }
    return await render(request, "calendar/item.html", context, status=status)


async def _link_page(request: AnyRequest, address: str = "") -> HtmlResponse:
    found, tz = await links.link(request.user), zone(await timezone_of(request))
    context = {
        "title": "Calendar link",
        "address": address,
        "made": wording.local(from_ms(found["created_ms"]), tz) if found else "",
        "used": wording.local(from_ms(found["used_ms"]), tz) if found and found["used_ms"] else "",
    }
    return await render(request, "calendar/link.html", context)
