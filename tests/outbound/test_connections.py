"""Connections are kept, limited, given back whatever happens, and never retried on."""

import asyncio
import gzip
import socket
import time
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest

from app.outbound import client, outcome_of, read_limited
from tests.fakes.server import Fake
from tests.outbound.conftest import EMPTY_OK, Handler, RawServer, answering, leads_to, raw_server

LOOPBACK = {"127.0.0.1"}
HEADERS = {"webhook-id": "m1"}


async def test_calls_in_a_row_share_a_connection() -> None:
    async with raw_server(answering(*[EMPTY_OK] * 5)) as server, client(LOOPBACK) as http:
        for _ in range(5):
            await http.get(server.url)
    assert (server.connections, len(server.requests)) == (1, 5)


async def test_call_lost_on_a_kept_connection_is_not_sent_again() -> None:
    async with raw_server(answering(EMPTY_OK)) as server, client(LOOPBACK) as http:
        await http.get(server.url)
        with pytest.raises(httpx.TransportError) as lost:
            await http.get(server.url)
        assert (server.connections, len(server.requests)) == (1, 2)
        assert outcome_of(lost.value) == "unknown"
        assert (await http.get(server.url)).status_code == 200


async def test_connection_announced_to_close_is_replaced() -> None:
    closing = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    async with raw_server(answering(closing, EMPTY_OK)) as server, client(LOOPBACK) as http:
        await http.get(server.url)
        await http.get(server.url)
    assert (server.connections, len(server.requests)) == (2, 2)


async def test_connection_closed_by_the_remote_while_waiting_is_replaced() -> None:
    async with raw_server(_leaving) as server, client(LOOPBACK) as http:
        await http.get(server.url)
        await asyncio.sleep(0.15)
        await http.get(server.url)
    assert (server.connections, len(server.requests)) == (2, 2)


async def test_no_more_connections_than_allowed(receiver: Fake) -> None:
    async with client(LOOPBACK, connections=2) as http:
        started = time.monotonic()
        urls = [f"{receiver.url}/slow?ms=200"] * 6
        await asyncio.gather(*(http.post(url, headers=HEADERS) for url in urls))
        took_s = time.monotonic() - started
    assert took_s >= 0.6
    arrived = [request["arrived_ms"] for request in receiver.requests()]
    assert arrived[2] - arrived[0] >= 190


async def test_waiting_for_a_turn_ends_with_the_pool_timeout(receiver: Fake) -> None:
    async with client(LOOPBACK, connections=1) as http:
        holding = asyncio.create_task(http.post(f"{receiver.url}/slow?ms=600", headers=HEADERS))
        await asyncio.sleep(0.1)
        with pytest.raises(httpx.PoolTimeout):
            await http.post(f"{receiver.url}/ok", headers=HEADERS, timeout=httpx.Timeout(30, pool=0.1))
        assert (await holding).status_code == 200
    assert [request["path"] for request in receiver.requests()] == ["/slow"]


@pytest.mark.parametrize("path", ["/slow?ms=5000", "/endless?bytes=1&every_ms=50"])
async def test_cancelled_call_gives_its_turn_back(path: str, receiver: Fake) -> None:
    async with client(LOOPBACK, connections=1) as http:
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await http.post(receiver.url + path, headers=HEADERS)
        async with asyncio.timeout(30):
            assert (await http.post(f"{receiver.url}/ok", headers=HEADERS)).status_code == 200


async def test_cancelled_connecting_gives_its_turn_back(receiver: Fake) -> None:
    async def never(host: str) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    async with client(LOOPBACK, connections=1, resolve=never) as http:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await http.get("http://slow-names.example/")
        async with asyncio.timeout(30):
            assert (await http.post(f"{receiver.url}/ok", headers=HEADERS)).status_code == 200


async def test_next_address_is_tried_when_one_is_refused(receiver: Fake) -> None:
    async with client({"studio.example"}, resolve=leads_to("127.0.0.2", "127.0.0.1")) as http:
        answer = await http.post(f"http://studio.example:{receiver.port}/ok", headers=HEADERS)
    assert answer.status_code == 200


async def test_next_address_does_not_wait_for_a_silent_one(receiver: Fake) -> None:
    with _silent("127.0.0.2", receiver.port):
        async with client({"studio.example"}, resolve=leads_to("127.0.0.2", "127.0.0.1")) as http:
            tasks, started = asyncio.all_tasks(), time.monotonic()
            answer = await http.post(f"http://studio.example:{receiver.port}/ok", headers=HEADERS)
            took_s = time.monotonic() - started
            assert asyncio.all_tasks() == tasks, "the slower attempt goes on"
    assert answer.status_code == 200
    assert 0.2 < took_s < 2


async def test_all_addresses_refusing_is_a_connect_error(receiver: Fake) -> None:
    async with client({"studio.example"}, resolve=leads_to("127.0.0.2", "127.0.0.3")) as http:
        with pytest.raises(httpx.ConnectError, match=r"studio\.example"):
            await http.get(f"http://studio.example:{receiver.port}/ok")


async def test_cookies_are_not_kept() -> None:
    cookie = b"HTTP/1.1 200 OK\r\nset-cookie: who=me\r\ncontent-length: 0\r\n\r\n"
    async with raw_server(answering(cookie, cookie)) as server, client(LOOPBACK) as http:
        await http.get(server.url)
        await http.get(server.url)
    assert b"cookie:" not in server.requests[1].lower()


async def test_endless_body_is_read_to_the_limit_and_its_turn_given_back(receiver: Fake) -> None:
    async with client(LOOPBACK, connections=1) as http, asyncio.timeout(60):
        for _ in range(2):
            async with http.stream("POST", f"{receiver.url}/endless", headers=HEADERS) as answer:
                assert await read_limited(answer) == b"x" * 65_536
            async with http.stream("POST", f"{receiver.url}/endless", headers=HEADERS) as answer:
                assert await read_limited(answer, 10) == b"x" * 10


async def test_short_body_is_read_whole_and_its_connection_kept() -> None:
    short = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"
    async with raw_server(answering(short, short)) as server, client(LOOPBACK) as http:
        for _ in range(2):
            async with http.stream("GET", server.url) as answer:
                assert await read_limited(answer) == b"hello"
    assert server.connections == 1


async def test_dripping_body_ends_with_the_callers_deadline(receiver: Fake) -> None:
    async with client(LOOPBACK, connections=1) as http:
        url = f"{receiver.url}/endless?bytes=1&every_ms=20"
        async with http.stream("POST", url, headers=HEADERS) as answer:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(read_limited(answer), 0.5)
        assert (await http.post(f"{receiver.url}/ok", headers=HEADERS)).status_code == 200


async def test_compressed_body_is_neither_asked_for_nor_unpacked() -> None:
    packed = gzip.compress(b"0" * 10_000_000)
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(packed)}\r\n\r\n"
    async with (
        raw_server(answering(head.encode() + packed)) as server,
        client(LOOPBACK) as http,
        http.stream("GET", server.url) as answer,
    ):
        assert await read_limited(answer) == packed
    assert b"accept-encoding: identity" in server.requests[0].lower()


async def test_upload_is_streamed_whole(receiver: Fake) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"y" * 10_000

    async with client(LOOPBACK) as http:
        assert (await http.post(f"{receiver.url}/ok", headers=HEADERS, content=parts())).status_code == 200
    assert len(receiver.requests()[0]["body"]) == 1_000_000


async def test_thousand_calls_at_once_take_no_quadratic_time(receiver: Fake) -> None:
    async with client(LOOPBACK) as http:
        started = time.monotonic()
        answers = await asyncio.gather(
            *(http.post(f"{receiver.url}/ok", headers={"webhook-id": f"m{n}"}) for n in range(1000))
        )
        took_s = time.monotonic() - started
    assert {answer.status_code for answer in answers} == {200}
    assert receiver.get("/counts") == {"total": 1000, "distinct": 1000, "published": 1000}
    assert took_s < 8, "0.7 s on an idle machine; httpx's own pool takes 15 s and more"


def _leaving(server: RawServer) -> Handler:
    """Answers as if it would stay, then hangs up after 50 ms."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.read_request(reader)
        writer.write(EMPTY_OK)
        await writer.drain()
        await asyncio.sleep(0.05)

    return handle


class _silent:  # noqa: N801 - reads as a statement
    """A port whose queue is full, so that further callers get no answer at all."""

    def __init__(self, host: str, port: int) -> None:
        self._sockets = [socket.socket() for _ in range(4)]
        self._address = (host, port)

    def __enter__(self) -> None:
        listening, *callers = self._sockets
        listening.bind(self._address)
        listening.listen(0)
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(self._address)

    def __exit__(self, *_: object) -> None:
        for each in self._sockets:
            each.close()
