"""The one place that reads the time: MasterClock, wall clocks, broadcast days and grid arithmetic.

Instants are aware datetimes in UTC, or integer UTC milliseconds in storage. Intervals are half-open.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as WallTime  # noqa: N812 - a wall clock's reading, told apart from the module
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from app.errors import Invalid, field_error

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MINUTES = 24 * 60
# The days that pages can be asked for: so far from where dates end that a month more or less is still a date.
FIRST_DAY, LAST_DAY = date(1980, 1, 1), date(2199, 12, 31)
_NS_PER_MS = 1_000_000


def from_ms(ms: int) -> datetime:
    """The instant that a stored number of UTC milliseconds means."""
    return EPOCH + timedelta(milliseconds=ms)


def to_ms(at: datetime) -> int:
    """UTC milliseconds of an aware instant; a naive one is refused."""
    return (aware(at) - EPOCH) // timedelta(milliseconds=1)


def aware(at: datetime) -> datetime:
    """The same instant in UTC; a datetime without a zone is an error at every door."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise Invalid("NAIVE_TIME", f"{at.isoformat()} has no time zone; add an offset such as Z or +01:00.")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise Invalid("BAD_TIME", f"{at.isoformat()} is before the year 1 or after 9999 in UTC.") from error


class MasterClock:
    """The desk's time: follows the machine's clock, but never runs backwards.

    When the machine's clock is set back, this one goes on at half speed until the other has caught up.
    """

    def __init__(
        self,
        wall_ns: Callable[[], int] = time.time_ns,
        steady_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._wall_ns = wall_ns
        self._steady_ns = steady_ns
        self._last_ns = wall_ns()
        self._last_steady_ns = steady_ns()

    def now_ms(self) -> int:
        """UTC milliseconds now; never less than what was told before."""
        steady = self._steady_ns()
        slowest = self._last_ns + max(0, steady - self._last_steady_ns) // 2
        self._last_ns = max(self._wall_ns(), slowest)
        self._last_steady_ns = steady
        return self._last_ns // _NS_PER_MS

    def now(self) -> datetime:
        """The instant now, aware, in UTC."""
        return from_ms(self.now_ms())

    def ahead_ms(self) -> int:
        """How far this clock is ahead of the machine's, which is more than 0 after that was set back."""
        return self.now_ms() - self._wall_ns() // _NS_PER_MS


class ManualClock(MasterClock):
    """A clock that stands still until it is moved; for tests and previews."""

    def __init__(self, start: datetime) -> None:
        self._ns = to_ms(start) * _NS_PER_MS
        super().__init__(lambda: self._ns, lambda: 0)

    def set(self, at: datetime) -> None:
        """Set the clock; a step back is held, as on the real one."""
        self._ns = to_ms(at) * _NS_PER_MS

    def advance(self, by: timedelta) -> None:
        """Move the clock on."""
        self._ns += by // timedelta(microseconds=1) * 1000


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name; unknown names are refused."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        detail = f"{name!r} is not a time zone; use an IANA name such as Europe/Lisbon."
        raise field_error("timezone", "UNKNOWN_ZONE", detail) from error


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """All zones that can be chosen, sorted; without the aliases that only machines use."""
    return tuple(sorted(n for n in available_timezones() if "/" in n and not n.startswith(("posix/", "right/"))))


@dataclass(frozen=True, slots=True)
class Resolved:
    """The instant that a wall-clock reading means on one date, and whether it had to be moved or chosen."""

    at: datetime
    moved: bool = False
    repeated: bool = False


def resolve(day: date, wall: WallTime, tz: ZoneInfo) -> Resolved:
    """The instant of a wall-clock time: a skipped one moves forward to the first that exists, a repeated one
    means its first occurrence (domain/publishing.md section 7)."""
    local = datetime.combine(day, wall.replace(tzinfo=None, fold=0), tzinfo=tz)
    first, second = aware(local), aware(local.replace(fold=1))
    if first == second:
        return Resolved(first)
    if first < second:
        return Resolved(first, repeated=True)
    return Resolved(_end_of_gap(second, first, tz), moved=True)


def _end_of_gap(before: datetime, after: datetime, tz: ZoneInfo) -> datetime:
    """The first instant after a jump of the offset that lies between two instants."""
    low, high = to_ms(before), to_ms(after)
    offset = after.astimezone(tz).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if from_ms(middle).astimezone(tz).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return from_ms(high)


def broadcast_day(day: date, starts: WallTime, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """The half-open interval of a broadcast date: 23, 24 or 25 hours from its start to the next one's."""
    return resolve(day, starts, tz).at, resolve(day + timedelta(days=1), starts, tz).at


def broadcast_date(at: datetime, starts: WallTime, tz: ZoneInfo) -> date:
    """The broadcast date that an instant belongs to."""
    day = aware(at).astimezone(tz).date()
    start, end = broadcast_day(day, starts, tz)
    if at < start:
        return day - timedelta(days=1)
    return day if at < end else day + timedelta(days=1)


def grid_floor(at: datetime, minutes: int, anchor: datetime) -> datetime:
    """The last grid line at or before an instant, counted in real minutes from an anchor on the grid."""
    step = timedelta(minutes=minutes)
    return aware(anchor) + (aware(at) - aware(anchor)) // step * step


def grid_ceil(at: datetime, minutes: int, anchor: datetime) -> datetime:
    """The first grid line at or after an instant."""
    floor = grid_floor(at, minutes, anchor)
    return floor if floor == aware(at) else floor + timedelta(minutes=minutes)


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant with an offset, in UTC; anything else is refused."""
    try:
        return aware(datetime.fromisoformat(text.strip()))
    except ValueError as error:
        raise Invalid("BAD_TIME", f"{text!r} is not a time such as 2026-05-14T16:30:00Z.") from error


def asked_date(text: str, today: date) -> date:
    """The date that an address asks for, today without one; refused with DATE_BAD or DATE_FAR at `date`."""
    if not text:
        return today
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise field_error("date", "DATE_BAD", "Give a date such as 2026-05-14.") from error
    if not FIRST_DAY <= found <= LAST_DAY:
        raise field_error("date", "DATE_FAR", f"Give a date from {FIRST_DAY.year} to {LAST_DAY.year}.")
    return found
