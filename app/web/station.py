"""The station clock as pages show it: pure functions of an instant and a zone."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app import wording

# First minute of each part of the station day.
DAYPARTS = (
    (0, "Night"),
    (6 * 60, "Breakfast"),
    (10 * 60, "Daytime"),
    (16 * 60, "Drive"),
    (19 * 60, "Prime"),
    (22 * 60 + 30, "Late"),
)


@dataclass(frozen=True, slots=True)
class StationClock:
    """Texts of the clock at one instant; `minutes` counts from local midnight."""

    time: str
    seconds: str
    date: str
    zone: str
    minutes: int
    daypart: str
    next: str


def view(at: datetime, tz: ZoneInfo) -> StationClock:
    """What the station clock shows at an instant."""
    there = at.astimezone(tz)
    minutes = there.hour * 60 + there.minute
    daypart, following = _parts(minutes)
    return StationClock(
        time=f"{there:%H:%M}",
        seconds=f"{there:%S}",
        date=wording.day(there),
        zone=zone_label(at, tz),
        minutes=minutes,
        daypart=daypart,
        next=following,
    )


def zone_label(at: datetime, tz: ZoneInfo) -> str:
    """The zone by its city and its distance from UTC: `Lisbon, UTC+1`."""
    city, offset = wording.city(tz), wording.offset(at, tz)
    return offset if city == offset else f"{city}, {offset}"


def _parts(minutes: int) -> tuple[str, str]:
    current = max(i for i, (start, _) in enumerate(DAYPARTS) if start <= minutes)
    start, name = DAYPARTS[(current + 1) % len(DAYPARTS)]
    return DAYPARTS[current][1], f"{name} from {start // 60:02}:{start % 60:02}"
