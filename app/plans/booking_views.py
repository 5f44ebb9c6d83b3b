"""Finished values for the templates of bookings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app import wording
from app.clock import from_ms, to_ms
from app.plans.grids import Planned
from app.plans.layering import Booked
from app.plans.values import Event

RESUMES = (
    {"value": "join", "label": "Goes on where it would be by then"},
    {"value": "filler", "label": "Filler airs to its end"},
)


def bookings_path(of: Planned) -> str:
    """Where the bookings of a channel are."""
    return f"/channels/{of.channel.slug}/bookings"


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking in a list; `day` heads those of another date."""

    href: str
    day: str
    start: str
    end: str
    length: str
    title: str
    resume: str
    now: bool


def clock(ms: int, tz: ZoneInfo) -> str:
    """The time of an instant, with its seconds where there are any."""
    there = from_ms(ms).astimezone(tz)
    return f"{there:%H:%M:%S}" if there.second else f"{there:%H:%M}"


def rows(of: Planned, found: Sequence[Booked], now: datetime) -> list[BookingRow]:
    """Bookings in order, by the dates of the channel's wall clock."""
    tz, today, held = of.grid.tz, now.astimezone(of.grid.tz).date(), None
    told = []
    for one in found:
        day = from_ms(one.start_ms).astimezone(tz).date()
        told.append(
            BookingRow(
                f"{bookings_path(of)}/{one.id}", wording.day_label(day, today) if day != held else "",
                clock(one.start_ms, tz), clock(one.end_ms, tz), wording.length(one.end_ms - one.start_ms), one.title,
                "goes on" if one.resume == "join" else "filler", one.start_ms <= to_ms(now),
            )
        )  # fmt: skip
        held = day
    return told


def times(one: Booked, tz: ZoneInfo) -> str:
    """When a booking airs: `Fri 15 May, 19:10 – 19:20`."""
    start = from_ms(one.start_ms).astimezone(tz)
    return f"{wording.day(start)}, {clock(one.start_ms, tz)} – {clock(one.end_ms, tz)}"


def state(one: Booked, now_ms: int, *, live: bool) -> str:
    """How a booking stands."""
    if not live:
        return "Cancelled"
    if one.end_ms <= now_ms:
        return "Over"
    return "Begun" if one.start_ms <= now_ms else "Booked"


def cuts(one: Booked, found: Sequence[Event], tz: ZoneInfo) -> list[str]:
    """What happens to each programme that a booking takes time from."""
    return [_cut(one, event, tz) for event in found]


def _cut(one: Booked, event: Event, tz: ZoneInfo) -> str:
    named = f"{event.title}, {clock(event.start_ms, tz)} – {clock(event.end_ms, tz)},"
    if one.start_ms <= event.start_ms and event.end_ms <= one.end_ms:
        return f"{named} is left out."
    before = "" if one.start_ms <= event.start_ms else f"ends at {clock(one.start_ms, tz)}"
    if event.end_ms <= one.end_ms:
        return f"{named} {before}."
    at = clock(one.end_ms, tz)
    if one.resume == "filler":
        after = f"filler airs from {at} to {clock(event.end_ms, tz)}"
    else:
        after = f"{'goes on' if before else 'begins'} at {at}, {wording.length(one.end_ms - event.start_ms)} in"
    return f"{named} {' and '.join(filter(None, (before, after)))}."
