"""Which forwarded headers are believed."""

from ipaddress import ip_network
from typing import Any

import pytest

from app.web.proxies import TrustProxies

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


async def seen(peer: str | None, headers: list[tuple[str, str]], trusted: Any = TRUSTED) -> tuple[str, str, str]:
    """Client, scheme and host as the app sees them."""
    scope: dict[str, Any] = {
        "type": "http",
        "client": (peer, 4711) if peer else None,
        "scheme": "http",
        "headers": [(b"host", b"inner:8000"), *((name.lower().encode(), value.encode()) for name, value in headers)],
    }

    async def app(scope: Any, receive: Any, send: Any) -> None:
        return None

    await TrustProxies(app, trusted)(scope, None, None)  # type: ignore[arg-type]
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    assert len(hosts) == 1
    return (scope["client"] or ("", 0))[0], scope["scheme"], hosts[0].decode()


FOR, PROTO, HOST = "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"
CLIENTS = [
    ("192.0.2.1", [], "192.0.2.1"),
    ("192.0.2.1", [(FOR, "198.51.100.9")], "192.0.2.1"),
    ("10.0.0.1", [], "10.0.0.1"),
    ("10.0.0.1", [(FOR, "198.51.100.9")], "198.51.100.9"),
    ("10.0.0.1", [(FOR, "1.2.3.4, 198.51.100.9")], "198.51.100.9"),
    ("10.0.0.1", [(FOR, "1.2.3.4, 198.51.100.9, 10.1.1.1")], "198.51.100.9"),
    ("10.0.0.1", [(FOR, "1.2.3.4"), (FOR, "198.51.100.9")], "198.51.100.9"),
    ("10.0.0.1", [(FOR, "10.2.2.2, 10.1.1.1")], "10.2.2.2"),
    ("10.0.0.1", [(FOR, "198.51.100.9:5123")], "198.51.100.9"),
    ("10.0.0.1", [(FOR, "[2001:db8::5]:443")], "2001:db8::5"),
    ("10.0.0.1", [(FOR, "2001:db8::5")], "2001:db8::5"),
    ("10.0.0.1", [(FOR, "unknown")], "10.0.0.1"),
    ("10.0.0.1", [(FOR, "1.2.3.4, unknown")], "10.0.0.1"),
    ("10.0.0.1", [(FOR, "1.2.3.4, unknown, 10.1.1.1")], "10.1.1.1"),
    ("10.0.0.1", [(FOR, "")], "10.0.0.1"),
    ("::1", [(FOR, "198.51.100.9")], "198.51.100.9"),
    ("not-an-address", [(FOR, "198.51.100.9")], "not-an-address"),
]


@pytest.mark.parametrize(("peer", "headers", "client"), CLIENTS)
async def test_client_is_the_rightmost_hop_that_is_no_trusted_proxy(
    peer: str, headers: list[tuple[str, str]], client: str
) -> None:
    assert (await seen(peer, headers))[0] == client


ADDRESSES = [
    ("192.0.2.1", [(PROTO, "https"), (HOST, "desk.test")], ("http", "inner:8000")),
    ("10.0.0.1", [(PROTO, "https"), (HOST, "desk.test")], ("https", "desk.test")),
    ("10.0.0.1", [(PROTO, "https")], ("https", "inner:8000")),
    ("10.0.0.1", [(PROTO, "gopher"), (HOST, "evil.test/@x")], ("http", "inner:8000")),
    ("10.0.0.1", [(HOST, "desk.test:8443")], ("http", "desk.test:8443")),
    ("10.0.0.1", [(HOST, "[::1]:8443")], ("http", "[::1]:8443")),
    ("10.0.0.1", [(HOST, "evil.test"), (HOST, "desk.test")], ("http", "desk.test")),
]


@pytest.mark.parametrize(("peer", "headers", "address"), ADDRESSES)
async def test_scheme_and_host_come_from_trusted_proxies_only(
    peer: str, headers: list[tuple[str, str]], address: tuple[str, str]
) -> None:
    assert (await seen(peer, headers))[1:] == address


async def test_without_proxies_nothing_is_believed() -> None:
    headers = [(FOR, "198.51.100.9"), (PROTO, "https"), (HOST, "desk.test")]
    assert await seen("10.0.0.1", headers, trusted=()) == ("10.0.0.1", "http", "inner:8000")


async def test_unix_socket_peer_is_left_alone() -> None:
    assert (await seen(None, [(FOR, "198.51.100.9")]))[0] == ""
