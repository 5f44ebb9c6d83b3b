"""The picture of a wave: a lane a channel, its targets as pins along a scale of time; places are percentages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app import wording
from app.clock import HOUR_MS, MINUTE_MS, from_ms, resolve, to_ms

# Of the width, so that no pin is cut off at an end.
_MARGIN = 4.0
_TICKS_MOST = 7
_STEPS_MIN = (1, 5, 15, 30, 60, 120, 180, 360, 720)
_DAY_MS = 24 * HOUR_MS
# Nearer than this, the time of a pin would run into that of the one before.
_LABEL_APART = 9.0


@dataclass(frozen=True, slots=True)
class Pin:
    """A target in its lane; `label` is empty where there is no room for it."""

    x: str
    label: str
    name: str
    status: str
    icon: str
    href: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale."""

    x: str
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A range of time, laid over the width of the lanes."""

    from_ms: int
    to_ms: int

    def x(self, at_ms: int) -> float:
        """Where an instant lies, in percent."""
        return _MARGIN + (100 - 2 * _MARGIN) * (at_ms - self.from_ms) / (self.to_ms - self.from_ms)

    def at(self, at_ms: int) -> str:
        """The same as an attribute."""
        return f"{self.x(at_ms):.3f}%"

    def covers(self, at_ms: int) -> bool:
        """Whether an instant is in the range."""
        return self.from_ms <= at_ms <= self.to_ms


def scale(times_ms: Sequence[int]) -> Scale:
    """The scale that shows all of some times; half an hour around a single one."""
    first, last = min(times_ms), max(times_ms)
    return Scale(first, last) if last - first >= MINUTE_MS else Scale(first - 30 * MINUTE_MS, last + 30 * MINUTE_MS)


def ticks(over: Scale, tz: ZoneInfo) -> list[Tick]:
    """Lines at round readings of a zone's wall clock; those of whole days say the day."""
    span = over.to_ms - over.from_ms
    minutes = next((step for step in _STEPS_MIN if span / (step * MINUTE_MS) <= _TICKS_MOST), None)
    if minutes is None:
        return _days(over, tz, max(1, -(-span // (_TICKS_MOST * _DAY_MS))))
    start = to_ms(resolve(from_ms(over.from_ms).astimezone(tz).date(), time(0), tz).at)
    step = minutes * MINUTE_MS
    first = start + -(-(over.from_ms - start) // step) * step
    return [Tick(over.at(ms), wording.clock_time(from_ms(ms), tz)) for ms in range(first, over.to_ms + 1, step)]


def _days(over: Scale, tz: ZoneInfo, every: int) -> list[Tick]:
    day: date = from_ms(over.from_ms).astimezone(tz).date()
    found = []
    while (ms := to_ms(resolve(day, time(0), tz).at)) <= over.to_ms:
        if over.covers(ms):
            found.append(Tick(over.at(ms), wording.day(day)))
        day += timedelta(days=every)
    return found


def spread(places: Sequence[float]) -> list[bool]:
    """Which of ascending places have room for a label."""
    room, last = [], -100.0
    for place in places:
        room.append(place - last >= _LABEL_APART)
        last = place if room[-1] else last
    return room


def now_at(over: Scale, now: datetime) -> str:
    """Where now is, or nothing where it is outside."""
    ms = to_ms(now)
    return over.at(ms) if over.covers(ms) else ""
