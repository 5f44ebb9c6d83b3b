"""Presets of plans: zones at the hours where such programmes usually air, with rules over genres and tags."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.clock import DAY_MINUTES
from app.database import new_id
from app.errors import NotFound
from app.plans.specs import RuleSpec
from app.plans.values import WEEKDAYS, Grid, Program, Zone

_WEEK = frozenset(WEEKDAYS[:5])
_NEW = ""  # ids are given when it is added


@dataclass(frozen=True, slots=True)
class Preset:
    """A named set of zones; their times are full hours, which a grid with an offset moves by it."""

    key: str
    title: str
    text: str
    zones: tuple[Zone, ...]


def _program(name: str, rule: RuleSpec, **fields: object) -> Program:
    return replace(Program(_NEW, name, rule, "random"), **fields)  # type: ignore[arg-type]


def _zone(name: str, start: int, end: int, days: frozenset[str], *programs: Program) -> Zone:
    return Zone(_NEW, name, start * 60, end * 60, programs, days)


PRESETS: Mapping[str, Preset] = {
    one.key: one
    for one in (
        Preset(
            "saturday-cartoons", "Saturday cartoons", "Cartoons on Saturday mornings, from 7 to 11.",
            (_zone("Saturday cartoons", 7, 11, frozenset({"SAT"}), _program(
                "Cartoons", RuleSpec(genres=("Animation", "Cartoon", "Kids"), longest_s=3600, rest_hours=7 * 24),
            )),),
        ),
        Preset(
            "weekday-comedy", "Weekday comedy", "Comedy series from 17 to 19, Monday to Friday.",
            (_zone("Weekday comedy", 17, 19, _WEEK, _program(
                "Comedy", RuleSpec(types=("EPI", "SHO"), genres=("Comedy", "Sitcom"), longest_s=3600, rest_hours=48),
            )),),
        ),
        Preset(
            "prime-time", "Prime time", "Drama at 19 and a film at 20, every day; the film may run on.",
            (
                _zone("Prime time drama", 19, 20, frozenset(), _program(
                    "Drama", RuleSpec(types=("EPI", "SHO"), genres=("Drama", "Crime", "Thriller"), rest_hours=72),
                )),
                _zone("Prime time film", 20, 22, frozenset(), _program(
                    "Film of the day", RuleSpec(types=("MOV",), not_tags=("adult",), rest_hours=14 * 24), bleed=True,
                )),
            ),
        ),
        Preset(
            "late-night-horror", "Late-night horror", "Horror films from 22 to 2, on Fridays and Saturdays.",
            (_zone("Late-night horror", 22, 2, frozenset({"FRI", "SAT"}), _program(
                "Horror", RuleSpec(types=("MOV",), genres=("Horror",), rest_hours=28 * 24), bleed=True,
            )),),
        ),
        Preset(
            "overnight-classics", "Overnight classics", "What is tagged classic from 2 to 6, longest unseen first.",
            (_zone("Overnight classics", 2, 6, frozenset(), _program(
                "Classics", RuleSpec(types=("EPI", "MOV", "SHO"), tags=("classic",)), mode="least_recently_used",
            )),),
        ),
    )
}  # fmt: skip


def preset(key: str) -> Preset:
    """The preset of that name."""
    if key not in PRESETS:
        raise NotFound("PRESET_UNKNOWN", f"There is no preset {key}. There are {', '.join(PRESETS)}.")
    return PRESETS[key]


def on_grid(one: Preset, grid: Grid) -> tuple[Zone, ...]:
    """The zones of a preset with ids, on a channel's grid; an offset moves both ends, so that lengths stay."""
    programs = {item: replace(item, id=new_id()) for zone in one.zones for item in zone.programs}
    return tuple(
        replace(
            zone, id=new_id(), start_min=_moved(zone.start_min, grid), end_min=_moved(zone.end_min, grid),
            programs=tuple(programs[item] for item in zone.programs),
        )
        for zone in one.zones
    )  # fmt: skip


def _moved(minutes: int, grid: Grid) -> int:
    return (minutes + grid.offset) % DAY_MINUTES
