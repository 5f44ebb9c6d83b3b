"""Private addresses are refused, by whatever name, trick or redirect they are reached."""

import asyncio
import socket
from collections.abc import Sequence

import httpx
import pytest

from app.outbound import OutboundRefused, client
from tests.fakes.server import Fake
from tests.outbound.conftest import leads_to

PUBLIC = "93.184.215.14"
HEADERS = {"webhook-id": "m1"}


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "2130706433",
        "0",
        "0.0.0.0",
        "localhost",
        "LOCALHOST",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "user:secret@127.0.0.1",
    ],
)
async def test_private_host_is_refused_and_hears_nothing(host: str, receiver: Fake) -> None:
    async with client(frozenset()) as http:
        with pytest.raises(OutboundRefused):
            await http.post(f"http://{host}:{receiver.port}/ok", headers=HEADERS)
    assert receiver.requests() == []


async def test_localhost_with_a_trailing_dot_does_not_get_through(receiver: Fake) -> None:
    async with client({"localhost"}) as http:  # some systems know the name, some do not
        with pytest.raises((OutboundRefused, httpx.ConnectError)):
            await http.post(f"http://localhost.:{receiver.port}/ok", headers=HEADERS)
    assert receiver.requests() == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1/", "127.0.0.1 is a private address. An administrator can allow this host in Settings."),
        (
            "http://nas.example/",
            "nas.example is at 10.0.0.9, a private address. An administrator can allow this host in Settings.",
        ),
    ],
)
async def test_refusal_says_what_and_who_can_change_it(url: str, words: str) -> None:
    async with client(frozenset(), resolve=leads_to("10.0.0.9")) as http:
        with pytest.raises(OutboundRefused) as refused:
            await http.get(url)
    assert str(refused.value) == words
    assert (refused.value.host, refused.value.address) == (
        httpx.URL(url).host,
        "10.0.0.9" if "nas" in url else "127.0.0.1",
    )


@pytest.mark.parametrize(
    "addresses", [[PUBLIC, "127.0.0.1"], ["2606:4700::1111", PUBLIC, "fe80::1%lo"], ["127.0.0.1", PUBLIC]]
)
async def test_one_private_address_among_public_ones_refuses_the_host(addresses: list[str]) -> None:
    async with client(frozenset(), resolve=leads_to(*addresses)) as http:
        with pytest.raises(OutboundRefused):
            await http.get("http://mixed.example/")


async def test_name_is_looked_up_once_and_the_checked_address_is_called(receiver: Fake) -> None:
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    asked: list[str] = []

    async def rebinding(host: str) -> Sequence[str]:
        asked.append(host)
        return answers.pop(0)

    async with client({"studio.example"}, resolve=rebinding) as http:
        answer = await http.post(f"http://studio.example:{receiver.port}/ok", headers=HEADERS)
    assert answer.status_code == 200
    assert answer.request.headers["host"] == f"studio.example:{receiver.port}"
    assert asked == ["studio.example"]


async def test_name_that_turns_private_between_calls_is_refused(receiver: Fake) -> None:
    async def rebinding(host: str) -> Sequence[str]:
        return ["127.0.0.1"] if allowed else [PUBLIC, "127.0.0.1"]

    allowed = {"studio.example"}
    async with client(allowed, resolve=rebinding) as http:
        await http.post(f"http://studio.example:{receiver.port}/ok", headers=HEADERS)
        allowed.clear()
        with pytest.raises(OutboundRefused):
            await http.post(f"http://studio.example:{receiver.port}/ok", headers=HEADERS)
    assert len(receiver.requests()) == 1


async def test_redirect_comes_back_as_an_answer(receiver: Fake) -> None:
    async with client({"127.0.0.1"}) as http:
        answer = await http.post(f"{receiver.url}/redirect", headers=HEADERS)
    assert answer.status_code == 302
    assert [request["path"] for request in receiver.requests()] == ["/redirect"]


async def test_redirect_to_a_private_host_is_refused_even_when_a_caller_follows(receiver: Fake) -> None:
    target = f"http://localhost:{receiver.port}/ok"
    async with client({"127.0.0.1"}) as http:
        with pytest.raises(OutboundRefused):
            await http.post(f"{receiver.url}/redirect", params={"to": target}, headers=HEADERS, follow_redirects=True)
    assert [request["path"] for request in receiver.requests()] == ["/redirect"]


@pytest.mark.parametrize(
    "url", ["ftp://8.8.8.8/", "ws://8.8.8.8/", "unix:///run/docker.sock", "file:///etc/passwd", "http:///x", "//x/"]
)
async def test_other_schemes_and_missing_hosts_are_refused(url: str) -> None:
    async with client(lambda host: True) as http:
        with pytest.raises(httpx.UnsupportedProtocol):
            await http.get(url)


@pytest.mark.parametrize("host", ["0177.0.0.1", "127.0.0.256", "１２７.０.０.１", "ⓛocalhost"])
async def test_host_that_only_looks_like_one_is_no_address(host: str, receiver: Fake) -> None:
    async with client(frozenset()) as http:
        with pytest.raises(httpx.InvalidURL):
            await http.post(f"http://{host}:{receiver.port}/ok", headers=HEADERS)
    assert receiver.requests() == []


@pytest.mark.parametrize("host", ["a..b", "a" * 70 + ".example", "%6c%6fcalhost", "127.0.0.1%00.example"])
async def test_host_that_no_resolver_takes_is_a_connect_error(host: str) -> None:
    async with client(lambda name: True) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"http://{host}/")


@pytest.mark.parametrize("port", [0, 65_536, 99_999])
async def test_port_that_cannot_exist_is_refused(port: int) -> None:
    async with client(lambda host: True) as http:
        with pytest.raises(httpx.UnsupportedProtocol):
            await http.get(f"http://127.0.0.1:{port}/")


async def test_proxy_of_the_environment_is_not_used(receiver: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        monkeypatch.setenv("NO_PROXY", "")
        async with client({"127.0.0.1"}) as http:
            answer = await http.post(f"{receiver.url}/ok", headers=HEADERS)
    assert answer.status_code == 200


async def test_refusal_takes_no_turn_from_others(receiver: Fake) -> None:
    async with client({"127.0.0.1"}, connections=1) as http:
        for _ in range(3):
            with pytest.raises(OutboundRefused):
                await http.get(f"http://localhost:{receiver.port}/ok")
        async with asyncio.timeout(30):
            assert (await http.post(f"{receiver.url}/ok", headers=HEADERS)).status_code == 200
