"""What an address asks the calendar for, and the addresses of other views of the same."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from urllib.parse import urlencode

from litestar.datastructures import MultiDict

from app.calendar import days
from app.calendar.days import VIEWS, View
from app.calendar.items import STATUSES, Found, Wanted
from app.channels.service import ChannelView
from app.clock import asked_date
from app.errors import field_error
from app.posts.schemas import Wall

HOME = "/schedule"
CHANNELS_MOST = 100
WORDS_MOST = 100
NOTHING = Wanted()
Query = MultiDict[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A view around a date, what is wanted of it, and whether days are shown from midnight on."""

    view: View
    at: date
    wanted: Wanted = NOTHING
    whole: bool = False

    def href(self, path: str = HOME) -> str:
        """The address that asks for this."""
        query: list[tuple[str, str]] = [("view", self.view), ("date", self.at.isoformat())]
        query += [("channel", slug) for slug in self.wanted.channels]
        query += [(name, value) for name in ("kind", "status", "q") if (value := getattr(self.wanted, name))]
        query += [("hours", "24")] if self.whole else []
        return f"{path}?{urlencode(query)}"

    def other(self, view: View, at: date | None = None) -> str:
        """The address of another view, of the same date unless told otherwise."""
        return replace(self, view=view, at=at or self.at).href()


def asked(query: Query, today: date) -> Asked:
    """What the query of an address asks for; what cannot be is refused at its field."""
    view = query.get("view") or "week"
    if view not in VIEWS:
        raise field_error("view", "VIEW_UNKNOWN", f"Choose one of {', '.join(VIEWS)}.")
    at = asked_date(query.get("date") or "", today)
    return Asked(view, at, wanted(query), query.get("hours") == "24")


def wanted(query: Query) -> Wanted:
    """The filters of an address."""
    found = [query.get(name) or "" for name in ("kind", "status", "q")]
    return checked_wanted(query.getall("channel", []), *found)


def checked_wanted(channels: Sequence[str], kind: str, status: str, q: str) -> Wanted:
    """Filters as they may be."""
    slugs = tuple(dict.fromkeys(slug for slug in channels if slug))
    if len(slugs) > CHANNELS_MOST:
        raise field_error("channel", "CHANNELS_MANY", f"Choose at most {CHANNELS_MOST} channels.")
    if status not in ("", *STATUSES):
        raise field_error("status", "STATUS_UNKNOWN", f"Choose one of {', '.join(STATUSES)}.")
    if len(q := q.strip()) > WORDS_MOST:
        raise field_error("q", "WORDS_LONG", f"Search for at most {WORDS_MOST} characters.")
    return Wanted(slugs, kind, status, q)


def checked_wall(day: str, at: str, timezone: str) -> Wall:
    """A date and a time as they are typed, as a wall-clock time."""
    try:
        parsed = date.fromisoformat(day)
    except ValueError as error:
        raise field_error("date", "DATE_BAD", "Give a date.") from error
    try:
        read = time.fromisoformat(at)
    except ValueError as error:
        raise field_error("time", "TIME_BAD", "Give a time such as 16:30.") from error
    if read.tzinfo is not None:
        raise field_error("time", "TIME_BAD", "Give a time of the station's clock, without an offset.")
    return Wall(parsed, read, timezone)


def lanes_of(known: list[ChannelView], found: Found, wish: Asked) -> list[ChannelView]:
    """A lane a channel: those asked for, else all that are on or have anything; one alone in the channel's view."""
    busy, named = {item.channel for item in found.items}, wish.wanted.channels
    lanes = [one for one in known if (one.slug in named if named else one.active or one.id in busy)]
    return lanes[:1] if wish.view == "channel" else lanes


def title(view: View, at: date, shown: list[days.Day]) -> str:
    """The days of a view in words: `Thu 14 May 2026`, `11 – 17 May 2026`, `May 2026`."""
    first, last = shown[0].date, shown[-1].date
    if view == "month":
        return f"{at:%B %Y}"
    if view == "day":
        return f"{at:%a} {at.day} {at:%b %Y}"
    if first.month == last.month:
        return f"{first.day} – {last.day} {last:%B %Y}"
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {first:%b}{year} – {last.day} {last:%b %Y}"
