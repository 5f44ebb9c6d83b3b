"""The worker process: its loops, its jobs and how it ends."""

import asyncio
import contextlib
import logging
import os
import signal
import socket

import redis.asyncio as redis
import uvloop
from redis.exceptions import RedisError

from app import database, events, heartbeat, queue
from app.accounts.secrets import KeyFile
from app.clock import MasterClock
from app.library.bringing import Bringer
from app.migrations.run import require_current
from app.posts.publishing import Publisher
from app.settings import Settings
from workers import publishing
from workers.arrivals import ArrivalLoop
from workers.checking import CheckLoop
from workers.playout import FileLoop, PlayoutLoop
from workers.repeating import RepeatingLoop

log = logging.getLogger(__name__)

BEAT_S = 1.0


def run(settings: Settings, name: str | None = None) -> None:
    """Work until SIGTERM or SIGINT. Under a stable name, what its earlier run left is taken up at once."""
    uvloop.run(_run(settings, name or f"{socket.gethostname()}-{os.getpid()}"))


async def _run(settings: Settings, name: str) -> None:
    require_current(settings.database)
    clock = MasterClock()
    async with database.opened(settings.database):
        if settings.redis_url:
            events.connect(settings.redis_url)
        publisher = Publisher(settings, clock, KeyFile(settings.key_file), name)
        bringer = Bringer(settings, clock, name)
        jobs = queue.Queue(settings.redis_url) if settings.redis_url else None
        try:
            await publisher.begin()
            await bringer.begin()
            tasks = _tasks(settings, publisher, jobs, clock, name)
            arriving = asyncio.create_task(ArrivalLoop(bringer, settings, clock).run())
            repeating = asyncio.create_task(RepeatingLoop(clock).run())
            checking = asyncio.create_task(CheckLoop(settings, clock).run())
            playout = asyncio.create_task(PlayoutLoop(clock, settings.keep_days).run())
            files = asyncio.create_task(FileLoop(clock).run())
            await _until_told_to_stop([*tasks, arriving, repeating, checking, playout, files])
        finally:
            await publisher.close()
            await bringer.close()
            if jobs is not None:
                await jobs.close()
            await events.disconnect()


def _tasks(
    settings: Settings, publisher: Publisher, jobs: queue.Queue | None, clock: MasterClock, name: str
) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(publishing.DueLoop(publisher, jobs, clock).run())]
    if jobs is not None:
        work = queue.work(settings.redis_url, publishing.JOBS, {"publisher": publisher})
        tasks.append(asyncio.create_task(work))
        tasks.append(asyncio.create_task(_keep_beating(settings.redis_url, name, clock)))
    return tasks


async def _until_told_to_stop(tasks: list[asyncio.Task[None]]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    await _cancelled(tasks)
    for task in tasks:
        if not task.cancelled() and (failure := task.exception()) is not None:
            raise failure


async def _cancelled(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel tasks until they are done: a wait inside redis-py may swallow one cancellation (cpython#86296)."""
    while left := [task for task in tasks if not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=0.2)


async def _keep_beating(url: str, name: str, clock: MasterClock) -> None:
    """Tell each second that this worker is alive; while Redis is away there is nobody to tell."""
    connection = redis.Redis.from_url(url, socket_timeout=BEAT_S, socket_connect_timeout=BEAT_S)
    try:
        while True:
            with contextlib.suppress(RedisError, OSError):
                await heartbeat.beat(connection, name, clock.now_ms())
            await asyncio.sleep(BEAT_S)
    finally:
        await connection.aclose()
