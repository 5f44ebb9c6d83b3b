"""Linear channels on the dashboard: a tile with what is on and next, and what of each needs somebody."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app import wording
from app.activity.dashboard import when
from app.channels.rules import hue_of
from app.clock import from_ms, to_ms
from app.plans.attention import Ahead
from app.playlog.gone import CODE
from app.playlog.horizon import LEAST_MS
from app.playlog.standings import Airing, Standing

_SHORT = "A worker keeps it three to four hours ahead. See whether one runs."


def tiles(found: Sequence[Standing], now: datetime, tz: ZoneInfo) -> list[dict[str, Any]]:
    """A tile for each channel, on the station's clock."""
    return [_tile(one, now, tz) for one in found]


def _tile(one: Standing, now: datetime, tz: ZoneInfo) -> dict[str, Any]:
    on, ends = one.on, one.on.end_ms if one.on else None
    return {
        "href": f"/logs?channel={one.channel.slug}",
        "mark": one.channel.mark,
        "hue": hue_of(one.channel.id),
        "title": one.channel.title,
        "on": on is not None,
        "log": _log_words(one, now, tz),
        "log_tone": log_tone(one, now),
        "thumb_url": f"/library/{on.picture}/thumbnail" if on and on.picture else None,
        "now_title": on.title if on else "Nothing to air",
        "now_note": f"{_clock(on.start_ms, tz)} – {_clock(ends, tz)}" if on and ends else "",
        "until_ms": ends,
        "elapsed_ms": to_ms(now) - on.start_ms if on else 0,
        "length_ms": ends - on.start_ms if on and ends else 0,
        "next_at": _next_at(one.next, now, tz) if one.next else "",
        "next_title": one.next.title if one.next else "",
    }


def _clock(ms: int, tz: ZoneInfo) -> str:
    return wording.clock_time(from_ms(ms), tz)


def _next_at(one: Airing, now: datetime, tz: ZoneInfo) -> str:
    return when(from_ms(one.start_ms), now, tz)


def _log_words(one: Standing, now: datetime, tz: ZoneInfo) -> str:
    if one.reaches_ms is None:
        return "no log yet"
    if one.reaches_ms <= to_ms(now):
        return "log ran out"
    return f"log to {when(from_ms(one.reaches_ms), now, tz)}"


def log_tone(one: Standing, now: datetime) -> str:
    """How far the log reaches, as a tone: `ok` is far enough."""
    left = (one.reaches_ms or 0) - to_ms(now)
    return "bad" if left <= 0 else "warn" if left < LEAST_MS else "ok"


def attention(
    found: Sequence[Standing], ahead: Mapping[str, tuple[str, str, Ahead]], now: datetime, tz: ZoneInfo
) -> list[dict[str, Any]]:
    """What needs somebody, soonest first: logs that end, files that are gone, then days.

    `ahead` holds the slug and title of each channel whose days have something to tell, by its id.
    """
    logs = [_short(one, now, tz) for one in found if log_tone(one, now) != "ok"]
    files = [_missing(one, now, tz) for one in sorted(found, key=_first_missing) if one.missing]
    days = [_errors(*one) for one in ahead.values() if one[2].errors]
    behind = [_outdated(*one) for one in ahead.values() if one[2].outdated]
    return [*logs, *files, *days, *behind]


def _first_missing(one: Standing) -> int:
    return one.missing[0].start_ms if one.missing else 0


def _short(one: Standing, now: datetime, tz: ZoneInfo) -> dict[str, Any]:
    out = log_tone(one, now) == "bad"
    title, ends = one.channel.title, one.reaches_ms
    return {
        "tone": "bad" if out else "warn",
        "icon": "fail" if out else "warn",
        "due": "" if ends is None else f"since {when(from_ms(ends), now, tz)}" if out else when(from_ms(ends), now, tz),
        "until_ms": None if out else ends,
        "title": f"{title} has nothing to air." if out else f"The log of {title} is short.",
        "text": _SHORT,
        "action": {"href": f"/logs?channel={one.channel.slug}", "label": "Open log"},
    }


def _missing(one: Standing, now: datetime, tz: ZoneInfo) -> dict[str, Any]:
    first, number = one.missing[0], len(one.missing)
    what = f"The file of {first.title} is gone" if number == 1 else f"{number} files are gone"
    named = "" if number == 1 else f"{first.title} airs first. "
    return {
        "tone": "bad",
        "icon": "fail",
        "due": when(from_ms(first.start_ms), now, tz),
        "until_ms": first.start_ms,
        "title": f"{what}.",
        "text": f"{one.channel.title} is about to air {'it' if number == 1 else 'them'}. {named}",
        "code": CODE,
        "action": {"href": f"/logs?channel={one.channel.slug}", "label": "Open log"},
    }


def _errors(slug: str, title: str, ahead: Ahead) -> dict[str, Any]:
    first = ahead.first_error
    return {
        "tone": "bad",
        "icon": "fail",
        "due": "" if first is None else wording.day(first),
        "until_ms": None,
        "title": f"{wording.count(ahead.errors, 'error')} in the days of {title}.",
        "text": f"{wording.count(ahead.warnings, 'warning')} besides." if ahead.warnings else "",
        "action": {"href": f"/channels/{slug}/days", "label": "Open days"},
    }


def _outdated(slug: str, title: str, ahead: Ahead) -> dict[str, Any]:
    number = len(ahead.outdated)
    return {
        "tone": "warn",
        "icon": "warn",
        "due": wording.day(ahead.outdated[0]),
        "until_ms": None,
        "title": f"{wording.count(number, 'day')} of {title} {'is' if number == 1 else 'are'} older than the plans.",
        "text": f"{'It stays' if number == 1 else 'They stay'} as made until made again.",
        "code": "DAYS_OUTDATED",
        "action": {"href": f"/channels/{slug}/days", "label": "Open days"},
    }
