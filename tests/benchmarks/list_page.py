"""The Schedule list with 200 cards, session included, against a bare route that renders the same (`bare_list`).

One client asks one page after the other on a connection that stays open, without compression, and times each from
its request to the last byte. Cold: a post was renamed by another process before each request, so nothing rendered
before can be used. Warm: nothing changed; what the passing time itself changes falls in as it does. Rounds of bare,
cold and warm take turns; what is told is the round whose ratio is the median.
"""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from tests.benchmarks.browser import Browser
from tests.benchmarks.desk import Desk, Post, new_desk
from tests.benchmarks.processes import await_answer, daypart, free_port, python, running
from tests.benchmarks.results import Figure, rate

CARDS = 200
CHANNELS = ("Harbour TV", "Harbour Radio", "Harbour Clips", "Lighthouse")
LIST = f"/schedule/posts?limit={CARDS}"
TEMPLATE = "posts/list.html"
APART = timedelta(minutes=7)
ROUNDS = 7
REQUESTS = 40
LEAST_COLD, LEAST_WARM = 0.4, 0.8
_SAME_LENGTH = 0.01
Rates = tuple[float, float, float]


class NotTheSamePage(Exception):
    """The two pages differ, so they cannot be compared."""


def run() -> list[Figure]:
    """Pages a second, cold and warm."""
    with new_desk() as desk, _serving(desk) as bare_port, contextlib.ExitStack() as stack:
        ours = stack.enter_context(contextlib.closing(Browser(desk.port)))
        theirs = stack.enter_context(contextlib.closing(Browser(bare_port)))
        other = stack.enter_context(contextlib.closing(Other(desk)))
        _compare(ours.get(LIST), theirs.get("/"))
        rounds = [turns(ours, theirs, other, LIST) for _ in range(ROUNDS)]
    cold = sorted(((cold, bare) for bare, cold, _ in rounds), key=ratio)[ROUNDS // 2]
    warm = sorted(((warm, bare) for bare, _, warm in rounds), key=ratio)[ROUNDS // 2]
    return [
        rate("schedule_list_cold_per_second", cold[0], ceiling=cold[1], goal=LEAST_COLD),
        rate("schedule_list_warm_per_second", warm[0], ceiling=warm[1], goal=LEAST_WARM),
    ]


def ratio(pair: tuple[float, float]) -> float:
    """How near a rate comes to its ceiling."""
    return pair[0] / pair[1]


@contextlib.contextmanager
def _serving(desk: Desk) -> Iterator[int]:
    """The desk's web server and the bare one; gives the port of the latter."""
    channels = desk.add_channels(CHANNELS, "http://127.0.0.1:9/never")
    first = datetime.now(UTC) + timedelta(hours=1)
    desk.schedule([Post(channels[n % len(channels)], first + n * APART) for n in range(CARDS)])
    port = free_port()
    env = {"DAYPART_DATA": str(desk.data), "DAYPART_PORT": str(port)}
    bare = python(desk.data.parent / "log", "-m", "tests.benchmarks.bare_list", LIST, TEMPLATE, env=env)
    with running(daypart("web", desk.data, desk.port)) as web, running(bare):
        await_answer(web, desk.port, "/clock")
        await_answer(bare, port, "/")
        yield port


def turns(ours: "Browser", theirs: "Browser", other: "Other", path: str, requests: int = REQUESTS) -> Rates:
    """Pages a second of the bare route, and of ours cold and warm."""
    bare = _per_second(requests, lambda: theirs.get("/"))
    cold = _per_second(requests, lambda: ours.get(path), before=other.rename)
    warm = _per_second(requests, lambda: ours.get(path))
    return bare, cold, warm


def _per_second(requests: int, ask: Callable[[], bytes], before: Callable[[], None] = lambda: None) -> float:
    seconds = 0.0
    for _ in range(requests):
        before()
        began = time.perf_counter()
        ask()
        seconds += time.perf_counter() - began
    return requests / seconds


def _compare(ours: bytes, theirs: bytes) -> None:
    cards = [page.count(b'class="post"') for page in (ours, theirs)]
    if cards != [CARDS, CARDS] or abs(len(ours) - len(theirs)) > _SAME_LENGTH * len(theirs):
        raise NotTheSamePage(f"{cards} cards, {len(ours)} and {len(theirs)} bytes")


class Other:
    """Another process at work on the same database, as a worker is."""

    def __init__(self, desk: Desk) -> None:
        self._database = sqlite3.connect(desk.settings.database, isolation_level=None)
        self._number = 0

    def rename(self) -> None:
        """Give a post another title, and tell of it."""
        self._number += 1
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute(
                "UPDATE post SET title = ? WHERE id = (SELECT min(id) FROM post)", (f"Renamed {self._number:06}",)
            )
            self._database.execute(
                "INSERT INTO event (at_ms, actor, topic, subject_type, subject_id, verb)"
                " VALUES (0, 'benchmark', 'posts', 'post', '', 'renamed')"
            )

    def close(self) -> None:
        self._database.close()
