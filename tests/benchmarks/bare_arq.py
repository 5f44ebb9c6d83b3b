"""The ceiling of publishing: plain arq jobs that make the same call and do nothing else.

No database, no claim, no intent, no signature, no guard of addresses: one httpx client, one POST a job. arq polls as
often and runs as many jobs at once as Daypart's own worker lets it.
"""

import asyncio
import contextlib
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import uvloop
from arq import Worker, create_pool, func
from arq.connections import RedisSettings

from app.supervisor import watch_parent
from tests.benchmarks import processes
from tests.benchmarks.desk import DESCRIPTION, TITLE
from tests.benchmarks.processes import python, running

BARE = "bare-"
"""How the ids of bare deliveries begin."""

_ID = "019e25f0-0000-7000-8000-000000000000"
_ADDRESS = f"http://127.0.0.1:8000/files/{_ID}/harbour%20tonight.mp4?expires=1800000000&signature={_ID}"
_MAX_JOBS = 100
_POLL_S = 0.05


async def call(context: dict[str, Any], url: str, id: str, body: bytes) -> None:
    """Job: make the call."""
    http: httpx.AsyncClient = context["http"]
    response = await http.post(url, content=body, headers={"webhook-id": id, "content-type": "application/json"})
    response.raise_for_status()


async def _work(url: str) -> None:
    limits = httpx.Limits(max_connections=_MAX_JOBS, max_keepalive_connections=_MAX_JOBS)
    async with httpx.AsyncClient(trust_env=False, timeout=20, limits=limits) as http:
        worker = Worker(
            [func(call, name="call", keep_result=0)],  # type: ignore[arg-type]
            redis_settings=RedisSettings.from_dsn(url),
            ctx={"http": http},
            poll_delay=_POLL_S,
            max_jobs=_MAX_JOBS,
            keep_result=0,
            handle_signals=False,
        )
        await worker.async_run()


@contextlib.contextmanager
def bare_worker(folder: Path) -> Iterator[str]:
    """A private Redis with a bare worker; gives the URL of the queue."""
    folder.mkdir()
    with processes.redis(folder) as url, running(python(folder / "log", "-m", "tests.benchmarks.bare_arq", url)):
        yield url


def enqueue(queue: str, receiver: str, dues: Sequence[datetime]) -> None:
    """Defer one job to each time; each sends a message like Daypart's own, with its due."""

    async def enqueue_all() -> None:
        pool = await create_pool(RedisSettings.from_dsn(queue))
        for number, due in enumerate(dues):
            body = msgspec.json.encode(_message(due))
            await pool.enqueue_job("call", receiver, f"{BARE}{number}", body, _defer_until=due.astimezone(UTC))
        await pool.aclose(close_connection_pool=True)

    asyncio.run(enqueue_all())


def _message(due: datetime) -> dict[str, Any]:
    file = {"url": _ADDRESS, "name": "harbour tonight.mp4", "bytes": 5_000_000, "sha256": _ID, "mime": "video/mp4"}
    data = {"target_id": _ID, "post_id": _ID, "channel": "Channel", "title": TITLE, "description": DESCRIPTION}
    more = {"hashtags": ["harbour"], "due": due, "file": file, "callback_url": _ADDRESS}
    return {"type": "post.publish", "timestamp": due, "data": data | more}


if __name__ == "__main__":
    watch_parent()
    uvloop.run(_work(sys.argv[1]))
