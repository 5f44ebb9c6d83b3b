"""Reverse proxies: whose word about the real client, scheme and host is believed (DAYPART_TRUSTED_PROXIES)."""

import ipaddress
import re

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from app.settings import Network

_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_PORT = re.compile(r"^(\[(?P<v6>[^\]]+)\]|(?P<v4>\d+\.\d+\.\d+\.\d+))(:\d+)?$")


class TrustProxies:
    """Takes client, scheme and host from `X-Forwarded-*` when the peer is one of the trusted proxies."""

    def __init__(self, app: ASGIApp, trusted: tuple[Network, ...]) -> None:
        self.app = app
        self.trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite the scope, then go on."""
        if scope["type"] == ScopeType.HTTP and (peer := scope["client"]) and self._trusts(peer[0]):
            self._believe(scope, peer)
        await self.app(scope, receive, send)

    def _trusts(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self.trusted)

    def _believe(self, scope: HTTPScope, peer: tuple[str, int]) -> None:
        said = _forwarded(scope)
        scope["client"] = (self._client([*said.get(b"x-forwarded-for", []), peer[0]]), 0)
        if (scheme := _last(said, b"x-forwarded-proto")) in ("http", "https"):
            scope["scheme"] = scheme
        if _HOST.fullmatch(host := _last(said, b"x-forwarded-host")):
            others = [pair for pair in scope["headers"] if pair[0] != b"host"]
            scope["headers"] = [*others, (b"host", host.encode())]

    def _client(self, hops: list[str]) -> str:
        """The rightmost hop that no trusted proxy stands for: everything left of it may be invented."""
        client = hops[-1]
        for hop in reversed(hops):
            address = _address(hop)
            if address is None:
                break
            client = address
            if not self._trusts(client):
                break
        return client


def _forwarded(scope: HTTPScope) -> dict[bytes, list[str]]:
    said: dict[bytes, list[str]] = {}
    for name, value in scope["headers"]:
        if name.startswith(b"x-forwarded-"):
            said.setdefault(name, []).extend(part.strip() for part in value.decode("latin-1").split(","))
    return said


def _last(said: dict[bytes, list[str]], name: bytes) -> str:
    return said.get(name, [""])[-1]


def _address(hop: str) -> str | None:
    """An address without its port, or None when the hop is none (`unknown`, a name)."""
    match = _PORT.match(hop)
    bare = (match["v6"] or match["v4"]) if match else hop
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return None
