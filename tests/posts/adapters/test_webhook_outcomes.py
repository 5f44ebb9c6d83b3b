"""What the webhook adapter makes of every way in which a receiver may answer."""

from collections.abc import Callable

import pytest

from app.posts.adapters.base import Accepted, NotSent, Outcome, Published, Refused, Tools, Unknown
from app.posts.adapters.webhook import Webhook
from tests.fakes.receiver_behaviours import BEHAVIOURS
from tests.fakes.server import Fake
from tests.outbound.conftest import answering, raw_server
from tests.posts.adapters.webhooks import publication

REASON = "The receiver answered"
BROKE = Unknown("The connection broke before the receiver answered, so it may have the post.")
UNSIGNED = "it does not accept the signature. Check the signing secret."
HOOK = Webhook()


def out(id: str = "p1") -> Published:
    return Published(id, f"https://receiver.example/{id}")


# how the receiver behaves -> what that means, and how often it has published then
EXPECTED: dict[str, tuple[Outcome | Callable[[Outcome], bool], int]] = {
    "ok": (out(), 1),
    "slow?ms=300": (out(), 1),
    "slow?ms=4000": (BROKE, 1),
    "accepted": (lambda found: isinstance(found, Accepted) and "/status/" in found.prepared["status_url"], 1),
    "accepted-callback?ms=1": (lambda found: isinstance(found, Accepted), 1),
    "drop-after": (BROKE, 1),
    "drop-before": (BROKE, 0),
    "429-seconds?after=7": (NotSent(f"{REASON} 429: it is busy.", 7.0), 0),
    "429-date?after=60": (lambda found: isinstance(found, NotSent) and 50 < (found.retry_after_s or 0) <= 61, 0),
    "500": (Unknown(f"{REASON} 500: it failed in the middle, so it may have the post."), 0),
    "502-html": (Unknown(f"{REASON} 502: it failed in the middle, so it may have the post."), 0),
    "redirect": (
        Refused(f"{REASON} 302, a redirect, which is not followed. Give the channel the final address."), 0,
    ),
    "endless": (Published(None, None), 1),
    "endless?bytes=1&every_ms=100": (Published(None, None), 1),
    "400": (Refused(f"{REASON} 400 and refused the post: answering 400."), 0),
    "410": (Refused(f"{REASON} 410: it is gone and wants no more posts. Give the channel another address.", True), 0),
    "fetch": (lambda found: isinstance(found, Refused | Unknown), 0),
}  # fmt: skip


@pytest.mark.parametrize("behaviour", EXPECTED)
async def test_answer_of_a_receiver(receiver: Fake, tools: Tools, behaviour: str) -> None:
    expected, published = EXPECTED[behaviour]
    found = await HOOK.commit(publication(f"{receiver.url}/{behaviour}"), tools)
    assert expected(found) if callable(expected) else found == expected
    assert receiver.get("/counts")["published"] == published


def test_every_behaviour_of_the_receiver_is_expected() -> None:
    assert {behaviour.partition("?")[0] for behaviour in EXPECTED} == set(BEHAVIOURS)


# what a receiver says word for word -> what that means
ANSWERS: list[tuple[str, str, Outcome]] = [
    ("204 No Content", "", Published()),
    ("200 OK", "fine", Published()),
    ("200 OK", "[]", Published()),
    ("200 OK", '{"id": [1], "status": 3}', Published("[1]")),
    ("201 Created", '{"id": 7}', Published("7")),
    ("200 OK", '{"external_id": "x"}', Published("x")),
    ("200 OK", '{"url": "javascript:alert()"}', Published()),
    ("200 OK", '{"status": "failed", "error": "no sound"}', Refused("The receiver reports: no sound")),
    ("200 OK", '{"status": "failed", "error": {"code": 7}}', Refused('The receiver reports: {"code":7}')),
    ("202 Accepted", '{"status": "failed"}', Refused("The receiver reports: failed, without a reason.")),
    ("200 OK", '{"status": "pending"}', Accepted({"status_url": None, "external_id": None})),
    ("202 Accepted", "", Accepted({"status_url": None, "external_id": None})),
    ("202 Accepted", '{"status_url": 7}', Accepted({"status_url": None, "external_id": None})),
    (
        "401 Unauthorized",
        "",
        Refused(f"{REASON} 401: {UNSIGNED}", True),
    ),
    ("404 Not Found", "", Refused(f"{REASON} 404 and refused the post.")),
    ("422 No", "\x00\x01", Refused(f"{REASON} 422 and refused the post.")),
    ("408 Request Timeout", "", NotSent(f"{REASON} 408: it did not get the whole request in time.")),
    ("503 Gone Wrong", "", Unknown(f"{REASON} 503: it failed in the middle, so it may have the post.")),
    ("503 Busy\r\nretry-after: soon", "", NotSent(f"{REASON} 503: it is busy.")),
    ("503 Busy\r\nretry-after: 120", "", NotSent(f"{REASON} 503: it is busy.", 120)),
    ("504 Gateway Timeout", "", Unknown(f"{REASON} 504: it failed in the middle, so it may have the post.")),
]


@pytest.mark.parametrize(("status", "body", "expected"), ANSWERS)
async def test_answer_word_for_word(tools: Tools, status: str, body: str, expected: Outcome) -> None:
    answer = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n\r\n{body}"
    async with raw_server(answering(answer.encode())) as server:
        assert await HOOK.commit(publication(server.url), tools) == expected


async def test_status_counts_although_the_body_breaks_off(tools: Tools) -> None:
    async with raw_server(answering(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{")) as server:
        assert await HOOK.commit(publication(server.url), tools) == Published()


async def test_answer_that_is_no_http_leaves_it_open_what_happened(tools: Tools) -> None:
    async with raw_server(answering(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")) as server:
        assert await HOOK.commit(publication(server.url), tools) == BROKE


async def test_receiver_that_nobody_runs_certainly_has_nothing(tools: Tools) -> None:
    async with raw_server(answering()) as server:
        gone = server.url
    found = await HOOK.commit(publication(gone), tools)
    assert isinstance(found, NotSent)
    assert found.reason.startswith("The receiver could not be reached: No connection to 127.0.0.1 port ")
    assert found.reason.endswith(".")
    assert not found.reason.endswith("..")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://10.0.0.7/hook", "10.0.0.7 is a private address. An administrator can allow this host in Settings."),
        (
            "http://169.254.169.254/",
            "169.254.169.254 is a private address. An administrator can allow this host in Settings.",
        ),
        ("ftp://receiver.example/", "Only http:// and https:// addresses can be called."),
    ],
)
async def test_address_that_may_not_be_called_is_refused_in_plain_words(tools: Tools, url: str, reason: str) -> None:
    assert await HOOK.commit(publication(url), tools) == Refused(reason)
