import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from app.outbound.dialing import Resolve

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def leads_to(*addresses: str) -> Resolve:
    """A resolver that gives these addresses for every name."""

    async def resolve(host: str) -> Sequence[str]:
        return addresses

    return resolve


class RawServer:
    """A TCP server that says exactly what a test wants said, and counts who came."""

    def __init__(self, handler: "Callable[[RawServer], Handler]") -> None:
        self._handler = handler(self)
        self.connections = 0
        self.requests: list[bytes] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def read_request(self, reader: asyncio.StreamReader) -> bytes:
        """Read one request without a body; b"" when the caller has gone."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return b""
        self.requests.append(head)
        return head

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._handler(reader, writer)
        finally:
            writer.close()


@asynccontextmanager
async def raw_server(handler: Callable[[RawServer], Handler]) -> AsyncIterator[RawServer]:
    server = RawServer(handler)
    listening = await asyncio.start_server(server.connected, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server


def answering(*answers: bytes) -> Callable[[RawServer], Handler]:
    """Answer the requests of each connection with these bytes in turn, then hang up without a word."""

    def bound(server: RawServer) -> Handler:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            for answer in answers:
                if not await server.read_request(reader):
                    return
                writer.write(answer)
                await writer.drain()
            await server.read_request(reader)

        return handle

    return bound


EMPTY_OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
