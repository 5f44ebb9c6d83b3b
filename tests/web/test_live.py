"""Live pages: the stream of what changed."""

import asyncio
import json
import subprocess
import tempfile
import time
from dataclasses import replace

import httpx
import pytest
from litestar import Litestar
from litestar.types import ASGIApp

from app import events
from app.accounts.secrets import digest
from app.clock import ManualClock
from app.database import sql
from app.main import furnished
from app.settings import Settings
from app.supervisor.redis_server import find_server
from app.web import live
from app.web.live import Listener
from app.web.sessions import COOKIE
from tests import cast
from tests.web.serving import listening, serving


@pytest.fixture
def app(routes: tuple[Litestar, ASGIApp], with_redis: Settings, clock: ManualClock) -> Litestar:
    """A desk with Redis; the server runs its lifespan."""
    return furnished(*routes, with_redis, clock)


async def happen(clock: ManualClock, *subjects: str, topic: str = "posts") -> None:
    async with events.change("Ada", clock) as happening:
        for subject in subjects:
            await happening.happened(topic, "post", subject, "changed")


def told(block: list[str]) -> tuple[int, dict[str, str]]:
    fields = dict(line.split(": ", 1) for line in block)
    assert fields["event"] == "changed"
    return int(fields["id"]), json.loads(fields["data"])


async def test_change_reaches_every_open_page_at_once(app: Litestar, clock: ManualClock) -> None:
    async with serving(app) as (_, url), listening(url) as first, listening(url) as second:
        assert first.response.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in first.response.headers
        started = time.monotonic()
        await happen(clock, "p1")
        for page in (first, second):
            seq, change = told(await page.block())
            assert change == {"topic": "posts", "subject": "p1"}
            assert seq == await events.newest()
        assert time.monotonic() - started < 1.0  # woken by Redis, not by the look every two seconds


async def test_changes_of_one_batch_are_told_once_a_subject(app: Litestar, clock: ManualClock) -> None:
    async with serving(app) as (_, url), listening(url) as page:
        await happen(clock, "p1", "p2", "p1", "p1")
        assert [told(await page.block()) for _ in range(2)] == [
            (2, {"topic": "posts", "subject": "p2"}),
            (4, {"topic": "posts", "subject": "p1"}),
        ]


async def test_page_that_comes_back_hears_what_it_missed(app: Litestar, clock: ManualClock) -> None:
    async with serving(app) as (_, url):
        await happen(clock, "p1", "p2", "p3")
        async with listening(url, last_event_id="1") as page:
            assert [told(await page.block())[1]["subject"] for _ in range(2)] == ["p2", "p3"]


@pytest.mark.parametrize(("last", "happened"), [("0", live.MOST + 1), ("99", 1)])
async def test_page_that_missed_too_much_is_told_everything(
    app: Litestar, clock: ManualClock, last: str, happened: int
) -> None:
    async with serving(app) as (_, url):
        await happen(clock, *(f"p{i}" for i in range(happened)))
        async with listening(url, last_event_id=last) as page:
            assert told(await page.block()) == (happened, {"topic": "*", "subject": ""})


@pytest.mark.parametrize("last", ["", "x", "-1", "1.5"])
async def test_page_without_a_usable_cursor_hears_only_what_comes(app: Litestar, clock: ManualClock, last: str) -> None:
    async with serving(app) as (_, url):
        await happen(clock, "before")
        async with listening(url, last_event_id=last) as page:
            await happen(clock, "after")
            assert told(await page.block())[1]["subject"] == "after"


async def test_stranger_hears_nothing(app: Litestar) -> None:
    async with serving(app) as (_, url), httpx.AsyncClient() as client:
        answer = await client.get(f"{url}/events", headers={"accept": "application/json"})
        assert answer.status_code == 401


async def test_closed_page_is_forgotten(app: Litestar) -> None:
    async with serving(app) as (_, url):
        async with listening(url):
            assert len(app.state.feed) == 1
        async with asyncio.timeout(20):
            while len(app.state.feed):
                await asyncio.sleep(0.01)


async def test_server_that_stops_ends_open_streams_at_once(app: Litestar) -> None:
    async with serving(app) as (server, url), listening(url) as page:
        started = time.monotonic()
        server.should_exit = True
        await page.rest()
        assert time.monotonic() - started < 0.8


async def test_quiet_stream_is_kept_open(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PING_S", 0.05)
    async with serving(app) as (_, url), listening(url) as page:
        assert [await page.block() for _ in range(2)] == [[": ping"], [": ping"]]


async def test_stream_ends_once_its_session_does(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PING_S", 0.05)
    monkeypatch.setattr(live, "ASK_AGAIN_S", 0.1)
    session = {COOKIE: cast.token("viewer")}
    async with (
        serving(app) as (_, url),
        httpx.AsyncClient(cookies=session) as client,
        client.stream("GET", f"{url}/events") as response,
    ):
        lines = response.aiter_lines()
        for _ in range(12):
            await anext(lines)  # the session is asked about meanwhile, and the stream goes on
        await sql("DELETE FROM session WHERE token_hash = ?", digest(cast.token("viewer")))
        async with asyncio.timeout(20):
            assert all([line in ("", ": ping") async for line in lines])


async def test_pages_stay_live_while_redis_is_away(
    routes: tuple[Litestar, ASGIApp], settings: Settings, clock: ManualClock
) -> None:
    with tempfile.TemporaryDirectory(prefix="dp-") as folder:
        path = f"{folder}/redis.sock"
        app = furnished(*routes, replace(settings, redis_url=f"unix://{path}"), clock)
        async with serving(app) as (_, url), listening(url) as page:
            await happen(clock, "without")
            assert told(await page.block(live.LOOK_S + 2))[1]["subject"] == "without"
            options = ["--port", "0", "--unixsocket", path, "--save", "", "--dir", folder]
            redis = subprocess.Popen([find_server(), *options], stdout=subprocess.DEVNULL)
            try:
                await asyncio.sleep(live.LOOK_S + 1)  # the follower tries again
                started = time.monotonic()
                await happen(clock, "again")
                assert told(await page.block())[1]["subject"] == "again"
                assert time.monotonic() - started < 1.0
            finally:
                redis.terminate()
                redis.wait(5)


async def test_listener_that_lags_is_told_everything_instead_of_growing() -> None:
    listener = Listener()
    for seq in range(3 * live.MOST):
        listener.tell([{"seq": seq, "topic": "posts", "subject_id": str(seq)}])
    changes = await listener.next(0)
    assert len(changes) <= live.MOST + 1
    assert live.EVERYTHING in [subject for _, subject in changes]
    assert max(seq for seq, _ in changes) == 3 * live.MOST - 1
