"""What an administrator's list of allowed hosts opens, and how soon a change counts."""

import httpx
import pytest

from app.outbound import OutboundRefused, client
from app.outbound.guard import Guard
from tests.fakes.server import Fake
from tests.outbound.conftest import EMPTY_OK, answering, raw_server


@pytest.mark.parametrize(
    ("entry", "host", "port"),
    [
        ("nas", "nas", 80),
        ("NAS.Local", "nas.local", 80),
        ("nas:8080", "nas", 8080),
        ("10.0.0.9", "10.0.0.9", 443),
        ("::1", "::1", 80),
        ("[::1]", "::1", 80),
        ("[::1]:8080", "::1", 8080),
        ("bücher.lan", "xn--bcher-kva.lan", 80),
        ("xn--bcher-kva.lan", "xn--bcher-kva.lan", 80),
        ("bücher.lan:81", "xn--bcher-kva.lan", 81),
    ],
)
def test_listed_host_is_allowed(entry: str, host: str, port: int) -> None:
    assert Guard({entry}).allows(host, port)
    assert Guard(lambda name: name == entry.lower()).allows(host, port)


@pytest.mark.parametrize(
    ("entry", "host", "port"),
    [
        ("nas", "nas.", 80),
        ("nas", "other.nas", 80),
        ("nas.local", "nas", 80),
        ("nas:8080", "nas", 80),
        ("nas:80", "nas", 8080),
        ("127.0.0.1", "127.1", 80),
        ("localhost", "127.0.0.1", 80),
        ("::1:80", "::1", 80),
        ("", "nas", 80),
    ],
)
def test_host_written_otherwise_is_not_allowed(entry: str, host: str, port: int) -> None:
    assert not Guard({entry}).allows(host, port)


async def test_allowed_port_opens_no_other_port(receiver: Fake) -> None:
    async with raw_server(answering(EMPTY_OK)) as other, client({f"127.0.0.1:{other.port}"}) as http:
        assert (await http.get(other.url)).status_code == 200
        with pytest.raises(OutboundRefused):
            await http.get(receiver.url)


async def test_permission_counts_at_once_when_given() -> None:
    allowed: set[str] = set()
    async with raw_server(answering(EMPTY_OK)) as server, client(allowed) as http:
        with pytest.raises(OutboundRefused):
            await http.get(server.url)
        allowed.add("127.0.0.1")
        assert (await http.get(server.url)).status_code == 200


async def test_open_connection_is_not_used_after_the_permission_is_taken() -> None:
    allowed = {"127.0.0.1"}
    async with raw_server(answering(EMPTY_OK, EMPTY_OK, EMPTY_OK)) as server, client(allowed) as http:
        await http.get(server.url)
        await http.get(server.url)
        assert server.connections == 1, "the connection is kept open, else this test shows nothing"
        allowed.clear()
        with pytest.raises(OutboundRefused):
            await http.get(server.url)
    assert len(server.requests) == 2


async def test_callable_is_asked_at_each_use() -> None:
    asked: list[str] = []

    def rule(name: str) -> bool:
        asked.append(name)
        return name == "localhost"

    async with raw_server(answering(EMPTY_OK, EMPTY_OK)) as server, client(rule) as http:
        url = httpx.URL(server.url, host="LocalHost")
        await http.get(url)
        first = len(asked)
        await http.get(url)
    assert 0 < first < len(asked)
    assert set(asked) <= {"localhost", f"localhost:{server.port}"}
