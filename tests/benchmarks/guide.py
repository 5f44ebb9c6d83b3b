"""`/guide.xml` of 100 channels by 14 days, against the same loop over rows that plain sqlite3 reads.

Both write the same bytes, which is checked. Told, too: the first request and one by ETag over HTTP, the most memory of
the web server, and what one channel costs among 1, 10 and 100.
"""

import asyncio
import contextlib
import sqlite3
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from xml.sax.saxutils import escape

from app import database
from app.clock import HOUR_MS, MasterClock, broadcast_date, broadcast_day, to_ms
from app.clock import zone as tz
from app.guide import queries, service
from app.guide.xmltv import xmltv
from tests.benchmarks.browser import NotAnswered
from tests.benchmarks.desk import ZONE, Desk, new_desk
from tests.benchmarks.processes import await_answer, daypart, most_mb, running
from tests.benchmarks.results import Figure, duration, rate

CHANNELS, DAYS, EVENTS, ASSETS, SERIES = 100, 14, 48, 10_000, 20
SPREAD = (1, 10, CHANNELS)
ROUNDS, TAGGED = 5, 200
LEAST, MOST_TAG_MS, MOST_SPREAD = 0.5, 5.0, 1.5
_START = datetime.min.time().replace(hour=6)
_ROWS = (
    "SELECT c.slug, e.start_ms, e.start_ms + e.span_ms AS end_ms, e.title, s.title, a.season, a.episode, a.genre,"
    " a.rating FROM schedule_day d JOIN day_event e ON e.day = d.id JOIN channel c ON c.id = d.channel"
    " LEFT JOIN asset a ON a.id = e.asset LEFT JOIN series s ON s.id = a.series"
    " WHERE d.current = 1 AND e.start_ms < ? AND end_ms > ? ORDER BY e.start_ms, end_ms, c.slug || '.daypart'"
)


class NotTheSameGuide(Exception):
    """The two files differ, so their times tell nothing of each other."""


def run() -> list[Figure]:
    """Programmes a second, requests over HTTP, memory, and the cost of a channel."""
    with new_desk() as desk:
        _fill(desk.settings.database)
        programmes, rounds, spread = asyncio.run(_measured(desk))
        first_ms, tag_ms, peak_mb, sent = _served(desk)
    ours, bare = sorted(rounds, key=lambda pair: pair[1] / pair[0])[ROUNDS // 2]
    one, ten, many = (spread[number] for number in SPREAD)
    return [
        rate("guide_xml_programmes_per_second", programmes / ours, ceiling=programmes / bare, goal=LEAST),
        duration("guide_xml_first_request_ms", first_ms),
        duration("guide_xml_by_etag_ms", tag_ms, goal=MOST_TAG_MS),
        duration("guide_xml_bytes_sent", sent),
        duration("guide_xml_web_server_most_mb", peak_mb),
        duration("guide_xml_1_channel_ms", one),
        duration("guide_xml_per_channel_of_10_ms", ten),
        duration("guide_xml_per_channel_of_100_ms", many, ceiling=ten, goal=ten * MOST_SPREAD),
    ]


def _fill(path: Path) -> None:
    """Days of half-hours from a large library, written past the services."""
    today = broadcast_date(datetime.now(UTC), _START, tz(ZONE))
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE guide_sharing SET open = 1, days = ?", (DAYS,))
        connection.executemany(
            "INSERT INTO channel (id, slug, kind, title, timezone, day_start) VALUES (?, ?, 'linear', ?, ?, '06:00')",
            [(f"{n:012}-0000-7000-8000-000000000000", f"harbour-{n}", f"Harbour {n}", ZONE) for n in range(CHANNELS)],
        )
        series = [(f"series-{n}", f"Lost Railways & {n}") for n in range(SERIES)]
        connection.executemany("INSERT INTO series (id, title, created_ms) VALUES (?, ?, 0)", series)
        connection.executemany(
            "INSERT INTO asset (id, type, title, name, duration_ms, state, approved, series, season, episode, genre,"
            " rating, created_ms) VALUES (?, 'EPI', ?, '', 1500000, 'ready', 1, ?, ?, ?, 'Documentary', 'PG', 0)",
            [(f"asset-{n}", f"The <Quarry> Line {n}", f"series-{n % SERIES}", n % 9 + 1, n + 1) for n in range(ASSETS)],
        )
        for number in range(CHANNELS):
            for index in range(DAYS + 1):
                _fill_day(connection, number, index, broadcast_day(today + timedelta(days=index), _START, tz(ZONE)))


def _fill_day(connection: sqlite3.Connection, channel: int, index: int, day: tuple[datetime, datetime]) -> None:
    id, (start, end) = f"day-{channel}-{index}", (to_ms(day[0]), to_ms(day[1]))
    connection.execute(
        "INSERT INTO schedule_day (id, channel, date, start_ms, end_ms, own_start_ms, cursors_before, findings, current,"
        " made_ms) VALUES (?, ?, ?, ?, ?, ?, '[]', '[]', 1, 0)",
        (
            id,
            f"{channel:012}-0000-7000-8000-000000000000",
            f"{day[0].astimezone(tz(ZONE)):%Y-%m-%d}",
            start,
            end,
            start,
        ),
    )
    starts = range(start, end, HOUR_MS // 2)
    assets = [(channel * 97 + index * EVENTS + n) % ASSETS for n in range(len(starts))]
    connection.executemany(
        "INSERT INTO day_event (id, day, start_ms, span_ms, duration_ms, kind, asset, title, parts, lineage)"
        " VALUES (?, ?, ?, ?, 1500000, 'program', ?, ?, '[]', '{}')",
        [
            (f"{id}-{n}", id, at, HOUR_MS // 2, f"asset-{asset}", f"The <Quarry> Line {asset}")
            for n, (at, asset) in enumerate(zip(starts, assets, strict=True))
        ],
    )


async def _measured(desk: Desk) -> tuple[int, list[tuple[float, float]], dict[int, float]]:
    path = desk.settings.database
    async with database.opened(path):
        now = MasterClock().now()
        asked = [service.ahead(one.channel, now, DAYS) for one in await service.numbered()]
        ours, bare = await _written(asked), _bare(path, asked[0])
        if ours.partition("  <programme")[2] != f"{bare.partition('  <programme')[2]}</tv>\n":
            raise NotTheSameGuide(f"{len(ours)} and {len(bare)} bytes")
        rounds = [(await _timed(asked), _timed_bare(path, asked[0])) for _ in range(ROUNDS)]
        spread = {
            number: 1000 * min([await _timed(asked[:number]) for _ in range(ROUNDS)]) / number for number in SPREAD
        }
    return ours.count("<programme "), rounds, spread


async def _timed(asked: list[queries.Asked]) -> float:
    began = time.perf_counter()
    await _written(asked)
    return time.perf_counter() - began


async def _written(asked: list[queries.Asked]) -> str:
    return "".join(xmltv(await queries.listings(asked), "http://127.0.0.1"))


def _timed_bare(path: Path, asked: queries.Asked) -> float:
    began = time.perf_counter()
    _bare(path, asked)
    return time.perf_counter() - began


def _bare(path: Path, asked: queries.Asked) -> str:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return "".join(_lines(connection, asked))


def _lines(connection: sqlite3.Connection, asked: queries.Asked) -> Iterator[str]:
    for slug, start, end, name, series, season, episode, genre, rating in connection.execute(
        _ROWS, (asked.to_ms, asked.from_ms)
    ):
        yield f'  <programme start="{_stamp(start)}" stop="{_stamp(end)}" channel="{slug}.daypart">\n'
        yield f"    <title>{escape(series)}</title>\n    <sub-title>{escape(name)}</sub-title>\n"
        yield f"    <category>{escape(genre)}</category>\n    <category>Series</category>\n"
        yield f'    <episode-num system="xmltv_ns">{season - 1}.{episode - 1}.</episode-num>\n'
        yield f'    <episode-num system="onscreen">S{season:02}E{episode:02}</episode-num>\n'
        yield f"    <rating>\n      <value>{escape(rating)}</value>\n    </rating>\n  </programme>\n"


def _stamp(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y%m%d%H%M%S +0000}"


def _served(desk: Desk) -> tuple[float, float, float, int]:
    """Milliseconds of the first request and of one by ETag, the server's most memory in MB, and the bytes sent."""
    web = daypart("web", desk.data, desk.port)
    with running(web), contextlib.closing(HTTPConnection("127.0.0.1", desk.port, timeout=60)) as connection:
        await_answer(web, desk.port, "/clock")
        began = time.perf_counter()
        tag, sent = _asked(connection, 200)
        first_ms = 1000 * (time.perf_counter() - began)
        took = []
        for _ in range(TAGGED):
            began = time.perf_counter()
            _asked(connection, 304, tag)
            took.append(1000 * (time.perf_counter() - began))
        return first_ms, statistics.median(took), most_mb(web.pid), sent


def _asked(connection: HTTPConnection, status: int, tag: str = "") -> tuple[str, int]:
    headers = {"accept-encoding": "gzip"} | ({"if-none-match": tag} if tag else {})
    connection.request("GET", "/guide.xml", headers=headers)
    response = connection.getresponse()
    body = response.read()
    if response.status != status:
        raise NotAnswered(f"/guide.xml answers {response.status}: {body[:200]!r}")
    return response.headers["etag"], len(body)
