"""A webhook receiver: takes deliveries of our `post.publish` kind, dedupes them by id and remembers everything.

The first part of the path names a behaviour (`/ok`, `/slow?ms=300`; see `receiver_behaviours`), the rest is free.
`POST /script` with `{"path": "/hook", "behaviours": ["500", "drop-after", "ok"]}` decides the next deliveries at that
path instead, or anywhere without a path. `POST /secret` adds a secret to check by; with none, nothing is checked.
`GET /requests`, `/counts` and `/callbacks` tell what came; `GET /status/<id>` is where a late result is asked for.
"""

import asyncio
import os
from collections import deque
from collections.abc import Coroutine
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from app.standard_webhooks import BadSignature, verify
from tests.fakes.exchange import Exchange, parsed
from tests.fakes.receiver_behaviours import BEHAVIOURS, Delivery, LateResult

if TYPE_CHECKING:
    from litestar.types import HTTPScope, Receive, Send

_ANYWHERE = "*"


@dataclass
class Record:
    """One delivery as `GET /requests` tells it; `verified` is None where no secret is known."""

    webhook_id: str
    arrived_ms: int
    path: str
    behaviour: str
    verified: bool | None = None
    body: Any = None


@dataclass
class Receiver:
    """The ASGI app and all that it remembers."""

    secrets: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    published: dict[str, dict[str, str]] = field(default_factory=dict)
    late_results: dict[str, LateResult] = field(default_factory=dict)
    callbacks: list[dict[str, Any]] = field(default_factory=list)
    scripts: dict[str, deque[str]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __call__(self, scope: "HTTPScope", receive: "Receive", send: "Send") -> None:
        exchange = Exchange(scope, receive, send)
        if exchange.path in ("/", "/requests", "/counts", "/callbacks") or exchange.path.startswith("/status/"):
            await self._tell(exchange)
        elif exchange.path in ("/script", "/secret", "/reset"):
            await self._obey(exchange)
        else:
            await self._take(exchange)

    def publish(self, webhook_id: str) -> dict[str, str]:
        """Publish once for each id; a repeated delivery gets the first one's answer."""
        id = f"p{len(self.published) + 1}"
        return self.published.setdefault(webhook_id, {"id": id, "url": f"https://receiver.example/{id}"})

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something after the answer is out."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take(self, exchange: Exchange) -> None:
        chosen = urlsplit(self._chosen(exchange))
        behaviour = BEHAVIOURS.get(chosen.path)
        if behaviour is None:
            await exchange.answer(404, {"error": f"no behaviour named {chosen.path}"})
            return
        webhook_id = exchange.headers.get("webhook-id", "")
        record = Record(webhook_id, exchange.arrived_ms, exchange.path, chosen.path)
        self.records.append(record)
        if chosen.path == "drop-before":
            await exchange.drop()
            return
        body = await exchange.body()
        record.body, record.verified = parsed(body), self._verified(exchange, body)
        if not webhook_id or record.verified is False:
            await exchange.answer(401, {"error": "not signed by whom I know"})
            return
        options = dict(parse_qsl(chosen.query)) or exchange.query
        await behaviour(Delivery(self, exchange, webhook_id, record.body, options))

    def _chosen(self, exchange: Exchange) -> str:
        for path in (exchange.path, _ANYWHERE):
            if self.scripts.get(path):
                return self.scripts[path].popleft()
        return exchange.path.split("/")[1]

    def _verified(self, exchange: Exchange, body: bytes) -> bool | None:
        return any(self._signed_with(secret, exchange, body) for secret in self.secrets) if self.secrets else None

    def _signed_with(self, secret: str, exchange: Exchange, body: bytes) -> bool:
        try:
            verify(secret, exchange.headers, body, datetime.fromtimestamp(exchange.arrived_ms / 1000, UTC))
        except BadSignature:
            return False
        return True

    async def _tell(self, exchange: Exchange) -> None:
        late = self.late_results.get(exchange.path.removeprefix("/status/"))
        if late is not None:
            await exchange.answer(200, late.next_answer())
        elif exchange.path == "/requests":
            await exchange.answer(200, [asdict(record) for record in self.records])
        elif exchange.path == "/counts":
            await exchange.answer(200, self._counts())
        elif exchange.path == "/callbacks":
            await exchange.answer(200, self.callbacks)
        else:
            await exchange.answer(404, {"error": "nothing to tell here"})

    def _counts(self) -> dict[str, int]:
        distinct = {record.webhook_id for record in self.records}
        return {"total": len(self.records), "distinct": len(distinct), "published": len(self.published)}

    async def _obey(self, exchange: Exchange) -> None:
        order = parsed(await exchange.body())
        if exchange.path == "/secret":
            self.secrets.append(order["secret"])
        elif exchange.path == "/script":
            self.scripts.setdefault(order.get("path", _ANYWHERE), deque()).extend(order["behaviours"])
        else:
            for memory in (self.records, self.published, self.late_results, self.callbacks, self.scripts):
                memory.clear()
        await exchange.answer(200)


app = Receiver(secrets=[os.environ["FAKE_SECRET"]] if "FAKE_SECRET" in os.environ else [])
