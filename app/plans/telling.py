"""Plans and zones in words: when they apply, and on which days."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import pairwise

from cronsim import CronSim

from app.clock import DAY_MINUTES
from app.plans import cron
from app.plans.rules import written_wall
from app.plans.values import WEEKDAYS, Plan, Zone

DAY_NAMES = dict(zip(WEEKDAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", CronSim.LAST: "last"}
_ALL_MONTHS, _ALL_DAYS = 12, 31


def applies_told(plan: Plan) -> str:
    """When a plan applies: `Every day`, `Mon to Fri, 1 Sep 2026 to 31 Oct 2026`, `25 Dec every year`."""
    days = cron_told(plan.cron) if plan.cron else ""
    dates = dates_told(plan.first, plan.last)
    told = ", ".join(filter(None, (days, dates))) or "every day"
    return told[0].upper() + told[1:]


def dates_told(first: str | None, last: str | None) -> str:
    """An inclusive range of dates, or of days of every year; empty where there is none."""
    if first and last:
        yearly = " every year" if len(first) == len("MM-DD") else ""
        return f"{_date(first)}{yearly}" if first == last else f"{_date(first)} to {_date(last)}{yearly}"
    if first:
        return f"from {_date(first)}"
    return f"until {_date(last)}" if last else ""


def _date(text: str) -> str:
    if len(text) == len("MM-DD"):
        month, day = text.split("-")
        return f"{int(day)} {_MONTHS[int(month) - 1]}"
    at = date.fromisoformat(text)
    return f"{at.day} {at:%b} {at.year}"


def cron_told(expression: str) -> str:
    """The day fields of a cron expression: `Mon to Fri`, `day 1 and 15 of the month`, `the first Mon, in May`."""
    fields = cron.parse(expression)
    days = _month_days(fields.days) if len(fields.days) < _ALL_DAYS else ""
    week = _weekdays(fields.weekdays)
    both = " and on " if fields.day_and else " or "
    told = both.join(filter(None, (week, days)))
    months = ", ".join(_MONTHS[month - 1] for month in sorted(fields.months))
    in_months = f"in {months}" if len(fields.months) < _ALL_MONTHS else ""
    return ", ".join(filter(None, (told, in_months))) or "every day"


def cron_weekdays(expression: str) -> set[str] | None:
    """The weekdays on which a cron expression can mean a date; None where it names days of the month."""
    fields = cron.parse(expression)
    if len(fields.days) < _ALL_DAYS:
        return None
    numbers = {day if isinstance(day, int) else day[0] for day in fields.weekdays}
    return {WEEKDAYS[(number - 1) % 7] for number in numbers}


def _month_days(days: Collection[int]) -> str:
    named = [str(day) for day in sorted(days) if day > 0]
    said = [f"day {_listed(named)}"] if named else []
    said += ["the last day"] if CronSim.LAST in days else []
    said += ["the last working day"] if CronSim.LAST_WEEKDAY in days else []
    return f"{_listed(said)} of the month"


def _weekdays(days: Collection[int | tuple[int, int]]) -> str:
    """Cron counts days from Sunday, as 0 or 7; a pair is a weekday and which of the month's."""
    plain = {(day - 1) % 7 for day in days if isinstance(day, int)}
    if len(plain) == len(WEEKDAYS):
        return ""
    nth = sorted(day for day in days if isinstance(day, tuple))
    said = [f"the {_ORDINALS.get(which, str(which))} {DAY_NAMES[WEEKDAYS[(day - 1) % 7]]}" for day, which in nth]
    return _listed([*([days_told(WEEKDAYS[day] for day in sorted(plain))] if plain else []), *said])


def days_told(days: Iterable[str]) -> str:
    """Weekdays, as runs where they are some: `Mon to Fri`, `Sat and Sun`, `every day`."""
    numbers = sorted(WEEKDAYS.index(day) for day in set(days))
    if len(numbers) in (0, len(WEEKDAYS)):
        return "every day"
    runs: list[list[int]] = [[numbers[0]]]
    for one, other in pairwise(numbers):
        runs[-1].append(other) if other == one + 1 else runs.append([other])
    return _listed([part for run in runs for part in _run([DAY_NAMES[WEEKDAYS[number]] for number in run])])


def _run(names: list[str]) -> list[str]:
    return [f"{names[0]} to {names[-1]}"] if len(names) > 2 else names


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def window_told(zone: Zone) -> str:
    """A zone's window: `19:00 – 22:00`, `22:00 – 05:00, past midnight`, `the whole day`."""
    if (zone.start_min, zone.end_min) == (0, DAY_MINUTES):
        return "the whole day"
    told = f"{written_wall(zone.start_min)} – {written_wall(zone.end_min)}"
    return f"{told}, past midnight" if zone.end_min < zone.start_min else told


def zone_told(zone: Zone) -> str:
    """When a zone is in force: its days, then its dates."""
    told = ", ".join(filter(None, (days_told(zone.days), dates_told(zone.first, zone.last))))
    return told[0].upper() + told[1:]


def programs_told(zone: Zone) -> str:
    """What a zone airs, in order."""
    return ", ".join(one.name for one in zone.programs) or "No programs"


def length_told(minutes: int) -> str:
    """A length of whole minutes: `30 min`, `2 h 30 min`, `24 h`."""
    hours, rest = divmod(minutes, 60)
    return " ".join(filter(None, (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "")))
