"""Finished values for the guide's templates: rows of blocks on a track, days as lists, one programme in full."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar.datastructures import MultiDict

from app import wording
from app.channels.rules import hue_of, mark_of
from app.channels.service import ChannelView
from app.clock import HOUR_MS, MINUTE_MS, broadcast_day, from_ms, resolve, to_ms, zone
from app.errors import field_error
from app.guide import service
from app.guide.entries import Programme, display_duration
from app.guide.queries import Listing
from app.library.rules import TYPES

HOME = "/guide"
Zoom = Literal["day", "8h", "4h"]
ZOOMS: dict[Zoom, tuple[str, str]] = {"day": ("Day", "far"), "8h": ("8 h", ""), "4h": ("4 h", "near")}
FIRST, LAST = date(1980, 1, 1), date(2200, 1, 1)
UNIT_MS = 5 * MINUTE_MS
GENRE_MOST = 60
# Parts of the station's day, as the ruler shows them.
_PARTS = (("night", "Night", 0), ("early", "Breakfast", 6), ("day", "Daytime", 10), ("drive", "Drive", 16),
          ("prime", "Prime", 19), ("late", "Late", 22.5))  # fmt: skip
# Words in a genre that give it one of the stylesheet's colours.
_HUES = {
    "news": "news", "current affairs": "news", "document": "factual", "factual": "factual", "science": "factual",
    "history": "factual", "nature": "factual", "drama": "drama", "crime": "drama", "thriller": "drama",
    "comedy": "entertainment", "entertainment": "entertainment", "quiz": "entertainment", "show": "entertainment",
    "kids": "kids", "child": "kids", "animation": "kids", "cartoon": "kids", "sport": "sport", "music": "music",
    "concert": "music", "cooking": "lifestyle", "lifestyle": "lifestyle", "travel": "lifestyle", "garden": "lifestyle",
    "civic": "civic", "politics": "civic", "religio": "civic", "education": "civic",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address of the guide asks for."""

    at: date
    zoom: Zoom = "8h"
    genre: str = ""

    def href(self) -> str:
        """The address that asks for this."""
        query = {"date": self.at.isoformat(), "zoom": self.zoom} | ({"genre": self.genre} if self.genre else {})
        return f"{HOME}?{urlencode(query)}"


@dataclass(frozen=True, slots=True)
class Block:
    """A programme on its track, or time that is not planned, which leads to its schedule day."""

    start: int
    units: int
    from_ms: int
    to_ms: int
    title: str
    sub: str
    times: str
    genre: str
    hue: str
    href: str = ""
    air: bool = False
    over: bool = False
    faded: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One channel of a day."""

    title: str
    slug: str
    mark: str
    hue: str
    note: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark or a part of the ruler."""

    unit: int
    label: str
    units: int = 0
    part: str = ""


def asked(query: MultiDict[str], today: date) -> Asked:
    """What the query of an address asks for; what cannot be is refused at its field."""
    zoom = query.get("zoom") or "8h"
    if zoom not in get_args(Zoom):
        raise field_error("zoom", "ZOOM_UNKNOWN", f"Choose one of {', '.join(ZOOMS)}.")
    genre = (query.get("genre") or "").strip()
    if len(genre) > GENRE_MOST:
        raise field_error("genre", "GENRE_LONG", f"Name a genre of at most {GENRE_MOST} characters.")
    return Asked(checked_date(query.get("date") or "", today), zoom, genre)  # type: ignore[arg-type]


def checked_date(text: str, today: date) -> date:
    """The date of an address; none means today."""
    if not text:
        return today
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise field_error("date", "DATE_BAD", "Give a date such as 2026-05-14.") from error
    if not FIRST <= found < LAST:
        raise field_error("date", "DATE_FAR", f"Give a date from {FIRST.year} to {LAST.year - 1}.")
    return found


def span_of(on: date, tz: ZoneInfo) -> tuple[int, int]:
    """A date of the station from midnight to midnight; 23 or 25 hours when the clock changes."""
    start, end = broadcast_day(on, time(0), tz)
    return to_ms(start), to_ms(end)


def units(length_ms: int) -> int:
    """How many units of a track a length takes, begun ones included."""
    return -(-length_ms // UNIT_MS)


def ticks(on: date, tz: ZoneInfo) -> list[Mark]:
    """Every hour of a date as its wall clock reads, however long the date is."""
    start, end = span_of(on, tz)
    return [
        Mark(units(ms - start), f"{there:%H:%M}")
        for ms in range(start, end, UNIT_MS)
        if not (there := from_ms(ms).astimezone(tz)).minute
    ]


def parts(on: date, tz: ZoneInfo) -> list[Mark]:
    """Night, breakfast and so on, where they are on a date."""
    start, end = span_of(on, tz)
    starts = [
        units(to_ms(resolve(on, time(int(hour), round(hour % 1 * 60)), tz).at) - start) if hour else 0
        for _, _, hour in _PARTS
    ]
    ends = [*starts[1:], units(end - start)]
    return [
        Mark(first, label, last - first, part)
        for (part, label, _), first, last in zip(_PARTS, starts, ends, strict=True)
    ]


def row(listing: Listing, tz: ZoneInfo, now_ms: int, genre: str) -> Row:
    """A channel on the track of a day, on the station's clock."""
    channel = listing.channel
    own = zone(channel.timezone)
    note = f"{wording.city(own)} channel" if own.key != tz.key else "Radio" if channel.kind == "radio" else "Linear TV"
    blocks = list(_blocks(listing, tz, now_ms, genre))
    return Row(channel.title, channel.slug, mark_of(channel.title), hue_of(channel.id), note, blocks)


def _blocks(listing: Listing, tz: ZoneInfo, now_ms: int, genre: str) -> Iterator[Block]:
    at = listing.from_ms
    for one in listing.programmes:
        if one.start_ms > at:
            yield _gap(listing, at, one.start_ms, tz, now_ms)
        yield _block(listing, one, tz, now_ms, genre)
        at = one.end_ms
    if at < listing.to_ms:
        yield _gap(listing, at, listing.to_ms, tz, now_ms)


def _block(listing: Listing, one: Programme, tz: ZoneInfo, now_ms: int, genre: str) -> Block:
    known = one.facts.genre if one.facts and one.facts.genre else ""
    hue = "off" if one.kind == "interlude" else genre_hue(known)
    href = f"{HOME}/{listing.channel.slug}/{one.start_ms}"
    made = _placed(listing, one.start_ms, one.end_ms, tz, now_ms)
    faded = bool(genre) and known.casefold() != genre.casefold()
    return replace(made, title=one.heading, sub=sub_of(one), genre=known, hue=hue, href=href, faded=faded)


def _gap(listing: Listing, start_ms: int, end_ms: int, tz: ZoneInfo, now_ms: int) -> Block:
    made = _placed(listing, start_ms, end_ms, tz, now_ms)
    href = day_href(listing.channel, service.today(listing.channel, from_ms(start_ms)))
    return replace(made, title="Unplanned", sub="No schedule day is made", hue="gap", href=href, air=False)


def day_href(channel: ChannelView, on: date) -> str:
    """The address of the schedule day that is behind what the guide shows of a date."""
    return f"/channels/{channel.slug}/days/{on}"


def _placed(listing: Listing, start_ms: int, end_ms: int, tz: ZoneInfo, now_ms: int) -> Block:
    first = max(start_ms, listing.from_ms)
    start = (first - listing.from_ms) // UNIT_MS
    width = max(1, units(min(end_ms, listing.to_ms) - listing.from_ms) - start)
    return Block(
        start, width, start_ms, end_ms, "", "", times_of(start_ms, end_ms, tz), "", "",
        air=start_ms <= now_ms < end_ms, over=end_ms <= now_ms,
    )  # fmt: skip


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


def genres(rows: Sequence[Row], wish: Asked) -> list[dict[str, object]]:
    """The genres of a day, each with the address that shows it alone, or all again."""
    found = sorted({block.genre for row in rows for block in row.blocks if block.genre}, key=str.casefold)
    return [
        {
            "label": one,
            "hue": genre_hue(one),
            "current": one.casefold() == wish.genre.casefold(),
            "href": replace(wish, genre="" if one.casefold() == wish.genre.casefold() else one).href(),
        }
        for one in found
    ]


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


def stepped(on: date, by: int) -> date:
    """A date further on, within the years that can be asked for."""
    return min(max(on + timedelta(days=by), FIRST), LAST - timedelta(days=1))
