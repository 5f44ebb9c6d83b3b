"""The loop that keeps the occurrences of posts that repeat made some days ahead."""

import asyncio
import logging

from app.clock import MasterClock
from app.posts import repetitions

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0


class RepeatingLoop:
    """Looks each second for repetitions whose turn it is, which mostly are none."""

    def __init__(self, clock: MasterClock) -> None:
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled; a failing look is logged and tried again."""
        while True:
            try:
                await repetitions.keep_up(self._clock)
            except Exception:
                log.exception("looking for repetitions failed")
            await asyncio.sleep(LOOK_EVERY_S)
