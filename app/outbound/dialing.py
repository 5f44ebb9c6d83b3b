"""Opening a TCP connection to a host by an address that was checked first, and only to that one."""

import asyncio
import socket
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from ipaddress import ip_address
from typing import Any

import httpcore
import httpx

from app.outbound.guard import Guard

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""Gives the addresses of a host name, best first; raises OSError when there is none."""

Connect = Callable[[str], Coroutine[Any, Any, httpcore.AsyncNetworkStream]]

HEAD_START_S = 0.25
"""How long one address may try alone before the next one joins in (RFC 8305, Happy Eyeballs)."""


async def resolve_name(host: str) -> Sequence[str]:
    """Ask the system for the addresses of a name; odd literals such as `127.1` come back in plain form."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Dialer:
    """Resolves, checks and connects; the name is never looked up a second time after the check."""

    def __init__(self, guard: Guard, resolve: Resolve = resolve_name) -> None:
        """Take the rule and the resolver."""
        self.guard = guard
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def dial(self, host: str, port: int) -> tuple[httpcore.AsyncNetworkStream, bool]:
        """Connect, and say whether to a private host; raise OutboundRefused or httpx.ConnectError.

        The caller sets the time limit.
        """
        addresses = await self._addresses(host)
        private = self.guard.check(host, port, addresses)
        try:
            return await self._connect_first(addresses, port), private
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise httpx.ConnectError(f"No connection to {host} port {port}: {error}") from error

    async def _addresses(self, host: str) -> Sequence[str]:
        try:
            return [str(ip_address(host))]
        except ValueError:
            pass  # not an address in plain form, so the resolver says what it is
        try:
            addresses = await self._resolve(host)
        except (OSError, ValueError) as error:  # ValueError: a label that is empty or too long
            raise httpx.ConnectError(f"No address is known for {host}: {error}") from error
        if not addresses:
            raise httpx.ConnectError(f"No address is known for {host}.")
        return addresses

    async def _connect_first(self, addresses: Sequence[str], port: int) -> httpcore.AsyncNetworkStream:
        if len(addresses) == 1:
            return await self._network.connect_tcp(addresses[0], port)
        return await _Race(lambda address: self._network.connect_tcp(address, port), addresses).winner()


class _Race:
    """The addresses of one host, each tried a moment after the one before; the first to connect wins."""

    def __init__(self, connect: Connect, addresses: Sequence[str]) -> None:
        self._connect = connect
        self._waiting = deque(addresses)
        self._running: set[asyncio.Task[httpcore.AsyncNetworkStream]] = set()

    async def winner(self) -> httpcore.AsyncNetworkStream:
        failure: BaseException = httpcore.ConnectError("no address")
        try:
            while self._waiting or self._running:
                for task in await self._next_done():
                    if (error := task.exception()) is None:
                        self._running.discard(task)
                        return task.result()
                    self._running.discard(task)
                    failure = error
            raise failure
        finally:
            await self._stop_others()

    async def _next_done(self) -> set[asyncio.Task[httpcore.AsyncNetworkStream]]:
        if self._waiting:
            self._running.add(asyncio.create_task(self._connect(self._waiting.popleft())))
        wait_s = HEAD_START_S if self._waiting else None
        done, _ = await asyncio.wait(self._running, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
        return done

    async def _stop_others(self) -> None:
        for task in self._running:
            task.cancel()
        for outcome in await asyncio.gather(*self._running, return_exceptions=True):
            if isinstance(outcome, httpcore.AsyncNetworkStream):
                await outcome.aclose()
