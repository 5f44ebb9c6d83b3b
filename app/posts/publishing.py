"""The publishing engine: takes due targets through their states, exactly once (domain/publishing.md section 3).

The database is the truth. A step first claims the target with one conditional UPDATE, stores the intent before the
irreversible call and the outcome right after; a crash anywhere leaves a lease behind, and its end tells what to do.
"""

import asyncio
import logging
import random
import secrets
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

import httpx

from app import events, outbound
from app.accounts.desk import allowed_hosts
from app.accounts.secrets import KeyFile
from app.batch import Batch
from app.clock import MasterClock, from_ms, to_ms
from app.database import Row
from app.errors import Unavailable
from app.posts import claims, pacing
from app.posts.adapters import adapter
from app.posts.adapters.base import NotSent, Outcome, Publication, Refused, Tools, Unknown
from app.posts.claims import LEASE_MS, Claim
from app.posts.outcomes import Settled, settle, too_late
from app.posts.publication import publication
from app.settings import Settings

log = logging.getLogger(__name__)

LEAD = timedelta(seconds=5)
STEP_TIMEOUT_S = 20
# Below the whole step's limit, so that a call that never began is not taken for one whose answer was lost.
_CONNECT_WITHIN_S = 8
# Asking may be slow and come in numbers; it must leave connections to what is due.
_ASKING_MOST = 25

Step = Literal["publish", "confirm", "reconcile", "recover"]


class Publisher:
    """Publishes targets in one worker process."""

    def __init__(self, settings: Settings, clock: MasterClock, keys: KeyFile, name: str) -> None:
        self._settings = settings
        self._clock = clock
        self._keys = keys
        self._name = name
        self._owner = f"{name}/{secrets.token_hex(4)}"
        self._allowed: frozenset[str] = frozenset()
        self._http = outbound.client(self._is_allowed, timeout=STEP_TIMEOUT_S)
        self._http.timeout = httpx.Timeout(STEP_TIMEOUT_S, connect=_CONNECT_WITHIN_S, pool=_CONNECT_WITHIN_S)
        self._batch = Batch()
        self._draw = random.Random(secrets.randbits(64))  # noqa: S311 - spreads retries, keeps no secret
        self._running: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._asking = asyncio.Semaphore(_ASKING_MOST)
        self._news = asyncio.Event()
        self._announcer: asyncio.Task[None] | None = None
        self._closing = False

    async def begin(self) -> None:
        """Take over what this worker's earlier run left in the middle."""
        await self.refresh()
        await claims.release(f"{self._name}/")

    async def refresh(self) -> None:
        """Read again which private hosts the administrator allows."""
        self._allowed = frozenset([row["host"] for row in await allowed_hosts()])

    def _is_allowed(self, host: str) -> bool:
        return host in self._allowed

    async def close(self, patience_s: float = 1.0) -> None:
        """Let calls that are under way end, for a moment; what is left is taken up at the next start."""
        self._closing = True
        if self._running:
            await asyncio.wait(self._running.values(), timeout=patience_s)
        left = [*self._running.values(), *([self._announcer] if self._announcer else [])]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._batch.settled()
        await claims.release(self._owner)
        await self._http.aclose()

    def start(self, step: Step, target: str, attempt: int) -> None:
        """Begin a step in the background unless it is running already; returns at once."""
        key = (target, attempt)
        if self._closing or key in self._running or (step == "recover" and self._holds(target)):
            return
        task = asyncio.create_task(self._guarded(step, target, attempt))
        self._running[key] = task
        task.add_done_callback(lambda _: self._running.pop(key, None))

    def _holds(self, target: str) -> bool:
        """After the machine slept, a lease of our own may have run out although its step is still under way."""
        return any(held == target for held, _ in self._running)

    async def _guarded(self, step: Step, target: str, attempt: int) -> None:
        steps: dict[Step, Callable[[str, int], Awaitable[None]]] = {
            "publish": self.publish, "confirm": self.confirm, "reconcile": self.reconcile, "recover": self.recover,
        }  # fmt: skip
        try:
            await steps[step](target, attempt)
        except Exception:
            # The lease stays, so the sweep takes the target up again when it has run out.
            log.exception("step %s of target %s failed", step, target)

    async def publish(self, target: str, attempt: int) -> None:
        """Take a due target to its outcome: claim, prepare, wait for the hour, store the intent, commit, store."""
        row = await claims.load(target)
        if row is None or not self._is_due(row, attempt):
            return
        if too_late(_planned(row), self._clock.now(), row["late_grace_s"]):
            await self._miss(row)
            return
        at = await self._place(row)
        if at is None:
            return  # too many go out with one token: a later look tries again
        claim = await self._write(lambda now_ms: claims.take(target, attempt, self._owner, now_ms))
        if claim is not None:
            await self._carry_out({**row, "tries": row["tries"] + 1}, claim, at)

    async def _place(self, row: Row) -> datetime | None:
        """When the target goes out: at its time, or a little later where its platform wants a distance."""
        planned = _planned(row)
        key = adapter(row["platform"]).pace_key(self._publication(row))
        if key is None:
            return planned
        wanted_ms = to_ms(max(planned, self._clock.now()))
        at_ms = await self._write(lambda now_ms: pacing.place(key, wanted_ms, now_ms))
        return None if at_ms is None else from_ms(at_ms)

    def _is_due(self, row: Row, attempt: int) -> bool:
        soon = self._clock.now() + LEAD
        return (
            row["attempt"] == attempt
            and row["state"] in ("scheduled", "ready", "retry_wait")
            and not (row["paused"] or row["channel_paused"] or not row["channel_active"])
            and _planned(row) <= soon
        )

    async def _miss(self, row: Row) -> None:
        minutes = row["late_grace_s"] // 60
        reason = f"Its time passed while it could not go out, by more than the {minutes} min this channel allows."
        await self._write(lambda now_ms: claims.miss(row["id"], row["attempt"], reason, now_ms))
        self._announce()

    async def _carry_out(self, row: Row, claim: Claim, at: datetime) -> None:
        ready = await self._step(lambda: self._prepare(row), before_commit=True)
        if not isinstance(ready, Publication):
            await self._put(row, claim, "prepare", ready)
            return
        if not await self._write(lambda now_ms: claims.ready(claim, ready.prepared, now_ms)):
            return
        await self._sleep_until(at)
        await self._commit(row, claim, "commit", lambda: adapter(row["platform"]).commit(ready, self._tools()))

    async def _prepare(self, row: Row) -> Publication | Outcome:
        platform, wanted = adapter(row["platform"]), self._publication(row)
        issues = platform.validate(wanted)
        if issues:
            return Refused(" ".join(issue.detail for issue in issues))
        prepared = await platform.prepare(wanted, self._tools())
        return replace(wanted, prepared=prepared) if isinstance(prepared, dict) else prepared

    async def _commit(self, row: Row, claim: Claim, phase: str, call: Callable[[], Awaitable[Outcome]]) -> None:
        if self._closing:
            return
        intent = f"pub:{claim.target}:{row['generation']}"
        committed_ms = await self._write(lambda now_ms: claims.intend(claim, phase, intent, now_ms))
        if committed_ms is None:
            await self._write(lambda now_ms: claims.hand_back(claim, now_ms))
            return
        outcome: Outcome = NotSent("This worker stood still for too long when it was about to send.")
        if committed_ms + LEASE_MS - self._clock.now_ms() > STEP_TIMEOUT_S * 1000:
            outcome = await self._step(call, before_commit=False)
        await self._put({**row, "committed_ms": committed_ms}, claim, phase, outcome)

    async def confirm(self, target: str, attempt: int) -> None:
        """Ask the platform once how an accepted target is getting on."""
        async with self._asking:
            claim = await self._write(lambda now_ms: claims.take_accepted(target, attempt, self._owner, now_ms))
            row = await claims.load(target) if claim else None
            if row is None:
                return
            outcome = await self._step(
                lambda: adapter(row["platform"]).confirm(self._publication(row), self._tools()), before_commit=False
            )
            await self._put(row, claim, "confirm", outcome)

    async def reconcile(self, target: str, attempt: int) -> None:
        """Find out what became of a target whose outcome is unknown."""
        async with self._asking:
            claim = await self._write(lambda now_ms: claims.take_doubtful(target, attempt, self._owner, now_ms))
            row = await claims.load(target) if claim else None
            if row is None:
                return
            await self._commit(
                row, claim, "reconcile",
                lambda: adapter(row["platform"]).reconcile(self._publication(row), self._tools()),
            )  # fmt: skip

    async def recover(self, target: str, attempt: int) -> None:
        """Decide what a lease that ran out means."""
        if await self._write(lambda now_ms: claims.recover(target, attempt, now_ms)):
            self._announce()

    async def _step(self, call: Callable[[], Awaitable[Any]], *, before_commit: bool) -> Any:
        """One call of an adapter, in bounded time; whatever goes wrong becomes an outcome."""
        try:
            async with asyncio.timeout(STEP_TIMEOUT_S):
                return await call()
        except TimeoutError:
            reason = f"No answer within {STEP_TIMEOUT_S} s"
        except Exception as error:
            log.exception("an adapter failed")
            reason = f"An error of Daypart's own, {type(error).__name__}; the log has the details"
        return NotSent(f"{reason}.") if before_commit else Unknown(f"{reason}, so the platform may have the post.")

    async def _put(self, row: Row, claim: Claim, phase: str, outcome: Outcome) -> None:
        settled = settle(
            outcome,
            tries=row["tries"],
            doubtful=bool(row["doubtful"]),
            now=self._clock.now(),
            committed=from_ms(row["committed_ms"] or row["due_ms"]),
            draw=self._draw,
        )
        self._report(row, settled, await self._store(claim, settled, phase))
        self._announce()

    async def _store(self, claim: Claim, settled: Settled, phase: str) -> bool:
        """An outcome that is not stored becomes a doubt: try on for as long as the lease may last."""
        end_ms = self._clock.now_ms() + LEASE_MS
        while True:
            try:
                return bool(await self._write(lambda now_ms: claims.put(claim, settled, phase, now_ms)))
            except (Unavailable, sqlite3.OperationalError) as error:
                if self._clock.now_ms() > end_ms:
                    raise
                log.warning("the outcome of target %s cannot be stored yet: %s", claim.target, error)
                await asyncio.sleep(1)

    def _report(self, row: Row, settled: Settled, stored: bool) -> None:
        if not stored:
            log.warning("target %s was taken over, its outcome %s is left to the new holder", row["id"], settled.word)
        elif settled.error:
            log.warning("target %s on %s is %s: %s", row["id"], row["channel_title"], settled.state, settled.error)

    async def _write(self, work: Callable[[int], Awaitable[Any]]) -> Any:
        """Write in the shared transaction, told the time at which it really happens."""
        return await self._batch.write(lambda: work(self._clock.now_ms()))

    def _announce(self) -> None:
        """Wake live pages soon; one call serves all that is settled meanwhile, and no step waits for it."""
        self._news.set()
        if self._announcer is None or self._announcer.done():
            self._announcer = asyncio.create_task(self._announce_all())

    async def _announce_all(self) -> None:
        while self._news.is_set():
            self._news.clear()
            await events.announce()

    async def _sleep_until(self, due: datetime) -> None:
        while (left := (due - self._clock.now()).total_seconds()) > 0:
            await asyncio.sleep(left)

    def _tools(self) -> Tools:
        return Tools(self._http, self._clock.now())

    def _publication(self, row: Row) -> Publication:
        return publication(row, self._settings.url, self._keys, self._clock.now())


def _planned(row: Row) -> datetime:
    """When the next try is meant to happen: at the target's time, or later when a try failed before."""
    return max(from_ms(row["due_ms"]), from_ms(row["retry_ms"] or 0))
