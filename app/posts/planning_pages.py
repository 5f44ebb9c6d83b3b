"""The forms that plan: a new post, and another time for one."""

from datetime import date, time
from typing import Any

from litestar import Controller, Request, get, post
from litestar.params import FromPath, FromQuery

from app import wording
from app.clock import zone
from app.errors import Conflict, DaypartError, Invalid, NotFound, field_error
from app.library.listing import Filter, assets
from app.library.uploads import take_form
from app.library.views import UPLOAD_HINT, label
from app.posts import repetition_forms, repetitions, service, social, views
from app.posts.free_slots import next_free_slot
from app.posts.pages import LIST, HtmlResponse, brief, one_of, timezone_of
from app.posts.schemas import NewPost, PostView, Scheduled, Wall, When
from app.posts.weekly import Slot
from app.web import problems
from app.web.forms import Form, form, form_errors
from app.web.guards import editor
from app.web.htmx import AnyRequest, after_post, render

CHOICE = 100


class PlanningPages(Controller):
    """`/schedule/posts/new`, and `reschedule` below each post."""

    include_in_schema = False
    guards = [editor]  # noqa: RUF012 - Litestar's form

    @get(f"{LIST}/new")
    async def new(self, request: Request[Any, Any, Any], asset: FromQuery[str] = "") -> HtmlResponse:
        """The form of a new post, with the next free slot filled in."""
        accounts = await social.accounts()
        picked = [accounts[0].channel.id] if len(accounts) == 1 else []
        return await _new_page(request, {"asset": asset, "channels": picked}, {})

    @get(f"{LIST}/{{post_id:str}}/reschedule")
    async def ask_time(
        self, request: Request[Any, Any, Any], post_id: FromPath[str], occurrence: FromQuery[str] = ""
    ) -> HtmlResponse:
        """The form for another time."""
        found = await one_of(post_id, occurrence)
        return await _reschedule_page(request, found, {}, {})

    @post(f"{LIST}/{{post_id:str}}/reschedule", status_code=303)
    async def reschedule(
        self, request: Request[Any, Any, Any], post_id: FromPath[str], occurrence: FromQuery[str] = ""
    ) -> HtmlResponse:
        """Move a post."""
        fields, found = await form(request), await one_of(post_id, occurrence)
        values = {"date": fields.text("date"), "time": fields.text("time")}
        timezone = await timezone_of(request)
        try:
            when = When.of_wall(wall_of(values, timezone))
            made = await service.reschedule(
                post_id,
                when,
                by=request.user,
                clock=request.app.state.clock,
                timezone=timezone,
                queue=request.app.state.queue,
                occurrence=occurrence,
            )
        except (Invalid, Conflict) as refused:
            errors = _at_form_fields(refused)
            return await _reschedule_page(request, found, values, errors, status=_status(refused))
        message = f"Moved to {wording.local(made.due, zone(timezone))}."
        return after_post(request, LIST, " ".join(filter(None, (message, made.note))), changed="posts")


# Not of the controller: the list of posts shares its address, and two controllers cannot.
@post(LIST, status_code=303, guards=[editor], request_max_body_size=None, include_in_schema=False)
async def create_post(request: Request[Any, Any, Any]) -> HtmlResponse:
    """Schedule a post; without scripts its video may come with the form."""
    fields, added, error = await take_form(request)
    values = _values(fields) | ({"asset": added.asset.id} if added else {})
    if error is not None:
        return await _new_page(request, values, {"file": error.detail}, status=problems.of(error).status)
    if fields.flag("preview"):
        return await _new_page(request, values, {})
    try:
        made = await _schedule(request, fields, values)
    except (Invalid, Conflict, NotFound) as refused:
        return await _new_page(request, values, repetition_forms.at_fields(refused), status=_status(refused))
    at = wording.local(made.due, zone(await timezone_of(request)))
    return after_post(request, LIST, " ".join(filter(None, (f"Scheduled for {at}.", made.note))), changed="posts")


async def _schedule(request: AnyRequest, fields: Form, values: dict[str, Any]) -> Scheduled:
    state, timezone = request.app.state, await timezone_of(request)
    told: dict[str, Any] = {"by": request.user, "clock": state.clock, "timezone": timezone, "queue": state.queue}
    new = await _wanted(request, fields, values)
    if repeats := repetition_forms.asked(values, timezone):
        return await repetitions.schedule(new, repeats, **told)
    return await service.schedule(new, **told)


def _values(fields: Form) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: fields.text(name) for name in ("asset", "title", "description", "hashtags", "date", "time")
    }
    return values | repetition_forms.values_of(fields) | {"channels": fields.list("channels")}


async def _wanted(request: AnyRequest, fields: Form, values: dict[str, Any]) -> NewPost:
    when = None
    if values["date"] or values["time"]:
        when = When.of_wall(wall_of(values, await timezone_of(request)))
    return NewPost(
        asset=values["asset"], title=values["title"], channels=values["channels"],
        description=values["description"], hashtags=values["hashtags"], when=when,
    )  # fmt: skip


def wall_of(values: dict[str, Any], timezone: str) -> Wall:
    """The time that the fields of a form mean."""
    try:
        day = date.fromisoformat(values["date"])
    except ValueError as error:
        raise field_error("date", "DATE_BAD", "Give a date.") from error
    try:
        at = time.fromisoformat(values["time"])
    except ValueError as error:
        raise field_error("time", "TIME_BAD", "Give a time such as 16:30.") from error
    return Wall(day, at.replace(tzinfo=None), timezone)


def _at_form_fields(refused: DaypartError) -> dict[str, str]:
    renamed = {"scheduled_time": "time"}
    return {renamed.get(name, name): text for name, text in form_errors(refused).items()}


def _status(refused: DaypartError) -> int:
    return 409 if isinstance(refused, Conflict) else 422


async def _new_page(
    request: AnyRequest, values: dict[str, Any], errors: dict[str, str], status: int = 200
) -> HtmlResponse:
    clock, timezone = request.app.state.clock, await timezone_of(request)
    accounts = [one for one in await social.accounts() if one.channel.active]
    asked = [one for one in values.get("channels", []) if one in {a.channel.id for a in accounts}]
    slot = await next_free_slot(asked or [one.channel.id for one in accounts], clock=clock, timezone=timezone)
    local = slot.at.astimezone(zone(timezone)) if slot else None
    blank = {
        "asset": "", "title": "", "description": "", "hashtags": "", "channels": [],
        "date": local.date().isoformat() if local else "", "time": f"{local:%H:%M}" if local else "",
        **repetition_forms.BLANK,
    }  # fmt: skip
    page = await assets(Filter(state="ready"), None, CHOICE)
    choice = [{"value": "", "label": "No video chosen"}]
    choice += [{"value": one.id, "label": label(one)} for one in page.assets]
    shown = {
        "upload_hint": UPLOAD_HINT,
        "assets": choice,
        "channels": [views.chip(one.channel.id, one.channel.title, one.platform) for one in accounts],
        "zone": _zone_name(timezone),
        "slot_note": _slot_note(slot, "The next free slot on all channels", timezone),
    }
    filled = {**blank, **values}
    zones = [one.channel.timezone for one in accounts if one.channel.id in asked]
    context = {
        "title": "Add post", "form": shown, "values": filled, "errors": errors, "repeat": repetition_forms.options(),
        "preview": repetition_forms.preview(filled, timezone, zones, clock.now()),
    }  # fmt: skip
    return await render(request, "posts/new.html", context, status=status)


def _zone_name(timezone: str) -> str:
    return timezone.rpartition("/")[2].replace("_", " ")


def _slot_note(slot: Slot | None, words: str, timezone: str) -> str:
    return f"{words}: {wording.local(slot.at, zone(timezone))}." if slot else f"{words}: none."


async def _reschedule_page(
    request: AnyRequest, found: PostView, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> HtmlResponse:
    clock, timezone = request.app.state.clock, await timezone_of(request)
    shown = await brief(request, found)
    slot = await next_free_slot([t.channel for t in found.targets], clock=clock, timezone=timezone)
    context = {
        "title": "Reschedule post",
        "post": shown,
        "zone": _zone_name(timezone),
        "slot_note": _slot_note(slot, "The next free slot", timezone),
        "values": {"date": shown["due_date"], "time": shown["due_time"], **values},
        "errors": errors,
    }
    return await render(request, "posts/reschedule.html", context, status=status)
