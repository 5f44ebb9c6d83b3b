"""What a grid, a plan, a zone and a program may be; the codes are those that scripts know."""

import re
from collections.abc import Iterable, Sequence
from datetime import time as WallTime  # noqa: N812 - a wall clock's reading
from typing import get_args

from app.clock import DAY_MINUTES
from app.errors import Conflict, Invalid, field_error
from app.library.rules import TYPES
from app.plans import cron
from app.plans.applying import checked_range
from app.plans.specs import AssetSpec, ClockSpec, Element, Mode, PackageSpec, RuleSpec, SeriesSpec, Spec
from app.plans.values import WEEKDAYS, Finding, Grid, Plan, Program, Zone
from app.plans.windows import DST_POLICIES, minutes_of_day

GRIDS = (15, 30, 60)
DAYS_AHEAD = 3
"""How many days beyond today are made by themselves."""
NAME_MOST = 255
PRIORITY_MOST = 1_000_000
SLOTS_MOST = 96
NUMBER_MOST, SECONDS_MOST = 99_999, 10_000_000
SOURCES_MOST, COUNT_MOST, ELEMENTS_MOST, WORDS_MOST = 20, 10, 100, 50
_HOURS_MOST = 24 * 366
_WALL = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?")
_MODES: tuple[Mode, ...] = get_args(Mode)


def checked_grid(minutes: int, offset: int) -> None:
    """Refuse a block that is no quarter, half or whole hour, and an offset outside of it."""
    if minutes not in GRIDS:
        raise field_error("minutes", "CHN-003", "A block has 15, 30 or 60 minutes.")
    if not 0 <= offset < minutes:
        raise field_error("offset", "CHN-004", f"The offset is from 0 to {minutes - 1} minutes.")


def checked_day_start(text: str, minutes: int, offset: int) -> WallTime:
    """When a broadcast day begins, on the grid and without seconds."""
    read = _WALL.fullmatch(text)
    hour, minute, second = (int(part or 0) for part in read.groups()) if read else (99, 0, 0)
    if hour > 23 or minute > 59 or second or (minute - offset) % minutes:
        raise field_error("day_start", "CHN-006", "Write HH:MM, at a minute where a block of the grid begins.")
    return WallTime(hour, minute)


def grid_warnings(grid: Grid) -> list[Finding]:
    """What is unusual about a grid, such as a day that begins between two of its lines."""
    found = []
    if grid.minutes == 60 and grid.offset:
        found.append(Finding("CHN-014", "warning", f"Blocks of an hour begin {grid.offset} minutes past."))
    if (grid.day_start.minute - grid.offset) % grid.minutes:
        found.append(
            Finding("CHN-006", "warning", "The broadcast day begins off the grid; filler airs to the next line.")
        )
    return found


def checked_name(name: str, code: str = "NAME_BAD") -> str:
    """A trimmed name of one line."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_MOST or not name.isprintable():
        raise field_error("name", code, f"Give a name of at most {NAME_MOST} printable characters.")
    return name


def checked_plan(plan: Plan) -> None:
    """Refuse dates, cron fields and a priority that mean nothing."""
    checked_range(plan.first, plan.last)
    if plan.cron is not None:
        cron.parse(plan.cron)
    if not 0 <= plan.priority <= PRIORITY_MOST:
        raise field_error("priority", "INVALID_PRIORITY", f"A priority is from 0 to {PRIORITY_MOST}.")


def checked_wall(text: str, field: str) -> int:
    """Minutes since midnight of HH:MM, 24:00 included; seconds are never on the grid."""
    read = _WALL.fullmatch(text.strip())
    if read is None:
        raise field_error(field, "Z-VAL-05", "Write times as HH:MM, from 00:00 to 24:00.")
    hour, minute, second = (int(part or 0) for part in read.groups())
    if second > 59 or minute > 59 or hour * 60 + minute > DAY_MINUTES:
        raise field_error(field, "Z-VAL-05", "Write times as HH:MM, from 00:00 to 24:00.")
    if second:
        raise field_error(field, "Z-VAL-02", "A zone begins and ends on the grid, without seconds.")
    return hour * 60 + minute


def written_wall(minutes: int) -> str:
    """Minutes since midnight as HH:MM."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def checked_zone(zone: Zone, *, grid_minutes: int, grid_offset: int) -> None:
    """Refuse a zone that breaks a rule of its own; Z-VAL-04 to 08, 01 and 02."""
    checked_name(zone.name, "Z-VAL-04")
    _checked_window(zone, grid_minutes, grid_offset)
    if not zone.days <= set(WEEKDAYS):
        raise field_error("days", "Z-VAL-06", f"Name weekdays as {', '.join(WEEKDAYS)}.")
    checked_range(zone.first, zone.last, "Z-VAL-07")
    if zone.dst is not None and zone.dst not in DST_POLICIES:
        raise field_error("dst", "Z-VAL-08", f"Choose one of {', '.join(DST_POLICIES)}, or none.")


def _checked_window(zone: Zone, grid_minutes: int, grid_offset: int) -> None:
    start, end = zone.start_min, zone.end_min
    if not (0 <= start < DAY_MINUTES and 0 <= end <= DAY_MINUTES):
        raise field_error("start", "Z-VAL-05", "A zone begins from 00:00 on and ends by 24:00.")
    if (start, end) == (0, DAY_MINUTES):
        return
    if start == end % DAY_MINUTES:
        raise field_error("end", "Z-VAL-05", "A zone has a length; the whole day is 00:00 to 24:00.")
    if (end - start) % grid_minutes:
        raise field_error("end", "Z-VAL-01", f"The length of a zone is a multiple of {grid_minutes} minutes.")
    if (start - grid_offset) % grid_minutes:
        raise field_error("start", "Z-VAL-02", f"A zone begins on the grid of {grid_minutes} minutes.")


def checked_overlaps(zone: Zone, others: Iterable[Zone], day_start_min: int) -> None:
    """Refuse a zone that overlaps another of its plan on some date; touching is fine (Z-VAL-09)."""
    for other in others:
        if other.id != zone.id and other.enabled and zone.enabled and _meet(zone, other, day_start_min):
            detail = (
                f"{zone.name} overlaps {other.name}, {written_wall(other.start_min)} to {written_wall(other.end_min)}."
            )
            named = {"kind": "zone", "id": other.id, "title": other.name}
            raise Conflict("Z-VAL-09", detail, errors={"start": detail}, conflicts=[named])


def _meet(one: Zone, other: Zone, day_start_min: int) -> bool:
    if one.days and other.days and one.days.isdisjoint(other.days):
        return False
    if _apart(one, other):
        return False
    pieces = minutes_of_day(other, day_start_min)
    return any(a < d and c < b for a, b in minutes_of_day(one, day_start_min) for c, d in pieces)


def _apart(one: Zone, other: Zone) -> bool:
    """Whether two ranges of dates have no day in common; yearly ones are taken to meet."""
    dates = [text for text in (one.first, one.last, other.first, other.last) if text]
    if any(len(text) == len("MM-DD") for text in dates):
        return False
    return bool(one.last and other.first and one.last < other.first) or bool(
        other.last and one.first and other.last < one.first
    )


def uncovered(zones: Sequence[Zone], day_start_min: int) -> list[tuple[int, int]]:
    """The wall-clock minutes that no zone of a plan covers on every day of the week, as a hint to whoever plans."""
    every = [zone for zone in zones if zone.enabled and not zone.days and not zone.first and not zone.last]
    if not every:
        return [(0, DAY_MINUTES)]
    pieces = sorted(piece for zone in every for piece in minutes_of_day(zone, day_start_min))
    gaps: list[tuple[int, int]] = []
    reached = 0
    for start, end in [*pieces, (DAY_MINUTES, DAY_MINUTES)]:
        if start > reached:
            gaps.append(((reached + day_start_min) % DAY_MINUTES, (start + day_start_min - 1) % DAY_MINUTES + 1))
        reached = max(reached, end)
    return gaps


def checked_program(program: Program) -> None:
    """Refuse a program that could never mean anything."""
    checked_name(program.name, "PROGRAM_NAME_BAD")
    if not 1 <= program.slots <= SLOTS_MOST:
        raise field_error("slots", "SLOTS_BAD", f"A program asks for 1 to {SLOTS_MOST} blocks.")
    if program.mode not in _MODES:
        raise field_error("mode", "MODE_BAD", f"Choose one of {', '.join(_MODES)}.")
    if program.mode == "manual" and not isinstance(program.spec, SeriesSpec):
        raise field_error("mode", "MODE_BAD", "Only episodes of a series can be picked by hand.")
    paired = isinstance(program.spec, PackageSpec) and program.spec.compose == "pair"
    if program.mode == "syndication" and paired:
        raise field_error("mode", "MODE_BAD", "A stripped loop has one episode a day; a pair takes several.")
    _checked_spec(program.spec)


def _checked_spec(spec: Spec) -> None:
    if isinstance(spec, RuleSpec):
        _checked_rule(spec)
    elif isinstance(spec, PackageSpec):
        _checked_package(spec)
    elif isinstance(spec, SeriesSpec):
        _checked_season(spec)
    elif isinstance(spec, ClockSpec):
        if not 0 < len(spec.elements) <= ELEMENTS_MOST:
            raise _spec("elements", f"An hour clock has 1 to {ELEMENTS_MOST} elements.")
        _checked_hours(spec.rest_hours)
        for element in spec.elements:
            _checked_element(element)


def _checked_season(spec: SeriesSpec) -> None:
    if spec.season is not None and not 0 <= spec.season <= NUMBER_MOST:
        raise _spec("season", f"A season is from 0 to {NUMBER_MOST}.")


def _checked_rule(rule: RuleSpec) -> None:
    _known_types(rule.types)
    _checked_hours(rule.rest_hours)
    for words in (rule.series, rule.genres, rule.ratings, rule.not_ratings, rule.tags, rule.not_tags):
        if len(words) > WORDS_MOST or any(len(word) > NAME_MOST for word in words):
            raise _spec("spec", f"A list of a rule has at most {WORDS_MOST} short entries.")
    for ends in (rule.seasons, rule.episodes):
        if ends is not None and not 0 <= ends[0] <= ends[1] <= NUMBER_MOST:
            raise _spec("spec", "A range goes from a smaller number to a larger one.")
    shortest, longest = rule.shortest_s or 0, rule.longest_s
    if not 0 <= shortest <= SECONDS_MOST or (longest is not None and not max(1, shortest) <= longest <= SECONDS_MOST):
        raise _spec("spec", "The longest length is more than 0 and not below the shortest.")


def _checked_package(spec: PackageSpec) -> None:
    if not 0 < len(spec.content) <= SOURCES_MOST or len(spec.intro) + len(spec.outro) > SOURCES_MOST:
        raise _spec("content", f"A package has 1 to {SOURCES_MOST} sources, and as many parts around them at most.")
    if spec.compose == "sequence" and not all(isinstance(source, AssetSpec) for source in spec.content):
        raise _spec("content", "A sequence is made of named assets.")
    if spec.compose == "pair" and (len(spec.content) > 1 or isinstance(spec.content[0], AssetSpec)):
        raise _spec("content", "A pair comes from one series or one rule.")
    if not 2 <= spec.count <= COUNT_MOST:
        raise _spec("count", f"A pair takes 2 to {COUNT_MOST} assets.")
    for source in spec.content:
        _checked_spec(source)


def _checked_element(element: Element) -> None:
    _known_types((element.type, *element.fallback))
    if not 1 <= element.count <= ELEMENTS_MOST:
        raise _spec("count", f"An element counts from 1 to {ELEMENTS_MOST}.")
    if element.at_s is not None and not 0 <= element.at_s < 3600:
        raise _spec("at_s", "An element's second is from 0 to 3599.")
    if element.hard and (element.at_s is None or element.count > 1):
        raise _spec("hard", "A hard element is one, at a second of the hour.")


def _known_types(types: Iterable[str]) -> None:
    if unknown := set(types) - set(TYPES):
        raise _spec("type", f"{', '.join(sorted(unknown))} is no type; use one of {', '.join(TYPES)}.")


def _checked_hours(hours: int) -> None:
    if not 0 <= hours <= _HOURS_MOST:
        raise _spec("rest_hours", f"A rest is from 0 to {_HOURS_MOST} hours.")


def _spec(field: str, detail: str) -> Invalid:
    return field_error(field, "SPEC_BAD", detail)
