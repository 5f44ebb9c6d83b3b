"""Pages of a plan's zones: the form of one with its programs in order, a drag of it, and its end."""

from typing import Any

from litestar import Controller, Request, get, post
from litestar.params import FromPath, FromQuery

from app import events
from app.channels.views import LIST
from app.errors import Conflict, DaypartError, Invalid, NotFound
from app.plans import plan_forms, plan_views, queries, service, zones
from app.plans.grids import Planned
from app.plans.plan_forms import Values, at_fields
from app.plans.plan_frame import CHANGED, HtmlResponse, at_plan, at_plans, page, planned
from app.plans.rules import written_wall
from app.plans.service import PlanView
from app.plans.values import Zone
from app.web import problems
from app.web.forms import Form, form
from app.web.guards import act, editor, viewer
from app.web.htmx import AnyRequest, after_post, is_htmx, render

ZONES = "/{key:str}/plans/{plan:str}/zones"
_FIELDS = ("name", "start", "end", "days", "first", "last", "dst", "programs")
_SAVE = ("", "save")


class ZonePages(Controller):
    """`/channels/{slug}/plans/{plan}/zones`."""

    include_in_schema = False
    path = LIST
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get(f"{ZONES}/new", guards=[editor])
    async def new(
        self,
        request: Request[Any, Any, Any],
        key: FromPath[str],
        plan: FromPath[str],
        start: FromQuery[str] = "",
        end: FromQuery[str] = "",
        days: FromQuery[list[str] | None] = None,
    ) -> HtmlResponse:
        """The form of a new zone, for a gap that is named or for any window."""
        of, one = await _found(key, plan)
        blank = plan_forms.zone_values(Zone("", "", 0, 0), one.version)
        asked = {"start": start, "end": end, "days": days or [], "programs": []}
        return await _form(request, of, one, None, blank | asked)

    @post(ZONES, guards=[editor], status_code=303)
    async def create(self, request: Request[Any, Any, Any], key: FromPath[str], plan: FromPath[str]) -> HtmlResponse:
        """Add a zone, or order its programs first."""
        (of, one), fields = await _found(key, plan), await form(request)
        values = plan_forms.typed_zone(fields)
        if fields.text("act") not in _SAVE:
            return await _form(request, of, one, None, values, act_on=fields.text("act"))
        try:
            wanted, version = plan_forms.wanted_zone(values), fields.integer("version")
            within, made = await zones.add_zone(of.channel.id, one.id, wanted, version, **act(request))
        except (Invalid, Conflict, NotFound) as refused:
            return await _form(request, of, one, None, values, refused)
        return await _done(request, of, within, plan_views.zone_words(made, "is added"))

    @get(f"{ZONES}/{{zone:str}}")
    async def show(
        self, request: Request[Any, Any, Any], key: FromPath[str], plan: FromPath[str], zone: FromPath[str]
    ) -> HtmlResponse:
        """The form of a zone."""
        of, one = await _found(key, plan)
        found = zones.zone_of(one, zone)
        return await _form(request, of, one, found, plan_forms.zone_values(found, one.version))

    @post(f"{ZONES}/{{zone:str}}", guards=[editor], status_code=303)
    async def edit(
        self, request: Request[Any, Any, Any], key: FromPath[str], plan: FromPath[str], zone: FromPath[str]
    ) -> HtmlResponse:
        """Change a zone, or order its programs first."""
        (of, one), fields = await _found(key, plan), await form(request)
        found, values = zones.zone_of(one, zone), plan_forms.typed_zone(fields)
        if fields.text("act") not in _SAVE:
            return await _form(request, of, one, found, values, act_on=fields.text("act"))
        try:
            wanted, version = plan_forms.wanted_zone(values), fields.integer("version")
            within, made = await zones.edit_zone(of.channel.id, one.id, found.id, wanted, version, **act(request))
        except (Invalid, Conflict, NotFound) as refused:
            return await _form(request, of, one, found, values, refused)
        return await _done(request, of, within, plan_views.zone_words(made, "is saved"))

    @post(f"{ZONES}/{{zone:str}}/move", guards=[editor], status_code=303)
    async def move(
        self, request: Request[Any, Any, Any], key: FromPath[str], plan: FromPath[str], zone: FromPath[str]
    ) -> HtmlResponse:
        """Give a zone another window, on all its days."""
        (of, one), fields = await _found(key, plan), await form(request)
        found = zones.zone_of(one, zone)
        try:
            wanted, version = plan_forms.wanted_window(fields), fields.integer("version")
            within, made = await zones.edit_zone(of.channel.id, one.id, found.id, wanted, version, **act(request))
        except (Invalid, Conflict) as refused:
            if is_htmx(request):
                raise  # told as a toast, by which what was dragged goes back
            values = plan_forms.zone_values(found, one.version) | _window(fields)
            return await _form(request, of, one, found, values, refused)
        window = f"is {written_wall(made.start_min)} – {written_wall(made.end_min)} now"
        return await _done(request, of, within, f"{made.name} {window}.")

    @post(f"{ZONES}/{{zone:str}}/delete", guards=[editor], status_code=303)
    async def remove(
        self, request: Request[Any, Any, Any], key: FromPath[str], plan: FromPath[str], zone: FromPath[str]
    ) -> HtmlResponse:
        """Delete a zone."""
        (of, one), fields = await _found(key, plan), await form(request)
        gone = zones.zone_of(one, zone)
        within = await zones.remove_zone(of.channel.id, one.id, gone.id, fields.integer("version"), **act(request))
        return await _done(request, of, within, f"{gone.name} is deleted.")


async def _found(key: str, plan: str) -> tuple[Planned, PlanView]:
    of = await planned(key)
    return of, await service.plan(of.channel.id, plan)


def _window(fields: Form) -> Values:
    return {"start": fields.text("start"), "end": fields.text("end")}


async def _done(request: AnyRequest, of: Planned, one: PlanView, words: str) -> HtmlResponse:
    """The plan again, with the way back for a moment."""
    event = await events.undoable(request.user.actor, request.app.state.clock.now_ms())
    undo = f"{at_plans(of)}/undo/{event['seq']}" if event and event["subject_id"] == one.id else None
    return after_post(request, at_plan(of, one), words, changed=CHANGED, undo=undo)


async def _form(
    request: AnyRequest,
    of: Planned,
    one: PlanView,
    zone: Zone | None,
    values: Values,
    refused: DaypartError | None = None,
    act_on: str = "",
) -> HtmlResponse:
    known = await queries.programs(of.channel.id)
    names = {program.id: program.name for program in known} | {program.name: program.name for program in known}
    own = {
        "title": zone.name if zone else "Add zone",
        "plan": {"name": one.plan.name, "href": at_plan(of, one)},
        "action": f"{at_plan(of, one)}/zones" + (f"/{zone.id}" if zone else ""),
        "is_new": zone is None,
        "values": values,
        "errors": at_fields(refused, *_FIELDS) if refused else {},
        "day_options": plan_forms.DAY_LABELS,
        "dst_options": plan_forms.DST_LABELS,
        "items": [{"id": id, "name": names.get(id, id)} for id in values["programs"]],
        "programs": [{"value": program.id, "label": program.name} for program in known],
        "focus": plan_forms.focused(values["programs"], act_on) if act_on else "",
    }
    status = problems.of(refused).status if refused else 200
    return await render(request, "plans/zone_form.html", page(request, of) | own, status=status)
