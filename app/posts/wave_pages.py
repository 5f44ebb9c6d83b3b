"""Pages of waves: their list, one wave, and the form of a new group with its preview."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from litestar import Controller, Request, get, post
from litestar.params import FromPath, FromQuery

from app import wording
from app.channels.rules import slug_of
from app.clock import zone
from app.database import sql
from app.errors import Conflict, Invalid, NotFound, field_error
from app.library.listing import Filter, assets
from app.library.views import label
from app.posts import groups, holds, social, views, wave_queries, wave_views
from app.posts.forms import wall_of
from app.posts.free_slots import next_free_slot
from app.posts.groups import NewGroup, Plan
from app.posts.pages import HtmlResponse
from app.posts.schemas import Wall, When
from app.posts.wave_queries import Wanted
from app.posts.wave_views import LIST
from app.web.flash import Note
from app.web.forms import Form, form, form_errors
from app.web.guards import editor, viewer
from app.web.htmx import AnyRequest, redirect, render
from app.web.shell import timezone_of

CHOICE = 100
KINDS = [
    {"value": "simultaneous", "label": "All at once"},
    {"value": "staggered", "label": "One after another"},
    {"value": "independent", "label": "Each at its own time"},
]
_KINDS = frozenset(kind["value"] for kind in KINDS)
_TEXTS = ("kind", "wave", "wave_title", "asset", "title", "description", "hashtags", "date", "time", "step")


class WavePages(Controller):
    """`/schedule/waves` and what hangs below it."""

    include_in_schema = False
    path = LIST
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get()
    async def show_list(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """All waves, and the slots that wait for their video."""
        now, tz = request.app.state.clock.now(), zone(await timezone_of(request))
        may_edit = request.user.can("editor")
        empty = await wave_queries.planned(Wanted(empty=True))
        context = {
            "title": "Schedule",
            "waves": [wave_views.summary(one, now, tz, may_edit=may_edit) for one in await wave_queries.waves()],
            "slots": [wave_views.row(one, now, tz, may_edit=may_edit) for one in empty.targets],
            "all_paused": await holds.all_paused(),
            "can_edit": may_edit,
        }
        return await render(request, "posts/waves.html", context)

    @get("/new", guards=[editor])
    async def new(self, request: Request[Any, Any, Any], wave: FromQuery[str] = "") -> HtmlResponse:
        """The form of a new group, in a wave or in a new one."""
        return await _form_page(request, {"wave": wave} if wave else {}, {})

    @post(guards=[editor], status_code=303)
    async def create(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """Show what a group would do, or store it."""
        fields = await form(request)
        values, timezone, clock = await _values(fields), await timezone_of(request), request.app.state.clock
        if fields.text("act") == "free":
            values |= _moment(fields.text("free"))
        try:
            new = _wanted(values, timezone)
            plan = await groups.planned(new, clock=clock, timezone=timezone)
            if fields.text("act") in ("preview", "free"):
                return await _form_page(request, values, {}, plan=plan)
            new = await _named(new)
        except (Invalid, NotFound) as refused:
            return await _form_page(request, values, _at_fields(refused), status=422)
        try:
            made = await groups.save(
                new, by=request.user, clock=clock, timezone=timezone, queue=request.app.state.queue
            )
        except Conflict as refused:
            return await _form_page(request, values, _at_fields(refused), plan=plan, status=409)
        words = f"{wording.count(len(made.targets), 'target')} planned."
        return redirect(request, f"{LIST}/{made.wave}", Note("ok", " ".join([words, *made.notes])))

    @get("/{key:str}")
    async def show(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """One wave: its lanes, its progress and how each target stands."""
        now, tz = request.app.state.clock.now(), zone(await timezone_of(request))
        may_edit = request.user.can("editor")
        found = await wave_queries.wave(key)
        targets = (await wave_queries.planned(Wanted(wave=key))).targets
        context = {
            "title": found.title,
            "wave": wave_views.summary(found, now, tz, may_edit=may_edit),
            "picture": wave_views.lanes(targets, now, tz) if targets else None,
            "groups": wave_views.groups(targets, now, tz, may_edit=may_edit),
            "all_paused": await holds.all_paused(),
            "can_edit": may_edit,
        }
        return await render(request, "posts/wave.html", context)


async def _values(fields: Form) -> dict[str, Any]:
    values: dict[str, Any] = {name: fields.text(name) for name in _TEXTS}
    shown = [one.channel.id for one in await social.accounts()]
    picked = fields.list("channels")
    return values | {
        "channels": picked,
        "order": {channel: fields.text(f"order-{channel}") for channel in dict.fromkeys([*shown, *picked])},
        "own": {channel: fields.text(f"own-{channel}") for channel in dict.fromkeys([*shown, *picked])},
    }


def _wanted(values: Mapping[str, Any], timezone: str) -> NewGroup:
    kind = values["kind"]
    if kind not in _KINDS:
        raise field_error("kind", "KIND_BAD", "Choose how the channels follow one another.")
    independent = kind == "independent"
    if not values["wave"] and not values["wave_title"]:
        raise field_error("wave_title", "TITLE_NONE", "Give the wave a title.")
    return NewGroup(
        kind,
        _in_order(values) if kind == "staggered" else values["channels"],
        None if independent else When.of_wall(wall_of(values, timezone)),
        step_s=_step_s(values["step"]) if kind == "staggered" else 0,
        own=_own(values, timezone) if independent else {},
        asset=values["asset"] or None,
        title=values["title"],
        description=values["description"],
        hashtags=values["hashtags"],
        wave=values["wave"] or None,
        wave_title=values["wave_title"],
    )


async def _named(new: NewGroup) -> NewGroup:
    """A new wave gets a key of its own, made of its title."""
    if new.wave is not None:
        await wave_queries.wave(new.wave)
        return new
    stem = slug_of(f"wave {new.wave_title}")
    taken = {row["key"] for row in await sql("SELECT key FROM wave WHERE substr(key, 1, ?) = ?", len(stem), stem)}
    names = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return replace(new, wave=next(name for name in names if name not in taken))


def _in_order(values: Mapping[str, Any]) -> list[str]:
    """The picked channels by the numbers given to them; those without one come last, as they stand."""
    try:
        places = {channel: int(values["order"].get(channel) or 10**6) for channel in values["channels"]}
    except ValueError as error:
        raise field_error("channels", "ORDER_BAD", "Number the channels 1, 2, 3 in their order.") from error
    return sorted(values["channels"], key=lambda channel: places[channel])


def _own(values: Mapping[str, Any], timezone: str) -> dict[str, When]:
    own = {}
    for channel in values["channels"]:
        if text := values["own"].get(channel):
            own[channel] = When.of_wall(_wall(text, timezone, "channels"))
    return own


def _wall(text: str, timezone: str, field: str) -> Wall:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise field_error(field, "TIME_BAD", f"{text!r} is no time such as 2026-05-14T16:30.") from error
    return Wall(at.date(), at.time().replace(tzinfo=None), timezone)


def _step_s(text: str) -> int:
    try:
        return round(float(text) * 60)
    except (ValueError, OverflowError) as error:
        raise field_error("step", "STEP_BAD", "Give the minutes between two channels.") from error


def _moment(text: str) -> dict[str, str]:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return {}
    return {"date": at.date().isoformat(), "time": f"{at:%H:%M:%S}".removesuffix(":00")}


def _at_fields(refused: Conflict | Invalid | NotFound) -> dict[str, str]:
    renamed = {"scheduled_time": "time", "delay_seconds": "step"}
    return {renamed.get(name, name): text for name, text in form_errors(refused).items()}


async def _form_page(
    request: AnyRequest, values: dict[str, Any], errors: dict[str, str], *, plan: Plan | None = None, status: int = 200
) -> HtmlResponse:
    clock, timezone = request.app.state.clock, await timezone_of(request)
    accounts = [one for one in await social.accounts() if one.channel.active]
    wave = await wave_queries.wave(values["wave"]) if values.get("wave") else None
    page = await assets(Filter(state="ready"), None, CHOICE)
    choice = [{"value": "", "label": "No video yet: keep the slots empty"}]
    choice += [{"value": one.id, "label": label(one)} for one in page.assets]
    blank: dict[str, Any] = dict.fromkeys(_TEXTS, "") | {"kind": "simultaneous", "step": "30", "channels": []}
    context = {
        "title": f"Add to {wave.title}" if wave else "New wave",
        "wave": wave,
        "form": {
            "kinds": KINDS,
            "assets": choice,
            "channels": [views.chip(one.channel.id, one.channel.title, one.platform) for one in accounts],
            "zone": wording.city(zone(timezone)),
        },
        "values": {**blank, "order": {}, "own": {}, **await _first_slot(accounts, clock, timezone), **values},
        "errors": errors,
        "plan": wave_views.plan(plan, clock.now(), timezone) if plan else None,
    }
    return await render(request, "posts/wave_new.html", context, status=status)


async def _first_slot(accounts: list[social.Account], clock: Any, timezone: str) -> dict[str, str]:
    slot = await next_free_slot([one.channel.id for one in accounts], clock=clock, timezone=timezone)
    at = (slot.at if slot else clock.now() + timedelta(hours=1)).astimezone(zone(timezone))
    return {"date": at.date().isoformat(), "time": f"{at:%H:%M}"}
