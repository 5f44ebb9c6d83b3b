"""Signs of life of the workers: a Redis key for each, written every second and gone five seconds after the last."""

from dataclasses import dataclass

import msgspec
import redis.asyncio as redis

PREFIX = "daypart:worker:"
TTL_S = 5


@dataclass(frozen=True, slots=True)
class Beat:
    """When a worker was last alive, by its own clock, in UTC milliseconds."""

    at_ms: int


async def beat(connection: redis.Redis, name: str, now_ms: int) -> None:
    """Tell that the worker of that name is alive."""
    await connection.set(f"{PREFIX}{name}", msgspec.json.encode(Beat(now_ms)), ex=TTL_S)


async def beats(connection: redis.Redis) -> dict[str, Beat]:
    """The workers that are alive, by name."""
    names = [key async for key in connection.scan_iter(match=f"{PREFIX}*", count=1000)]
    values = await connection.mget(names) if names else []
    return {
        name.decode().removeprefix(PREFIX): msgspec.json.decode(value, type=Beat)
        for name, value in zip(names, values, strict=True)
        if value is not None
    }
