"""Any HTTP receiver, by Standard Webhooks: signed, with a stable id, so that a resend is recognised.

domain/publishing.md section 4.7; https://www.standardwebhooks.com. The file travels as a signed expiring address. A
receiver that needs longer answers 202 and calls back, signed the same way, or gives a `status_url`.
"""

from typing import Any

import httpx
import msgspec

from app.errors import field_error
from app.posts.adapters.base import (
    Accepted,
    NotSent,
    NotYet,
    Outcome,
    Publication,
    Published,
    Refused,
    Tools,
    Unknown,
)
from app.posts.adapters.exchange import Heard, Remote, quoted, retry_after_s
from app.posts.issues import Issue
from app.standard_webhooks import sign

_TEXT_MOST = 300
_RECEIVER = Remote("the receiver")


class Answer(msgspec.Struct):
    """What a receiver may say; every field is its own choice, and one of a wrong type spoils no other."""

    id: Any = None
    url: Any = None
    status: Any = None
    error: Any = None
    status_url: Any = None
    external_id: Any = None


def checked_url(url: str) -> str:
    """The address of a receiver; only http and https, and no credentials in it."""
    url = url.strip()
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise field_error("url", "URL_BAD", f"This is no address: {error}.") from error
    port_bad = parsed.port is not None and not 0 < parsed.port < 65_536
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo or port_bad or len(url) > 2000:
        raise field_error("url", "URL_BAD", "Give an address that begins with https:// or http://, without a password.")
    return url


class Webhook:
    """A receiver of the station's own, or of a service that takes webhooks."""

    name = "webhook"
    label = "Webhook"
    icon = "webhook"

    def validate(self, publication: Publication) -> list[Issue]:
        """A receiver takes any text; only the address must be there."""
        if publication.config.get("url"):
            return []
        return [Issue("channel", "URL_MISSING", f"{publication.channel} has no address to send to.")]

    def pace_key(self, publication: Publication) -> str | None:
        """Receivers tell by 429 how fast they take posts."""
        return None

    async def prepare(self, publication: Publication, tools: Tools) -> dict[str, Any]:
        """Nothing can be sent ahead."""
        return {}

    async def commit(self, publication: Publication, tools: Tools) -> Outcome:
        """Send the signed message."""
        body = _body(publication)
        headers = sign(publication.secret, publication.key, tools.now, body)
        headers["content-type"] = "application/json"
        heard = await _RECEIVER.exchange(tools, "POST", publication.config["url"], content=body, headers=headers)
        if not isinstance(heard, Heard):
            return heard
        return _taken(heard.status, _answer(heard)) if heard.took_it else _declined(heard, tools)

    async def confirm(self, publication: Publication, tools: Tools) -> Outcome:
        """Ask the receiver's `status_url`, where it gave one; otherwise its callback is waited for.

        Only a report decides: an address that does not answer says nothing about the post.
        """
        url = publication.prepared.get("status_url")
        if not url:
            return NotYet()
        heard = await _RECEIVER.exchange(tools, "GET", url)
        return told(_answer(heard)) if isinstance(heard, Heard) and heard.took_it else NotYet()

    async def reconcile(self, publication: Publication, tools: Tools) -> Outcome:
        """Send again: by contract a receiver knows the id and takes it once."""
        return await self.commit(publication, tools)


def _body(publication: Publication) -> bytes:
    file = publication.file
    message = {
        "type": "post.publish",
        "timestamp": publication.due,
        "data": {
            "target_id": publication.target_id,
            "post_id": publication.post_id,
            "channel": publication.channel,
            "title": publication.title,
            "description": publication.description,
            "hashtags": list(publication.hashtags),
            "due": publication.due,
            "file": file,
            "callback_url": publication.callback_url,
        },
    }
    return msgspec.json.encode(message)


def _answer(heard: Heard) -> Answer:
    """What an answer says; nothing where it is no JSON object."""
    try:
        return msgspec.json.decode(heard.body, type=Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Answer()


def _taken(status: int, answer: Answer) -> Outcome:
    if answer.status == "failed":
        return told(answer)
    if status == httpx.codes.ACCEPTED or answer.status == "pending":
        url = answer.status_url if isinstance(answer.status_url, str) else None
        return Accepted({"status_url": url, "external_id": _text(answer.external_id)})
    return _published(answer)


def told(answer: Answer) -> Published | Refused | NotYet:
    """What a receiver's report means, asked for or called back."""
    match answer.status:
        case "published":
            return _published(answer)
        case "failed":
            return Refused(f"The receiver reports: {_text(answer.error) or 'failed, without a reason.'}")
        case _:
            return NotYet()


def _published(answer: Answer) -> Published:
    url = answer.url if isinstance(answer.url, str) and answer.url.startswith(("https://", "http://")) else None
    return Published(_text(answer.id if answer.id is not None else answer.external_id), url)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return (value if isinstance(value, str) else msgspec.json.encode(value).decode())[:_TEXT_MOST]


def _declined(heard: Heard, tools: Tools) -> Outcome:
    said = f"The receiver answered {heard.status}"
    match heard.status:
        case status if status == 429 or (status == 503 and "retry-after" in heard.headers):
            return NotSent(f"{said}: it is busy.", retry_after_s(heard.headers, tools.now))
        case 410:
            return Refused(f"{said}: it is gone and wants no more posts. Give the channel another address.", True)
        case 401 | 403:
            return Refused(f"{said}: it does not accept the signature. Check the signing secret.", reconnect=True)
        case status if 300 <= status < 400:
            return Refused(f"{said}, a redirect, which is not followed. Give the channel the final address.")
        case 408 | 425:
            return NotSent(f"{said}: it did not get the whole request in time.")
        case status if status >= 500:
            # It broke at an unknown point, or a gateway lost the answer of what is behind it.
            return Unknown(f"{said}: it failed in the middle, so it may have the post.")
        case _:
            return Refused(f"{said} and refused the post{quoted(heard.body)}.")
