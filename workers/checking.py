"""The loop that judges ahead what goes out within the hour."""

import asyncio
import logging

from app.clock import MasterClock
from app.posts import checking
from app.settings import Settings

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0


class CheckLoop:
    """Looks now and then whether what is planned would go out, and says what stands in its way."""

    def __init__(self, settings: Settings, clock: MasterClock) -> None:
        self._media = settings.media
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled; a failing look is logged and tried again."""
        while True:
            try:
                await checking.check_ahead(self._clock, self._media)
            except Exception:
                log.exception("judging what goes out soon failed")
            await asyncio.sleep(LOOK_EVERY_S)
