from datetime import date, timedelta

import pytest
from litestar import Litestar

from app.clock import ManualClock
from app.guide.sharing import Sharing, share
from app.plans import days
from app.plans.specs import AssetSpec, SeriesSpec
from app.settings import Settings
from tests.plans.conftest import desk, desk_settings  # noqa: F401 - fixtures
from tests.plans.desk import Desk

FIRST = date(2026, 5, 14)


class Station(Desk):
    """A desk with two channels in far zones, whose days are made."""

    async def furnished(self, first: date = FIRST, count: int = 4) -> "Station":
        """An evening series and a film around it on each; a title that no format likes."""
        show, _ = await self.series("Harbour & <Sons>", 5)
        film = await self.asset('The "Ferry", ]]>\x08 part;', 80)
        for slug, zone in (("one", "Europe/Lisbon"), ("one-two", "Pacific/Auckland")):
            await self.channel(slug, zone=zone)
            await self.program("show", SeriesSpec(show), channel=slug)
            await self.program("film", AssetSpec(film), channel=slug)
            await self.plan("Week", ("19:00", "21:00", ["show"]), ("21:00", "19:00", ["film"]), channel=slug)
            await self.make(slug, first, count)
        return self

    async def make(self, slug: str, first: date, count: int) -> None:
        for number in range(count):
            await days.generate(slug, str(first + timedelta(days=number)), **self.act)

    async def opened(self, days: int = 3) -> None:
        await share(Sharing(open=True, days=days), **self.act)


@pytest.fixture
def station(app: Litestar, settings: Settings, clock: ManualClock) -> Station:
    """Fills the running desk."""
    return Station(settings, clock)
