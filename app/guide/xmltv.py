"""XMLTV, as recorders and media centres read it: elements in the order of its DTD, all times in UTC, sorted."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from app.channels.service import ChannelView
from app.clock import from_ms
from app.guide.entries import Facts, Programme
from app.guide.queries import Listing

_CHUNK = 500
_DAY_S = 24 * 60 * 60
# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tv SYSTEM "xmltv.dtd">\n'
_KINDS = {"EPI": "Series", "MOV": "Movie"}


def channel_id(slug: str) -> str:
    """A channel's id in files: no id begins with another, since slugs have no dot."""
    return f"{slug}.daypart"


def xmltv(listings: Sequence[Listing], url: str) -> Iterator[str]:
    """The document in pieces; programmes by start, end and channel, as tv_sort has them."""
    yield f'{_HEAD}<tv source-info-name="Daypart" source-info-url={_attribute(url)} generator-info-name="Daypart">\n'
    known = sorted((channel_id(one.channel.slug), one) for one in listings)
    yield "".join(_channel(id, one.channel, url) for id, one in known)
    rows = [(one.start_ms, one.end_ms, id, one) for id, listing in known for one in listing.programmes]
    rows.sort(key=lambda row: row[:3])
    texts: dict[str, tuple[str, str]] = {}
    for first in range(0, len(rows), _CHUNK):
        yield "".join(_programmes(rows[first : first + _CHUNK], texts, url))
    yield "</tv>\n"


def _channel(id: str, channel: ChannelView, url: str) -> str:
    icon = _attribute(f"{url}/guide/icons/{channel.id}")
    return (
        f"  <channel id={_attribute(id)}>\n    <display-name>{text(channel.title)}</display-name>\n"
        f"    <icon src={icon}/>\n  </channel>\n"
    )


_Row = tuple[int, int, str, Programme]


def _programmes(rows: Iterable[_Row], texts: dict[str, tuple[str, str]], url: str) -> Iterator[str]:
    for start_ms, end_ms, id, one in rows:
        start, stop = start_ms // 1000, end_ms // 1000
        if start == stop:
            continue  # shorter than the format can tell; what is around it touches
        facts = one.facts
        key = f"{facts.id}\n{one.name}" if facts else one.name
        inner = texts.get(key)
        if inner is None:
            inner = texts[key] = _texts(one, facts, url)
        more = " (continued)" if one.continued else ""
        yield (
            f'  <programme start="{_time(start)}" stop="{_time(stop)}" channel="{id}">\n'
            f"    <title>{inner[0]}{more}</title>\n{inner[1]}  </programme>\n"
        )


def _texts(one: Programme, facts: Facts | None, url: str) -> tuple[str, str]:
    """A programme's title, and its other elements; the same at each of its times."""
    lines = [f"<sub-title>{text(one.sub_title)}</sub-title>"] if one.sub_title else []
    if facts:
        lines += [f"<desc>{text(facts.description)}</desc>"] if facts.description else []
        categories = [*([facts.genre] if facts.genre else []), *([kind] if (kind := _KINDS.get(facts.type)) else [])]
        lines += [f"<category>{text(each)}</category>" for each in categories]
        lines += [f"<icon src={_attribute(f'{url}/guide/icons/{facts.id}')}/>"] if facts.picture else []
        lines += _numbers(facts)
        lines += [f"<rating>\n      <value>{text(facts.rating)}</value>\n    </rating>"] if facts.rating else []
    return text(one.title), "".join(f"    {line}\n" for line in lines)


def _numbers(facts: Facts) -> list[str]:
    if facts.episode is None:
        return []
    # Counted from 0 there, so that what we number 0, such as specials, has no place.
    season, episode = (str(number - 1) if number else "" for number in (facts.season, facts.episode))
    return [
        f'<episode-num system="xmltv_ns">{season}.{episode}.</episode-num>',
        f'<episode-num system="onscreen">{facts.onscreen}</episode-num>',
    ]


def text(value: str) -> str:
    """Text as XML can hold it."""
    return escape(_FORBIDDEN.sub("", value))


def _attribute(value: str) -> str:
    return quoteattr(_FORBIDDEN.sub("", value))


def _time(seconds: int) -> str:
    day, rest = divmod(seconds, _DAY_S)
    return _date(day) + _wall(rest)


@lru_cache(maxsize=1024)
def _date(day: int) -> str:
    return f"{from_ms(day * _DAY_S * 1000):%Y%m%d}"


@lru_cache(maxsize=4096)
def _wall(second: int) -> str:
    return f"{second // 3600:02}{second // 60 % 60:02}{second % 60:02} +0000"
