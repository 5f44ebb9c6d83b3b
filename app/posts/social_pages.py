"""Pages of social channels: the list, the form, and the switches."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, get, post
from litestar.params import FromPath

from app import events, wording
from app.channels import service as channels
from app.clock import from_ms, zone, zone_names
from app.errors import Conflict, Invalid
from app.posts import social, views
from app.posts.pages import HtmlResponse
from app.posts.social import Account, Wanted
from app.posts.weekly import format_slots
from app.web.forms import Form, form, form_errors
from app.web.guards import editor, viewer
from app.web.htmx import AnyRequest, after_post, render

LIST = "/channels"
_FIELDS = ("title", "slug", "url", "timezone", "late_minutes", "slots", "spacing_minutes", "version")
_STATES = {"active": "Active", "paused": "Paused", "inactive": "Switched off"}


class ChannelPages(Controller):
    """`/channels` and what hangs below it."""

    include_in_schema = False
    path = LIST
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get()
    async def show_list(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """All channels."""
        rows = [await _row(request, one) for one in await social.accounts()]
        context = {"title": "Channels", "channels": rows, "can_add": request.user.can("editor")}
        return await render(request, "channels/list.html", context)

    @get("/new", guards=[editor])
    async def new(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """The form of a new channel."""
        return await _form_page(request, None, {}, {})

    @post(guards=[editor], status_code=303)
    async def create(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """Add a channel, and show its signing secret this once."""
        fields, state = await form(request), request.app.state
        try:
            made = await social.add(_wanted(fields), by=request.user, clock=state.clock, keys=state.key_file)
        except (Invalid, Conflict) as refused:
            return await _form_page(request, None, _values(fields), form_errors(refused), status=422)
        return await _form_page(request, await social.account(made.channel), {}, {}, secret=made.secret, status=201)

    @get("/{key:str}")
    async def show(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """One channel."""
        return await _form_page(request, await social.account(key), {}, {})

    @post("/{key:str}", guards=[editor], status_code=303)
    async def edit(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """Change a channel."""
        fields, state = await form(request), request.app.state
        version = fields.integer("version", 0) or 0
        try:
            one = await social.edit(key, _wanted(fields), version, by=request.user, clock=state.clock)
        except (Invalid, Conflict) as refused:
            errors, before = form_errors(refused), await social.account(key)
            return await _form_page(request, before, _values(fields), errors, status=422)
        return after_post(request, f"{LIST}/{one.slug}", f"{one.title} is saved.")

    @post("/{key:str}/secret", guards=[editor], status_code=200)
    async def renew_secret(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """Make a new signing secret, and show it this once."""
        state = request.app.state
        secret = await social.renew_secret(key, by=request.user, clock=state.clock, keys=state.key_file)
        return await _form_page(request, await social.account(key), {}, {}, secret=secret)

    @post("/{key:str}/{verb:str}", guards=[editor], status_code=303)
    async def switch(self, request: Request[Any, Any, Any], key: FromPath[str], verb: FromPath[str]) -> HtmlResponse:
        """Pause, resume, deactivate or activate a channel."""
        by, clock = request.user, request.app.state.clock
        if verb in ("pause", "resume"):
            words = _paused_words((await social.set_paused(key, verb == "pause", by=by, clock=clock)).account)
        elif verb in ("activate", "deactivate"):
            one = await channels.set_active(key, verb == "activate", by=by, clock=clock)
            words = f"{one.title} is switched {'on' if one.active else 'off'}."
        else:
            raise Invalid("VERB", "Pause, resume, deactivate or activate a channel.")
        return after_post(request, LIST, words, changed="channels")


def _paused_words(one: Account) -> str:
    title, posts = one.channel.title, wording.count(one.waiting, "post")
    if one.channel.paused:
        return f"{title} is paused. {posts} {'waits' if one.waiting == 1 else 'wait'}."
    return f"{title} goes on. {posts} {'is' if one.waiting == 1 else 'are'} planned."


def _wanted(fields: Form) -> Wanted:
    return Wanted(
        title=fields.text("title"),
        slug=fields.text("slug"),
        url=fields.text("url"),
        timezone=fields.text("timezone"),
        grace_min=fields.integer("late_minutes", social.GRACE_DEFAULT_MIN) or 0,
        slots=fields.text("slots"),
        spacing_min=fields.integer("spacing_minutes", social.SPACING_DEFAULT_MIN) or 0,
    )


def _values(fields: Form) -> dict[str, str]:
    return {name: fields.text(name) for name in _FIELDS}


async def _form_page(
    request: AnyRequest,
    one: Account | None,
    typed: dict[str, str],
    errors: dict[str, str],
    *,
    secret: str | None = None,
    status: int = 200,
) -> HtmlResponse:
    timezone = (await request.app.state.shell.desk()).timezone
    stored = {
        "title": "", "slug": "", "url": "", "timezone": timezone, "late_minutes": str(social.GRACE_DEFAULT_MIN),
        "slots": "", "spacing_minutes": str(social.SPACING_DEFAULT_MIN), "version": "0",
    }  # fmt: skip
    if one is not None:
        stored = {
            "title": one.channel.title, "slug": one.channel.slug, "url": one.url, "timezone": one.channel.timezone,
            "late_minutes": str(one.grace_min), "slots": format_slots(one.slots),
            "spacing_minutes": str(one.spacing_min), "version": str(one.channel.version),
        }  # fmt: skip
    context = {
        "title": one.channel.title if one else "Add channel",
        "channel": await _row(request, one) if one else None,
        "values": {**stored, **typed},
        "errors": errors,
        "zones": zone_names(),
        "new_secret": secret,
        "can_edit": request.user.can("editor"),
    }
    return await render(request, "channels/form.html", context, status=status)


async def _row(request: AnyRequest, one: Account) -> dict[str, Any]:
    now, tz = request.app.state.clock.now(), zone((await request.app.state.shell.desk()).timezone)
    channel, may = one.channel, request.user.can("editor")
    state = "inactive" if not channel.active else "paused" if channel.paused else "active"
    shown = views.chip(channel.id, channel.title, one.platform)
    return {
        "id": channel.id,
        "href": f"{LIST}/{channel.slug}",
        "mark": shown.mark,
        "hue": shown.hue,
        "title": channel.title,
        "slug": channel.slug,
        "platform": shown.platform,
        "platform_icon": shown.platform_icon,
        "elsewhere": one.platform != "webhook",
        "kind_label": "Social",
        "kind_icon": "social",
        "zone": channel.timezone,
        "state": state,
        "state_label": _STATES[state],
        "problem": one.needs_reconnect or "",
        "next_label": _time_label(one.next_due_ms, "Nothing planned", now, tz),
        "last_label": _time_label(one.last_success_ms, "None yet", now, tz),
        "next_ms": one.next_due_ms if state == "active" else None,
        "can_pause": may and channel.active and not channel.paused,
        "can_resume": may and channel.active and channel.paused,
        "can_deactivate": may and channel.active,
        "can_activate": may and not channel.active,
        "secret_set": await _secret_set(channel.id, tz),
    }


def _time_label(ms: int | None, none: str, now: datetime, tz: Any) -> str:
    if ms is None:
        return none
    at = from_ms(ms).astimezone(tz)
    today = at.date() == now.astimezone(tz).date()
    return f"Today {at:%H:%M}" if today else wording.local(at, tz)


async def _secret_set(channel: str, tz: Any) -> str:
    made = next(row for row in await events.history("channel", channel) if row["verb"] in ("added", "secret renewed"))
    return wording.local(from_ms(made["at_ms"]), tz)
