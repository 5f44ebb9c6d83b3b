"""Which failures are known to come before anything was sent, each made by a real remote."""

import asyncio
import socket
from collections.abc import Sequence

import httpx
import idna
import pytest

from app.outbound import OutboundRefused, Outcome, client, outcome_of
from tests.fakes.server import Fake
from tests.outbound.conftest import EMPTY_OK, Handler, RawServer, answering, raw_server

HEADERS = {"webhook-id": "m1"}


async def failure(url: str, timeout: httpx.Timeout | None = None, content: bytes = b"{}") -> Exception:
    """The error of one POST with everything allowed."""
    async with client(lambda name: True, timeout=5) as http:
        with pytest.raises((httpx.HTTPError, httpx.InvalidURL, idna.IDNAError)) as raised:
            await http.post(url, headers=HEADERS, content=content, timeout=timeout or httpx.Timeout(5))
    return raised.value


async def test_port_without_a_listener_is_never_sent() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        error = await failure(f"http://127.0.0.1:{nobody.getsockname()[1]}/")
    assert isinstance(error, httpx.ConnectError)
    assert outcome_of(error) == "never_sent"


async def test_unknown_name_is_never_sent() -> None:
    async def unknown(host: str) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with client((), resolve=unknown) as http:
        with pytest.raises(httpx.ConnectError, match=r"nowhere\.example") as raised:
            await http.get("http://nowhere.example/")
    assert outcome_of(raised.value) == "never_sent"


async def test_name_without_addresses_is_never_sent() -> None:
    async def empty(host: str) -> Sequence[str]:
        return []

    async with client((), resolve=empty) as http:
        with pytest.raises(httpx.ConnectError) as raised:
            await http.get("http://nowhere.example/")
    assert outcome_of(raised.value) == "never_sent"


async def test_slow_name_server_is_never_sent() -> None:
    async def slow(host: str) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    async with client((), timeout=0.1, resolve=slow) as http:
        with pytest.raises(httpx.ConnectTimeout, match=r"slow\.example") as raised:
            await http.get("http://slow.example/")
    assert outcome_of(raised.value) == "never_sent"


async def test_silent_tls_handshake_is_never_sent() -> None:
    async with raw_server(_silent) as server:
        error = await failure(f"https://127.0.0.1:{server.port}/", httpx.Timeout(5, connect=0.2))
    assert isinstance(error, httpx.ConnectTimeout)
    assert outcome_of(error) == "never_sent"


async def test_tls_to_a_plain_server_is_never_sent() -> None:
    async with raw_server(_plain) as server:
        error = await failure(f"https://127.0.0.1:{server.port}/")
    assert isinstance(error, httpx.ConnectError)
    assert outcome_of(error) == "never_sent"


@pytest.mark.parametrize("path", ["/drop-before", "/drop-after"])
async def test_hang_up_without_an_answer_is_unknown(path: str, receiver: Fake) -> None:
    error = await failure(receiver.url + path)
    assert isinstance(error, httpx.RemoteProtocolError | httpx.ReadError)
    assert outcome_of(error) == "unknown"
    assert len(receiver.requests()) == 1


async def test_answer_that_comes_too_late_is_unknown(receiver: Fake) -> None:
    error = await failure(f"{receiver.url}/slow?ms=3000", httpx.Timeout(5, read=0.2))
    assert isinstance(error, httpx.ReadTimeout)
    assert outcome_of(error) == "unknown"
    assert receiver.get("/counts")["published"] == 1


async def test_upload_that_stalls_is_unknown() -> None:
    async with raw_server(_silent) as server:
        error = await failure(server.url, httpx.Timeout(5, write=0.2), content=b"x" * 30_000_000)
    assert isinstance(error, httpx.WriteTimeout)
    assert outcome_of(error) == "unknown"


async def test_upload_that_is_cut_is_unknown() -> None:
    async with raw_server(_cutting) as server:
        error = await failure(server.url, content=b"x" * 30_000_000)
    assert isinstance(error, httpx.WriteError | httpx.ReadError | httpx.RemoteProtocolError)
    assert outcome_of(error) == "unknown"


async def test_answer_that_is_not_http_is_unknown() -> None:
    async with raw_server(answering(b"220 mail.example ESMTP\r\n\r\n")) as server:
        error = await failure(server.url)
    assert isinstance(error, httpx.RemoteProtocolError)
    assert outcome_of(error) == "unknown"


async def test_body_that_breaks_off_is_unknown() -> None:
    async with raw_server(_short_body) as server:
        error = await failure(server.url)
    assert isinstance(error, httpx.RemoteProtocolError)
    assert outcome_of(error) == "unknown"


async def test_body_that_stalls_is_unknown() -> None:
    async with raw_server(answering(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc")) as server:
        error = await failure(server.url, httpx.Timeout(5, read=0.2))
    assert isinstance(error, httpx.ReadTimeout)
    assert outcome_of(error) == "unknown"


@pytest.mark.parametrize("url", ["ftp://studio.example/", "http:///hook", "http://0177.0.0.1/", "http://xn--a/"])
async def test_address_that_cannot_be_called_is_refused(url: str) -> None:
    assert outcome_of(await failure(url)) == "refused"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (OutboundRefused("nas", "10.0.0.9"), "refused"),
        (httpx.PoolTimeout("busy"), "never_sent"),
        (httpx.LocalProtocolError("illegal header"), "unknown"),
        (TimeoutError(), "unknown"),
        (RuntimeError("anything else"), "unknown"),
    ],
)
def test_what_is_not_known_to_precede_sending_is_unknown(error: Exception, outcome: Outcome) -> None:
    assert outcome_of(error) == outcome


def _silent(server: RawServer) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(1)

    return handle


def _plain(server: RawServer) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(EMPTY_OK)
        await writer.drain()

    return handle


def _cutting(server: RawServer) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    return handle


def _short_body(server: RawServer) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc")
        await writer.drain()

    return handle
