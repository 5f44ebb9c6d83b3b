"""The loop that finds due targets, and the job that wakes a worker for one."""

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.clock import MasterClock, from_ms, to_ms
from app.posts import due
from app.posts.publishing import LEAD, Publisher, Step
from app.posts.releasing import SPACING_MS, Due, released
from app.queue import Job, Queue

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
# What catches up must see everything planned within its spacing.
LOOK_AHEAD = LEAD + timedelta(milliseconds=SPACING_MS)
MOST = 5_000
# A job that has not begun by then was lost with Redis: the loop begins the work itself.
LOST_AFTER = timedelta(seconds=1)
ANNOUNCE_AGAIN_S = 15.0
ENQUEUE_FOR_S = 0.5


async def publish(context: dict[str, Any], target: str, attempt: int) -> None:
    """Job: begin to publish a target; returns at once."""
    publisher: Publisher = context["publisher"]
    publisher.start("publish", target, attempt)


JOBS: dict[str, Job] = {"publish": publish}


class DueLoop:
    """Looks at the due index each second and sees that everything in it is taken up."""

    def __init__(self, publisher: Publisher, queue: Queue | None, clock: MasterClock) -> None:
        self._publisher = publisher
        self._queue = queue
        self._clock = clock
        self._announced: dict[tuple[str, int], float] = {}

    async def run(self) -> None:
        """Look until cancelled; a failing look is logged and tried again."""
        while True:
            began = time.monotonic()
            try:
                await self.look()
            except Exception:
                log.exception("looking for due targets failed")
            await asyncio.sleep(max(0.05, LOOK_EVERY_S - (time.monotonic() - began)))

    async def look(self) -> None:
        """One look: take up abandoned targets, ask about accepted ones, and wake workers for due ones."""
        await self._publisher.refresh()
        now_ms = self._clock.now_ms()
        for row in await due.abandoned(now_ms, MOST):
            self._publisher.start("recover", row["id"], row["attempt"])
        for row in await due.to_ask(now_ms, MOST):
            step: Step = "confirm" if row["state"] == "confirming" else "reconcile"
            self._publisher.start(step, row["id"], row["attempt"])
        for row in await due.too_late(now_ms, MOST):
            self._publisher.start("publish", row["id"], row["attempt"])  # which finds that it is missed
        await self._wake(await self._released(now_ms))

    async def _released(self, now_ms: int) -> list[Due]:
        now = from_ms(now_ms)
        late = await due.catching_up(now_ms, to_ms(now + LEAD), MOST)
        busy_ms = await due.busy([one.channel for one in late], now_ms) if late else {}
        return released([*late, *await due.due(now_ms, to_ms(now + LOOK_AHEAD), MOST)], busy_ms, now_ms)

    async def _wake(self, dues: Sequence[Due]) -> None:
        now = self._clock.now()
        ahead = [one for one in dues if not self._is_lost(one, now)]
        for one in dues:
            if self._is_lost(one, now):
                self._publisher.start("publish", one.target, one.attempt)
        if self._queue is not None:
            await self._enqueue(self._queue, ahead)

    def _is_lost(self, one: Due, now: datetime) -> bool:
        begin = from_ms(one.at_ms) - LEAD
        return begin <= now if self._queue is None else begin + LOST_AFTER <= now

    async def _enqueue(self, queue: Queue, ahead: Sequence[Due]) -> None:
        """Announce what is soonest; thousands at once are spread over several looks."""
        began = time.monotonic()
        for one in ahead:
            key, now = (one.target, one.attempt), time.monotonic()
            if now - began > ENQUEUE_FOR_S:
                return
            if self._announced.get(key, 0.0) <= now:
                self._announced[key] = now + ANNOUNCE_AGAIN_S
                job_id, begin = f"publish:{one.target}:{one.attempt}", from_ms(one.at_ms) - LEAD
                await queue.enqueue("publish", one.target, one.attempt, job_id=job_id, at=begin)
        self._forget(time.monotonic())

    def _forget(self, now: float) -> None:
        if len(self._announced) > 2 * MOST:
            self._announced = {key: until for key, until in self._announced.items() if until > now}
