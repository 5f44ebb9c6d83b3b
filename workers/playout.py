"""The loop that keeps the playlog of linear channels some hours ahead."""

import asyncio
import logging
import time

from app import events
from app.asrun import keeping as asrun_keeping
from app.clock import MasterClock
from app.playlog import gone, rolling
from app.playlog import keeping as playlog_keeping

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
FOLLOW_EVERY_S = 1.0
SWEEP_EVERY_S = 3600.0
FILES_EVERY_S = 60.0


class PlayoutLoop:
    """Looks every half minute at the horizon, and each second whether somebody planned something."""

    def __init__(self, clock: MasterClock, keep_days: int) -> None:
        self._clock = clock
        self._keep_days = keep_days
        self._look_at = 0.0
        self._sweep_at = 0.0
        self._seen = 0

    async def run(self) -> None:
        """Look until cancelled; a failing look is logged and tried again."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("looking at the horizon failed")
            await asyncio.sleep(FOLLOW_EVERY_S)

    async def look(self) -> None:
        """One look, if it is time or days or bookings have changed; now and then what is long over is forgotten."""
        if time.monotonic() < self._look_at and not await rolling.planned_since(self._seen):
            return
        self._seen = await events.newest()
        await rolling.look(self._clock)
        self._look_at = time.monotonic() + LOOK_EVERY_S
        if time.monotonic() >= self._sweep_at:
            self._sweep_at = time.monotonic() + SWEEP_EVERY_S
            for area in (playlog_keeping, asrun_keeping):
                await area.sweep(self._keep_days, by=rolling.WORKER, clock=self._clock)


class FileLoop:
    """Looks each minute whether the files of all that is about to air are there, beside the horizon's own loop: a disk
    that does not answer must not keep the playlog from growing."""

    def __init__(self, clock: MasterClock) -> None:
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled; a failing look is logged and tried again."""
        while True:
            try:
                await gone.look(by=rolling.WORKER, clock=self._clock)
            except Exception:
                log.exception("looking for the files of what is ahead failed")
            await asyncio.sleep(FILES_EVERY_S)
