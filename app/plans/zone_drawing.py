"""The zones of one plan over a week, by the wall clock: windows that come again on their days, whatever the date."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.clock import DAY_MINUTES
from app.plans import telling
from app.plans.drawing import UNIT_MIN, Tick
from app.plans.rules import written_wall
from app.plans.values import WEEKDAYS, Plan, Zone
from app.plans.windows import minutes_of_day

_TICK_MIN = 120


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a zone on one weekday; one that goes over the broadcast day's start has two. `last` ends the zone."""

    id: str
    unit: int
    units: int
    row: int
    zone: Zone
    programs: str
    told: str
    note: str
    last: bool


@dataclass(frozen=True, slots=True)
class Hole:
    """Time that a plan leaves to others on one weekday."""

    unit: int
    units: int
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Weekday:
    """One day of the week with a plan's zones."""

    day: str
    name: str
    rows: int
    windows: list[Window]
    holes: list[Hole]
    idle: bool
    """The plan never applies on it."""


def weekdays(plan: Plan, day_start_min: int) -> list[Weekday]:
    """The zones of a plan from Monday to Sunday; those that meet, since their dates differ, stand in rows."""
    return [_weekday(day, plan, day_start_min) for day in WEEKDAYS]


def _weekday(day: str, plan: Plan, day_start_min: int) -> Weekday:
    if _idle(plan, day):
        return Weekday(day, telling.DAY_NAMES[day], 1, [], [], idle=True)
    here = [zone for zone in plan.zones if not zone.whole and (not zone.days or day in zone.days)]
    pieces = sorted(
        ((low, high, zone) for zone in here for low, high in minutes_of_day(zone, day_start_min)),
        key=lambda piece: (piece[0], piece[1], piece[2].name),
    )
    ends: list[int] = []
    windows = []
    for number, (low, high, zone) in enumerate(pieces):
        row = next((row for row, end in enumerate(ends) if end <= low), len(ends))
        ends[row : row + 1] = [high]
        last = high % DAY_MINUTES == (zone.end_min - day_start_min) % DAY_MINUTES
        windows.append(_window(f"z-{day.lower()}-{number}", low, high, row + 1, zone, last=last))
    certain = [(low, high) for low, high, zone in pieces if zone.enabled and zone.programs and not _dated(zone)]
    holes = _holes(certain, day_start_min)
    return Weekday(day, telling.DAY_NAMES[day], max(1, len(ends)), windows, holes, idle=False)


def _idle(plan: Plan, day: str) -> bool:
    """Whether the plan's cron fields leave a weekday out; those that name days of the month may mean any."""
    if plan.cron is None:
        return False
    told = telling.cron_weekdays(plan.cron)
    return told is not None and day not in told


def _dated(zone: Zone) -> bool:
    return bool(zone.first or zone.last)


def _window(id: str, low: int, high: int, row: int, zone: Zone, *, last: bool) -> Window:
    unit = low // UNIT_MIN
    off = "" if zone.enabled else "switched off"
    note = ", ".join(filter(None, (off, telling.dates_told(zone.first, zone.last))))
    told = f"{zone.name}, {telling.window_told(zone)}"
    programs = telling.programs_told(zone)
    return Window(id, unit, max(1, -(-high // UNIT_MIN) - unit), row, zone, programs, told, note, last)


def _holes(covered: Sequence[tuple[int, int]], day_start_min: int) -> list[Hole]:
    holes, reached = [], 0
    for low, high in [*covered, (DAY_MINUTES, DAY_MINUTES)]:
        if low > reached:
            holes.append(_hole(reached, low, day_start_min))
        reached = max(reached, high)
    return holes


def _hole(low: int, high: int, day_start_min: int) -> Hole:
    start, end = (low + day_start_min) % DAY_MINUTES, (high + day_start_min) % DAY_MINUTES or DAY_MINUTES
    if (high - low) == DAY_MINUTES:
        start, end = 0, DAY_MINUTES
    unit = low // UNIT_MIN
    return Hole(unit, max(1, -(-high // UNIT_MIN) - unit), written_wall(start), written_wall(end))


def ruler(day_start_min: int) -> list[Tick]:
    """Every second hour from the broadcast day's start."""
    return [
        Tick(minute // UNIT_MIN, written_wall((minute + day_start_min) % DAY_MINUTES))
        for minute in range(0, DAY_MINUTES + 1, _TICK_MIN)
    ]
