"""The loop that finds due targets: it wakes workers through Redis, begins itself what was lost, and never stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec
import pytest

from app import database
from app.accounts.secrets import KeyFile
from app.clock import MINUTE_MS, MasterClock
from app.database import sql
from app.posts.publishing import LEAD, Publisher
from app.queue import Queue, connection
from app.settings import Settings
from tests.fakes.server import Fake
from tests.outbound.conftest import raw_server
from tests.posts.desk import Desk
from tests.worker.processes import PrivateRedis
from workers.publishing import DueLoop

WITHIN_S = 30.0


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[Desk]:
    async with database.opened(settings.database):
        made = Desk(settings, clock=MasterClock())
        await made.allow()
        yield made


@asynccontextmanager
async def loop_of(desk: Desk, queue: Queue | None) -> AsyncIterator[DueLoop]:
    """A due loop with its publisher, on the real clock; nobody runs the jobs."""
    publisher = Publisher(desk.settings, desk.clock, KeyFile(desk.settings.key_file), "worker-1")
    await publisher.begin()
    try:
        yield DueLoop(publisher, queue, desk.clock)
    finally:
        await publisher.close(patience_s=0)
        if queue is not None:
            await queue.close()


@asynccontextmanager
async def running(loop: DueLoop) -> AsyncIterator[None]:
    task = asyncio.create_task(loop.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until_published(desk: Desk, *targets: str) -> None:
    async with asyncio.timeout(WITHIN_S):
        while {await desk.state(target) for target in targets} != {"published"}:
            await asyncio.sleep(0.02)


async def jobs(redis: PrivateRedis) -> dict[str, int]:
    """The jobs that wait, with their times in UTC ms."""
    queue = connection(redis.url)
    found = await queue.zrange("arq:queue", 0, -1, withscores=True)
    await queue.aclose(close_connection_pool=True)
    return {name.decode(): round(score) for name, score in found}


async def test_due_target_is_announced_once_some_seconds_before_its_time(
    desk: Desk, own_redis: PrivateRedis, receiver: Fake
) -> None:
    due = desk.at(30)
    (target,) = (await desk.schedule(await desk.channel(f"{receiver.url}/ok"), at=due)).targets
    await desk.schedule(await desk.channel(f"{receiver.url}/ok"), at=desk.at(3600))
    async with loop_of(desk, Queue(own_redis.url)) as loop:
        await loop.look()
        await loop.look()
    begin_ms = round((due - LEAD).timestamp() * 1000)
    assert await jobs(own_redis) == {f"publish:{target}:0": begin_ms}
    assert await desk.state(target) == "scheduled"


async def test_target_that_is_moved_is_announced_anew(desk: Desk, own_redis: PrivateRedis, receiver: Fake) -> None:
    (target,) = (await desk.schedule(await desk.channel(f"{receiver.url}/ok"), at=desk.at(30))).targets
    async with loop_of(desk, Queue(own_redis.url)) as loop:
        await loop.look()
        await desk.put_in_state(target, "scheduled", attempt=1)
        await loop.look()
    assert set(await jobs(own_redis)) == {f"publish:{target}:0", f"publish:{target}:1"}


async def test_job_that_nobody_runs_is_done_by_the_loop_itself(
    desk: Desk, own_redis: PrivateRedis, receiver: Fake
) -> None:
    (target,) = (await desk.schedule(await desk.channel(f"{receiver.url}/ok"), at=desk.at(1))).targets
    async with loop_of(desk, Queue(own_redis.url)) as loop, running(loop):
        await until_published(desk, target)
    row = await desk.target(target)
    assert row["committed_ms"] - row["due_ms"] < 1000


async def test_without_redis_the_loop_does_everything(desk: Desk, receiver: Fake) -> None:
    (target,) = (await desk.schedule(await desk.channel(f"{receiver.url}/ok"), at=desk.at(1))).targets
    async with loop_of(desk, None) as loop, running(loop):
        await until_published(desk, target)


async def test_look_that_fails_is_followed_by_the_next(desk: Desk, receiver: Fake) -> None:
    (target,) = (await desk.schedule(await desk.channel(f"{receiver.url}/ok"), at=desk.at(1))).targets
    async with loop_of(desk, None) as loop:
        await sql("ALTER TABLE allowed_host RENAME TO hidden")
        async with running(loop):
            await asyncio.sleep(1.2)
            assert await desk.state(target) == "scheduled"
            await sql("ALTER TABLE hidden RENAME TO allowed_host")
            await until_published(desk, target)


async def test_many_platforms_that_do_not_answer_questions_keep_nothing_from_going_out(
    desk: Desk, receiver: Fake
) -> None:
    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with raw_server(lambda server: never_answer) as platform:
        prepared = msgspec.json.encode({"status_url": platform.url}).decode()
        for _ in range(150):
            (asked,) = (await desk.schedule(await desk.channel(), at=desk.at(600))).targets
            await desk.put_in_state(asked, "confirming", prepared=prepared, retry_ms=1, committed_ms=1)
        (target,) = (await desk.schedule(await desk.channel(f"{receiver.url}/ok"), at=desk.at(0.5))).targets
        async with loop_of(desk, None) as loop, running(loop):
            await until_published(desk, target)
            assert platform.connections <= 25


async def test_after_an_outage_a_channel_catches_up_one_by_one(desk: Desk, receiver: Fake) -> None:
    channel, other = await desk.channel(f"{receiver.url}/ok"), await desk.channel(f"{receiver.url}/ok")
    late = [(await desk.schedule(channel, at=desk.at(60 * number))).targets[0] for number in range(1, 4)]
    punctual = (await desk.schedule(other, at=desk.at(1))).targets[0]
    await sql("UPDATE target SET due_ms = due_ms - ? WHERE channel = ?", 30 * MINUTE_MS, channel)
    async with loop_of(desk, None) as loop, running(loop):
        await until_published(desk, late[0], punctual)
        await asyncio.sleep(1.5)
    assert [await desk.state(target) for target in late] == ["published", "scheduled", "scheduled"]
