"""All that knows arq: enqueueing, the registry of jobs, and the worker loop that outlives Redis.

Jobs are hints: the database is the truth, so a job may be lost, repeated or late without harm. They must
return at once: arq reads every job that is still running again at each poll.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, cast

import msgspec
from arq import Worker, func
from arq.connections import ArqRedis
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

JOB_TIMEOUT_S = 30
_POLL_S = 0.05
_MAX_JOBS = 100
_RESTART_S = 0.25
# A Redis that hangs must not hold up whoever enqueues: after one try it is left alone for a while.
_ANSWER_WITHIN_S = 1.0
_LEAVE_ALONE_S = 1.0

Job = Callable[..., Awaitable[None]]
GONE = (RedisError, OSError)


def connection(url: str) -> ArqRedis:
    """A connection to a Redis URL (`redis://`, `rediss://` or `unix://`), opened at its first use."""
    pool = ConnectionPool.from_url(url, socket_timeout=_ANSWER_WITHIN_S, socket_connect_timeout=_ANSWER_WITHIN_S)
    return ArqRedis(pool, job_serializer=msgspec.msgpack.encode, job_deserializer=msgspec.msgpack.decode)


class Queue:
    """The job queue as those see it who ask for work."""

    def __init__(self, url: str) -> None:
        self._redis = connection(url)
        self._away_until = 0.0

    async def enqueue(self, name: str, *args: Any, job_id: str | None = None, at: datetime | None = None) -> bool:
        """Ask the workers to run a job, at a time or now; False when Redis is away or already knows the job."""
        if time.monotonic() < self._away_until:
            return False
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                return await self._redis.enqueue_job(name, *args, _job_id=job_id, _defer_until=at) is not None
        except GONE as error:
            self._away_until = time.monotonic() + _LEAVE_ALONE_S
            log.warning("job %s was not enqueued, the workers find the work themselves: %r", name, error)
            return False

    async def close(self) -> None:
        """Close the connection."""
        await self._redis.aclose(close_connection_pool=True)


def worker(url: str, jobs: dict[str, Job], context: dict[str, Any]) -> Worker:
    """An arq worker for named jobs, each called with the context and its arguments."""
    return Worker(
        [func(cast(Any, job), name=name, keep_result=0, timeout=JOB_TIMEOUT_S) for name, job in jobs.items()],
        redis_pool=connection(url),
        ctx=context,
        poll_delay=_POLL_S,
        max_jobs=_MAX_JOBS,
        keep_result=0,
        handle_signals=False,
        job_serializer=msgspec.msgpack.encode,
        job_deserializer=msgspec.msgpack.decode,
    )


async def work(url: str, jobs: dict[str, Job], context: dict[str, Any]) -> None:
    """Run jobs until cancelled, starting anew whenever Redis was away."""
    logging.getLogger("arq.worker").setLevel(logging.WARNING)  # it logs the arguments of each job
    while True:
        current = worker(url, jobs, context)
        try:
            await current.async_run()
        except asyncio.CancelledError:
            with contextlib.suppress(*GONE):
                await asyncio.wait_for(_abandon(current), _ANSWER_WITHIN_S)
            raise
        except GONE as error:
            log.warning("Redis is away, trying again: %s", error)
            await _abandon(current)
            await asyncio.sleep(_RESTART_S)


async def _abandon(current: Worker) -> None:
    """Jobs that are under way need no end: whatever they were to do is found in the database again."""
    for task in current.tasks.values():
        task.cancel()
    await asyncio.gather(*current.tasks.values(), return_exceptions=True)
    await current.pool.aclose(close_connection_pool=True)
