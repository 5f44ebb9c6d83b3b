"""A receiver for the demo: takes posts in three ways, and shows what it got."""

import html
import itertools
from typing import Any

import msgspec

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<h1>{title}</h1><p>Received on {channel}, due {due}.</p><p>{description}</p><video controls src="{file}" width="640">
</video></html>"""


class Receiver:
    """An ASGI app: `/take` publishes at once, `/think` answers 202 first, `/refuse` refuses."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._numbers = itertools.count(1)
        self._received: dict[str, dict[str, Any]] = {}
        self._ids: dict[str, str] = {}
        self._asked: set[str] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        way, _, item = scope["path"].strip("/").partition("/")
        match (scope["method"], way):
            case ("POST", "take"):
                await _json(send, 200, self._published(await self._take(scope, receive)))
            case ("POST", "think"):
                item = await self._take(scope, receive)
                await _json(send, 202, {"status_url": f"{self._url}/status/{item}", "external_id": item})
            case ("POST", "refuse"):
                await _json(send, 422, {"error": "this account is out of credits"})
            case ("GET", "status") if item in self._received:
                await _json(send, 200, self._progress(item))
            case ("GET", "received") if item in self._received:
                await _answer(send, 200, b"text/html; charset=utf-8", self._page(item))
            case _:
                await _json(send, 404, {"error": "nothing here"})

    async def _take(self, scope: Any, receive: Any) -> str:
        """Keep a post; one that comes again under its id is the same post."""
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        webhook_id = dict(scope["headers"])[b"webhook-id"].decode()
        item = self._ids.setdefault(webhook_id, str(next(self._numbers)))
        self._received[item] = msgspec.json.decode(body)["data"]
        return item

    def _published(self, item: str) -> dict[str, str]:
        return {"status": "published", "id": item, "url": f"{self._url}/received/{item}"}

    def _progress(self, item: str) -> dict[str, str]:
        if item in self._asked:
            return self._published(item)
        self._asked.add(item)
        return {"status": "pending"}

    def _page(self, item: str) -> bytes:
        got = self._received[item]
        file = got["file"]["url"] if got["file"] else ""
        words = {name: html.escape(str(got[name])) for name in ("title", "channel", "due", "description")}
        return _PAGE.format(**words, file=html.escape(file)).encode()


async def _json(send: Any, status: int, content: dict[str, str]) -> None:
    await _answer(send, status, b"application/json", msgspec.json.encode(content))


async def _answer(send: Any, status: int, kind: bytes, body: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
