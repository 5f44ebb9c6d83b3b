"""The loop that brings files in from addresses and the import folder, and forgets what nobody went on with."""

import asyncio
import logging
import time

from app.clock import MasterClock
from app.library import resumable
from app.library.bringing import Bringer
from app.posts import awaiting
from app.settings import Settings

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
SWEEP_EVERY_S = 3600.0


class ArrivalLoop:
    """Looks each second for files to bring in."""

    def __init__(self, bringer: Bringer, settings: Settings, clock: MasterClock) -> None:
        self._bringer = bringer
        self._settings = settings
        self._clock = clock
        self._sweep_at = 0.0

    async def run(self) -> None:
        """Look until cancelled; a failing look is logged and tried again."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("looking for files to bring in failed")
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """One look; posts get the videos that came, and now and then what is long over is forgotten."""
        await self._bringer.look()
        await awaiting.settle(self._clock)
        if time.monotonic() >= self._sweep_at:
            self._sweep_at = time.monotonic() + SWEEP_EVERY_S
            await self._bringer.sweep()
            await resumable.sweep(self._settings, self._clock.now_ms())
