"""Finished values for the templates of plans: words, and the zones of one plan."""

from typing import Any

from app import wording
from app.database import Row
from app.plans import drawing, telling, zone_drawing
from app.plans.grids import Planned
from app.plans.rules import written_wall
from app.plans.service import PlanView
from app.plans.values import Zone
from app.plans.zones import ZONE_ADDED, ZONE_CHANGED, ZONE_REMOVED

_DONE = {ZONE_ADDED: "has a new zone", ZONE_CHANGED: "changed", ZONE_REMOVED: "lost a zone"}


def grid_told(of: Planned) -> str:
    """A grid in a few words."""
    offset = f", {of.grid.offset} min past" if of.grid.offset else ""
    return f"{of.grid.minutes} min blocks{offset}, day begins {of.grid.day_start:%H:%M}"


def row(one: PlanView, home: str, hue: str = "") -> dict[str, Any]:
    """A plan as lists and its own page name it."""
    plan = one.plan
    zones = [zone for zone in plan.zones if not zone.whole]
    left = ", ".join(f"{written_wall(start)} – {written_wall(end)}" for start, end in one.uncovered)
    return {
        "id": one.id, "href": f"{home}/{one.id}", "name": plan.name, "description": one.description,
        "when": telling.applies_told(plan), "priority": plan.priority, "active": plan.active, "hue": hue,
        "zones": wording.count(len(zones), "zone") if zones else "No zones yet", "left": left, "version": one.version,
        "cron": plan.cron or "",
    }  # fmt: skip


def zone_words(zone: Zone, verb: str) -> str:
    """What is told after a zone was added or changed."""
    return f"{zone.name} {verb}: {telling.days_told(zone.days)}, {telling.window_told(zone)}."


def done_words(verb: str, plan: str) -> str:
    """What somebody did a moment ago, beside its undo."""
    return f"{plan} {_DONE[verb]}."


def undone_words(event: Row) -> str:
    """What is told after an undo."""
    before, after = event["before"] or {}, event["after"]
    if not before:
        return f"{after['zone']} is gone again."
    return f"{before['zone']} is back at {before['start']} – {before['end']}."


def zones(one: PlanView, day_start_min: int, home: str) -> dict[str, Any]:
    """A plan's zones over the week, and as a list."""
    hues = drawing.hues(zone.id for zone in one.plan.zones)
    return {
        "bands": [
            {
                "name": day.name, "idle": day.idle, "rows": day.rows, "day": day.day,
                "holes": [
                    {**_hole(hole), "href": f"{home}/zones/new?start={hole.start}&end={hole.end}&days={day.day}"}
                    for hole in day.holes
                ],
                "blocks": [_window(window, one, home, hues[window.zone.id]) for window in day.windows],
            }
            for day in zone_drawing.weekdays(one.plan, day_start_min)
        ],
        "ticks": zone_drawing.ruler(day_start_min),
        "zones": [
            {
                "id": zone.id, "name": zone.name, "href": f"{home}/zones/{zone.id}", "when": telling.zone_told(zone),
                "window": telling.window_told(zone), "programs": telling.programs_told(zone), "enabled": zone.enabled,
                "whole": zone.whole, "empty": not zone.programs, "dst": zone.dst or "",
            }
            for zone in one.plan.zones
        ],
    }  # fmt: skip


def _hole(hole: zone_drawing.Hole) -> dict[str, Any]:
    return {"unit": hole.unit, "units": hole.units, "start": hole.start, "end": hole.end}


def _window(window: zone_drawing.Window, one: PlanView, home: str, hue: str) -> dict[str, Any]:
    zone = window.zone
    return {
        "id": window.id, "unit": window.unit, "units": window.units, "row": window.row, "name": zone.name,
        "programs": ", ".join(filter(None, (window.programs, window.note))), "begins": written_wall(zone.start_min),
        "ends": written_wall(zone.end_min), "hue": hue, "empty": not zone.programs, "gap": False,
        "off": not zone.enabled, "why": window.told, "over": False, "href": f"{home}/zones/{zone.id}",
        "zone": zone.id, "move": f"{home}/zones/{zone.id}/move", "start": zone.start_min, "end": zone.end_min,
        "version": one.version, "edge": window.last,
    }  # fmt: skip
