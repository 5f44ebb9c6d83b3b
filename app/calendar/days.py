"""Which days a view shows, how long each is, and how wide: pure functions of dates and a zone.

A day of the clock change has 23 or 25 hours (or what the zone makes of it); tracks count real time in units of five
minutes from the day's first instant, so nothing is drawn twice or at an hour that does not exist.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from app.calendar.items import Span
from app.clock import HOUR_MS, MINUTE_MS, broadcast_day, from_ms, resolve, to_ms

View = Literal["day", "week", "month", "list", "channel"]
VIEWS: tuple[View, ...] = get_args(View)
UNIT_MS = 5 * MINUTE_MS
EARLY_HOUR = 6
LIST_DAYS = 28
# Widths of a track that the stylesheet knows: 18 and 24 hours, and what a clock change makes of them.
WIDTHS = (204, 210, 216, 222, 228, 276, 282, 288, 294, 300)
_TICK_HOURS = 2


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar date of the station, as the half-open interval that it really lasts."""

    date: date
    span: Span

    @property
    def hours(self) -> float:
        """How long it is: 24, or 23 or 25 when the clock changes."""
        return (self.span.to_ms - self.span.from_ms) / HOUR_MS


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the ruler: at which unit, with which words."""

    unit: int
    label: str


def day(of: date, tz: ZoneInfo) -> Day:
    """One date, from its first instant to the next date's."""
    start, end = broadcast_day(of, time(0), tz)
    return Day(of, Span(to_ms(start), to_ms(end)))


def shown(view: View, at: date, tz: ZoneInfo) -> list[Day]:
    """The days that a view shows around a date; weeks begin on Monday, a month is shown in whole weeks."""
    first, count = _extent(view, at)
    return [day(first + timedelta(days=n), tz) for n in range(count)]


def _extent(view: View, at: date) -> tuple[date, int]:
    monday = at - timedelta(days=at.weekday())
    if view == "day":
        return at, 1
    if view == "month":
        first = at.replace(day=1)
        begins = first - timedelta(days=first.weekday())
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return begins, (last - begins).days // 7 * 7 + 7
    return monday, LIST_DAYS if view == "list" else 7


def span_of(days: list[Day]) -> Span:
    """The time that consecutive days cover."""
    return Span(days[0].span.from_ms, days[-1].span.to_ms)


def stepped(view: View, at: date, direction: int) -> date:
    """The date to go to for the view before or after this one."""
    if view == "month":
        first = at.replace(day=1)
        return (first + timedelta(days=31 if direction > 0 else -1)).replace(day=1)
    step = {"day": 1, "list": LIST_DAYS}.get(view, 7)
    return at + timedelta(days=direction * step)


def opening(one: Day, hour: int, tz: ZoneInfo) -> Span:
    """The part of a day from an hour of its wall clock on."""
    return Span(to_ms(resolve(one.date, time(hour), tz).at), one.span.to_ms) if hour else one.span


def units(span: Span) -> int:
    """How many units a span takes, begun ones included."""
    return -(-(span.to_ms - span.from_ms) // UNIT_MS)


def width(spans: list[Span]) -> int:
    """The narrowest known track that holds the longest of some spans."""
    longest = max(units(span) for span in spans)
    return next((known for known in WIDTHS if known >= longest), WIDTHS[-1])


def unit_of(span: Span, ms: int) -> int:
    """The unit in which an instant of a span lies."""
    return (ms - span.from_ms) // UNIT_MS


def ticks(span: Span, tz: ZoneInfo) -> list[Tick]:
    """Every second hour of a span by the wall clock, as it is read there; a skipped hour has no mark."""
    found, seen = [], set()
    for ms in range(span.from_ms, span.to_ms, UNIT_MS):
        there = from_ms(ms).astimezone(tz)
        reading = (there.date(), there.hour)
        if there.minute or there.hour % _TICK_HOURS or reading in seen:
            continue
        seen.add(reading)
        found.append(Tick(unit_of(span, ms), f"{there:%H:%M}"))
    return [*found, Tick(units(span), "24:00")]


def change_note(one: Day, tz: ZoneInfo) -> str:
    """What the clock does on a day, or nothing: `23 h, 01:00 jumps to 02:00`."""
    if one.hours == 24:
        return ""
    if not one.hours:
        return "This day is left out"
    before, after = _change(one, tz)
    how = "jumps to" if one.hours < 24 else "goes back to"
    return f"{one.hours:g} h, {before:%H:%M} {how} {after:%H:%M}"


def _change(one: Day, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """What the clock would read at the change, and what it reads."""
    low, high = one.span.from_ms, one.span.to_ms
    offset = from_ms(low).astimezone(tz).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if from_ms(middle).astimezone(tz).utcoffset() == offset:
            low = middle
        else:
            high = middle
    before = from_ms(low).astimezone(tz) + timedelta(milliseconds=1)
    return before, from_ms(high).astimezone(tz)
