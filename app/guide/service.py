"""What is on: channels of the guide, the days that are asked for, and single programmes."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as WallTime  # noqa: N812 - a wall clock's reading

from app.channels.service import ChannelView, channel, channels
from app.clock import broadcast_date, broadcast_day, to_ms, zone
from app.errors import Conflict, NotFound, field_error
from app.guide.entries import Programme
from app.guide.queries import KINDS, Asked, Listing, listings

SPAN_MOST = timedelta(days=32)
CHANNELS_MOST = 200


@dataclass(frozen=True, slots=True)
class Numbered:
    """A channel of the guide with its number, which is the same as long as it is there."""

    channel: ChannelView
    number: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What files hold: numbered channels with their programmes, right until the first of their days ends."""

    channels: list[Numbered]
    listings: list[Listing]
    until_ms: int


async def numbered() -> list[Numbered]:
    """The channels of the guide in the order in which they were added; those that are off keep their number."""
    found = sorted((one for one in await channels() if one.kind in KINDS), key=lambda one: one.id)
    return [Numbered(one, number) for number, one in enumerate(found, 1) if one.active]


async def shown(now: datetime, days: int, slug: str = "") -> Shown:
    """Today and so many full days after it, each channel by its own broadcast days."""
    found = [one for one in await numbered() if slug in ("", one.channel.slug)]
    if slug and not found:
        raise NotFound("CHANNEL_NOT_FOUND", f"The guide has no channel {slug}.")
    asked = [ahead(one.channel, now, days) for one in found]
    ends = [to_ms(day_of(one.channel, today(one.channel, now))[1]) for one in found]
    return Shown(found, seen(await listings(asked)), min(ends, default=to_ms(now + timedelta(days=1))))


def seen(found: list[Listing]) -> list[Listing]:
    """The channels that viewers are shown: linear ones, and radio ones that have anything."""
    return [one for one in found if one.channel.kind == "linear" or one.programmes]


def ahead(of: ChannelView, now: datetime, days: int) -> Asked:
    """A channel from the start of its broadcast day to the end of the last of the days after it."""
    first = today(of, now)
    return Asked(of, to_ms(day_of(of, first)[0]), to_ms(day_of(of, first + timedelta(days=days))[1]))


def today(of: ChannelView, now: datetime) -> date:
    """The broadcast date of a channel at an instant."""
    return broadcast_date(now, WallTime.fromisoformat(of.day_start), zone(of.timezone))


def day_of(of: ChannelView, on: date) -> tuple[datetime, datetime]:
    """The broadcast day of a channel, in its own zone."""
    return broadcast_day(on, WallTime.fromisoformat(of.day_start), zone(of.timezone))


async def guide_channel(key: str) -> ChannelView:
    """A linear or radio channel by id or slug."""
    found = await channel(key)
    if found.kind not in KINDS:
        raise Conflict("CHANNEL_NOT_PLANNED", f"{found.title} is a {found.kind} channel; it is not in the guide.")
    return found


async def between(start: datetime, end: datetime, keys: list[str]) -> list[Listing]:
    """What is on within an interval of at most 32 days, on the channels named or on all."""
    if not timedelta(0) < end - start <= SPAN_MOST:
        raise field_error("to", "SPAN_BAD", f"`to` is after `from`, and at most {SPAN_MOST.days} days later.")
    if len(keys) > CHANNELS_MOST:
        raise field_error("channel", "CHANNELS_MANY", f"Choose at most {CHANNELS_MOST} channels.")
    named = [await guide_channel(key) for key in dict.fromkeys(keys)]
    found = await listings(
        [Asked(one, to_ms(start), to_ms(end)) for one in named or [one.channel for one in await numbered()]]
    )
    return found if named else seen(found)


async def days_of(of: ChannelView, first: date, count: int) -> list[tuple[date, Listing]]:
    """Broadcast days of one channel, each with what begins in it, and what runs on into the first."""
    spans = [(first + timedelta(days=n), day_of(of, first + timedelta(days=n))) for n in range(count)]
    (found,) = await listings([Asked(of, to_ms(spans[0][1][0]), to_ms(spans[-1][1][1]))])
    told = []
    for index, (on, (start, end)) in enumerate(spans):
        from_ms, to = to_ms(start), to_ms(end)
        begins = [one for one in found.programmes if one.start_ms < to and (one.start_ms >= from_ms or not index)]
        told.append((on, replace(found, from_ms=from_ms, to_ms=to, programmes=begins)))
    return told


async def programme(key: str, start_ms: int) -> tuple[ChannelView, Programme]:
    """The programme of a channel that begins at an instant."""
    of = await guide_channel(key)
    if not 0 <= start_ms < 2**53:
        raise NotFound("PROGRAMME_NOT_FOUND", "Nothing begins there. The schedule may have changed.")
    (found,) = await listings([Asked(of, start_ms, start_ms + 1)])
    if not found.programmes or found.programmes[0].start_ms != start_ms:
        raise NotFound("PROGRAMME_NOT_FOUND", f"Nothing begins there on {of.title}. The schedule may have changed.")
    return of, found.programmes[0]
