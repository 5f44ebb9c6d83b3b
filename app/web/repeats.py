"""`Idempotency-Key` on the API's POSTs: a repeat gets the first answer again, marked `Idempotent-Replayed`."""

import gzip
import hashlib
from typing import Any

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app import idempotency
from app.accounts.rules import Identity
from app.errors import Invalid
from app.idempotency import KEY_MOST, Answer, Wish

_BODY_MOST = 1024 * 1024


class Repeats:
    """Answers repeats of a request, and remembers the answers to new ones that succeeded."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what carries no key, or cannot be repeated."""
        key = _key(scope)
        identity: Identity | None = scope.get("user") if key else None
        if key is None or identity is None:
            await self.app(scope, receive, send)
            return
        if len(key) > KEY_MOST or not key.isprintable():
            raise Invalid("KEY_BAD", f"An Idempotency-Key has at most {KEY_MOST} printable characters.")
        body, again = await _read(receive)
        wish = Wish(identity.id, scope["path"], key, hashlib.sha256(body).hexdigest())
        before = await idempotency.answered(wish)
        if before is not None:
            await _replay(send, before)
        else:
            await self._carry_out(wish, scope, again, send)

    async def _carry_out(self, wish: Wish, scope: Scope, receive: Receive, send: Send) -> None:
        seen = _Seen(send)
        token = idempotency.current.set(wish)
        try:
            await self.app(scope, receive, seen.send)
        finally:
            idempotency.current.reset(token)
        if wish.stored and 200 <= seen.status < 300:
            await idempotency.keep(wish, Answer(seen.status, seen.kind, seen.plain))


class _Seen:
    """Passes an answer on and keeps a copy."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.kind = ""
        self.body = bytearray()
        self._packed = False

    @property
    def plain(self) -> bytes:
        """The body as it was before it was packed for who asked first."""
        return gzip.decompress(self.body) if self._packed else bytes(self.body)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = Headers.from_scope({"headers": message["headers"]})  # type: ignore[arg-type]
            self.kind, self._packed = headers.get("content-type", ""), headers.get("content-encoding") == "gzip"
        elif message["type"] == "http.response.body":
            self.body += message["body"]
        await self._send(message)


def _key(scope: Scope) -> str | None:
    if scope["type"] != ScopeType.HTTP or scope["method"] != "POST" or not scope["path"].startswith("/api/"):
        return None
    headers = Headers.from_scope(scope)
    # A video is told apart by its hash already, and is too large to be read here.
    if headers.get("content-type", "application/json").partition(";")[0].strip() != "application/json":
        return None
    return headers.get("idempotency-key")


async def _read(receive: Receive) -> tuple[bytes, Receive]:
    """The body, and a way to read it again."""
    body, messages = bytearray(), []
    while True:
        message = await receive()
        messages.append(message)
        if message["type"] != "http.request":
            break
        body += message["body"]
        if len(body) > _BODY_MOST or not message["more_body"]:
            break
    left = iter(messages)

    async def again() -> Any:
        return next(left, None) or await receive()

    return bytes(body), again


async def _replay(send: Send, before: Answer) -> None:
    headers = [(b"content-type", before.kind.encode()), (b"idempotent-replayed", b"true")]
    headers.append((b"content-length", str(len(before.body)).encode()))
    await send({"type": "http.response.start", "status": before.status, "headers": headers})
    await send({"type": "http.response.body", "body": before.body, "more_body": False})
