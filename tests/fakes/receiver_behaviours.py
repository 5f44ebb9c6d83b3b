"""How a webhook receiver may behave, by name; whatever commits is in `published` even if no answer says so."""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from app.standard_webhooks import sign
from tests.fakes.exchange import Exchange

if TYPE_CHECKING:
    from tests.fakes.receiver import Receiver

_LONGEST_STREAM_S = 60


@dataclass
class Delivery:
    """A delivery that was read and verified, and the options its behaviour was chosen with."""

    receiver: "Receiver"
    exchange: Exchange
    webhook_id: str
    body: Any
    options: dict[str, str]

    def number(self, name: str, default: int) -> int:
        return int(self.options.get(name, default))

    def commit(self) -> dict[str, str]:
        return self.receiver.publish(self.webhook_id)


@dataclass
class LateResult:
    """What `GET /status/<id>` answers: pending so many times more, then the outcome."""

    pending: int
    outcome: dict[str, Any]

    def next_answer(self) -> dict[str, Any]:
        if self.pending > 0:
            self.pending -= 1
            return {"status": "pending"}
        return self.outcome


Behaviour = Callable[[Delivery], Awaitable[None]]


async def ok(delivery: Delivery) -> None:
    await delivery.exchange.answer(200, delivery.commit())


async def slow(delivery: Delivery) -> None:
    """Commit at once and answer after `ms`, when the sender may have given up."""
    published = delivery.commit()
    await asyncio.sleep(delivery.number("ms", 1000) / 1000)
    await delivery.exchange.answer(200, published)


async def accepted(delivery: Delivery) -> None:
    """Answer 202; `/status/<id>` is pending `pending` times (2), then `then` (published or failed)."""
    id = delivery.webhook_id
    late = LateResult(delivery.number("pending", 2), _outcome(delivery))
    delivery.receiver.late_results.setdefault(id, late)
    status_url = f"{delivery.exchange.base_url}/status/{quote(id)}"
    await delivery.exchange.answer(202, {"status_url": status_url, "external_id": id})


async def accepted_callback(delivery: Delivery) -> None:
    """Answer 202 and post the outcome to the payload's callback_url after `ms` (100)."""
    outcome = _outcome(delivery)
    await delivery.exchange.answer(202, {"external_id": delivery.webhook_id})
    delivery.receiver.later(_call_back(delivery, outcome))


async def drop_after(delivery: Delivery) -> None:
    """Commit, then hang up: the sender cannot know."""
    delivery.commit()
    await delivery.exchange.drop()


async def drop_before(delivery: Delivery) -> None:
    """Hang up; the receiver does this before it reads anything."""
    await delivery.exchange.drop()


async def too_many_seconds(delivery: Delivery) -> None:
    """Answer 429 with Retry-After as seconds, `after` (2) of them."""
    await delivery.exchange.answer(429, {"error": "too many"}, {"retry-after": str(delivery.number("after", 2))})


async def too_many_date(delivery: Delivery) -> None:
    """Answer 429 with Retry-After as an HTTP date, `after` (2) seconds ahead."""
    date = formatdate(time.time() + delivery.number("after", 2), usegmt=True)
    await delivery.exchange.answer(429, {"error": "too many"}, {"retry-after": date})


async def bad_gateway(delivery: Delivery) -> None:
    """Answer 502 as a proxy does, with a page instead of JSON."""
    page = b"<html><title>502 Bad Gateway</title></html>"
    await delivery.exchange.answer_bytes(502, page, {"content-type": "text/html"})


async def redirect(delivery: Delivery) -> None:
    """Answer 302 to `to`, else to another address of this machine."""
    to = delivery.options.get("to", f"{delivery.exchange.base_url}/ok")
    await delivery.exchange.answer(302, None, {"location": to})


async def endless(delivery: Delivery) -> None:
    """Commit and answer 200 with a body that goes on, `bytes` (64 kB) each `every_ms` (0)."""
    delivery.commit()
    part, pause_s = b"x" * delivery.number("bytes", 65_536), delivery.number("every_ms", 0) / 1000
    await delivery.exchange.answer_stream(200, _repeated(part, pause_s))


async def fetch(delivery: Delivery) -> None:
    """Download the payload's file and commit if it is the one announced, else answer 422."""
    wrong = await _wrong_file(delivery.body["data"]["file"])
    if wrong:
        await delivery.exchange.answer(422, {"error": wrong})
    else:
        await ok(delivery)


def _failing(status: int) -> Behaviour:
    async def fail(delivery: Delivery) -> None:
        await delivery.exchange.answer(status, {"error": f"answering {status}"})

    return fail


def _outcome(delivery: Delivery) -> dict[str, Any]:
    if delivery.options.get("then", "published") == "failed":
        return {"status": "failed", "id": delivery.webhook_id, "error": "The video is too long."}
    return {"status": "published", **delivery.commit()}


async def _call_back(delivery: Delivery, outcome: dict[str, Any]) -> None:
    await asyncio.sleep(delivery.number("ms", 100) / 1000)
    url, body = delivery.body["data"]["callback_url"], json.dumps(outcome).encode()
    headers = {"content-type": "application/json"}
    if delivery.receiver.secrets:
        headers |= sign(delivery.receiver.secrets[0], f"callback-{delivery.webhook_id}", datetime.now(UTC), body)
    seen: dict[str, Any] = {"url": url, "status": None}
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            seen["status"] = (await client.post(url, content=body, headers=headers)).status_code
    except httpx.HTTPError as error:
        seen["error"] = repr(error)
    delivery.receiver.callbacks.append(seen)


async def _repeated(part: bytes, pause_s: float) -> AsyncIterator[bytes]:
    end = time.monotonic() + _LONGEST_STREAM_S
    while time.monotonic() < end:
        yield part
        await asyncio.sleep(pause_s)


async def _wrong_file(announced: dict[str, Any]) -> str | None:
    digest, size = hashlib.sha256(), 0
    async with httpx.AsyncClient(trust_env=False) as client, client.stream("GET", announced["url"]) as answer:
        if answer.status_code != httpx.codes.OK:
            return f"the file answers {answer.status_code}"
        async for part in answer.aiter_raw():
            digest.update(part)
            size += len(part)
    if size != announced["bytes"]:
        return f"the file has {size} bytes"
    return None if digest.hexdigest() == announced["sha256"] else "the file has another checksum"


BEHAVIOURS: dict[str, Behaviour] = {
    "ok": ok,
    "slow": slow,
    "accepted": accepted,
    "accepted-callback": accepted_callback,
    "drop-after": drop_after,
    "drop-before": drop_before,
    "429-seconds": too_many_seconds,
    "429-date": too_many_date,
    "502-html": bad_gateway,
    "redirect": redirect,
    "endless": endless,
    "fetch": fetch,
    "400": _failing(400),
    "410": _failing(410),
    "500": _failing(500),
}
