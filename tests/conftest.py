"""A desk for every test: its own data folder, a clock that is moved by hand, and the cast."""

import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import redis as blocking_redis
from litestar import Litestar
from litestar.types import ASGIApp

from app import main
from app.clock import ManualClock
from app.settings import Settings
from app.supervisor.redis_server import find_server
from tests import cast

START = datetime(2026, 5, 14, 13, 37, 12, tzinfo=UTC)
_REDIS_S = 30.0


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "daypart.sqlite"
    cast.new_database(path)
    return path


@pytest.fixture(scope="session")
def cast_database(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cast") / "daypart.sqlite"
    shutil.copy(empty_database, path)
    cast.hire(path)
    return path


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


def _settings(data: Path, database: Path) -> Settings:
    data.mkdir()
    shutil.copy(database, data / "daypart.sqlite")
    return Settings.from_env({"DAYPART_DATA": str(data), "DAYPART_URL": cast.ORIGIN})


@pytest.fixture
def settings(tmp_path: Path, cast_database: Path) -> Settings:
    """A desk with its cast, without Redis."""
    return _settings(tmp_path / "data", cast_database)


@pytest.fixture
def fresh_settings(tmp_path: Path, empty_database: Path) -> Settings:
    """A desk before its set-up."""
    return _settings(tmp_path / "fresh", empty_database)


@asynccontextmanager
async def running(app: Litestar) -> AsyncIterator[Litestar]:
    """Hold an app's lifespan open; in one task, since fixtures begin and end in different ones."""
    started, stop = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with app.lifespan():
            started.set()
            await stop.wait()

    task = asyncio.create_task(hold())
    await asyncio.wait([task, asyncio.create_task(started.wait())], return_when=asyncio.FIRST_COMPLETED)
    try:
        if started.is_set():
            yield app
    finally:
        stop.set()
        await task


@pytest.fixture(scope="session")
def routes() -> tuple[Litestar, ASGIApp]:
    """An app that is furnished anew for each test, since its many routes take a while."""
    app = main.routed()
    return app, app.asgi_handler


@pytest.fixture
async def app(routes: tuple[Litestar, ASGIApp], settings: Settings, clock: ManualClock) -> AsyncIterator[Litestar]:
    """The running desk, in the loop of the test."""
    async with running(main.furnished(*routes, settings, clock)) as made:
        yield made


@pytest.fixture
async def people(app: Litestar) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """Browsers by role; `stranger` is not signed in."""
    async with AsyncExitStack() as stack:
        roles = [*cast.ROLES, None]
        yield {role or "stranger": await stack.enter_async_context(cast.browser(app, role)) for role in roles}


@pytest.fixture
async def scripts(app: Litestar) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """Programs by the role of their key; `stranger` has none."""
    async with AsyncExitStack() as stack:
        roles = [*cast.ROLES, None]
        yield {role or "stranger": await stack.enter_async_context(cast.script(app, role)) for role in roles}


@pytest.fixture
def viewer(people: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    return people["viewer"]


@pytest.fixture
def editor(people: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    return people["editor"]


@pytest.fixture
def admin(people: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    return people["admin"]


@pytest.fixture
def stranger(people: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    return people["stranger"]


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """A private Redis on a unix socket, for the whole run."""
    with tempfile.TemporaryDirectory(prefix="dp-") as folder:  # pytest's own paths are too long for a socket
        path = f"{folder}/redis.sock"
        command = [find_server(), "--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no"]
        process = subprocess.Popen([*command, "--dir", folder], stdout=subprocess.DEVNULL)
        try:
            _await_redis(path)
            yield f"unix://{path}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _await_redis(path: str) -> None:
    end = time.monotonic() + _REDIS_S
    while True:
        try:
            with blocking_redis.Redis(unix_socket_path=path) as connection:
                connection.ping()
            return
        except blocking_redis.ConnectionError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The Redis of the run, empty."""
    with blocking_redis.Redis.from_url(redis_server) as connection:
        connection.flushall()
    return redis_server


@pytest.fixture
def with_redis(settings: Settings, redis_url: str) -> Settings:
    """A desk with its cast and a Redis."""
    return replace(settings, redis_url=redis_url)
