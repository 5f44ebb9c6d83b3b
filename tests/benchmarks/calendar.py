"""The calendar's week with 1,000 items, session included, against a bare route that renders the same (`bare_list`).

Cold and warm as in `list_page`; told, too, are the bytes of the page, whole and as they are sent to a browser.
"""

import contextlib
import gzip
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tests.benchmarks.browser import Browser
from tests.benchmarks.desk import TITLE, Desk, new_desk
from tests.benchmarks.list_page import NotTheSamePage, Other, ratio, turns
from tests.benchmarks.processes import await_answer, daypart, free_port, python, running
from tests.benchmarks.results import Figure, duration, rate

ITEMS = 1_000
CHANNELS = tuple(f"Harbour {n}" for n in range(1, 9))
WEEK = "/schedule?view=week&date="
TEMPLATE = "calendar/calendar.html"
ROUNDS, REQUESTS = 7, 8
LEAST_COLD, LEAST_WARM = 0.4, 0.8
_SAME_LENGTH = 0.01


def run() -> list[Figure]:
    """Pages a second, cold and warm, and their bytes."""
    monday = datetime.now(UTC).date() + timedelta(days=14)
    monday -= timedelta(days=monday.weekday())
    address = f"{WEEK}{monday}"
    with new_desk() as desk, contextlib.ExitStack() as stack:
        _fill(
            desk, desk.add_channels(CHANNELS, "http://127.0.0.1:9/never"), datetime(*monday.timetuple()[:3], tzinfo=UTC)
        )
        port = stack.enter_context(_serving(desk, address))
        ours = stack.enter_context(contextlib.closing(Browser(desk.port)))
        theirs = stack.enter_context(contextlib.closing(Browser(port)))
        other = stack.enter_context(contextlib.closing(Other(desk)))
        page = ours.get(address)
        _compare(page, theirs.get("/"))
        rounds = [turns(ours, theirs, other, address, REQUESTS) for _ in range(ROUNDS)]
    cold = sorted(((cold, bare) for bare, cold, _ in rounds), key=ratio)[ROUNDS // 2]
    warm = sorted(((warm, bare) for bare, _, warm in rounds), key=ratio)[ROUNDS // 2]
    return [
        rate("calendar_week_cold_per_second", cold[0], ceiling=cold[1], goal=LEAST_COLD),
        rate("calendar_week_warm_per_second", warm[0], ceiling=warm[1], goal=LEAST_WARM),
        duration("calendar_week_bytes", len(page)),
        duration("calendar_week_bytes_sent", len(gzip.compress(page, 6))),
    ]


def _fill(desk: Desk, channels: list[str], monday: datetime) -> None:
    """A thousand targets over a week, written past the services as many as there are."""
    step = timedelta(days=7) / ITEMS
    rows = [
        (
            f"{n:012}-0000-7000-8000-000000000000",
            channels[n % len(channels)],
            round((monday + n * step).timestamp() * 1000),
        )
        for n in range(ITEMS)
    ]
    with contextlib.closing(sqlite3.connect(desk.settings.database)) as connection, connection:
        connection.executemany(
            "INSERT INTO post (id, title, description, hashtags, created_ms) VALUES (?, ?, '', '[]', 0)",
            [(id, TITLE) for id, _, _ in rows],
        )
        connection.executemany(
            "INSERT INTO target (id, post, channel, due_ms, state) VALUES (?, ?, ?, ?, 'scheduled')",
            [(id, id, channel, due_ms) for id, channel, due_ms in rows],
        )


@contextlib.contextmanager
def _serving(desk: Desk, address: str) -> Iterator[int]:
    port = free_port()
    env = {"DAYPART_DATA": str(desk.data), "DAYPART_PORT": str(port)}
    bare = python(desk.data.parent / "log", "-m", "tests.benchmarks.bare_list", address, TEMPLATE, env=env)
    with running(daypart("web", desk.data, desk.port)) as web, running(bare):
        await_answer(web, desk.port, "/clock")
        await_answer(bare, port, "/")
        yield port


def _compare(ours: bytes, theirs: bytes) -> None:
    pins = [page.count(b'class="postpin"') for page in (ours, theirs)]
    if pins != [ITEMS, ITEMS] or abs(len(ours) - len(theirs)) > _SAME_LENGTH * len(theirs):
        raise NotTheSamePage(f"{pins} pins, {len(ours)} and {len(theirs)} bytes")
