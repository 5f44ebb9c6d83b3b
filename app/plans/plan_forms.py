"""Forms of plans, zones and grids: what was typed as what is wanted, and what is stored as the values of a form."""

from typing import Any

from app.errors import DaypartError
from app.plans.grids import Planned, WantedGrid
from app.plans.rules import GRIDS, written_wall
from app.plans.service import PlanView, WantedPlan
from app.plans.telling import DAY_NAMES
from app.plans.values import WEEKDAYS, Plan, Zone
from app.plans.zones import WantedZone
from app.web.forms import Form, form_errors

Values = dict[str, Any]
ACT_UP, ACT_DOWN, ACT_OUT, ACT_ADD = "up", "down", "out", "add"
DAY_LABELS = [{"value": day, "label": DAY_NAMES[day]} for day in WEEKDAYS]
DST_LABELS = [
    {"value": "", "label": "Takes it as it comes, with a warning"},
    {"value": "shrink_one_block", "label": "May become shorter in spring"},
    {"value": "expand_one_block", "label": "May become longer in autumn"},
    {"value": "reject", "label": "Is left out on that day"},
]
_PLAN_TEXTS = ("name", "description", "cron", "first", "last")


def plan_values(one: PlanView | None) -> Values:
    """The fields of a plan's form."""
    plan = one.plan if one else Plan("", "")
    return {
        "name": plan.name, "description": one.description if one else "", "cron": plan.cron or "",
        "first": plan.first or "", "last": plan.last or "", "priority": str(plan.priority), "active": plan.active,
        "version": one.version if one else "",
    }  # fmt: skip


def typed_plan(fields: Form) -> Values:
    """What was typed into a plan's form."""
    texts = {name: fields.text(name) for name in (*_PLAN_TEXTS, "priority", "version")}
    return texts | {"active": fields.flag("active")}


def wanted_plan(fields: Form) -> WantedPlan:
    """The plan that a form asks for."""
    texts = {name: fields.text(name) for name in _PLAN_TEXTS}
    return WantedPlan(**texts, priority=fields.integer("priority", 0) or 0, active=fields.flag("active"))


def zone_values(zone: Zone, version: int) -> Values:
    """The fields of a zone's form."""
    return {
        "name": zone.name, "start": written_wall(zone.start_min), "end": written_wall(zone.end_min),
        "days": [day for day in WEEKDAYS if day in zone.days], "first": zone.first or "", "last": zone.last or "",
        "dst": zone.dst or "", "enabled": zone.enabled, "programs": [one.id for one in zone.programs],
        "version": version,
    }  # fmt: skip


def typed_zone(fields: Form) -> Values:
    """What was typed into a zone's form, with its programs as an act on their list leaves them."""
    texts = {name: fields.text(name) for name in ("name", "start", "end", "first", "last", "dst", "version")}
    return texts | {
        "days": fields.list("days"), "enabled": fields.flag("enabled"),
        "programs": listed(fields.list("programs"), fields.text("add"), fields.text("act")),
    }  # fmt: skip


def listed(programs: list[str], added: str, act: str) -> list[str]:
    """A list of programs after an act on it: `up-2`, `down-0`, `out-1`; a chosen one is added by any act but those."""
    verb, _, place = act.partition("-")
    if verb not in (ACT_UP, ACT_DOWN, ACT_OUT) or not place.isdecimal() or int(place) >= len(programs):
        return [*programs, added] if added else programs
    at = int(place)
    left = [*programs[:at], *programs[at + 1 :]]
    if verb == ACT_OUT:
        return left
    to = max(0, at - 1) if verb == ACT_UP else at + 1
    return [*left[:to], programs[at], *left[to:]]


def focused(programs: list[str], act: str) -> str:
    """Which button of the list keeps the focus after an act: the same of what was moved, or else its opposite."""
    verb, _, place = act.partition("-")
    if verb not in (ACT_UP, ACT_DOWN) or not place.isdecimal():
        return ACT_ADD
    at = int(place) + (1 if verb == ACT_DOWN else -1)
    if verb == ACT_UP and at <= 0:
        return f"{ACT_DOWN}-0"
    return f"{ACT_UP}-{at}" if at >= len(programs) - 1 and verb == ACT_DOWN else f"{verb}-{at}"


def wanted_zone(values: Values) -> WantedZone:
    """The zone that a form asks for."""
    return WantedZone(
        values["name"], values["start"], values["end"], values["days"], values["first"], values["last"],
        values["dst"], values["enabled"], values["programs"],
    )  # fmt: skip


def wanted_window(fields: Form) -> WantedZone:
    """A zone's window alone, as a drag leaves it."""
    return WantedZone(start=fields.text("start"), end=fields.text("end"))


def grid_values(of: Planned) -> Values:
    """The fields of a grid's form."""
    return {
        "minutes": str(of.grid.minutes), "offset": str(of.grid.offset), "day_start": f"{of.grid.day_start:%H:%M}",
        "filler_asset": of.filler_asset or "",
    }  # fmt: skip


def wanted_grid(fields: Form) -> WantedGrid:
    """The grid that a form asks for."""
    minutes, offset = fields.integer("minutes", 0) or 0, fields.integer("offset", 0) or 0
    return WantedGrid(minutes, offset, fields.text("day_start"), fields.text("filler_asset") or None)


def typed_grid(fields: Form) -> Values:
    """What was typed into a grid's form."""
    return {name: fields.text(name) for name in ("minutes", "offset", "day_start", "filler_asset")}


GRID_OPTIONS = [{"value": str(minutes), "label": f"{minutes} minutes"} for minutes in GRIDS]


def at_fields(refused: DaypartError, *known: str) -> dict[str, str]:
    """What is wrong with its code, at the fields of a form; what belongs to none of them stands at ``."""
    told: dict[str, str] = {}
    for name, text in form_errors(refused).items():
        told.setdefault(name if name in known else "", f"{text} ({refused.code})")
    return told
