"""Whether the desk is ready, and its time."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
import redis.asyncio as redis
from litestar import Litestar
from litestar.types import ASGIApp

from app import heartbeat
from app.clock import ManualClock
from app.database import sql
from app.main import furnished
from app.settings import Settings
from app.web.status import MOST_SKEW_MS
from tests import cast
from tests.conftest import running


@pytest.fixture
async def connection(redis_url: str) -> AsyncIterator[redis.Redis]:
    async with redis.Redis.from_url(redis_url) as made:
        yield made


@pytest.fixture
async def app(routes: tuple[Litestar, ASGIApp], with_redis: Settings, clock: ManualClock) -> AsyncIterator[Litestar]:
    """A desk with Redis."""
    async with running(furnished(*routes, with_redis, clock)) as made:
        yield made


async def health(stranger: httpx.AsyncClient) -> tuple[int, dict[str, bool]]:
    answer = await stranger.get("/health")
    body = answer.json()
    assert body["status"] == ("ready" if answer.status_code == 200 else "unready")
    return answer.status_code, {name: check["ok"] for name, check in body["checks"].items()}


async def test_desk_is_ready_when_every_part_is_well(
    connection: redis.Redis, stranger: httpx.AsyncClient, clock: ManualClock
) -> None:
    await heartbeat.beat(connection, "worker-1", clock.now_ms())
    assert await health(stranger) == (200, {"database": True, "redis": True, "worker": True, "clock": True})


async def test_desk_without_a_worker_is_not_ready(stranger: httpx.AsyncClient) -> None:
    assert await health(stranger) == (503, {"database": True, "redis": True, "worker": False, "clock": True})


@pytest.mark.parametrize(("skew", "ok"), [(MOST_SKEW_MS, True), (MOST_SKEW_MS + 1, False), (-MOST_SKEW_MS - 1, False)])
async def test_worker_with_another_clock_is_noticed(
    connection: redis.Redis, stranger: httpx.AsyncClient, clock: ManualClock, skew: int, ok: bool
) -> None:
    await heartbeat.beat(connection, "worker-1", clock.now_ms() + skew)
    assert (await health(stranger))[1]["clock"] is ok


async def test_clock_that_was_set_back_is_noticed(stranger: httpx.AsyncClient, clock: ManualClock) -> None:
    clock.advance(timedelta(seconds=-30))
    assert (await health(stranger))[1]["clock"] is False


async def test_heartbeat_ends_by_itself(connection: redis.Redis, clock: ManualClock) -> None:
    await heartbeat.beat(connection, "worker-1", clock.now_ms())
    await heartbeat.beat(connection, "worker-2", clock.now_ms())
    assert set(await heartbeat.beats(connection)) == {"worker-1", "worker-2"}
    assert 0 < await connection.ttl(f"{heartbeat.PREFIX}worker-1") <= heartbeat.TTL_S


async def test_redis_that_does_not_answer_is_told(
    routes: tuple[Litestar, ASGIApp], settings: Settings, clock: ManualClock
) -> None:
    away = replace(settings, redis_url="unix:///nowhere/redis.sock")
    async with running(furnished(*routes, away, clock)) as app, cast.browser(app) as client:
        status, checks = await health(client)
    assert (status, checks["redis"], checks["worker"]) == (503, False, False)


async def test_broken_database_is_told(app: Litestar, stranger: httpx.AsyncClient) -> None:
    await sql("DROP TABLE desk")
    assert (await health(stranger))[1]["database"] is False


async def test_clock_tells_the_desks_time(stranger: httpx.AsyncClient, clock: ManualClock) -> None:
    clock.advance(timedelta(seconds=5))
    answer = await stranger.get("/clock")
    assert answer.json() == {"now_ms": clock.now_ms()}
    assert answer.headers["cache-control"] == "no-store"


async def test_clock_and_static_files_ask_no_database(
    routes: tuple[Litestar, ASGIApp], settings: Settings, clock: ManualClock
) -> None:
    app = furnished(*routes, settings, clock)  # not running: there is no connection
    async with cast.browser(app, "viewer") as client:
        for path in ("/clock", "/static/clock.js"):
            assert (await client.get(path)).status_code == 200
