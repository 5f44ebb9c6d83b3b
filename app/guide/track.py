"""The guide as a track: the ruler of a day, and a row of blocks for each channel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from zoneinfo import ZoneInfo

from app import wording
from app.channels.rules import hue_of, mark_of
from app.clock import MINUTE_MS, broadcast_day, from_ms, resolve, to_ms, zone
from app.guide import service
from app.guide.asked import HOME, Asked
from app.guide.entries import Programme
from app.guide.queries import Listing
from app.guide.views import day_href, genre_hue, sub_of, times_of

UNIT_MS = 5 * MINUTE_MS
# Parts of the station's day, as the ruler shows them.
_PARTS = (("night", "Night", 0), ("early", "Breakfast", 6), ("day", "Daytime", 10), ("drive", "Drive", 16),
          ("prime", "Prime", 19), ("late", "Late", 22.5))  # fmt: skip


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


def _placed(listing: Listing, start_ms: int, end_ms: int, tz: ZoneInfo, now_ms: int) -> Block:
    first = max(start_ms, listing.from_ms)
    start = (first - listing.from_ms) // UNIT_MS
    width = max(1, units(min(end_ms, listing.to_ms) - listing.from_ms) - start)
    return Block(
        start, width, start_ms, end_ms, "", "", times_of(start_ms, end_ms, tz), "", "",
        air=start_ms <= now_ms < end_ms, over=end_ms <= now_ms,
    )  # fmt: skip


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
