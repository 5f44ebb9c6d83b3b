"""Finished values for the guide's templates: days as lists, one programme in full, and the words of both."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app import wording
from app.channels.service import ChannelView
from app.clock import HOUR_MS, from_ms, to_ms, zone
from app.guide import service
from app.guide.asked import HOME
from app.guide.entries import Programme, display_duration
from app.guide.queries import Listing
from app.library.rules import TYPES

# Words in a genre that give it one of the stylesheet's colours.
_HUES = {
    "news": "news", "current affairs": "news", "document": "factual", "factual": "factual", "science": "factual",
    "history": "factual", "nature": "factual", "drama": "drama", "crime": "drama", "thriller": "drama",
    "comedy": "entertainment", "entertainment": "entertainment", "quiz": "entertainment", "show": "entertainment",
    "kids": "kids", "child": "kids", "animation": "kids", "cartoon": "kids", "sport": "sport", "music": "music",
    "concert": "music", "cooking": "lifestyle", "lifestyle": "lifestyle", "travel": "lifestyle", "garden": "lifestyle",
    "civic": "civic", "politics": "civic", "religio": "civic", "education": "civic",
}  # fmt: skip


def day_href(channel: ChannelView, on: date) -> str:
    """The address of the schedule day that is behind what the guide shows of a date."""
    return f"/channels/{channel.slug}/days/{on}"


def sub_of(one: Programme) -> str:
    """What stands below a title: the number and name of an episode."""
    number = one.facts.onscreen if one.facts else ""
    return ": ".join(filter(None, (number, one.sub_title)))


def times_of(start_ms: int, end_ms: int, tz: ZoneInfo) -> str:
    """From when to when, on a clock; a day ends at 24:00."""
    end = wording.clock_time(from_ms(end_ms), tz)
    return f"{wording.clock_time(from_ms(start_ms), tz)} – {'24:00' if end == '00:00' else end}"


def genre_hue(genre: str) -> str:
    """The colour of a genre, or none where it has no colour of its own."""
    known = genre.casefold()
    return next((hue for word, hue in _HUES.items() if word in known), "")


@dataclass(frozen=True, slots=True)
class Line:
    """A programme in a list."""

    href: str
    from_ms: int
    to_ms: int
    time: str
    iso: str
    title: str
    sub: str
    hue: str
    genre: str
    length: str
    air: bool
    over: bool


def line(channel: ChannelView, one: Programme, now_ms: int) -> Line:
    """A programme on its channel's own clock."""
    tz = zone(channel.timezone)
    start = from_ms(one.start_ms).astimezone(tz)
    genre = one.facts.genre if one.facts and one.facts.genre else ""
    return Line(
        f"{HOME}/{channel.slug}/{one.start_ms}", one.start_ms, one.end_ms, times_of(one.start_ms, one.end_ms, tz),
        start.isoformat(timespec="minutes"), one.heading, sub_of(one),
        "off" if one.kind == "interlude" else genre_hue(genre), genre, length_of(one, tz),
        one.start_ms <= now_ms < one.end_ms, one.end_ms <= now_ms,
    )  # fmt: skip


def length_of(one: Programme, tz: ZoneInfo) -> str:
    """How long it is, where that is worth telling."""
    minutes = [from_ms(ms).astimezone(tz).minute for ms in (one.start_ms, one.end_ms)]
    return display_duration(one, minutes) or ""


def days(channel: ChannelView, told: list[tuple[date, Listing]], now: datetime) -> list[dict[str, object]]:
    """Broadcast days of a channel, each a list."""
    now_ms, today = to_ms(now), service.today(channel, now)
    return [
        {
            "id": f"day-{on}",
            "title": wording.day_label(on, today),
            "href": day_href(channel, on),
            "note": _hours((found.to_ms - found.from_ms) / HOUR_MS),
            "lines": [line(channel, one, now_ms) for one in found.programmes],
        }
        for on, found in told
    ]


def _hours(hours: float) -> str:
    return "" if hours == 24 else f"{hours:g} h, the clock changes"


def details(channel: ChannelView, one: Programme, now: datetime) -> dict[str, object]:
    """One programme in full, in pairs of words."""
    tz, facts = zone(channel.timezone), one.facts
    start = from_ms(one.start_ms)
    rows = [
        ("When", f"{wording.day(start.astimezone(tz))}, {times_of(one.start_ms, one.end_ms, tz)}"),
        ("Clock", f"{wording.city(tz)}, {wording.offset(start, tz)}"),
        ("Length", length_of(one, tz)),
        ("Episode", facts.onscreen if facts else ""),
        ("Genre", (facts.genre or "") if facts else ""),
        ("Rating", (facts.rating or "") if facts else ""),
        ("Type", TYPES.get(facts.type, facts.type) if facts else ""),
        ("Scheduled", "By a booking" if one.kind == "booking" else "Goes on after a booking" if one.continued else ""),
    ]
    now_ms = to_ms(now)
    return {
        "title": one.heading,
        "sub": one.sub_title or "",
        "text": (facts.description or "") if facts else "",
        "air": one.start_ms <= now_ms < one.end_ms,
        "until": wording.until(one.start_ms - now_ms) if one.start_ms > now_ms else "",
        "pairs": [pair for pair in rows if pair[1]],
        "picture": f"{HOME}/icons/{facts.id}" if facts and facts.picture else "",
        "asset": f"/library/{facts.id}" if facts else "",
        "day": f"{HOME}/{channel.slug}?date={one.date}" if one.date else f"{HOME}/{channel.slug}",
        "date": wording.day(date.fromisoformat(one.date)) if one.date else "",
        "schedule": day_href(channel, date.fromisoformat(one.date)) if one.date else "",
    }
