"""Whether the desk is ready, for load balancers and supervisors, and the time for the pages' clocks."""

import asyncio
import sqlite3
from typing import Any

import msgspec
import redis.asyncio as redis
from litestar import Request, Response, get
from litestar.openapi.datastructures import ResponseSpec
from redis.exceptions import RedisError

from app import heartbeat
from app.clock import MasterClock
from app.database import sql
from app.errors import DaypartError
from app.heartbeat import Beat
from app.wording import count

MOST_SKEW_MS = 2000
_WAIT_S = 2.0


class Check(msgspec.Struct):
    """Whether one part works, and in which words."""

    ok: bool
    detail: str


class Health(msgspec.Struct):
    """`ready`, or `unready` when any part is not well."""

    status: str
    checks: dict[str, Check]


class Now(msgspec.Struct):
    """The desk's time."""

    now_ms: int


@get("/clock", opt={"anonymous": True}, include_in_schema=False)
async def clock(request: Request[Any, Any, Any]) -> Response[Now]:
    """The desk's time in UTC milliseconds."""
    return Response(Now(request.app.state.clock.now_ms()), headers={"cache-control": "no-store"})


@get(
    "/health",
    opt={"anonymous": True},
    tags=["Status"],
    security=[{}],
    responses={503: ResponseSpec(Health, description="Some part is not well.", generate_examples=False)},
)
async def health(request: Request[Any, Any, Any]) -> Response[Health]:
    """Tell whether database, Redis, worker and clock are well: 200 when all are, else 503."""
    parts = await checks(request.app.state)
    ready = all(check.ok for check in parts.values())
    body = Health("ready" if ready else "unready", parts)
    return Response(body, status_code=200 if ready else 503, headers={"cache-control": "no-store"})


async def checks(state: Any) -> dict[str, Check]:
    """How each part of the desk is."""
    alive = await _beats(state.redis)
    beats = alive if isinstance(alive, dict) else {}
    return {
        "database": await _database(),
        "redis": Check(True, "answers") if isinstance(alive, dict) else Check(False, alive),
        "worker": _worker(beats),
        "clock": _clock(state.clock, beats),
    }


async def _database() -> Check:
    try:
        async with asyncio.timeout(_WAIT_S):
            await sql("SELECT 1 FROM desk LIMIT 1")
    except (TimeoutError, sqlite3.Error, DaypartError) as error:
        return Check(False, f"does not answer: {type(error).__name__}")
    return Check(True, "answers")


async def _beats(connection: redis.Redis | None) -> dict[str, Beat] | str:
    """The workers that are alive, or why Redis cannot tell."""
    if connection is None:
        return "none is configured"
    try:
        async with asyncio.timeout(_WAIT_S):
            return await heartbeat.beats(connection)
    except (TimeoutError, RedisError, OSError) as error:
        return f"does not answer: {type(error).__name__}"


def _worker(alive: dict[str, Beat]) -> Check:
    return Check(True, f"{count(len(alive), 'worker')} alive") if alive else Check(False, "no worker is alive")


def _clock(clock: MasterClock, alive: dict[str, Beat]) -> Check:
    now, ahead = clock.now_ms(), clock.ahead_ms()
    if ahead > MOST_SKEW_MS:
        return Check(False, f"the machine's clock was set back, {ahead} ms are being caught up")
    skew = min((abs(now - beat.at_ms) for beat in alive.values()), default=0)
    if skew > MOST_SKEW_MS:
        return Check(False, f"the worker's clock differs by {skew} ms")
    return Check(True, "in step")
