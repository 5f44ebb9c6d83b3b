"""Live pages: one stream a page, which says only what changed; the page fetches its part again.

One task a process follows the events table, woken through Redis and looking by itself every two seconds.
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import redis.asyncio as redis
from litestar import Request, get
from litestar.response import Stream
from redis.exceptions import RedisError

from app import events
from app.web import sessions
from app.web.guards import viewer

log = logging.getLogger(__name__)

LOOK_S = 2.0
PING_S = 15.0
ASK_AGAIN_S = 60.0
MOST = 500
_SETTLE_S = 0.05
EVERYTHING = ("*", "")
Subject = tuple[str, str]


class Listener:
    """What one page has not been told yet: the newest event of each subject."""

    def __init__(self) -> None:
        self._pending: dict[Subject, int] = {}
        self._woken = asyncio.Event()
        self.closed = False

    def tell(self, rows: list[dict[str, Any]]) -> None:
        """Note what changed; too much to name becomes `*`."""
        for row in rows:
            self._pending[(row["topic"], row["subject_id"])] = row["seq"]
        if len(self._pending) > MOST:
            self._pending = {EVERYTHING: max(self._pending.values())}
        if rows:
            self._woken.set()

    def tell_everything(self, seq: int) -> None:
        """Note that more happened than can be named."""
        self._pending = {EVERYTHING: seq}
        self._woken.set()

    def close(self) -> None:
        """End the stream."""
        self.closed = True
        self._woken.set()

    async def next(self, timeout_s: float) -> list[tuple[int, Subject]]:
        """What changed since the last call, oldest first; empty after the timeout."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._woken.wait()
        self._woken.clear()
        told, self._pending = self._pending, {}
        return sorted((seq, subject) for subject, seq in told.items())


class Feed:
    """Follows the events table for all pages of this process."""

    def __init__(self, connection: redis.Redis | None) -> None:
        self._redis = connection
        self._listeners: set[Listener] = set()
        self._seq = 0
        self._closed = False

    def __len__(self) -> int:
        """How many pages listen."""
        return len(self._listeners)

    @contextlib.asynccontextmanager
    async def listening(self, last_seen: int | None) -> AsyncIterator[Listener]:
        """A listener that hears everything after the event its page saw last, if it names one."""
        listener = Listener()
        if not self._listeners:
            self._seq = await events.newest()
        self._listeners.add(listener)
        try:
            if last_seen is not None:
                await self._catch_up(listener, last_seen)
            if self._closed:
                listener.close()
            yield listener
        finally:
            self._listeners.discard(listener)

    async def _catch_up(self, listener: Listener, last_seen: int) -> None:
        newest = await events.newest()
        missed = await events.since(last_seen, MOST + 1)
        if last_seen > newest or len(missed) > MOST:
            listener.tell_everything(newest)
        else:
            listener.tell(missed)

    def close(self) -> None:
        """End all streams now: a server that stops does not wait for them."""
        self._closed = True
        for listener in self._listeners:
            listener.close()

    async def follow(self) -> None:
        """Pass events on until cancelled; Redis may go and come back."""
        while True:
            try:
                await self._follow_redis()
            except (RedisError, OSError) as error:
                log.warning("live pages look for changes themselves while Redis is away: %s", error)
            await self._collect()
            await asyncio.sleep(LOOK_S)

    async def _follow_redis(self) -> None:
        if self._redis is None:
            return
        async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe(events.WAKE_CHANNEL)
            while True:
                await pubsub.get_message(timeout=LOOK_S)
                await asyncio.sleep(_SETTLE_S)  # a burst of changes is one look
                while await pubsub.get_message(timeout=0):
                    pass
                await self._collect()

    async def _collect(self) -> None:
        try:
            while self._listeners and (rows := await events.since(self._seq, MOST)):
                self._seq = rows[-1]["seq"]
                for listener in self._listeners:
                    listener.tell(rows)
        except sqlite3.Error as error:
            log.error("the events table could not be read, trying again: %s", error)


@get("/events", guards=[viewer], include_in_schema=False)
async def stream(request: Request[Any, Any, Any]) -> Stream:
    """The stream of what changed, as server-sent events; resumes after `Last-Event-ID`."""
    return Stream(
        _lines(request),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def _lines(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    feed: Feed = request.app.state.feed
    last = request.headers.get("last-event-id", "")
    async with feed.listening(int(last) if last.isdecimal() else None) as listener:
        yield b": open\n\n"
        asked = asyncio.get_running_loop().time()
        while not listener.closed:
            changes = await listener.next(PING_S)
            for seq, (topic, subject) in changes:
                data = msgspec.json.encode({"topic": topic, "subject": subject})
                yield b"id: %d\nevent: changed\ndata: %s\n\n" % (seq, data)
            if not changes and not listener.closed:
                yield b": ping\n\n"
            now = asyncio.get_running_loop().time()
            if now - asked >= ASK_AGAIN_S:
                asked = now
                if await sessions.look_up(request.scope) is None:
                    return
