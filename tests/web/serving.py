"""A desk behind the real server, in the loop of the test."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import uvicorn
from litestar import Litestar

from app.web.server import Server
from tests import cast


class Quiet(Server):
    """Leaves the signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self):
        yield


@contextlib.asynccontextmanager
async def serving(app: Litestar) -> AsyncIterator[tuple[Server, str]]:
    """The server and its address; port 0 takes a free one."""
    server = Quiet(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1, ws="none"), app)
    task = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(20):
            while not server.started:
                await asyncio.sleep(0.005)
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield server, f"http://{host}:{port}"
    finally:
        server.should_exit = True
        await task


class Stream:
    """What one open page hears."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def block(self, timeout_s: float = 20.0) -> list[str]:
        """The lines up to the next empty one."""
        found: list[str] = []
        async with asyncio.timeout(timeout_s):
            async for line in self._lines:
                if not line:
                    return found
                found.append(line)
        return found

    async def rest(self, timeout_s: float = 20.0) -> str:
        """Everything until the end of the stream."""
        async with asyncio.timeout(timeout_s):
            return "\n".join([line async for line in self._lines])


@contextlib.asynccontextmanager
async def listening(url: str, role: str = "viewer", **headers: str) -> AsyncIterator[Stream]:
    """An open page of somebody with a key."""
    said = {"authorization": f"Bearer {cast.key(role)}"} | {k.replace("_", "-"): v for k, v in headers.items()}
    async with httpx.AsyncClient() as client, client.stream("GET", f"{url}/events", headers=said) as response:
        stream = Stream(response)
        if response.status_code == 200:
            assert await stream.block() == [": open"]
        yield stream
