"""The demo's linear channels: two in different time zones, with a week of plans over what the desk rendered itself."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.accounts.rules import Identity
from app.accounts.secrets import KeyFile
from app.channels import acts
from app.channels.schemas import NewChannelJson
from app.clock import MasterClock, broadcast_date, resolve
from app.database import DB, sql
from app.demo.reels import REELS, Reel, make_clips, render
from app.library import editing, series
from app.library.service import add_file
from app.plans import bookings, grids, programs, service, zones
from app.plans.bookings import WantedBooking
from app.plans.grids import WantedGrid
from app.plans.programs import WantedProgram
from app.plans.service import WantedPlan
from app.plans.specs import AssetSpec, PackageSpec, RuleSpec, SeriesSpec, Spec
from app.plans.zones import WantedZone
from app.playlog import rolling
from app.settings import Settings

log = logging.getLogger(__name__)

_AT_ONCE = 3
Ids = Mapping[str, str]
"""Of assets by title, and of series by title."""


@dataclass(frozen=True, slots=True)
class Week:
    """A plan: when it applies, and its zones as name, start, end and programs."""

    name: str
    zones: tuple[tuple[str, str, str, tuple[str, ...]], ...]
    cron: str | None = None
    priority: int = 10
    on: int | None = None
    """Only so many days from now."""


@dataclass(frozen=True, slots=True)
class Station:
    """A linear channel to make; `booked` is an asset, days from now, and a time on its wall clock."""

    slug: str
    title: str
    timezone: str
    day_start: str
    grid: int
    weeks: tuple[Week, ...]
    booked: tuple[str, int, time]


STATIONS = (
    Station(
        "harbour-one", "Harbour One", "Europe/Lisbon", "06:00", 30,
        (
            Week("Weekdays", (
                ("Breakfast", "06:00", "09:00", ("Tin Pals, two at a time", "Kitchen at Six")),
                ("Daytime", "09:00", "18:00", ("Harbour Stories", "Anything we have")),
                ("News", "18:00", "18:30", ("Evening Bulletin",)),
                ("Early evening", "18:30", "20:30", ("Kitchen at Six", "Harbour Stories")),
                ("Prime time", "20:30", "23:00", ("Film", "Harbour Stories")),
                ("Night", "23:00", "06:00", ("Anything we have",)),
            ), "0 0 * * MON-FRI"),
            Week("Weekends", (
                ("Children", "06:00", "10:00", ("Tin Pals, two at a time",)),
                ("Matinees", "10:00", "18:00", ("Film", "Kitchen at Six")),
                ("News", "18:00", "18:30", ("Evening Bulletin",)),
                ("Film night", "18:30", "23:30", ("Film", "Harbour Stories")),
                ("Night", "23:30", "06:00", ("Anything we have",)),
            ), "0 0 * * SAT,SUN"),
            Week("Regatta night", (("Regatta", "19:00", "22:00", ("Harbour Stories",)),), priority=30, on=1),
        ),
        ("Evening Bulletin", 2, time(13, 10)),
    ),
    Station(
        "sierra-seven", "Sierra Seven", "America/New_York", "05:00", 60,
        (
            Week("Every day", (
                ("Morning", "05:00", "12:00", ("Kitchen at Six, twice", "Harbour Stories, twice")),
                ("News", "12:00", "13:00", ("Evening Bulletin",)),
                ("Afternoon", "13:00", "19:00", ("Harbour Stories, twice",)),
                ("Film", "19:00", "23:00", ("Film",)),
                ("Night", "23:00", "05:00", ("Harbour Stories, twice",)),
            ), priority=0),
            Week("Sunday of films", (("Films", "13:00", "23:00", ("Film",)),), "0 0 * * SUN"),
        ),
        ("Evening Bulletin", 1, time(20, 0)),
    ),
)  # fmt: skip


async def fill(settings: Settings, clock: MasterClock, keys: KeyFile, by: Identity) -> None:
    """Make what is not there yet: programmes, channels with all their plans, their days ahead and their playlog."""
    act: dict[str, Any] = {"by": by, "clock": clock}
    there = {row["slug"] for row in await sql("SELECT slug FROM channel")}
    if new := [station for station in STATIONS if station.slug not in there]:
        assets, shows = await _library(settings, act)
        for station in new:
            async with DB.transaction():  # a channel is seen with all of its plans, or not at all
                await _furnish(station, assets, shows, keys, act)
    await rolling.look(clock)
    log.info("the demo station has %s linear channels", len(STATIONS))


async def _library(settings: Settings, act: dict[str, Any]) -> tuple[Ids, Ids]:
    shows = {one.title: one.id for one in await series.all_series()}
    for title in dict.fromkeys(reel.series for reel in REELS if reel.series):
        if title not in shows:
            shows[title] = (await series.add_series(title, **act)).id
    there = {row["title"]: row["id"] for row in await sql("SELECT id, title FROM asset WHERE approved = 1")}
    missing = [reel for reel in REELS if reel.title not in there]
    few = asyncio.Semaphore(_AT_ONCE)
    with TemporaryDirectory(prefix="rendering-", dir=settings.data) as folder:
        await make_clips(Path(folder))
        added = await asyncio.gather(*(_asset(reel, shows, Path(folder), few, settings, act) for reel in missing))
    return there | dict(added), shows


async def _asset(
    reel: Reel, shows: Ids, folder: Path, few: asyncio.Semaphore, settings: Settings, act: dict[str, Any]
) -> tuple[str, str]:
    """Render a programme, take it into the library, and say there what it is; approved last, so that it is whole."""
    async with few:
        path = await render(reel, folder)
        added = (await add_file(path, progress=lambda _: None, settings=settings, **act)).asset
        path.unlink()
    place = series.Place(
        series=shows.get(reel.series), season=1 if reel.series else None, episode=reel.episode or None,
        genre=reel.genre or None, rating=reel.rating or None,
    )  # fmt: skip
    placed = await series.place(added.id, place, added.version, **act)
    told = editing.Edit(title=reel.title, type=reel.type, tags=["demo"], approved=True)
    await editing.edit(added.id, told, placed.version, **act)
    return reel.title, added.id


async def _furnish(station: Station, assets: Ids, shows: Ids, keys: KeyFile, act: dict[str, Any]) -> None:
    wanted = NewChannelJson(
        title=station.title, timezone=station.timezone, kind="linear", slug=station.slug, day_start=station.day_start
    )
    await acts.create(wanted, keys=keys, **act)
    await grids.put_grid(station.slug, WantedGrid(station.grid, 0, station.day_start, assets["Slow water"]), **act)
    used = {name for week in station.weeks for *_, names in week.zones for name in names}
    for name, program in _programs(assets, shows).items():
        if name in used:
            await programs.add_program(station.slug, program, **act)
    today = await _today(station, act["clock"])
    for week in station.weeks:
        await _plan(station, week, today, act)
    asset, ahead, wall = station.booked
    of = (await grids.planned(station.slug)).grid
    at = resolve(today + timedelta(days=ahead), wall, of.tz).at
    await bookings.book(station.slug, WantedBooking(assets[asset], at), **act)


def _programs(assets: Ids, shows: Ids) -> dict[str, WantedProgram]:
    def made(name: str, spec: Spec, **fields: Any) -> tuple[str, WantedProgram]:
        return name, WantedProgram(name=name, spec=spec, **fields)

    begins, ends = (assets["Coming up"],), (assets["Back after this"],)
    stories, kitchen, tin = (SeriesSpec(shows[name]) for name in ("Harbour Stories", "Kitchen at Six", "Tin Pals"))
    return dict(
        (
            made("Harbour Stories", stories),
            made("Kitchen at Six", PackageSpec((kitchen,), intro=begins, outro=ends)),
            made("Tin Pals, two at a time", PackageSpec((tin,), compose="pair", intro=begins, outro=ends)),
            made("Harbour Stories, twice", PackageSpec((stories,), compose="pair")),
            made("Kitchen at Six, twice", PackageSpec((kitchen,), compose="pair", intro=begins, outro=ends)),
            made("Evening Bulletin", AssetSpec(assets["Evening Bulletin"])),
            made("Film", RuleSpec(types=("MOV",)), mode="least_recently_used", bleed=True),
            made("Anything we have", RuleSpec(types=("EPI",), rest_hours=3)),
        )
    )


async def _plan(station: Station, week: Week, today: date, act: dict[str, Any]) -> None:
    only = None if week.on is None else (today + timedelta(days=week.on)).isoformat()
    wanted = WantedPlan(name=week.name, cron=week.cron, priority=week.priority, first=only, last=only)
    made = await service.add_plan(station.slug, wanted, empty=True, **act)
    for name, start, end, names in week.zones:
        zone = WantedZone(name=name, start=start, end=end, programs=list(names))
        await zones.add_zone(station.slug, made.id, zone, **act)


async def _today(station: Station, clock: MasterClock) -> date:
    grid = (await grids.planned(station.slug)).grid
    return broadcast_date(clock.now(), grid.day_start, grid.tz)
