"""`daypart doctor`: whether this machine and this data folder have what the desk needs."""

import asyncio
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass

import redis.asyncio as redis
from redis.exceptions import RedisError

from app import media, migrations, wording
from app.accounts.secrets import KeyFile
from app.clock import MasterClock, zone, zone_names
from app.errors import DaypartError
from app.settings import Settings
from app.supervisor import redis_server

_LEAST_FREE = 1_000_000_000
_WAIT_S = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; nothing is changed."""
    looks: dict[str, Callable[[Settings], str]] = {
        "data folder": _data_folder,
        "free disk": _free_disk,
        "key file": _key_file,
        "database": _database,
        "redis": _redis,
        "ffmpeg": lambda _: media.ffmpeg(),
        "time zones": _zones,
        "clock": _clock,
    }
    return [_finding(name, look, settings) for name, look in looks.items()]


def _finding(name: str, look: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(name, True, look(settings))
    except DaypartError as error:
        return Finding(name, False, f"{error.code}: {error.detail}")
    except (OSError, RedisError, TimeoutError) as error:
        return Finding(name, False, f"{type(error).__name__}: {error}")


def _existing(settings: Settings) -> str:
    """The data folder, or the folder in which it would be made."""
    folder = settings.data
    while not folder.exists():
        folder = folder.parent
    return str(folder)


def _data_folder(settings: Settings) -> str:
    folder = _existing(settings)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(f"{folder} cannot be written")
    return str(settings.data) if settings.data.exists() else f"{settings.data}, made at the first start"


def _free_disk(settings: Settings) -> str:
    free = shutil.disk_usage(_existing(settings)).free
    if free < _LEAST_FREE:
        raise OSError(f"only {wording.size(free)} are free")
    return f"{wording.size(free)} free"


def _key_file(settings: Settings) -> str:
    if not settings.key_file.exists():
        return "made at the first start"
    KeyFile(settings.key_file)
    if settings.key_file.stat().st_mode & 0o077:
        raise PermissionError(f"others can read it; run: chmod 600 {settings.key_file}")
    return str(settings.key_file)


def _database(settings: Settings) -> str:
    have = migrations.stored(settings.database)
    if have is None:
        return "made at the first start"
    if have != migrations.latest():
        raise OSError(f"version {have}, needed is {migrations.latest()}; run: daypart migrate")
    return f"version {have}"


def _redis(settings: Settings) -> str:
    if not settings.redis_url:
        return f"a private one, {redis_server.find_server()}"
    asyncio.run(_ping(settings.redis_url))
    return "answers"


async def _ping(url: str) -> None:
    async with asyncio.timeout(_WAIT_S), redis.Redis.from_url(url, socket_connect_timeout=_WAIT_S) as connection:
        await connection.ping()


def _zones(_: Settings) -> str:
    zone("Europe/Lisbon")
    return f"{len(zone_names())} known"


def _clock(_: Settings) -> str:
    return MasterClock().now().isoformat(timespec="seconds")
