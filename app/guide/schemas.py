"""What leaves the guide by API and command line; instants carry the offset of the channel's clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from app.clock import from_ms, zone
from app.guide.entries import Kind, Programme, display_duration
from app.guide.queries import Listing
from app.guide.xmltv import channel_id


class ProgrammeJson(Struct):
    """One entry. `display_duration` is null where the times say it; `continued`: a booking cut it before."""

    id: str
    start: datetime
    end: datetime
    kind: Kind
    title: str
    episode_title: str | None
    season: int | None
    episode: int | None
    description: str | None
    genre: str | None
    rating: str | None
    asset: str | None
    broadcast_date: str
    continued: bool
    display_duration: str | None


class ListingJson(Struct):
    """A channel with what is on within the time asked for; entries at its ends are whole."""

    id: str
    slug: str
    xmltv_id: str
    title: str
    kind: str
    timezone: str
    programmes: list[ProgrammeJson]


class GuideJson(Struct):
    """What is on."""

    channels: list[ListingJson]


class SharingJson(Struct):
    """Whether everybody may fetch the guide's files, and how many full days beyond today they hold (1 to 14)."""

    open: bool
    days: int


class LinkJson(Struct):
    """A secret link of a player, without its secret."""

    id: str
    name: str
    made: datetime
    last_used: datetime | None


class NewLinkBody(Struct, forbid_unknown_fields=True):
    """A link by the name of where it is used."""

    name: str


class SharingBody(Struct, forbid_unknown_fields=True):
    """How the guide is to be shared."""

    open: bool
    days: int


class MadeLinkJson(Struct):
    """The addresses that a new link opens; they are told this once."""

    token: str
    xmltv: str
    m3u: str
    ical: str


def listing_json(one: Listing) -> ListingJson:
    """A channel's part of the guide."""
    channel, tz = one.channel, zone(one.channel.timezone)
    told = [programme_json(each, channel.id, tz) for each in one.programmes]
    return ListingJson(
        channel.id, channel.slug, channel_id(channel.slug), channel.title, channel.kind, channel.timezone, told
    )


def programme_json(one: Programme, channel: str, tz: ZoneInfo) -> ProgrammeJson:
    """One entry; its id is the same as long as it begins where it does."""
    facts = one.facts
    start, end = from_ms(one.start_ms).astimezone(tz), from_ms(one.end_ms).astimezone(tz)
    return ProgrammeJson(
        f"{channel}-{one.start_ms}", start, end, one.kind, one.title, one.sub_title,
        facts.season if facts else None, facts.episode if facts else None,
        facts.description if facts else None, facts.genre if facts else None, facts.rating if facts else None,
        facts.id if facts else None, one.date, one.continued,
        display_duration(one, (start.minute, end.minute)),
    )  # fmt: skip


def guide_text(listings: list[Listing]) -> str:
    """The guide as JSON."""
    return msgspec.json.encode(GuideJson([listing_json(one) for one in listings])).decode()
