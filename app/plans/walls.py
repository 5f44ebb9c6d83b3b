"""Dates and times as people type them, on the wall clock of a channel."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.clock import resolve
from app.errors import field_error
from app.plans.applying import checked_day
from app.wording import city


@dataclass(frozen=True, slots=True)
class Said:
    """An instant, and what to tell of it where the clocks change."""

    at: datetime
    note: str = ""


def said(day_text: str, time_text: str, tz: ZoneInfo) -> Said:
    """The instant of a typed date and time; a skipped one moves forward and a repeated one is its first."""
    return _resolved(checked_day(day_text, "date", "DATE_BAD"), checked_time(time_text, "time"), tz)


def ends(time_text: str, start: datetime, tz: ZoneInfo) -> Said:
    """The first instant after a start at which the clock shows a typed time."""
    wall, day = checked_time(time_text, "end"), start.astimezone(tz).date()
    first = _resolved(day, wall, tz)
    return first if first.at > start else _resolved(day + timedelta(days=1), wall, tz)


def checked_time(text: str, field: str) -> time:
    """A time such as 19:30 or 19:30:15."""
    try:
        read = time.fromisoformat(text)
    except ValueError as error:
        raise field_error(field, "TIME_BAD", "Give a time such as 19:30.") from error
    if read.tzinfo is not None:
        raise field_error(field, "TIME_BAD", "Give a time of the channel's clock, without an offset.")
    return read.replace(microsecond=0)


def _resolved(day: date, wall: time, tz: ZoneInfo) -> Said:
    found = resolve(day, wall, tz)
    if found.moved:
        there = found.at.astimezone(tz)
        return Said(found.at, f"{wall:%H:%M} does not exist that day in {city(tz)}; it is {there:%H:%M} instead.")
    if found.repeated:
        return Said(found.at, f"{wall:%H:%M} comes twice that day in {city(tz)}; the first one is meant.")
    return Said(found.at)
