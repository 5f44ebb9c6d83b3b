"""Jobs are hints: asking for one never holds anybody up, and the loop that runs them outlives Redis."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.queue import Queue, work
from tests.worker.processes import PrivateRedis

WITHIN_S = 30.0
Ran = list[tuple[str, float]]


async def note(context: dict[str, Any], what: str) -> None:
    context["ran"].append((what, time.time()))


async def fail(context: dict[str, Any], what: str) -> None:
    raise ValueError(what)


@pytest.fixture
async def queue(own_redis: PrivateRedis) -> AsyncIterator[Queue]:
    made = Queue(own_redis.url)
    yield made
    await made.close()


@asynccontextmanager
async def working(url: str) -> AsyncIterator[Ran]:
    """A worker loop, and what it ran when."""
    ran: Ran = []
    task = asyncio.create_task(work(url, {"note": note, "fail": fail}, {"ran": ran}))
    try:
        yield ran
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(task, 2)


async def until_ran(ran: Ran, *what: str) -> None:
    async with asyncio.timeout(WITHIN_S):
        while [name for name, _ in ran] != list(what):
            await asyncio.sleep(0.01)


async def test_job_is_run_at_once(own_redis: PrivateRedis, queue: Queue) -> None:
    async with working(own_redis.url) as ran:
        assert await queue.enqueue("note", "a")
        await until_ran(ran, "a")


async def test_job_is_run_at_its_time_and_not_before(own_redis: PrivateRedis, queue: Queue) -> None:
    at = datetime.now(UTC) + timedelta(seconds=0.5)
    async with working(own_redis.url) as ran:
        await queue.enqueue("note", "a", at=at)
        await until_ran(ran, "a")
    assert 0 <= ran[0][1] - at.timestamp() < 0.5


async def test_known_job_is_not_taken_twice_but_again_once_it_ran(own_redis: PrivateRedis, queue: Queue) -> None:
    assert await queue.enqueue("note", "a", job_id="x")
    assert not await queue.enqueue("note", "b", job_id="x")
    async with working(own_redis.url) as ran:
        await until_ran(ran, "a")
        await asyncio.sleep(0.2)
        assert await queue.enqueue("note", "c", job_id="x")
        await until_ran(ran, "a", "c")


async def test_job_that_fails_and_job_that_nobody_knows_stop_no_other(own_redis: PrivateRedis, queue: Queue) -> None:
    async with working(own_redis.url) as ran:
        await queue.enqueue("fail", "a")
        await queue.enqueue("nothing", "b")
        await queue.enqueue("note", "c")
        await until_ran(ran, "c")


async def test_worker_goes_on_when_redis_was_killed_and_is_back(own_redis: PrivateRedis, queue: Queue) -> None:
    async with working(own_redis.url) as ran:
        await queue.enqueue("note", "a")
        await until_ran(ran, "a")
        own_redis.kill()
        assert not await queue.enqueue("note", "lost")
        await asyncio.to_thread(own_redis.start)
        await asyncio.sleep(1)
        async with asyncio.timeout(WITHIN_S):
            while not await queue.enqueue("note", "b", job_id="b"):
                await asyncio.sleep(0.1)
        await until_ran(ran, "a", "b")


async def test_redis_that_is_away_holds_nobody_up(own_redis: PrivateRedis, queue: Queue) -> None:
    own_redis.kill()
    began = time.monotonic()
    assert [await queue.enqueue("note", str(number)) for number in range(1000)] == [False] * 1000
    assert time.monotonic() - began < 1


async def test_redis_that_hangs_holds_up_once_and_is_left_alone_then(own_redis: PrivateRedis, queue: Queue) -> None:
    assert await queue.enqueue("note", "before")
    own_redis.send(signal.SIGSTOP)
    began = time.monotonic()
    assert [await queue.enqueue("note", str(number)) for number in range(1000)] == [False] * 1000
    assert time.monotonic() - began < 3
    own_redis.send(signal.SIGCONT)
    async with asyncio.timeout(WITHIN_S):
        while not await queue.enqueue("note", "after"):
            await asyncio.sleep(0.1)


async def test_worker_goes_on_when_redis_hung(own_redis: PrivateRedis, queue: Queue) -> None:
    async with working(own_redis.url) as ran:
        await queue.enqueue("note", "a")
        await until_ran(ran, "a")
        own_redis.send(signal.SIGSTOP)
        await asyncio.sleep(2)
        own_redis.send(signal.SIGCONT)
        await queue.enqueue("note", "b")
        await until_ran(ran, "a", "b")


async def test_thousands_of_jobs_are_taken_in_seconds(own_redis: PrivateRedis, queue: Queue) -> None:
    async with asyncio.timeout(60):
        for number in range(3000):
            assert await queue.enqueue("note", str(number), at=datetime.now(UTC) + timedelta(hours=1))
