"""Weekly posting slots on a wall clock, and the order in which the slots of channels come up."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as WallTime  # noqa: N812 - a wall clock's reading, as in app.clock
from heapq import merge
from itertools import count, groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from app.clock import aware, resolve
from app.errors import field_error
from app.posts.schemas import Wall, When

SLOTS_MOST = 168
STEP = timedelta(hours=1)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SLOT = re.compile(r"([A-Za-z]{3,9})\s+([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class WeeklySlot:
    """A weekday (0: Monday) and a wall-clock time."""

    weekday: int
    wall: WallTime

    def __str__(self) -> str:
        return f"{_DAYS[self.weekday][:3]} {self.wall:%H:%M}"


@dataclass(frozen=True, slots=True)
class Timetable:
    """The weekly slots of one channel, on the clock of its zone."""

    slots: Sequence[WeeklySlot]
    tz: ZoneInfo


@dataclass(frozen=True, slots=True)
class Slot:
    """An instant at which a post may go out; `meant` is the wall clock's reading, if it stands for one."""

    at: datetime
    meant: Wall | None = None
    moved: bool = False
    repeated: bool = False

    @property
    def when(self) -> When:
        """The time as a post takes it, with a note where the clock change moved it."""
        return When.of_wall(self.meant) if self.meant else When(self.at)


def parse_slots(text: str) -> tuple[WeeklySlot, ...]:
    """The slots of `Mon 18:00, Thu 09:30`, each once and in the week's order; an empty text has none."""
    slots = {_slot(part.strip()) for part in re.split(r"[,;\n]", text) if part.strip()}
    if len(slots) > SLOTS_MOST:
        raise field_error("slots", "SLOTS_MANY", f"{len(slots)} slots a week; at most {SLOTS_MOST} fit.")
    return tuple(sorted(slots))


def _slot(text: str) -> WeeklySlot:
    if found := _SLOT.fullmatch(text):
        for weekday, day in enumerate(_DAYS):
            if day.lower().startswith(found[1].lower()):
                return WeeklySlot(weekday, WallTime(int(found[2]), int(found[3])))
    raise field_error("slots", "SLOT_BAD", f"“{text}” is no slot; write it as Mon 18:00.")


def format_slots(slots: Iterable[WeeklySlot]) -> str:
    """The text that `parse_slots` reads, in the week's order."""
    return ", ".join(map(str, sorted(slots)))


def upcoming(timetable: Timetable, after: datetime) -> Iterator[Slot]:
    """The slots strictly after an instant, without end: a skipped time moves forward, a repeated one comes once.

    No two are at the same instant; where a moved one falls on another, that other stands for both.
    """
    return _each_once(slot for slot in _resolved(timetable, after) if slot.at > after)


def _resolved(timetable: Timetable, after: datetime) -> Iterator[Slot]:
    tz = timetable.tz
    today = after.astimezone(tz).date()
    for ahead in count() if timetable.slots else ():
        day = today + timedelta(days=ahead)
        for wall in sorted(slot.wall for slot in timetable.slots if slot.weekday == day.weekday()):
            found = resolve(day, wall, tz)
            yield Slot(found.at, Wall(day, wall, tz.key), found.moved, found.repeated)


def _each_once(slots: Iterator[Slot]) -> Iterator[Slot]:
    for _, same in groupby(slots, key=attrgetter("at")):
        yield min(same, key=attrgetter("moved"))


def hourly(tz: ZoneInfo, after: datetime) -> Iterator[Slot]:
    """The full hours of a zone's clock strictly after an instant, without end."""
    at = aware(after) - _into_hour(after, tz)
    while True:
        at = _full_hour(at + STEP, tz)
        yield Slot(at)


def _full_hour(at: datetime, tz: ZoneInfo) -> datetime:
    """The first full hour at or after an instant; clocks that change by half an hour make it not the next hour."""
    into = _into_hour(at, tz)
    return at + STEP - into if into else at


def _into_hour(at: datetime, tz: ZoneInfo) -> timedelta:
    local = at.astimezone(tz)
    return timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def candidates(timetables: Sequence[Timetable], tz: ZoneInfo, now: datetime, offset_hours: int = 1) -> Iterator[Slot]:
    """The slots of all channels that have any, in order, or else the full hours of a zone; without end.

    They begin with the first after now + (offset - 1) hours: with full hours at 14:20 and an offset of 3, with 17:00.
    """
    after = aware(now) + max(0, offset_hours - 1) * STEP
    streams = [upcoming(timetable, after) for timetable in timetables if timetable.slots]
    return _each_once(merge(*streams, key=attrgetter("at"))) if streams else hourly(tz, after)
