"""What the pages of a channel's plans share: their tab, their addresses, and the offer to undo."""

from typing import Any

from litestar import Response

from app import events
from app.channels import kinds
from app.channels.kinds import Tab
from app.channels.pages import context
from app.channels.views import LIST
from app.errors import Conflict, NotFound
from app.plans import grids, plan_views, queries, zone_undo
from app.plans.grids import USUAL, Planned
from app.plans.service import PlanView
from app.web.htmx import AnyRequest

HtmlResponse = Response[str]
TAB = Tab("plans", "Plans")
HOME = "/{key:str}/plans"
CHANGED = "plans"
"""The topic on which live parts are fetched again."""


def register() -> None:
    """Have the tab where channels are planned, and let what was done to zones be undone."""
    for kind in USUAL:
        kinds.register_tab(kind, TAB)
    zone_undo.register()


async def planned(key: str) -> Planned:
    """A channel that has plans; others have no such page."""
    try:
        return await grids.planned(key)
    except Conflict as error:
        raise NotFound("TAB_UNKNOWN", f"{error.detail} Only {' and '.join(USUAL)} channels have this page.") from error


def at_plans(of: Planned) -> str:
    """The address of a channel's plans."""
    return f"{LIST}/{of.channel.slug}/plans"


def at_plan(of: Planned, one: PlanView) -> str:
    """The address of one plan."""
    return f"{at_plans(of)}/{one.id}"


def page(request: AnyRequest, of: Planned) -> dict[str, Any]:
    """What every page here needs."""
    return {
        **context(of.channel, TAB.name),
        "home": at_plans(of),
        "grid": plan_views.grid_told(of),
        "grid_minutes": of.grid.minutes,
        "can_edit": request.user.can("editor"),
    }


async def undo_offer(request: AnyRequest, of: Planned) -> dict[str, str] | None:
    """What somebody did to a zone of this channel a moment ago and may still undo."""
    event = await events.undoable(request.user.actor, request.app.state.clock.now_ms())
    if event is None or event["subject_type"] not in zone_undo.SUBJECTS:
        return None
    named = {one.id: one.name for one in await queries.plans(of.channel.id)}
    if event["subject_id"] not in named:
        return None
    text = plan_views.done_words(event["verb"], named[event["subject_id"]])
    return {"action": f"{at_plans(of)}/undo/{event['seq']}", "text": text}
