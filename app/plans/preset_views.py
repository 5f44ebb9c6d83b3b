"""Finished values for the templates of presets and copies."""

from typing import Any

from app.plans.furnishing import Furnished
from app.plans.program_views import MODES, Names, findings_told, made_of
from app.plans.rules import written_wall
from app.plans.values import WEEKDAYS, Zone


def zone_told(one: Zone) -> dict[str, str]:
    """A zone in words."""
    return {
        "name": one.name, "from": written_wall(one.start_min), "to": written_wall(one.end_min),
        "days": days_told(one.days),
        "programs": ", ".join(each.name for each in one.programs),
    }  # fmt: skip


def days_told(days: frozenset[str]) -> str:
    """Weekdays in words: `Mon to Fri`, `Sat, Sun`, `Every day`."""
    places = [place for place, day in enumerate(WEEKDAYS) if day in days]
    names = [WEEKDAYS[place].capitalize() for place in places]
    if len(places) > 2 and places[-1] - places[0] == len(places) - 1:
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names) or "Every day"


def furnished_told(done: Furnished) -> dict[str, Any]:
    """What a preset would add, as `plans/preset.html` shows it."""
    programs = {one.id: one for zone in done.zones for one in zone.programs}
    new = {one.id for one in done.new_programs}
    return {
        "plan": done.plan,
        "new_plan": done.new_plan,
        "priority": done.priority,
        "zones": [zone_told(one) for one in done.zones],
        "programs": [
            {
                "name": one.name, "new": id in new, "made_of": made_of(one.spec, Names()), "mode": MODES[one.mode],
                "matched": len(done.matched[id]), "such_as": ", ".join(each.title for each in done.matched[id][:3]),
            }
            for id, one in programs.items()
        ],
        "findings": findings_told(done.findings),
    }  # fmt: skip
