"""The day fields of a cron expression: day of month, month and day of week say on which dates a plan applies.

Minute and hour are checked and ignored. When day of month and day of week are both given, either is enough, as in cron.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.errors import Invalid, field_error

CRON_MOST = 200
_MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_WEEKDAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))}
_FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("minute", 0, 59, {}), ("hour", 0, 23, {}), ("day of month", 1, 31, {}), ("month", 1, 12, _MONTHS),
    ("day of week", 0, 7, _WEEKDAYS),
)  # fmt: skip
_PART = re.compile(r"(\*|[A-Z0-9]{1,3})(?:-([A-Z0-9]{1,3}))?(?:/([0-9]{1,2}))?")


@dataclass(frozen=True, slots=True)
class DayFields:
    """The dates a cron expression means; weekdays count from Sunday, which is 0."""

    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    def match(self, day: date) -> bool:
        """Whether they name that date."""
        if day.month not in self.months:
            return False
        on_day, on_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        if self.any_day or self.any_weekday:
            return on_day and on_weekday
        return on_day or on_weekday


@lru_cache(maxsize=512)
def parse(expression: str) -> DayFields:
    """The day fields of five cron fields; anything else is refused with INVALID_CRON."""
    fields = expression.upper().split()
    if len(fields) != len(_FIELDS) or len(expression) > CRON_MOST:
        raise _bad("Give five fields: minute, hour, day of month, month, day of week.")
    _minute, _hour, days, months, weekdays = (
        _numbers(text, *field) for text, field in zip(fields, _FIELDS, strict=True)
    )
    every = [text.startswith("*") for text in fields]
    return DayFields(days, months, frozenset(number % 7 for number in weekdays), every[2], every[4])


def _numbers(text: str, name: str, least: int, most: int, names: dict[str, int]) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        read = _PART.fullmatch(part)
        if read is None:
            raise _bad(f"{part!r} is no {name}.")
        first, last, step = read.groups()
        low = least if first == "*" else _number(first, name, least, most, names)
        # `3/2` goes on to the end of the field, as `3-31/2` does.
        high = _number(last, name, least, most, names) if last else most if first == "*" or step else low
        if low > high or step in ("0", "00") or (first == "*" and last):
            raise _bad(f"{part!r} is no {name}.")
        found.update(range(low, high + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str, name: str, least: int, most: int, names: dict[str, int]) -> int:
    number = names.get(text, int(text) if text.isdecimal() else -1)
    if not least <= number <= most:
        raise _bad(f"{text!r} is no {name}.")
    return number


def _bad(detail: str) -> Invalid:
    return field_error("cron", "INVALID_CRON", f"{detail} For weekdays write: 0 0 * * MON-FRI.")
