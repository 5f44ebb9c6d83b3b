"""Pages of a channel's plans: the forms of one and of the grid, one plan with its zones, archiving and deleting it."""

from typing import Any

from litestar import Controller, Request, get, post
from litestar.params import FromPath

from app.channels.views import LIST
from app.errors import Conflict, DaypartError, Invalid, NotFound
from app.plans import grids, plan_forms, plan_views, queries, service
from app.plans.grids import Planned
from app.plans.plan_forms import at_fields
from app.plans.plan_frame import CHANGED, HOME, HtmlResponse, at_plan, at_plans, page, planned, undo_offer
from app.plans.service import PlanView, WantedPlan
from app.web import problems
from app.web.forms import form
from app.web.guards import act, editor, viewer
from app.web.htmx import AnyRequest, after_post, render

_PLAN_FIELDS = ("name", "description", "cron", "first", "last", "priority")
_GRID_FIELDS = ("minutes", "offset", "day_start", "filler_asset")


class PlanPages(Controller):
    """The plans of a linear or radio channel."""

    include_in_schema = False
    path = LIST
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @post(f"{HOME}/new", guards=[editor], status_code=303)
    async def create(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """Add a plan."""
        of, fields = await planned(key), await form(request)
        try:
            made = await service.add_plan(of.channel.id, plan_forms.wanted_plan(fields), **act(request))
        except (Invalid, Conflict) as refused:
            return await _plan_form(request, of, None, plan_forms.typed_plan(fields), refused)
        return after_post(request, at_plan(of, made), f"{made.plan.name} is added. Give it zones now.")

    @get(f"{HOME}/new", guards=[editor])
    async def new(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """The form of a new plan."""
        return await _plan_form(request, await planned(key), None, plan_forms.plan_values(None))

    @get(f"{HOME}/grid", guards=[editor])
    async def ask_grid(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """The form of the channel's grid."""
        of = await planned(key)
        return await _grid_form(request, of, plan_forms.grid_values(of))

    @post(f"{HOME}/grid", guards=[editor], status_code=303)
    async def set_grid(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """Set the grid, and tell which zones are off it now."""
        before, fields = await planned(key), await form(request)
        try:
            of, told = await grids.put_grid(before.channel.id, plan_forms.wanted_grid(fields), **act(request))
        except (Invalid, Conflict, NotFound) as refused:
            return await _grid_form(request, before, plan_forms.typed_grid(fields), refused)
        words = " ".join(["The grid is saved.", *(f"{one.detail} ({one.code})" for one in told)])
        return after_post(request, at_plans(of), words, tone="warn" if told else "ok")

    @get(f"{HOME}/{{plan:str}}")
    async def show_plan(self, request: Request[Any, Any, Any], key: FromPath[str], plan: FromPath[str]) -> HtmlResponse:
        """One plan with its zones over the week."""
        of = await planned(key)
        return await plan_page(request, of, await service.plan(of.channel.id, plan))

    @get(f"{HOME}/{{plan:str}}/edit", guards=[editor])
    async def ask(self, request: Request[Any, Any, Any], key: FromPath[str], plan: FromPath[str]) -> HtmlResponse:
        """The form of a plan."""
        of = await planned(key)
        one = await service.plan(of.channel.id, plan)
        return await _plan_form(request, of, one, plan_forms.plan_values(one))

    @post(f"{HOME}/{{plan:str}}", guards=[editor], status_code=303)
    async def edit(self, request: Request[Any, Any, Any], key: FromPath[str], plan: FromPath[str]) -> HtmlResponse:
        """Change a plan."""
        of, fields = await planned(key), await form(request)
        one = await service.plan(of.channel.id, plan)
        try:
            wanted, version = plan_forms.wanted_plan(fields), fields.integer("version")
            changed = await service.edit_plan(of.channel.id, one.id, wanted, version, **act(request))
        except (Invalid, Conflict) as refused:
            return await _plan_form(request, of, one, plan_forms.typed_plan(fields), refused)
        return after_post(request, at_plan(of, changed), f"{changed.plan.name} is saved.", changed=CHANGED)

    @post(f"{HOME}/{{plan:str}}/archive", guards=[editor], status_code=303)
    async def archive(self, request: Request[Any, Any, Any], key: FromPath[str], plan: FromPath[str]) -> HtmlResponse:
        """Keep a plan without letting it apply."""
        return await _switched(request, key, plan, active=False)

    @post(f"{HOME}/{{plan:str}}/restore", guards=[editor], status_code=303)
    async def restore(self, request: Request[Any, Any, Any], key: FromPath[str], plan: FromPath[str]) -> HtmlResponse:
        """Let an archived plan apply again."""
        return await _switched(request, key, plan, active=True)

    @post(f"{HOME}/{{plan:str}}/delete", guards=[editor], status_code=303)
    async def remove(self, request: Request[Any, Any, Any], key: FromPath[str], plan: FromPath[str]) -> HtmlResponse:
        """Delete a plan that nothing depends on; another stays, and can be archived."""
        of = await planned(key)
        one = await service.plan(of.channel.id, plan)
        try:
            await service.remove_plan(of.channel.id, one.id, **act(request))
        except Conflict as refused:
            return await plan_page(request, of, one, refused=refused)
        return after_post(request, at_plans(of), f"{one.plan.name} is deleted.")


async def plan_page(
    request: AnyRequest, of: Planned, one: PlanView, *, refused: DaypartError | None = None
) -> HtmlResponse:
    """One plan, and why it was not deleted."""
    own = {
        "plan": plan_views.row(one, at_plans(of)),
        **plan_views.zones(one, of.day_start_min, at_plan(of, one)),
        "undo": await undo_offer(request, of),
        "refused": f"{refused.detail} ({refused.code})" if refused else "",
    }
    status = problems.of(refused).status if refused else 200
    return await render(request, "plans/plan.html", page(request, of) | own | {"title": one.plan.name}, status=status)


async def _switched(request: AnyRequest, key: str, plan: str, *, active: bool) -> HtmlResponse:
    of = await planned(key)
    one = await service.edit_plan(of.channel.id, plan, WantedPlan(active=active), None, **act(request))
    words = "applies again" if active else "is archived; it applies no more"
    return after_post(request, at_plan(of, one), f"{one.plan.name} {words}.", changed=CHANGED)


async def _plan_form(
    request: AnyRequest,
    of: Planned,
    one: PlanView | None,
    values: dict[str, Any],
    refused: DaypartError | None = None,
) -> HtmlResponse:
    own = {
        "title": "Change plan" if one else "Add plan",
        "action": at_plan(of, one) if one else f"{at_plans(of)}/new",
        "back": {"href": at_plan(of, one) if one else at_plans(of), "label": one.plan.name if one else "Plans"},
        "values": values,
        "errors": at_fields(refused, *_PLAN_FIELDS) if refused else {},
        "is_new": one is None,
    }
    status = problems.of(refused).status if refused else 200
    return await render(request, "plans/plan_form.html", page(request, of) | own, status=status)


async def _grid_form(
    request: AnyRequest, of: Planned, values: dict[str, Any], refused: DaypartError | None = None
) -> HtmlResponse:
    library = (await queries.on_air_library()).all
    known = [{"value": one.id, "label": one.title} for one in library if one.type == "FIL" or one.id == of.filler_asset]
    own = {
        "title": "Grid",
        "values": values,
        "minutes": plan_forms.GRID_OPTIONS,
        "fillers": [{"value": "", "label": "Whatever filler the library has"}, *known],
        "errors": at_fields(refused, *_GRID_FIELDS) if refused else {},
    }
    status = problems.of(refused).status if refused else 200
    return await render(request, "plans/grid_form.html", page(request, of) | own, status=status)
