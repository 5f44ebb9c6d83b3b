"""Pages of channels of every kind: the list, the form, the overview and the switches."""

from typing import Any, get_args

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery

from app.channels import acts, deleting, kinds, service, validating, views
from app.channels.acts import Verb
from app.channels.forms import blank, given, typed, values
from app.channels.kinds import Kind, Part
from app.channels.schemas import ChangedChannelJson, NewChannelJson
from app.channels.service import ChannelView
from app.channels.views import LIST
from app.clock import zone, zone_names
from app.errors import Conflict, Invalid, NotFound
from app.web.forms import form, form_errors
from app.web.guards import editor, viewer
from app.web.htmx import AnyRequest, after_post, redirect, render

HtmlResponse = Response[str]
USUAL = "social"


class ChannelPages(Controller):
    """`/channels` and what hangs below it."""

    include_in_schema = False
    path = LIST
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get()
    async def show_list(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """All channels."""
        rows = await _rows(request, await service.channels())
        return await render(
            request,
            "channels/list.html",
            {"title": "Channels", "channels": rows, "can_add": request.user.can("editor")},
        )

    @get("/new", guards=[editor])
    async def new(
        self, request: Request[Any, Any, Any], kind: FromQuery[str] = USUAL, platform: FromQuery[str] = ""
    ) -> HtmlResponse:
        """The form of a new channel of a kind."""
        chosen = kinds.KINDS.get(kind, kinds.KINDS[USUAL])
        return await _new_page(request, chosen, {"platform": platform} if platform else {}, {})

    @post(guards=[editor], status_code=303)
    async def create(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """Add a channel; where it has a secret, its page shows it this once."""
        fields, state = await form(request), request.app.state
        kind = kinds.KINDS.get(fields.text("kind"), kinds.KINDS[USUAL])
        shape = _new_shape(kind)
        try:
            wanted = given(fields, shape, kind=kind.name)
            made = await acts.create(wanted, by=request.user, clock=state.clock, keys=state.key_file)
        except (Invalid, Conflict) as refused:
            shown = typed(fields, shape, _secrets(kind))
            return await _new_page(request, kind, shown, form_errors(refused), status=422)
        one = await service.channel(made.channel)
        if made.secret:
            return await show_overview(request, one, secret=made.secret, status=201)
        return after_post(request, f"{LIST}/{one.slug}", f"{one.title} is added.")

    @get("/{key:str}")
    async def show(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """One channel: what every kind has, its own fields, and how it stands."""
        return await show_overview(request, await service.channel(key))

    @post("/{key:str}", guards=[editor], status_code=303)
    async def edit(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """Change a channel."""
        fields, state, before = await form(request), request.app.state, await service.channel(key)
        part = kinds.part(before.kind)
        shape = part.changed if part else ChangedChannelJson
        try:
            one = await acts.edit(
                before.id, given(fields, shape), by=request.user, clock=state.clock, keys=state.key_file
            )
        except (Invalid, Conflict) as refused:
            shown = typed(fields, shape, _secrets(kinds.KINDS[before.kind]))
            return await show_overview(request, before, shown, form_errors(refused), status=422)
        return after_post(request, f"{LIST}/{one.slug}", f"{one.title} is saved.")

    @post("/{key:str}/delete", guards=[editor], status_code=303)
    async def delete(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """Delete a channel, if nothing depends on it."""
        one = await service.channel(key)
        try:
            await deleting.delete_channel(one.id, by=request.user, clock=request.app.state.clock)
        except Conflict as refused:
            return await show_overview(request, one, None, form_errors(refused), status=409)
        return after_post(request, LIST, f"{one.title} is deleted.")

    @get("/{key:str}/{word:str}")
    async def coming(self, request: Request[Any, Any, Any], key: FromPath[str], word: FromPath[str]) -> HtmlResponse:
        """A tab of an area that is not built yet: what will be there."""
        one = await service.channel(key)
        tab = next((tab for tab in kinds.tabs(one.kind) if tab.name == word and tab.coming), None)
        if tab is None:
            raise NotFound("TAB_UNKNOWN", f"{one.title} has no such page.")
        return await render(request, "channels/coming.html", {**context(one, tab.name), "tab": tab})

    @post("/{key:str}/{word:str}", guards=[editor], status_code=303)
    async def switch(self, request: Request[Any, Any, Any], key: FromPath[str], word: FromPath[str]) -> HtmlResponse:
        """Pause, resume, deactivate or activate a channel."""
        if word not in get_args(Verb):
            raise Invalid("VERB", "Pause, resume, deactivate or activate a channel.")
        verb: Verb = word  # type: ignore[assignment]
        state = request.app.state
        try:
            done = await acts.switch(key, verb, by=request.user, clock=state.clock, queue=state.queue)
        except Conflict as refused:
            if "page" not in refused.facts:
                raise
            return redirect(request, str(refused.facts["page"]))  # which asks what became late meanwhile
        return after_post(request, LIST, views.switched_words(done, verb), changed="channels")


def context(one: ChannelView, tab: str) -> dict[str, Any]:
    """What every page of a channel needs: `channels/page.html` shows the tabs."""
    return {"title": one.title, "at": f"{LIST}/{one.slug}", "tabs": views.tab_links(one, tab)}


async def _rows(request: AnyRequest, every: list[ChannelView]) -> list[dict[str, Any]]:
    now, tz = request.app.state.clock.now(), zone((await request.app.state.shell.desk()).timezone)
    health = await acts.health(every)
    return [views.row(one, *health[one.id], request.user, now, tz) for one in every]


def _new_shape(kind: Kind) -> type[NewChannelJson]:
    part = kinds.part(kind.name)
    return part.new if part else NewChannelJson


def _secrets(kind: Kind) -> frozenset[str]:
    part = kinds.part(kind.name)
    return part.secret_fields if part else frozenset()


async def _new_page(
    request: AnyRequest, kind: Kind, shown: dict[str, str], errors: dict[str, str], *, status: int = 200
) -> HtmlResponse:
    timezone = (await request.app.state.shell.desk()).timezone
    part = kinds.part(kind.name)
    stored = blank(_new_shape(kind)) | dict(part.usual if part else {})
    stored |= {"timezone": timezone, "day_start": kind.day_start, "kind": kind.name}
    page = {"title": "Add channel", "channel": None, "kinds": list(kinds.KINDS.values()), "kind": kind}
    return await _form(request, "channels/new.html", part, page, stored | shown, errors, status)


async def show_overview(
    request: AnyRequest,
    one: ChannelView,
    shown: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    *,
    secret: str = "",
    status: int = 200,
) -> HtmlResponse:
    """The overview of a channel; `secret` is shown on the one page after it was made."""
    (told,) = await acts.json([one])
    (row,) = await _rows(request, [one])
    page = {
        **context(one, ""), "channel": row, "kind": kinds.KINDS[one.kind], "new_secret": secret,
        "faults": await validating.validate(one.id), "can_delete": not await deleting.dependents(one.id),
    }  # fmt: skip
    stored = values(told) | (shown or {})
    return await _form(request, "channels/form.html", kinds.part(one.kind), page, stored, errors or {}, status)


async def _form(
    request: AnyRequest,
    template: str,
    part: Part | None,
    page: dict[str, Any],
    stored: dict[str, str],
    errors: dict[str, str],
    status: int,
) -> HtmlResponse:
    own = (
        {"part_form": part.fields_template, "part_secret": part.shown_once_template, "part": part.context(stored)}
        if part
        else {"part_form": ""}
    )
    full = {
        **page, **own, "values": stored, "errors": errors, "zones": zone_names(), "can_edit": request.user.can("editor")
    }  # fmt: skip
    return await render(request, template, full, status=status)
