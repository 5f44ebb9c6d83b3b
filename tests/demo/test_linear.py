"""The demo's linear channels: rendered, planned and on the guide, once however often it starts."""

from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from app import database
from app.accounts.secrets import KeyFile
from app.clock import HOUR_MS, MasterClock, broadcast_date, from_ms
from app.database import sql
from app.demo import linear, station
from app.library import queries
from app.plans import days, grids
from app.plans.rules import DAYS_AHEAD
from app.playlog import checking
from app.settings import Settings
from tests.plans.conftest import desk_settings

__all__ = ["desk_settings"]


async def counts() -> dict[str, int]:
    tables = ("asset", "series", "channel", "program", "plan", "zone", "schedule_day", "booking")
    return {name: (await sql(f"SELECT count(*) AS n FROM {name}"))[0]["n"] for name in tables}


async def test_two_channels_are_planned_for_a_week_and_have_their_days(desk_settings: Settings) -> None:
    clock = MasterClock()
    async with database.opened(desk_settings.database):
        keys = KeyFile(desk_settings.key_file)
        await linear.fill(desk_settings, clock, keys, station.DEMO)
        made = await counts()
        await linear.fill(desk_settings, clock, keys, station.DEMO)
        assert await counts() == made
        assert made["channel"] == 2
        assert (made["asset"], made["booking"]) == (len(linear.REELS), 2)
        assert not list(desk_settings.data.glob("rendering-*"))
        for one in linear.STATIONS:
            await full_days(one, clock)
            await a_week_without_holes(one, clock)
            _, lines = await checking.ahead(one.slug, clock)
            assert lines[-1].end_ms >= clock.now_ms() + 3 * HOUR_MS
            assert {line.fallback for line in lines} == {None}
        film = (await sql("SELECT id FROM asset WHERE title = 'The Last Ferry'"))[0]["id"]
        asset = await queries.asset(film)
        assert (asset.type, asset.approved, round((asset.duration_ms or 0) / 60_000)) == ("MOV", True, 88)
        assert asset.probe is not None
        assert [one.title for one in asset.probe.chapters] == ["Departure", "Mid-river", "The storm", "Arrival"]


async def full_days(one: linear.Station, clock: MasterClock) -> None:
    """Today and three more, each full and well, with its booking and the special that wins its evening."""
    of = await grids.planned(one.slug)
    assert of.grid.tz == ZoneInfo(one.timezone)
    today = broadcast_date(clock.now(), of.grid.day_start, of.grid.tz)
    booked, specials = 0, set()
    for ahead in range(DAYS_AHEAD + 1):
        found = await days.day(one.slug, (today + timedelta(days=ahead)).isoformat())
        assert [finding for finding in found.findings if finding.level == "error"] == []
        assert all(entry.end_ms == other.start_ms for entry, other in pairwise(found.events))
        assert await days.validate(one.slug, found.date.isoformat()) == []
        booked += len(found.bookings)
        for event in found.events:
            if event.lineage["plan"]["name"] == "Regatta night":
                assert ahead == 1
                specials.add(f"{from_ms(event.start_ms).astimezone(of.grid.tz):%H}")
    assert booked == 1
    assert bool(specials) == (one.slug == "harbour-one")
    assert specials <= {"19", "20", "21", "22"}


async def a_week_without_holes(one: linear.Station, clock: MasterClock) -> None:
    today = clock.now().date()
    for ahead in range(4, 8):
        found = await days.preview(one.slug, (today + timedelta(days=ahead)).isoformat())
        assert {finding.code for finding in found.findings} <= {"DST_CHANGE", "ROTATION_DEGRADED"}
        assert {event.kind for event in found.events} >= {"program"}
