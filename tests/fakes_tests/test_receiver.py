"""The webhook receiver does what it is told, verifies signatures and never publishes one id twice."""

import asyncio
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.standard_webhooks import new_secret, sign, verify
from tests.fakes.server import Fake

SECRET = new_secret()
ROOT = Path(__file__).parents[2]
FILE = b"a video, nearly" * 1000


@pytest.fixture(scope="module")
def running() -> Iterator[Fake]:
    with Fake("tests.fakes.receiver:app", FAKE_SECRET=SECRET) as fake:
        yield fake


@pytest.fixture
def receiver(running: Fake) -> Fake:
    running.post("/reset")
    return running


def deliver(receiver: Fake, path: str, id: str = "pub:1:1", *, secret: str = SECRET, **data: Any) -> httpx.Response:
    body = json.dumps({"type": "post.publish", "data": data}).encode()
    headers = {"content-type": "application/json", **sign(secret, id, datetime.now(UTC), body)}
    return httpx.post(receiver.url + path, content=body, headers=headers, timeout=10, trust_env=False, verify=False)


def test_delivery_is_published_once_however_often_it_comes(receiver: Fake) -> None:
    answers = [deliver(receiver, "/ok").json() for _ in range(3)]
    other = deliver(receiver, "/ok", "pub:2:1").json()
    assert answers[0] == answers[1] == answers[2] != other
    assert set(other) == {"id", "url"}
    assert receiver.get("/counts") == {"total": 4, "distinct": 2, "published": 2}


def test_request_is_told_as_it_came(receiver: Fake) -> None:
    before = time.time_ns() // 1_000_000
    deliver(receiver, "/ok/channel-7", title="Straße")
    after = time.time_ns() // 1_000_000
    (request,) = receiver.requests()
    assert before <= request.pop("arrived_ms") <= after
    assert request == {
        "webhook_id": "pub:1:1",
        "path": "/ok/channel-7",
        "behaviour": "ok",
        "verified": True,
        "body": {"type": "post.publish", "data": {"title": "Straße"}},
    }


def test_wrong_signature_is_recorded_but_not_published(receiver: Fake) -> None:
    assert deliver(receiver, "/ok", secret=new_secret()).status_code == 401
    assert [request["verified"] for request in receiver.requests()] == [False]
    assert receiver.get("/counts")["published"] == 0


def test_script_decides_in_order_and_then_the_path_again(receiver: Fake) -> None:
    receiver.post("/script", {"path": "/ok/1", "behaviours": ["500", "slow?ms=1", "410"]})
    receiver.post("/script", {"behaviours": ["400"]})
    statuses = [deliver(receiver, "/ok/1").status_code for _ in range(4)]
    assert statuses == [500, 200, 410, 400]
    assert deliver(receiver, "/ok/1").status_code == 200
    assert [request["behaviour"] for request in receiver.requests()] == ["500", "slow", "410", "400", "ok"]


def test_unknown_behaviour_is_not_found(receiver: Fake) -> None:
    assert deliver(receiver, "/okay").status_code == 404
    assert receiver.get("/counts")["total"] == 0


@pytest.mark.parametrize(("path", "status"), [("/400", 400), ("/410", 410), ("/500", 500), ("/502-html", 502)])
def test_failure_publishes_nothing(path: str, status: int, receiver: Fake) -> None:
    assert deliver(receiver, path).status_code == status
    assert receiver.get("/counts") == {"total": 1, "distinct": 1, "published": 0}


def test_bad_gateway_speaks_no_json(receiver: Fake) -> None:
    with pytest.raises(json.JSONDecodeError):
        deliver(receiver, "/502-html").json()


@pytest.mark.parametrize(("path", "published"), [("/drop-after", 1), ("/drop-before", 0)])
def test_hang_up_tells_the_sender_nothing(path: str, published: int, receiver: Fake) -> None:
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        deliver(receiver, path)
    assert receiver.get("/counts") == {"total": 1, "distinct": 1, "published": published}


def test_slow_answer_comes_after_its_time(receiver: Fake) -> None:
    started = time.monotonic()
    deliver(receiver, "/slow?ms=300")
    assert 0.3 <= time.monotonic() - started < 2


def test_retry_after_comes_as_seconds(receiver: Fake) -> None:
    answer = deliver(receiver, "/429-seconds?after=7")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


def test_retry_after_comes_as_a_date(receiver: Fake) -> None:
    answer = deliver(receiver, "/429-date?after=60")
    ahead = parsedate_to_datetime(answer.headers["retry-after"]) - datetime.now(UTC)
    assert answer.status_code == 429
    assert 55 < ahead.total_seconds() <= 60


def test_redirect_leads_elsewhere_on_this_machine(receiver: Fake) -> None:
    answer = deliver(receiver, "/redirect")
    assert (answer.status_code, answer.headers["location"]) == (302, f"{receiver.url}/ok")


@pytest.mark.parametrize(("then", "published"), [("published", 1), ("failed", 0)])
def test_accepted_delivery_is_pending_and_then_decided(then: str, published: int, receiver: Fake) -> None:
    answer = deliver(receiver, f"/accepted?pending=2&then={then}")
    url = answer.json()["status_url"]
    told = [httpx.get(url, trust_env=False, verify=False).json() for _ in range(4)]
    assert answer.status_code == 202
    assert [each["status"] for each in told] == ["pending", "pending", then, then]
    assert ("url" in told[-1], "error" in told[-1]) == (then == "published", then == "failed")
    assert receiver.get("/counts")["published"] == published


def test_accepted_delivery_that_comes_again_does_not_start_anew(receiver: Fake) -> None:
    first = deliver(receiver, "/accepted?pending=1").json()["status_url"]
    httpx.get(first, trust_env=False, verify=False)
    assert deliver(receiver, "/accepted?pending=1").json()["status_url"] == first
    assert httpx.get(first, trust_env=False, verify=False).json()["status"] == "published"


@pytest.mark.parametrize("then", ["published", "failed"])
def test_callback_comes_later_and_signed(then: str, receiver: Fake, ours: "Ours") -> None:
    answer = deliver(receiver, f"/accepted-callback?ms=50&then={then}", callback_url=f"{ours.url}/callback")
    assert answer.status_code == 202
    headers, body = ours.next_post()
    verify(SECRET, headers, body, datetime.now(UTC))
    assert json.loads(body)["status"] == then
    assert _soon(lambda: receiver.get("/callbacks")) == [{"url": f"{ours.url}/callback", "status": 204}]


@pytest.mark.parametrize(
    ("announced", "status"),
    [
        ({"bytes": len(FILE), "sha256": hashlib.sha256(FILE).hexdigest()}, 200),
        ({"bytes": len(FILE) - 1, "sha256": hashlib.sha256(FILE).hexdigest()}, 422),
        ({"bytes": len(FILE), "sha256": hashlib.sha256(b"other").hexdigest()}, 422),
    ],
)
def test_file_is_fetched_and_checked(announced: dict[str, Any], status: int, receiver: Fake, ours: "Ours") -> None:
    answer = deliver(receiver, "/fetch", file={"url": f"{ours.url}/file", **announced})
    assert answer.status_code == status
    assert receiver.get("/counts")["published"] == (status == 200)


def test_endless_body_goes_on_until_the_sender_leaves(receiver: Fake) -> None:
    headers = sign(SECRET, "pub:1:1", datetime.now(UTC), b"")
    got = 0
    with httpx.stream("POST", f"{receiver.url}/endless", headers=headers, trust_env=False, verify=False) as answer:
        for part in answer.iter_raw():
            got += len(part)
            if got > 5_000_000:
                break
    assert deliver(receiver, "/ok").status_code == 200


async def test_thousand_deliveries_at_once_are_all_taken(receiver: Fake) -> None:
    async def one(n: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
        headers = "".join(f"{k}: {v}\r\n" for k, v in sign(SECRET, f"m{n}", datetime.now(UTC), b"").items())
        writer.write(f"POST /ok HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n".encode())
        answer = await reader.read()
        writer.close()
        return answer[:15]

    async with asyncio.timeout(20):
        answers = await asyncio.gather(*(one(n) for n in range(1000)))
    assert set(answers) == {b"HTTP/1.1 200 OK"}
    assert receiver.get("/counts") == {"total": 1000, "distinct": 1000, "published": 1000}


def test_stopped_fake_refuses_and_comes_back_at_its_address() -> None:
    fake = Fake("tests.fakes.receiver:app").start()
    url = fake.url
    fake.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False, verify=False)
    with fake:
        assert fake.url == url
        assert fake.requests() == []


def test_fake_that_cannot_start_says_so() -> None:
    with pytest.raises(httpx.HTTPError):
        Fake("tests.fakes.receiver:no_such_app").start()


def test_fake_ends_with_a_killed_parent() -> None:
    script = (
        "import time; from tests.fakes.server import Fake;"
        "print(Fake('tests.fakes.receiver:app').start().port, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        port = int(parent.stdout.readline())
        socket.create_connection(("127.0.0.1", port), 5).close()
        os.kill(parent.pid, signal.SIGKILL)
    assert _soon(lambda: _refuses(port))


def _refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except ConnectionRefusedError:
        return True
    return False


def _soon(question: Any) -> Any:
    """Ask until something true comes back, for five seconds."""
    for _ in range(100):
        if answer := question():
            return answer
        time.sleep(0.05)
    return question()


class Ours(ThreadingHTTPServer):
    """Our side as the receiver sees it: gives the file and takes callbacks."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _OursHandler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.posts: list[tuple[dict[str, str], bytes]] = []

    def next_post(self) -> tuple[dict[str, str], bytes]:
        assert _soon(lambda: self.posts), "no callback came"
        return self.posts[0]


class _OursHandler(BaseHTTPRequestHandler):
    server: Ours

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(FILE)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.posts.append((dict(self.headers.items()), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent."""


@pytest.fixture
def ours() -> Iterator[Ours]:
    with Ours() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()
