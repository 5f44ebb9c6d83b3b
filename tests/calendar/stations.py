"""Linear channels with days and bookings on the running desk, for the calendar."""

from datetime import date, datetime, timedelta

from app.plans import bookings, days
from app.plans.bookings import WantedBooking
from app.plans.specs import AssetSpec, SeriesSpec
from tests.plans.desk import Desk

CHANNELS = ("one", "two")


async def furnish(desk: Desk, monday: date, count: int) -> None:
    """Two channels with so many days from the one before a Monday on, and bookings that cut them.

    Programmes run over midnight and over the start of the broadcast day, and come in runs.
    """
    show, _ = await desk.series("Harbour", 5)
    film, opera = await desk.asset("Ferry", 80), await desk.asset("Opera", 100)
    news = await desk.asset("News", 10, "NEW")
    for slug in CHANNELS:
        await desk.channel(slug)
        await desk.program("harbour", SeriesSpec(show), channel=slug)
        await desk.program("ferry", AssetSpec(film), channel=slug, bleed=True)
        await desk.program("opera", AssetSpec(opera), channel=slug, bleed=True)
        zones = [("19:00", "23:30", ["harbour"]), ("23:30", "01:00", ["opera"]), ("05:00", "06:00", ["ferry"])]
        await desk.plan("Week", ("08:00", "19:00", ["ferry", "harbour"]), *zones, channel=slug)
    for n in range(-1, count - 1):
        for slug in CHANNELS:
            await book(desk, slug, news, monday + timedelta(days=n), 19 + n % 4)
            await make(desk, slug, monday + timedelta(days=n))


async def book(desk: Desk, slug: str, asset: str, on: date, hour: int) -> None:
    """Book an asset ten minutes past an hour of UTC."""
    at = datetime.fromisoformat(f"{on}T{hour:02}:10:00Z")
    resume = "filler" if hour % 2 else "join"
    await bookings.book(slug, WantedBooking(asset, at, resume=resume), **desk.act)  # type: ignore[arg-type]


async def make(desk: Desk, slug: str, on: date) -> None:
    """Make a day."""
    await days.generate(slug, on.isoformat(), **desk.act)
