"""Bringing files in, as a worker does it: claims arrivals, a few at once, and sees each through."""

import asyncio
import logging
import secrets
import sqlite3
from pathlib import Path

from app import outbound
from app.accounts.desk import allowed_hosts
from app.clock import MasterClock
from app.errors import DaypartError, Unavailable
from app.library import arrivals, fetching, folder
from app.library.arrivals import Arrival, Kept
from app.library.fetching import Again, Moving
from app.library.incoming import Received, full_disk_told
from app.library.service import Added, incoming, limit_bytes, take
from app.settings import Settings

log = logging.getLogger(__name__)

AT_ONCE = 2
TRIES_MOST = 6
BEAT_S = 0.5
SUFFIX = ".arrival"
_SILENCE_S = 30
_WAIT_MS = 3000


class Bringer:
    """Brings arrivals in within one process."""

    def __init__(self, settings: Settings, clock: MasterClock, name: str) -> None:
        self._settings = settings
        self._clock = clock
        self._name = name
        self._owner = f"{name}/{secrets.token_hex(4)}"
        self._allowed: frozenset[str] = frozenset()
        self._http = outbound.client(lambda host: host in self._allowed, timeout=_SILENCE_S, connections=2 * AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()

    async def begin(self) -> None:
        """Take up at once what this worker's earlier run left in the middle."""
        await arrivals.release(f"{self._name}/")

    async def look(self) -> None:
        """Begin what waits, as far as there is room."""
        while len(self._running) < AT_ONCE:
            held = await arrivals.claim(self._owner, self._clock.now_ms())
            if held is None:
                return
            task = asyncio.create_task(self._bring_on(held))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _bring_on(self, held: Arrival | None) -> None:
        """Bring one, then what waits still, without a pause between small files."""
        while held is not None:
            await self._bring(held)
            held = await arrivals.claim(self._owner, self._clock.now_ms())

    async def bring(self, arrival_id: str) -> None:
        """Bring that one now; nothing happens when it does not wait or somebody else has it."""
        held = await arrivals.claim(self._owner, self._clock.now_ms(), arrival_id)
        if held is not None:
            await self._bring(held)

    async def close(self) -> None:
        """Stop; what is under way goes on at the next start."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await arrivals.release(self._owner)
        await self._http.aclose()

    async def sweep(self) -> None:
        """Forget what is long over, and files that no arrival needs any more."""
        await arrivals.sweep(self._clock.now_ms())
        needed = await arrivals.open_ids()
        for path in incoming(self._settings).glob(f"*{SUFFIX}"):
            if path.stem not in needed:
                path.unlink(missing_ok=True)

    def _path(self, held: Arrival) -> Path:
        return incoming(self._settings) / f"{held.id}{SUFFIX}"

    async def _bring(self, held: Arrival) -> None:
        moving = Moving(held.bytes, held.total, held.tag)
        work = asyncio.create_task(self._work(held, moving))
        beating = asyncio.create_task(self._beat(held, moving, work))
        try:
            await arrivals.done(held, await work, self._clock)
        except asyncio.CancelledError:
            if asyncio.current_task().cancelling():  # type: ignore[union-attr]
                raise
            await self._stopped(held)
        except Again as error:
            await self._again(held, moving, error)
        except Exception as error:
            if not isinstance(error, DaypartError):
                log.exception("bringing %s failed", held.id)
            await self._failed(held, error)
        finally:
            work.cancel()
            beating.cancel()
            await asyncio.gather(work, beating, return_exceptions=True)

    async def _work(self, held: Arrival, moving: Moving) -> Added:
        path = self._path(held)
        try:
            received, name = await self._received(held, path, moving)
        except BlockingIOError as error:  # its lease ran out, but it goes on
            raise Again("Another worker still has this file.", counts=False) from error
        added = await take(received, name, settings=self._settings, actor=held.actor, clock=self._clock)
        await received.discard()
        return added

    async def _received(self, held: Arrival, path: Path, moving: Moving) -> tuple[Received, str]:
        limit = limit_bytes(self._settings)
        with full_disk_told():
            if held.kind == "url":
                self._allowed = frozenset([row["host"] for row in await allowed_hosts()])
                return await fetching.fetch(self._http, held.source, path, moving, limit)
            now_ms = self._clock.now_ms()
            received = await folder.copy(self._settings, held, path, moving, limit, now_ms)
            return received, folder.name_of(held.source)

    async def _beat(self, held: Arrival, moving: Moving, work: asyncio.Task[Added]) -> None:
        """Twice a second, make safe what is there and tell; end the work when it is not wanted any more."""
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                wanted = await arrivals.beat(held, await _safe(moving), self._clock.now_ms())
            except (OSError, sqlite3.Error, DaypartError) as error:
                log.warning("progress of %s was not noted: %r", held.id, error)
                continue
            if not wanted:
                work.cancel()
                return

    async def _stopped(self, held: Arrival) -> None:
        if await arrivals.cancelled(held):
            await Received(self._path(held), 0, "").discard()
            await arrivals.over(held, "cancelled", None, self._clock)

    async def _again(self, held: Arrival, moving: Moving, error: Again) -> None:
        tries = 0 if moving.bytes > held.bytes or not error.counts else held.tries
        if tries >= TRIES_MOST:
            await self._failed(held, Unavailable("ARRIVAL_TRIES", f"{error.note} It was tried {tries} times."))
            return
        wait_ms = 1000 * 2**tries if error.counts else _WAIT_MS
        kept = Kept(moving.bytes, moving.total, moving.tag)
        await arrivals.again(held, kept, error.note, wait_ms, tries, self._clock)

    async def _failed(self, held: Arrival, error: Exception) -> None:
        await Received(self._path(held), 0, "").discard()
        await arrivals.over(held, "failed", fetching.plain(error), self._clock)


async def _safe(moving: Moving) -> Kept:
    size = await asyncio.to_thread(moving.part.sync) if moving.part else moving.at
    return Kept(size, moving.total, moving.tag)
