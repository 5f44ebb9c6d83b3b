"""Pages of posts that repeat: the list of them, the form of one, and publishing a post again."""

from typing import Any

from litestar import Controller, Request, get, post
from litestar.params import FromPath, FromQuery

from app import wording
from app.clock import zone, zone_names
from app.errors import Conflict, DaypartError, Invalid, field_error
from app.posts import queries, repetition_forms, repetition_views, repetitions
from app.posts.again import publish_again
from app.posts.forms import wall_of
from app.posts.free_slots import next_free_slot
from app.posts.occurrences import stored
from app.posts.pages import LIST, HtmlResponse, brief
from app.posts.repetition_forms import asked, at_fields
from app.posts.repetitions import Wanted
from app.posts.schemas import PostView, When
from app.web import problems
from app.web.forms import Form, form
from app.web.guards import editor, viewer
from app.web.htmx import AnyRequest, after_post, render
from app.web.shell import timezone_of

PAGE = "/schedule/repetitions"


class RepetitionPages(Controller):
    """`/schedule/repetitions`, and `repetition` and `again` below each post."""

    include_in_schema = False
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get(PAGE)
    async def show_list(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """All posts that repeat, by their next time."""
        clock, tz = request.app.state.clock, zone(await timezone_of(request))
        may_edit = request.user.can("editor")
        found = [await repetition_views.row(one, clock.now(), tz, may_edit) for one in await repetitions.every(clock)]
        return await render(request, "posts/repetitions.html", {"title": "Repetitions", "repetitions": found})

    @get(f"{PAGE}/preview", guards=[editor])
    async def preview(
        self,
        request: Request[Any, Any, Any],
        channels: FromQuery[list[str] | None] = None,
        weekdays: FromQuery[list[str] | None] = None,
    ) -> HtmlResponse:
        """What the fields of a form mean so far."""
        fields = Form([(name, value) for name, value in request.query_params.multi_items() if name != "weekdays"])
        values = repetition_forms.values_of(fields) | {"weekdays": weekdays or []}
        zones = [row["timezone"] for row in await repetition_views.channels_of(channels or [])]
        timezone = values["timezone"] or await timezone_of(request)
        shown = repetition_forms.preview(values, timezone, zones, request.app.state.clock.now())
        return await render(request, "posts/repeat_preview.html", {"title": "The next times", "preview": shown})

    @get(f"{LIST}/{{post_id:str}}/repetition", guards=[editor])
    async def ask(self, request: Request[Any, Any, Any], post_id: FromPath[str]) -> HtmlResponse:
        """The form of how a post repeats."""
        return await _form_page(request, await queries.post(post_id), {}, {})

    @post(f"{LIST}/{{post_id:str}}/repetition", guards=[editor], status_code=303)
    async def change(self, request: Request[Any, Any, Any], post_id: FromPath[str]) -> HtmlResponse:
        """Let a post repeat, or change how."""
        fields, found = await form(request), await queries.post(post_id)
        values = repetition_forms.values_of(fields)
        if fields.flag("preview"):
            return await _form_page(request, found, values, {})
        try:
            wanted = _asked(values)
            told = await repetitions.repeat(
                post_id, wanted, by=request.user, clock=request.app.state.clock, version=fields.integer("version")
            )
        except (Invalid, Conflict) as refused:
            return await _form_page(request, found, values, at_fields(refused), problems.of(refused).status)
        message = f"{repetition_forms.in_words(wanted.rule)}. {repetitions.clashing(told.clashes)}".rstrip()
        return after_post(request, f"{LIST}/{post_id}", message, changed="posts")

    @post(f"{LIST}/{{post_id:str}}/repetition/pause", guards=[editor], status_code=303)
    async def pause(self, request: Request[Any, Any, Any], post_id: FromPath[str]) -> HtmlResponse:
        """Hold what is ahead."""
        await repetitions.pause(post_id, by=request.user, clock=request.app.state.clock)
        return after_post(request, PAGE, "Repetition paused.", changed="posts")

    @post(f"{LIST}/{{post_id:str}}/repetition/resume", guards=[editor], status_code=303)
    async def resume(self, request: Request[Any, Any, Any], post_id: FromPath[str]) -> HtmlResponse:
        """Go on with what is ahead."""
        await repetitions.resume(post_id, by=request.user, clock=request.app.state.clock)
        return after_post(request, PAGE, "Repetition resumed.", changed="posts")

    @post(f"{LIST}/{{post_id:str}}/repetition/stop", guards=[editor], status_code=303)
    async def stop(self, request: Request[Any, Any, Any], post_id: FromPath[str]) -> HtmlResponse:
        """End it."""
        await repetitions.stop(post_id, by=request.user, clock=request.app.state.clock)
        return after_post(request, PAGE, "Repetition stopped.", changed="posts")

    @get(f"{LIST}/{{post_id:str}}/again", guards=[editor])
    async def ask_again(self, request: Request[Any, Any, Any], post_id: FromPath[str]) -> HtmlResponse:
        """The form for publishing a post again."""
        return await _again_page(request, await queries.post(post_id), {}, {})

    @post(f"{LIST}/{{post_id:str}}/again", guards=[editor], status_code=303)
    async def again(self, request: Request[Any, Any, Any], post_id: FromPath[str]) -> HtmlResponse:
        """Publish it again."""
        fields, found, state = await form(request), await queries.post(post_id), request.app.state
        values, timezone = {name: fields.text(name) for name in ("date", "time")}, await timezone_of(request)
        try:
            made = await publish_again(
                post_id, When.of_wall(wall_of(values, timezone)), by=request.user, clock=state.clock,
                timezone=timezone, queue=state.queue,
            )  # fmt: skip
        except (Invalid, Conflict) as refused:
            return await _again_page(request, found, values, at_fields(refused), problems.of(refused).status)
        message = f"Goes out again {wording.local(made.due, zone(timezone))}."
        return after_post(request, f"{LIST}/{post_id}", " ".join(filter(None, (message, made.note))), changed="posts")


def _asked(values: dict[str, Any]) -> Wanted:
    wanted = asked(values, values["timezone"])
    if wanted is None:
        raise field_error("repeat", "RECURRENCE_UNIT", "Choose daily, weekly or monthly.")
    return wanted


async def _form_page(
    request: AnyRequest, found: PostView, values: dict[str, Any], errors: dict[str, str], status: int = 200
) -> HtmlResponse:
    before = await stored(found.id)
    filled = {**await _suggested(request, found), **values}
    channels = before.channels if before else list(dict.fromkeys(target.channel for target in found.targets))
    zones = [row["timezone"] for row in await repetition_views.channels_of(channels)]
    context = {
        "title": "Change repetition" if before else "Repeat post",
        "post": await brief(request, found),
        "set": before is not None,
        "version": before.version if before else "",
        "channels": channels,
        "zones": zone_names(),
        "repeat": repetition_forms.options(),
        "preview": _preview(filled, zones, request),
        "values": filled,
        "errors": errors,
    }
    return await render(request, "posts/repetition.html", context, status=status)


def _preview(values: dict[str, Any], zones: list[str], request: AnyRequest) -> repetition_forms.Preview | None:
    try:
        zone(values["timezone"])
    except DaypartError:
        return None
    return repetition_forms.preview(values, values["timezone"], zones, request.app.state.clock.now())


async def _suggested(request: AnyRequest, found: PostView) -> dict[str, Any]:
    """What the form begins with: how the post repeats, else weekly on the clock of its channels from its time on."""
    if before := await stored(found.id):
        return repetition_forms.values_for(Wanted(before.rule, before.catch_up))
    channels = await repetition_views.channels_of([target.channel for target in found.targets])
    zones = {row["timezone"] for row in channels}
    timezone = zones.pop() if len(zones) == 1 else await timezone_of(request)
    times = [target.due for target in found.targets if target.due is not None]
    due = min(times, default=request.app.state.clock.now()).astimezone(zone(timezone))
    return {
        **repetition_forms.BLANK, "repeat": "weeks", "weekdays": [str(due.weekday())], "date": due.date().isoformat(),
        "time": f"{due:%H:%M}", "timezone": timezone,
    }  # fmt: skip


async def _again_page(
    request: AnyRequest, found: PostView, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> HtmlResponse:
    timezone = await timezone_of(request)
    channels = list(dict.fromkeys(t.channel for t in found.targets if t.state == "published"))
    if not channels:
        raise Conflict("STATE", "Only a post that was published can be published again.")
    slot = await next_free_slot(channels, clock=request.app.state.clock, timezone=timezone)
    local = slot.at.astimezone(zone(timezone)) if slot else None
    free = {"date": local.date().isoformat(), "time": f"{local:%H:%M}"} if local else {"date": "", "time": ""}
    names = dict.fromkeys(t.channel_title for t in found.targets if t.state == "published")
    context = {
        "title": "Publish again",
        "post": await brief(request, found),
        "channels": " and ".join(names),
        "zone": wording.city(zone(timezone)),
        "slot_note": f"The next free slot: {wording.local(slot.at, zone(timezone))}." if slot else "",
        "values": {**free, **values},
        "errors": errors,
    }
    return await render(request, "posts/again.html", context, status=status)
