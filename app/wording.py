"""How times, lengths and sizes are said to people: pure functions, sentence parts without a full stop.

Lengths are milliseconds; every function that depends on the moment takes it as an argument.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.clock import HOUR_MS, MINUTE_MS

DAY_MS = 24 * HOUR_MS
_SECOND_MS = 1000
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def _span(ms: int) -> str:
    """The two largest parts of a length that matter: `4 s`, `12 min`, `1 h 52 min`, `2 d 3 h`."""
    if ms < MINUTE_MS:
        return f"{ms // _SECOND_MS} s"
    if ms < HOUR_MS:
        return f"{ms // MINUTE_MS} min"
    if ms < DAY_MS:
        return _pair(ms // HOUR_MS, "h", ms % HOUR_MS // MINUTE_MS, "min")
    return _pair(ms // DAY_MS, "d", ms % DAY_MS // HOUR_MS, "h")


def _pair(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"


def until(ms: int) -> str:
    """How far ahead something is: `in 1 h 52 min`, `now`, or `12 min ago` when it is past."""
    if abs(ms) < _SECOND_MS:
        return "now"
    return f"in {_span(ms)}" if ms > 0 else f"{_span(-ms)} ago"


def lateness(ms: int) -> str:
    """How far from its time something happened: `on time`, `4 s late`, `2 min early`; under a second is on time."""
    if abs(ms) < _SECOND_MS:
        return "on time"
    return f"{_span(ms)} late" if ms > 0 else f"{_span(-ms)} early"


def length(ms: int) -> str:
    """A running time as on a cue sheet: `0:04`, `6:12`, `1:02:03`; parts of a second are rounded."""
    seconds = (ms + _SECOND_MS // 2) // _SECOND_MS
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def day(at: date) -> str:
    """A date without its year: `Thu 14 May`."""
    return f"{at:%a} {at.day} {at:%b}"


def day_label(at: date, today: date) -> str:
    """A date as a heading: `Today, Thu 14 May`, `Tomorrow, ...`, `Yesterday, ...`; another year is named."""
    named = {0: "Today, ", 1: "Tomorrow, ", -1: "Yesterday, "}.get((at - today).days, "")
    return f"{named}{day(at)}" if at.year == today.year or named else f"{day(at)} {at.year}"


def clock_time(at: datetime, tz: ZoneInfo) -> str:
    """The wall clock of an instant to the minute: `14:37`."""
    return f"{at.astimezone(tz):%H:%M}"


def local(at: datetime, tz: ZoneInfo) -> str:
    """An instant on the wall clock: `Thu 14 May, 14:37`."""
    there = at.astimezone(tz)
    return f"{day(there)}, {there:%H:%M}"


def offset(at: datetime, tz: ZoneInfo) -> str:
    """The zone's distance from UTC at an instant: `UTC`, `UTC+1`, `UTC+5:30`."""
    delta = at.astimezone(tz).utcoffset()
    minutes = int(delta.total_seconds()) // 60 if delta else 0
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}{f':{rest:02}' if rest else ''}"


def city(tz: ZoneInfo) -> str:
    """The place that names a zone: `Lisbon`, `Port of Spain`, `UTC`."""
    return tz.key.rpartition("/")[2].replace("_", " ")


def size(count: int) -> str:
    """A number of bytes in decimal units: `812 bytes`, `4.3 MB`."""
    value, unit = float(count), 0
    while value >= 999.95 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    if unit == 0:
        return "1 byte" if count == 1 else f"{count} bytes"
    return f"{value:.1f} {_UNITS[unit]}"


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: `1 post`, `3 posts`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
