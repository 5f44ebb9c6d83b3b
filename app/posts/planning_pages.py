"""The forms that plan: a new post, and another time for one."""

from typing import Any

from litestar import Controller, Request, get, post
from litestar.params import FromPath, FromQuery

from app import wording
from app.clock import zone
from app.errors import Conflict, DaypartError, Invalid, NotFound, field_error
from app.library.service import Added
from app.library.uploads import take_form
from app.posts import awaiting, drafting, forms, repetition_forms, repetitions, service, social, views
from app.posts.awaiting import Source
from app.posts.free_slots import next_free_slot
from app.posts.pages import LIST, HtmlResponse, brief, one_of
from app.posts.schemas import NewPost, PostView, When
from app.posts.weekly import Slot
from app.web import problems
from app.web.forms import Form, form, form_errors
from app.web.guards import editor
from app.web.htmx import AnyRequest, after_post, render
from app.web.shell import timezone_of


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
            when = When.of_wall(forms.wall_of(values, timezone))
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
            errors = at_form_fields(refused)
            return await _reschedule_page(request, found, values, errors, status=status_of(refused))
        message = f"{'Moved to' if _has_time(found) else 'Scheduled for'} {wording.local(made.due, zone(timezone))}."
        return after_post(request, LIST, " ".join(filter(None, (message, made.note))), changed="posts")


# Not of the controller: the list of posts shares its address, and two controllers cannot.
@post(LIST, status_code=303, guards=[editor], request_max_body_size=None, include_in_schema=False)
async def create_post(request: Request[Any, Any, Any]) -> HtmlResponse:
    """Schedule a post, or keep it as a draft; without scripts its video may come with the form."""
    fields, added, error = await take_form(request)
    values = _with_video(await _typed(fields), added)
    if error is not None:
        return await _new_page(request, values, {"file": error.detail}, status=problems.of(error).status)
    if fields.flag("preview"):
        return await _new_page(request, values, {})
    keep = _save_draft if fields.text("act") == "draft" else _schedule
    try:
        message = await keep(request, values)
    except (Invalid, Conflict, NotFound) as refused:
        return await _new_page(request, values, repetition_forms.at_fields(refused), status=status_of(refused))
    return after_post(request, LIST, message, changed="posts")


@post(f"{LIST}/preview", status_code=200, guards=[editor], request_max_body_size=None, include_in_schema=False)
async def preview_post(request: Request[Any, Any, Any]) -> HtmlResponse:
    """The form as it stands, with what each platform would be sent; nothing is stored but a video that came along."""
    fields, added, error = await take_form(request)
    errors = {} if error is None else {"file": error.detail}
    return await _new_page(request, _with_video(await _typed(fields), added), errors)


def _with_video(values: dict[str, Any], added: Added | None) -> dict[str, Any]:
    return values | ({"asset": added.asset.id} if added else {})


async def _typed(fields: Form) -> dict[str, Any]:
    return await forms.typed(fields) | repetition_forms.values_of(fields)


async def _schedule(request: AnyRequest, values: dict[str, Any]) -> str:
    state, timezone = request.app.state, await timezone_of(request)
    told: dict[str, Any] = {"by": request.user, "clock": state.clock, "timezone": timezone, "queue": state.queue}
    when = When.of_wall(forms.wall_of(values, timezone)) if values.get("date") or values.get("time") else None
    repeats, url = repetition_forms.asked(values, timezone), _address(values)
    if repeats and url:
        raise field_error("repeat", "VIDEO_AWAITED", "A post repeats once its video is here.")
    if repeats:
        made = await repetitions.schedule(_wanted(values, when), repeats, **told)
    elif url:
        del told["queue"]
        made = await awaiting.schedule(_wanted(values, when), Source("url", url), settings=state.settings, **told)
    else:
        made = await service.schedule(_wanted(values, when), **told)
    return " ".join(filter(None, (f"Scheduled for {wording.local(made.due, zone(timezone))}.", made.note)))


async def _save_draft(request: AnyRequest, values: dict[str, Any]) -> str:
    clock, timezone = request.app.state.clock, await timezone_of(request)
    if _address(values):
        raise field_error("url", "DRAFT_AWAITS", "A draft keeps no address. Schedule it, or fetch the video first.")
    if values["repeat"]:
        raise field_error("repeat", "DRAFT_REPEATS", "A draft does not repeat. Let it repeat once it has a time.")
    await drafting.save_draft(_wanted(values, None), by=request.user, clock=clock, timezone=timezone)
    return "Draft saved."


def _address(values: dict[str, Any]) -> str:
    """Where the video is to be fetched from, if it is not in the library."""
    url: str = values.get("url", "").strip()
    if url and values.get("asset"):
        raise field_error("url", "VIDEO_ONE", "Choose a video or give its address, not both.")
    return url


def _wanted(values: dict[str, Any], when: When | None) -> NewPost:
    return NewPost(
        asset=values.get("asset", ""), title=values.get("title", ""), channels=values["channels"],
        description=values.get("description", ""), hashtags=values.get("hashtags", ""), when=when,
        tags=forms.tags(values), overrides=forms.own_of(values),
    )  # fmt: skip


def at_form_fields(refused: DaypartError) -> dict[str, str]:
    """Which message stands at which field of a form about a post."""
    renamed = {"scheduled_time": "time"}
    return {renamed.get(name, name): text for name, text in form_errors(refused).items()}


def status_of(refused: DaypartError) -> int:
    """The status of a form that is shown again."""
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
        "asset": "", "url": "", "title": "", "description": "", "hashtags": "", "tags": "", "channels": [], "own": {},
        "date": local.date().isoformat() if local else "", "time": f"{local:%H:%M}" if local else "",
        **repetition_forms.BLANK,
    }  # fmt: skip
    chips = [views.chip(one.channel.id, one.channel.title, one.platform) for one in accounts]
    shown = {
        **await forms.choices(chips),
        "zone": _zone_name(timezone),
        "slot_note": _slot_note(slot, "The next free slot on all channels", timezone),
        "preview_url": f"{LIST}/preview",
    }
    full = {**blank, **values, "channels": asked}
    zones = [one.channel.timezone for one in accounts if one.channel.id in asked]
    context = {
        "title": "Add post", "form": shown, "values": full, "errors": errors, "previews": await forms.previews(full),
        "repeat": repetition_forms.options(), "preview": repetition_forms.preview(full, timezone, zones, clock.now()),
    }  # fmt: skip
    return await render(request, "posts/new.html", context, status=status)


def _has_time(found: PostView) -> bool:
    return any(target.due_ms is not None for target in found.targets)


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
        "title": "Reschedule post" if shown["due_date"] else "Schedule post",
        "post": shown,
        "zone": _zone_name(timezone),
        "slot_note": _slot_note(slot, "The next free slot", timezone),
        "values": {**_proposed(shown, slot, timezone), **values},
        "errors": errors,
    }
    return await render(request, "posts/reschedule.html", context, status=status)


def _proposed(shown: dict[str, str], slot: Slot | None, timezone: str) -> dict[str, str]:
    """The time that stands in the form at first: the post's, for a draft the next free slot."""
    if shown["due_date"] or slot is None:
        return {"date": shown["due_date"], "time": shown["due_time"]}
    local = slot.at.astimezone(zone(timezone))
    return {"date": local.date().isoformat(), "time": f"{local:%H:%M}"}
