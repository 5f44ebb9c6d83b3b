"""The fields that say how a post repeats, as they stand in forms, and what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, get_args

from app import wording
from app.clock import zone
from app.errors import DaypartError, field_error
from app.posts.recurrence import EVERY_MOST, Occurrence, Policy, Recurrence, Unit, checked, described
from app.posts.repetitions import Wanted, ahead
from app.web.forms import Form, form_errors

PREVIEWED = 5
UNITS = [
    {"value": "", "label": "Does not repeat"}, {"value": "days", "label": "Daily"},
    {"value": "weeks", "label": "Weekly"}, {"value": "months", "label": "Monthly"},
]  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CATCH_UP = {
    "skip": "Let it go",
    "last": "Post only the last one, late",
    "all": "Post all of them, late, a minute apart",
}
# What the rule calls its parts, and where they stand in a form.
_FIELDS = {
    "every": "repeat_every", "until": "repeat_until", "count": "repeat_count", "weekdays": "weekdays", "first": "date",
    "wall": "time", "scheduled_time": "time",
}  # fmt: skip


def values_of(fields: Form) -> dict[str, Any]:
    """What was filled in, to be shown again."""
    names = ("repeat", "repeat_every", "repeat_until", "repeat_count", "catch_up", "date", "time", "timezone")
    return {name: fields.text(name) for name in names} | {"weekdays": fields.list("weekdays")}


BLANK: Mapping[str, Any] = {
    "repeat": "", "repeat_every": "1", "repeat_until": "", "repeat_count": "", "catch_up": "skip", "weekdays": [],
}  # fmt: skip


def values_for(wanted: Wanted) -> dict[str, Any]:
    """The fields of a form that ask for a repetition."""
    rule = wanted.rule
    return {
        "repeat": rule.unit,
        "repeat_every": str(rule.every),
        "weekdays": [str(day) for day in rule.weekdays],
        "repeat_until": rule.until.isoformat() if rule.until else "",
        "repeat_count": str(rule.count) if rule.count else "",
        "catch_up": wanted.catch_up,
        "date": rule.first.isoformat(),
        "time": f"{rule.wall:%H:%M}",
        "timezone": rule.timezone,
    }


def asked(values: Mapping[str, Any], timezone: str) -> Wanted | None:
    """The repetition that a form asks for, if it asks for one; raises Invalid at the rule's own names of fields."""
    if not values["repeat"]:
        return None
    if values["repeat"] not in get_args(Unit):
        raise field_error("repeat", "RECURRENCE_UNIT", "Choose daily, weekly or monthly.")
    if values["catch_up"] not in ("", *get_args(Policy)):
        raise field_error("catch_up", "CATCH_UP_UNKNOWN", "Choose one of these.")
    weeks = values["repeat"] == "weeks"
    rule = Recurrence(
        first=_first(values["date"]),
        wall=_time(values["time"]),
        timezone=timezone,
        every=_number(values["repeat_every"] or "1", "every") or 0,
        unit=values["repeat"],
        weekdays=tuple(_weekday(day) for day in values["weekdays"]) if weeks else (),
        until=_date(values["repeat_until"], "until"),
        count=_number(values["repeat_count"], "count"),
    )
    return Wanted(checked(rule), values["catch_up"] or "skip")


def _first(text: str) -> date:
    if first := _date(text, "date"):
        return first
    raise field_error("date", "DATE_BAD", "Give a date.")


def _date(text: str, field: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise field_error(field, "DATE_BAD", "Give a date.") from error


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise field_error("time", "TIME_BAD", "Give a time such as 16:30.") from error


def _number(text: str, field: str) -> int | None:
    if text and not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise field_error(field, "NOT_A_NUMBER", "Give a whole number.")
    return int(text) if text else None


def _weekday(text: str) -> int:
    if text not in "0123456" or len(text) != 1:
        raise field_error("weekdays", "RECURRENCE_WEEKDAYS", "Weekdays are chosen for weeks, from Monday to Sunday.")
    return int(text)


def at_fields(refused: DaypartError) -> dict[str, str]:
    """What is wrong, at the fields as forms name them."""
    return {_FIELDS.get(name, name): text for name, text in form_errors(refused).items()}


@dataclass(frozen=True, slots=True)
class Time:
    """One of the next times, in words; `there` is what clocks of the channels show then, where that is another time."""

    iso: str
    label: str
    note: str
    there: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a repetition means: its rule in words, and its next times."""

    words: str
    times: list[Time]
    error: str = ""


def preview(values: Mapping[str, Any], timezone: str, channel_zones: list[str], now: datetime) -> Preview | None:
    """What the fields of a form mean so far; None where nothing repeats."""
    try:
        wanted = asked(values, timezone)
        return preview_of(wanted, channel_zones, now) if wanted else None
    except DaypartError as refused:
        return Preview("", [], refused.detail)


def preview_of(wanted: Wanted, channel_zones: list[str], now: datetime) -> Preview:
    """The next times of a repetition on the clock of its zone, and on those of its channels."""
    times = [_time_of(one, wanted.rule.timezone, channel_zones) for one in ahead(wanted.rule, now, PREVIEWED)]
    return Preview(in_words(wanted.rule), times, "" if times else "None of these times is ahead.")


def in_words(rule: Recurrence) -> str:
    """The rule as a sentence part, with its end: `Every day at 18:00 (Europe/Lisbon), until Mon 1 Jun 2026`."""
    words = described(rule)
    parts = [words[0].upper() + words[1:]]
    if rule.until:
        parts.append(f"until {wording.day(rule.until)} {rule.until.year}")
    if rule.count:
        parts.append(wording.count(rule.count, "time"))
    return ", ".join(parts)


def _time_of(one: Occurrence, timezone: str, channel_zones: list[str]) -> Time:
    elsewhere = [zone(name) for name in dict.fromkeys(channel_zones)]
    at = one.at.astimezone(zone(timezone))
    shown = [
        f"{wording.local(one.at, tz)} in {wording.city(tz)}"
        for tz in elsewhere
        if one.at.astimezone(tz).replace(tzinfo=None) != at.replace(tzinfo=None)
    ]

    return Time(at.isoformat(), wording.local(one.at, zone(timezone)), one.when.note or "", ", ".join(shown))


def options() -> dict[str, Any]:
    """What templates of the fields need besides the values."""
    return {
        "units": UNITS,
        "days": [{"value": str(number), "label": name[:3], "name": name} for number, name in enumerate(WEEKDAYS)],
        "policies": [{"value": value, "label": label} for value, label in CATCH_UP.items()],
        "every_most": EVERY_MOST,
    }
