"""The connections kept open between calls.

httpcore's own pool walks all its requests and connections for each call: 1,000 calls at once took it 22 s.
"""

import asyncio
import ssl
from dataclasses import dataclass

import httpcore
import httpx

from app.outbound.dialing import Dialer

KEEP_ALIVE_S = 3.0
"""Shorter than common servers' 5 s: a call on a connection the server is closing has an unknown outcome."""


@dataclass(eq=False)
class Link:
    """One open connection; a private one may be used again only while its host is still allowed."""

    origin: httpcore.Origin
    http: httpcore.AsyncHTTP11Connection
    private: bool


class Pool:
    """Opens links, lends them one call at a time and closes those that wait too long."""

    def __init__(self, dialer: Dialer, tls: ssl.SSLContext, connections: int) -> None:
        """Lend at most `connections` links at the same time and keep as many waiting."""
        self._dialer = dialer
        self._tls = tls
        self._connections = connections
        self._turns = asyncio.Semaphore(connections)
        self._waiting: list[Link] = []  # the longest waiting first
        self._closed = False

    async def borrow(self, origin: httpcore.Origin, *, wait_s: float | None, connect_s: float | None) -> Link:
        """Give a link for one call within these limits; when this fails, nothing of the call was sent."""
        try:
            async with asyncio.timeout(wait_s):
                await self._turns.acquire()
        except TimeoutError as error:
            raise httpx.PoolTimeout("All connections were busy for too long.") from error
        try:
            return await self._reuse(origin) or await self._open_within(origin, connect_s)
        except BaseException:
            self._turns.release()
            raise

    async def give_back(self, link: Link) -> None:
        """Take a link after its call; one that cannot carry another call is closed."""
        try:
            if self._closed or not link.http.is_idle():
                await link.http.aclose()
            else:
                self._waiting.append(link)
                await self._drop_oldest()
        finally:
            self._turns.release()

    async def aclose(self) -> None:
        """Close all waiting links; lent ones follow when they come back."""
        self._closed = True
        while self._waiting:
            await self._waiting.pop().http.aclose()

    async def _reuse(self, origin: httpcore.Origin) -> Link | None:
        while (link := self._latest(origin)) is not None:
            self._waiting.remove(link)
            if self._usable(link):
                return link
            await link.http.aclose()
        return None

    def _latest(self, origin: httpcore.Origin) -> Link | None:
        return next((link for link in reversed(self._waiting) if link.origin == origin), None)

    def _usable(self, link: Link) -> bool:
        host, port = link.origin.host.decode("ascii"), link.origin.port
        return not link.http.has_expired() and (not link.private or self._dialer.guard.allows(host, port))

    async def _drop_oldest(self) -> None:
        while self._waiting and (len(self._waiting) > self._connections or self._waiting[0].http.has_expired()):
            await self._waiting.pop(0).http.aclose()

    async def _open_within(self, origin: httpcore.Origin, connect_s: float | None) -> Link:
        try:
            async with asyncio.timeout(connect_s):
                return await self._open(origin)
        except TimeoutError as error:
            host = origin.host.decode("ascii")
            raise httpx.ConnectTimeout(f"No connection to {host} within {connect_s:g} seconds.") from error

    async def _open(self, origin: httpcore.Origin) -> Link:
        host = origin.host.decode("ascii")
        stream, private = await self._dialer.dial(host, origin.port)
        if origin.scheme == b"https":
            stream = await self._secure(stream, host)
        return Link(origin, httpcore.AsyncHTTP11Connection(origin, stream, KEEP_ALIVE_S), private)

    async def _secure(self, stream: httpcore.AsyncNetworkStream, host: str) -> httpcore.AsyncNetworkStream:
        try:
            return await stream.start_tls(self._tls, server_hostname=host)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, OSError, ValueError) as error:
            await stream.aclose()
            raise httpx.ConnectError(f"No secure connection to {host}: {error}") from error
        except BaseException:
            await stream.aclose()
            raise
