"""Pages that make plans of what there is: presets, copies of plans, and zones of a weekday for others."""

from typing import Any

from litestar import Controller, Request, get, post
from litestar.params import FromPath

from app.channels import service as channels
from app.channels.views import LIST
from app.errors import Conflict, DaypartError, Invalid
from app.plans import copying, service
from app.plans.furnishing import add_preset
from app.plans.grids import USUAL, Planned
from app.plans.preset_views import furnished_told, zone_told
from app.plans.presets import PRESETS, preset
from app.plans.program_pages import HOME, HtmlResponse, home, page, planned
from app.plans.service import PlanView
from app.plans.values import WEEKDAYS
from app.web.forms import Form, form, form_errors
from app.web.guards import act, editor, viewer
from app.web.htmx import AnyRequest, after_post, render

PLAN = f"{LIST}/{{key:str}}/plans/{{plan:str}}"
NEW_PLAN = ""
"""What the select of plans sends for a plan of its own."""


class PresetPages(Controller):
    """`/channels/{key}/programs/presets`."""

    include_in_schema = False
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get(f"{HOME}/presets")
    async def show_list(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """All presets."""
        of = await planned(key)
        found = [
            {
                "title": one.title, "text": one.text, "href": f"{home(of)}/presets/{one.key}",
                "zones": [zone_told(each) for each in one.zones],
            }
            for one in PRESETS.values()
        ]  # fmt: skip
        return await render(request, "plans/presets.html", {**page(request, of, "Presets"), "presets": found})

    @get(f"{HOME}/presets/{{preset_key:str}}", guards=[editor])
    async def ask(
        self, request: Request[Any, Any, Any], key: FromPath[str], preset_key: FromPath[str]
    ) -> HtmlResponse:  # fmt: skip
        """What a preset would add, into a plan or as one of its own; nothing is stored."""
        return await _preset_page(
            request, await planned(key), preset_key, Form(list(request.query_params.multi_items()))
        )

    @post(f"{HOME}/presets/{{preset_key:str}}", guards=[editor], status_code=303)
    async def add(self, request: Request[Any, Any, Any], key: FromPath[str], preset_key: FromPath[str]) -> HtmlResponse:
        """Add it."""
        of, fields = await planned(key), await form(request)
        try:
            done = await add_preset(key, preset_key, **_where(fields), **act(request))
        except (Invalid, Conflict):
            return await _preset_page(request, of, preset_key, fields, status=422)
        at = f"{LIST}/{of.channel.slug}/plans/{done.plan_id}"
        return after_post(request, at, f"{preset(preset_key).title} is in {done.plan}.")


def _where(fields: Form) -> dict[str, Any]:
    plan = fields.text("plan")
    return {"plan": plan or None, "name": None if plan else fields.text("name") or None}


async def _preset_page(
    request: AnyRequest, of: Planned, preset_key: str, fields: Form, *, status: int = 200
) -> HtmlResponse:  # fmt: skip
    chosen, errors, told = preset(preset_key), {}, None
    try:
        done = await add_preset(of.channel.id, preset_key, **_where(fields), dry_run=True, **act(request))
        told = furnished_told(done)
    except (Invalid, Conflict) as refused:
        placed = form_errors(refused)
        # A zone of the preset has no fields here: what is wrong with it stands above.
        errors = {"name": placed["name"]} if "name" in placed and not fields.text("plan") else {"": refused.detail}
    context = {
        **page(request, of, chosen.title), "preset": {"key": chosen.key, "text": chosen.text}, "told": told,
        "plans": [
            {"value": NEW_PLAN, "label": "A plan of its own"},
            *({"value": one.id, "label": one.plan.name} for one in await service.plans(of.channel.id)),
        ],
        "values": {"plan": fields.text("plan"), "name": fields.text("name") or chosen.title}, "errors": errors,
        "action": f"{home(of)}/presets/{chosen.key}",
    }  # fmt: skip
    return await render(request, "plans/preset.html", context, status=status)


class CopyPages(Controller):
    """`/channels/{key}/plans/{plan}/copy` and `.../copy-day`."""

    include_in_schema = False
    guards = [editor]  # noqa: RUF012 - Litestar's form

    @get(f"{PLAN}/copy")
    async def ask(self, request: Request[Any, Any, Any], key: FromPath[str], plan: FromPath[str]) -> HtmlResponse:
        """The form for a copy of a plan, and the one for zones of a weekday."""
        of = await planned(key)
        return await _copy_page(request, of, await service.plan(key, plan), {}, {})

    @post(f"{PLAN}/copy", status_code=303)
    async def copy(self, request: Request[Any, Any, Any], key: FromPath[str], plan: FromPath[str]) -> HtmlResponse:
        """Copy a plan."""
        of, fields, before = await planned(key), await form(request), await service.plan(key, plan)
        name, to = fields.text("name"), fields.text("channel")
        try:
            done = await copying.copy_plan(key, before.id, name, to=to or None, **act(request))
        except DaypartError as refused:
            values = {"name": name, "channel": to}
            return await _copy_page(request, of, before, values, _at_fields(refused), status=422)
        goal = await channels.channel(done.plan.channel)
        brought = f" {', '.join(done.programs)} came along." if done.programs else ""
        words = f"{done.plan.plan.name} is archived on {goal.title} until you restore it.{brought}"
        return after_post(request, f"{LIST}/{goal.slug}/plans/{done.plan.id}", words)

    @post(f"{PLAN}/copy-day", status_code=303)
    async def copy_day(self, request: Request[Any, Any, Any], key: FromPath[str], plan: FromPath[str]) -> HtmlResponse:
        """Copy the zones of a weekday to others."""
        of, fields, before = await planned(key), await form(request), await service.plan(key, plan)
        day, to = fields.text("day"), fields.list("to")
        try:
            await copying.copy_day(key, before.id, day, to, **act(request))
        except (Invalid, Conflict) as refused:
            return await _copy_page(request, of, before, {"day": day, "to": to}, _at_fields(refused), status=422)
        words = f"{', '.join(one.capitalize() for one in to)} of {before.plan.name} now go as {day.capitalize()} does."
        return after_post(request, f"{LIST}/{of.channel.slug}/plans/{before.id}", words)


def _at_fields(refused: DaypartError) -> dict[str, str]:
    placed = {field: words for field, words in form_errors(refused).items() if field in ("name", "day", "to")}
    return placed or {"": refused.detail}


async def _copy_page(
    request: AnyRequest, of: Planned, one: PlanView, values: dict[str, Any], errors: dict[str, str], *,
    status: int = 200,
) -> HtmlResponse:  # fmt: skip
    every = [each for kind in USUAL for each in await channels.channels(kind)]
    context = {
        **page(request, of, f"Copy {one.plan.name}"), "plan": {"id": one.id, "name": one.plan.name},
        "channels": [{"value": each.id, "label": each.title} for each in every],
        "zones": [zone_told(each) for each in one.plan.zones], "errors": errors,
        "days": [{"value": day, "label": day.capitalize()} for day in WEEKDAYS],
        "values": {"name": f"{one.plan.name} copy", "channel": of.channel.id, "day": "MON", "to": [], **values},
        "plan_href": f"{LIST}/{of.channel.slug}/plans/{one.id}",
    }  # fmt: skip
    return await render(request, "plans/copy.html", context, status=status)


CONTROLLERS = (PresetPages, CopyPages)
