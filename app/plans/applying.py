"""Which plans apply on a date, and which of two that do comes first."""

import re
from collections.abc import Iterable
from datetime import date

from app.errors import field_error
from app.plans import cron
from app.plans.values import Plan

FIRST_YEAR, LAST_YEAR = 2000, 2100
_YEARLY = re.compile(r"\d\d-\d\d")
_LEAP_YEAR = 2024
ORDER = ("one date", "a range of dates", "weekdays or days of the month", "every day")


def checked_day(text: str, name: str = "date", code: str = "INVALID_DATE_FORMAT") -> date:
    """A date written YYYY-MM-DD, before anything is looked up with it."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise field_error(name, code, "Write the date as YYYY-MM-DD.")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise field_error(name, code, f"{text} is not in the calendar.") from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise field_error(name, code, f"Give a date from {FIRST_YEAR} to {LAST_YEAR}.")
    return day


def checked_range(first: str | None, last: str | None, code: str = "INVALID_DATE_RANGE") -> None:
    """Refuse a range whose ends are no dates, mix a date with a yearly one (MM-DD), or are in the wrong order."""
    for name, text in (("first", first), ("last", last)):
        if text is not None:
            whole = f"{_LEAP_YEAR}-{text}" if _YEARLY.fullmatch(text) else text
            checked_day(whole, name, code)
    if first is None or last is None:
        if (first and _YEARLY.fullmatch(first)) or (last and _YEARLY.fullmatch(last)):
            raise field_error("last", code, "A yearly range needs both its first and its last day.")
        return
    if len(first) != len(last):
        raise field_error("last", code, "Write both days with their year, or both without.")
    if len(first) > len("MM-DD") and first > last:
        raise field_error("last", code, "The last day is before the first.")


def within(day: date, first: str | None, last: str | None) -> bool:
    """Whether a date lies in an inclusive range; a yearly one (MM-DD) may go over the new year."""
    if first and last and _YEARLY.fullmatch(first):
        text = day.isoformat()[5:]
        return first <= text <= last if first <= last else text >= first or text <= last
    text = day.isoformat()
    return (first is None or first <= text) and (last is None or text <= last)


def applies(plan: Plan, day: date) -> bool:
    """Whether a plan is in force on a broadcast date."""
    if not plan.active or not within(day, plan.first, plan.last):
        return False
    return plan.cron is None or cron.matches(plan.cron, day)


def narrowness(plan: Plan) -> int:
    """How narrowly a plan says when it applies, as an index of ORDER: the smaller wins among equal priorities."""
    if plan.first and plan.first == plan.last:
        return 0
    if plan.first or plan.last:
        return 1
    return 2 if plan.cron else 3


def ranked(plans: Iterable[Plan], day: date) -> list[Plan]:
    """The plans in force on a date, the strongest first: by priority, narrowness, age (newest first), name."""
    found = sorted((plan for plan in plans if applies(plan, day)), key=lambda plan: plan.name)
    found.sort(key=lambda plan: plan.id, reverse=True)
    return sorted(found, key=lambda plan: (-plan.priority, narrowness(plan)))


def why(winner: Plan, loser: Plan) -> str:
    """Why one plan comes before another, in plain words."""
    if winner.priority != loser.priority:
        return f"priority {winner.priority} over {loser.priority}"
    if narrowness(winner) != narrowness(loser):
        return f"{ORDER[narrowness(winner)]} before {ORDER[narrowness(loser)]}"
    return "the newer of two equal plans"
