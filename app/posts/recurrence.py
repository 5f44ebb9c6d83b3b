"""Posts that recur: occurrences counted from an anchor, so that nothing drifts, and what to catch up with."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as WallTime  # noqa: N812 - a wall clock's reading, as in app.clock
from itertools import count
from typing import Literal

from app.clock import resolve, zone
from app.errors import field_error
from app.posts.schemas import Wall, When

Unit = Literal["days", "weeks", "months"]
Policy = Literal["skip", "last", "all"]

EVERY_MOST = 366
ALL_MOST = 10
# Beyond these the arithmetic of dates would leave the calendar.
_YEARS = range(1970, 9000)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every so many days, weeks or months from a first date on, at a wall-clock time of a zone.

    `weekdays` (0: Monday) are for weeks; without any it is the first date's. A month that lacks the first date's day
    has it on its last. It ends after the date `until` or after `count` occurrences, whichever comes first.
    """

    first: date
    wall: WallTime
    timezone: str
    every: int = 1
    unit: Unit = "days"
    weekdays: tuple[int, ...] = ()
    until: date | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One of them: its number from the anchor, and the day asked for where the month lacks it."""

    index: int
    at: datetime
    meant: Wall
    moved: bool = False
    repeated: bool = False
    lacking: int | None = None

    @property
    def key(self) -> str:
        """What tells it from the others for good: the wall clock's reading, `2026-03-29T18:00`."""
        return f"{self.meant.day.isoformat()}T{self.meant.time:%H:%M}"

    @property
    def when(self) -> When:
        """The time as a post takes it, with a note where it is not the one asked for."""
        when = When.of_wall(self.meant)
        notes = [when.note] if when.note else []
        if self.lacking:
            notes.insert(0, f"{self.meant.day:%B} has no day {self.lacking}; it is day {self.meant.day.day} instead.")
        return When(when.at, when.wall, when.timezone, " ".join(notes) or None)


def checked(rule: Recurrence) -> Recurrence:
    """The rule, if every part of it makes sense."""
    zone(rule.timezone)
    if rule.first.year not in _YEARS:
        raise field_error("first", "RECURRENCE_FIRST", "Choose a first date near today.")
    if rule.wall.tzinfo or rule.wall.second or rule.wall.microsecond:
        raise field_error("wall", "RECURRENCE_WALL", "Give the time in hours and minutes.")
    if not 1 <= rule.every <= EVERY_MOST:
        raise field_error("every", "RECURRENCE_EVERY", f"Every 1 to {EVERY_MOST} {rule.unit}.")
    if not set(rule.weekdays) <= set(range(7)) or (rule.weekdays and rule.unit != "weeks"):
        raise field_error("weekdays", "RECURRENCE_WEEKDAYS", "Weekdays are chosen for weeks, from Monday to Sunday.")
    if rule.until is not None and rule.until < rule.first:
        raise field_error("until", "RECURRENCE_UNTIL", "The last date is before the first.")
    if rule.count is not None and rule.count < 1:
        raise field_error("count", "RECURRENCE_COUNT", "Let it happen at least once.")
    return rule


def described(rule: Recurrence) -> str:
    """The rule in words: `every 2 weeks on Mon, Thu at 18:00, Lisbon time`."""
    unit = rule.unit.removesuffix("s") if rule.every == 1 else f"{rule.every} {rule.unit}"
    days = ""
    if rule.unit == "weeks":
        days = " on " + ", ".join(_DAYS[day] for day in _weekdays(rule))
    elif rule.unit == "months":
        days = f" on day {rule.first.day}" + (" or the last" if rule.first.day > 28 else "")
    return f"every {unit}{days} at {rule.wall:%H:%M} ({rule.timezone})"


def occurrence(rule: Recurrence, index: int) -> Occurrence | None:
    """The occurrence of a number, 0 being the first, or None after the last."""
    day = _day(rule, index)
    if (rule.until is not None and day > rule.until) or (rule.count is not None and index >= rule.count):
        return None
    found = resolve(day, rule.wall, zone(rule.timezone))
    lacking = rule.first.day if rule.unit == "months" and day.day != rule.first.day else None
    return Occurrence(index, found.at, Wall(day, rule.wall, rule.timezone), found.moved, found.repeated, lacking)


def _day(rule: Recurrence, index: int) -> date:
    match rule.unit:
        case "days":
            return rule.first + timedelta(days=rule.every * index)
        case "weeks":
            days = _weekdays(rule)
            weeks, number = divmod(index + _before_first(rule), len(days))
            return _monday(rule.first) + timedelta(days=7 * rule.every * weeks + days[number])
        case "months":
            return _in_month(_month(rule.first) + rule.every * index, rule.first.day)


def _weekdays(rule: Recurrence) -> list[int]:
    return sorted(set(rule.weekdays)) or [rule.first.weekday()]


def _before_first(rule: Recurrence) -> int:
    """How many of the weekdays the first week has before the first date."""
    return sum(day < rule.first.weekday() for day in _weekdays(rule))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _in_month(month: int, day: int) -> date:
    """A day of a month, or the month's last."""
    following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = following - timedelta(days=1)
    return last.replace(day=min(day, last.day))


def between(rule: Recurrence, after: datetime, until: datetime) -> Iterator[Occurrence]:
    """The occurrences strictly after one instant up to another, in order.

    Where a clock change lets two fall on one instant, only the later one is told, so that nothing is posted twice.
    """
    one = occurrence(rule, start := _not_after(rule, after.astimezone(zone(rule.timezone)).date()))
    for index in count(start + 1):
        if one is None or one.at > until:
            return
        following = occurrence(rule, index)
        if one.at > after and (following is None or one.at < following.at):
            yield one
        one = following


def _not_after(rule: Recurrence, day: date) -> int:
    """The number of an occurrence that all before it are earlier than the day, or 0."""
    match rule.unit:
        case "days":
            return max(0, (day - rule.first).days // rule.every)
        case "weeks":
            weeks = (day - _monday(rule.first)).days // (7 * rule.every)
            return max(0, weeks * len(_weekdays(rule)) - _before_first(rule))
        case "months":
            return max(0, (_month(day) - _month(rule.first)) // rule.every)


def next_after(rule: Recurrence, after: datetime) -> Occurrence | None:
    """The first occurrence strictly after an instant, or None when there are no more."""
    return next(between(rule, after, datetime.max.replace(tzinfo=after.tzinfo)), None)


def due(rule: Recurrence, since: datetime, now: datetime, policy: Policy, *, grace: timedelta) -> list[Occurrence]:
    """The occurrences after `since` and up to now that are to be posted, oldest first.

    One that is later than the grace was missed: `skip` lets those go and stays on the grid, `last` keeps only the
    newest of all, `all` keeps them up to the newest ALL_MOST.
    """
    match policy:
        case "skip":
            return [one for one in between(rule, since, now) if one.at >= now - grace]
        case "last":
            return list(deque(between(rule, since, now), maxlen=1))
        case "all":
            return list(deque(between(rule, since, now), maxlen=ALL_MOST))
