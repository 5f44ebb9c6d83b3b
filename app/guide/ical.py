"""The guide for calendar programs."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from app import icalendar
from app.clock import from_ms
from app.guide.entries import Programme
from app.guide.queries import Listing


def ical(listings: Sequence[Listing], url: str, *, name: str, zone: str, now: datetime) -> Iterator[str]:
    """The file in one piece: one event a programme; what no programme fills is left out."""
    events = (
        _event(listing, one, url, now) for listing in listings for one in listing.programmes if one.kind != "interlude"
    )
    yield icalendar.calendar_file(name, zone, events).decode()


def _event(listing: Listing, one: Programme, url: str, now: datetime) -> Iterator[str]:
    channel = listing.channel
    yield f"UID:{channel.id}-{one.start_ms}@daypart"
    yield f"DTSTAMP:{icalendar.utc(now)}"
    yield f"DTSTART:{icalendar.utc(from_ms(one.start_ms))}"
    yield f"DTEND:{icalendar.utc(from_ms(one.end_ms))}"
    yield f"SUMMARY:{icalendar.text(one.heading)}"
    yield f"LOCATION:{icalendar.text(channel.title)}"
    if told := "\n".join(filter(None, (one.sub_title, one.facts.description if one.facts else None))):
        yield f"DESCRIPTION:{icalendar.text(told)}"
    if one.facts and one.facts.genre:
        yield f"CATEGORIES:{icalendar.text(one.facts.genre)}"
    yield f"URL:{url}/guide/{channel.slug}/{one.start_ms}"
