"""What the webhook adapter sends, and how it asks about what was accepted."""

from typing import Any

import pytest

from app.errors import Invalid
from app.posts.adapters.base import Accepted, NotYet, Outcome, Published, Refused, Tools
from app.posts.adapters.webhook import Webhook, checked_url
from tests.fakes.server import Fake
from tests.posts.adapters.webhooks import DUE, SECRET, publication

HOOK = Webhook()


def prepared_of(outcome: Outcome) -> dict[str, Any]:
    assert isinstance(outcome, Accepted)
    return outcome.prepared


async def test_message_tells_all_that_a_receiver_needs(receiver: Fake, tools: Tools) -> None:
    await HOOK.commit(publication(f"{receiver.url}/ok"), tools)
    (record,) = receiver.requests()
    assert record["webhook_id"] == "pub:t1:1"
    assert record["body"] == {
        "type": "post.publish",
        "timestamp": DUE.isoformat().replace("+00:00", "Z"),
        "data": {
            "target_id": "t1",
            "post_id": "p1",
            "channel": "Harbour",
            "title": "Harbour Tonight 🚢",
            "description": "What happened\non the quay.",
            "hashtags": ["boat", "港"],
            "due": DUE.isoformat().replace("+00:00", "Z"),
            "file": {
                "url": "http://desk.test/files/a", "name": "harbour.mp4", "bytes": 3, "sha256": "ab12",
                "mime": "video/mp4", "duration_ms": 1000,
            },
            "callback_url": "http://desk.test/api/callbacks/t1",
        },
    }  # fmt: skip


async def test_receiver_that_knows_the_secret_verifies_the_message(tools: Tools) -> None:
    with Fake("tests.fakes.receiver:app", FAKE_SECRET=SECRET) as receiver:
        assert isinstance(await HOOK.commit(publication(f"{receiver.url}/ok"), tools), Published)
        assert [record["verified"] for record in receiver.requests()] == [True]


async def test_receiver_with_another_secret_refuses_and_the_channel_is_to_be_mended(tools: Tools) -> None:
    with Fake("tests.fakes.receiver:app", FAKE_SECRET="whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") as receiver:
        found = await HOOK.commit(publication(f"{receiver.url}/ok"), tools)
    assert isinstance(found, Refused)
    assert found.reconnect


async def test_sending_again_uses_the_same_id_so_that_it_is_published_once(receiver: Fake, tools: Tools) -> None:
    wanted = publication(f"{receiver.url}/ok")
    assert await HOOK.commit(wanted, tools) == await HOOK.reconcile(wanted, tools)
    assert receiver.get("/counts") == {"total": 2, "distinct": 1, "published": 1}


async def test_accepted_post_is_asked_about_until_it_is_out(receiver: Fake, tools: Tools) -> None:
    accepted = await HOOK.commit(publication(f"{receiver.url}/accepted?pending=1"), tools)
    waiting = publication("http://unused.test", prepared=prepared_of(accepted))
    assert await HOOK.confirm(waiting, tools) == NotYet()
    assert await HOOK.confirm(waiting, tools) == Published("p1", "https://receiver.example/p1")


async def test_accepted_post_that_fails_tells_why(receiver: Fake, tools: Tools) -> None:
    accepted = await HOOK.commit(publication(f"{receiver.url}/accepted?pending=0&then=failed"), tools)
    waiting = publication("http://unused.test", prepared=prepared_of(accepted))
    assert await HOOK.confirm(waiting, tools) == Refused("The receiver reports: The video is too long.")


async def test_accepted_post_without_an_address_waits_for_its_callback(tools: Tools) -> None:
    assert await HOOK.confirm(publication("http://unused.test"), tools) == NotYet()


@pytest.mark.parametrize("path", ["/400", "/410", "/500", "/drop-before", "/redirect", "/nowhere"])
async def test_status_address_that_does_not_answer_says_nothing(receiver: Fake, tools: Tools, path: str) -> None:
    wanted = publication("http://unused.test", prepared={"status_url": receiver.url + path})
    assert await HOOK.confirm(wanted, tools) == NotYet()


@pytest.mark.parametrize("url", ["/status/7", "http://10.0.0.7/", "http://[", "http://\udcff.test/"])
async def test_status_address_that_may_not_be_called_says_nothing(tools: Tools, url: str) -> None:
    assert await HOOK.confirm(publication("http://unused.test", prepared={"status_url": url}), tools) == NotYet()


def test_channel_without_an_address_is_told_before_anything_is_sent() -> None:
    assert [issue.code for issue in HOOK.validate(publication(""))] == ["URL_MISSING"]
    assert HOOK.validate(publication("https://receiver.example")) == []


@pytest.mark.parametrize(
    "url",
    ["", "receiver.example", "ftp://receiver.example", "https://", "https://user:pass@receiver.example", "http://a:b",
     "javascript:alert(1)", "https://receiver.example/" + "x" * 2000],
)  # fmt: skip
def test_address_that_cannot_be_a_receivers_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_url(url)
    assert (refused.value.code, set(refused.value.errors)) == ("URL_BAD", {"url"})


def test_address_is_kept_as_given() -> None:
    assert checked_url(" https://receiver.example:8443/hook?key=1 ") == "https://receiver.example:8443/hook?key=1"
