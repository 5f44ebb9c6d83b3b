"""One request to a fake and its answer, with what a test wants to do to either."""

import asyncio
import json
import time
from collections.abc import AsyncIterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:  # a fake starts sooner without it
    from litestar.types import HTTPScope, Receive, Send


class Exchange:
    """A thin reading of the ASGI scope; a fake that must bear a thousand calls at once affords no framework."""

    def __init__(self, scope: "HTTPScope", receive: "Receive", send: "Send") -> None:
        self.arrived_ms = time.time_ns() // 1_000_000
        self.method = scope["method"]
        self.path = scope["path"]
        self.query = dict(parse_qsl(scope["query_string"].decode()))
        self.headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        self.base_url = f"http://{self.headers.get('host', '')}"
        self._scope = scope
        self._receive = receive
        self._send = send

    async def body(self) -> bytes:
        """Read the whole request."""
        body = bytearray()
        while True:
            message = await self._receive()
            if message["type"] != "http.request":
                return bytes(body)
            body += message["body"]
            if not message["more_body"]:
                return bytes(body)

    async def answer(self, status: int, content: object = None, headers: Mapping[str, str] | None = None) -> None:
        """Answer with JSON, or with no body."""
        body = b"" if content is None else json.dumps(content).encode()
        await self.answer_bytes(status, body, {"content-type": "application/json", **(headers or {})})

    async def answer_bytes(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        await self._start(status, {**headers, "content-length": str(len(body))})
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def answer_stream(self, status: int, parts: AsyncIterable[bytes]) -> None:
        """Answer without a length, until the parts end or the caller goes away."""
        await self._start(status, {"content-type": "application/octet-stream"})
        gone = asyncio.create_task(self._until_gone())
        async for part in parts:
            if gone.done():
                return
            await self._send({"type": "http.response.body", "body": part, "more_body": True})
        gone.cancel()
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def answer_part(self, status: int, part: bytes, headers: Mapping[str, str]) -> None:
        """Answer with fewer bytes than the headers promise, then cut the connection."""
        await self._start(status, headers)
        await self._send({"type": "http.response.body", "body": part, "more_body": True})
        await asyncio.sleep(0.05)  # so that they are out
        await self.drop()

    async def drop(self) -> None:
        """Cut the connection without a word."""
        self._scope["state"]["drop"]()
        await self._until_gone()

    async def _start(self, status: int, headers: Mapping[str, str]) -> None:
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": raw})

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


def parsed(body: bytes) -> Any:
    """The JSON in a body, or its text where it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
