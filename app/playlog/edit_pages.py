"""One event of a log on its page, with what operators do to it as plain forms, and undo."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath

from app.errors import Conflict, Invalid, field_error
from app.library import queries as library
from app.playlog import editing, queries, rundowns, views
from app.playlog.editing import Edited, Place
from app.playlog.pages import DAY, TOPIC, home_of, moment
from app.playlog.queries import Rundown
from app.playlog.values import Line
from app.playlog.views import Moment
from app.web.flash import Note
from app.web.forms import Form, form
from app.web.guards import editor, viewer
from app.web.htmx import AnyRequest, after_post, is_htmx, redirect, render

HtmlResponse = Response[str]
EVENT = f"{DAY}/events/{{line_id:str}}"
DONE = {
    "replace": "replaced", "insert": "put in", "move": "moved", "remove": "taken out", "lock": "locked",
    "unlock": "unlocked",
}  # fmt: skip
_PLACES_MOST = 200


class EventPages(Controller):
    """`/logs/{channel}/{date}/events/{id}` and the acts below it."""

    include_in_schema = False
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get(EVENT)
    async def show(
        self, request: Request[Any, Any, Any], channel: FromPath[str], on: FromPath[str], line_id: FromPath[str]
    ) -> HtmlResponse:
        """One event: what it is, and what may be done with it."""
        _, line = await queries.one(channel, line_id)
        return await _event_page(request, await queries.rundown(channel, on), line)

    @post(f"{EVENT}/{{act:str}}", guards=[editor], status_code=303)
    async def change(
        self, request: Request[Any, Any, Any], channel: FromPath[str], on: FromPath[str], line_id: FromPath[str],
        act: FromPath[str],
    ) -> HtmlResponse:  # fmt: skip
        """Replace, insert beside, move, remove, lock or unlock an event; what follows it is set right."""
        found = await queries.rundown(channel, on)
        home = home_of(found.channel, found.date)
        fields = await form(request)
        try:
            _, line = await queries.one(channel, line_id)
            done = await _acted(request, channel, line_id, act, fields)
        except (Conflict, Invalid) as refused:
            if is_htmx(request):
                raise  # told as a toast
            return redirect(request, home, Note("bad", refused.detail))
        title = (await library.asset(fields.text("asset"))).title if act == "insert" else line.title
        words = f"“{title}” is {DONE[act]}."
        return after_post(request, home, words, changed=TOPIC, undo=f"{home}/undo/{done.event}")

    @post(f"{DAY}/undo/{{event:int}}", guards=[editor], status_code=303)
    async def undo(
        self, request: Request[Any, Any, Any], channel: FromPath[str], on: FromPath[str], event: FromPath[int]
    ) -> HtmlResponse:
        """Put back what one changed within the last ten seconds."""
        found = await queries.rundown(channel, on)
        home = home_of(found.channel, found.date)
        try:
            undone = await editing.undo(event, by=request.user, clock=request.app.state.clock)
        except Conflict as refused:
            if is_htmx(request):
                raise
            return redirect(request, home, Note("bad", refused.detail))
        return after_post(request, home, f"“{undone['after']['title']}” is as it was.", changed=TOPIC)


async def _acted(request: AnyRequest, channel: str, line_id: str, act: str, fields: Form) -> Edited:
    version, asset = fields.integer("version", 0) or 0, fields.text("asset")
    by: dict[str, Any] = {"by": request.user, "clock": request.app.state.clock}
    match act:
        case "replace":
            return await editing.replace_event(channel, line_id, asset, version, **by)
        case "insert":
            return await editing.insert_event(channel, _place(fields.text("side"), line_id), asset, version, **by)
        case "move":
            side, _, other = fields.text("to").partition(" ")
            return await editing.move_event(channel, line_id, _place(side, other), version, **by)
        case "remove":
            return await editing.remove_event(channel, line_id, version, **by)
        case "lock" | "unlock":
            return await editing.lock_event(channel, line_id, act == "lock", version, **by)
    raise Invalid("VERB", "Replace, insert, move, remove, lock or unlock an event.")


def _place(side: str, line_id: str) -> Place:
    if side not in ("before", "after"):
        raise field_error("side", "PLACE_BAD", "Say whether it goes before or after an event.")
    return Place(before=line_id) if side == "before" else Place(after=line_id)


async def _event_page(request: AnyRequest, found: Rundown, line: Line) -> HtmlResponse:
    at, home = moment(request, found), home_of(found.channel, found.date)
    row = views.row(line, at)
    context = {
        "title": line.title,
        "day": views.day_words(found.date, found.start_ms, found.end_ms),
        "home": home,
        "at": f"{home}/events/{line.id}",
        "row": row,
        "facts": views.facts(line, await rundowns.named(line), at, found.channel.channel.slug),
        "version": found.log.version if found.log else 0,
        "can_edit": row.open,
        "why_not": "" if row.open or not at.may_edit else views.why_closed(line, at),
        "places": [] if line.locked or line.hard else _places(found.lines, line, at),
    }
    return await render(request, "playlog/event.html", context)


def _places(lines: tuple[Line, ...], own: Line, at: Moment) -> list[dict[str, str]]:
    """Where an event can go: before any that can still be changed, or after the last of them."""
    open_ = [row.line for row in (views.row(line, at) for line in lines) if row.open and row.line.id != own.id]
    near = open_[:_PLACES_MOST]
    before = [{"value": f"before {line.id}", "label": f"before {views.place_words(line, at)}"} for line in near]
    last = [{"value": f"after {line.id}", "label": f"after {views.place_words(line, at)}"} for line in near[-1:]]
    return before + last
