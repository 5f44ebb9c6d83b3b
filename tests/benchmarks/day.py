"""A schedule day of 48 blocks out of a library of 10,000 assets: read, built, checked and stored."""

import asyncio
import contextlib
import sqlite3
import time
from datetime import UTC, datetime, timedelta

from app import database
from app.accounts.desk import SYSTEM
from app.clock import MasterClock
from app.plans import days, programs, service, zones
from app.plans.days import DayView
from app.plans.programs import WantedProgram
from app.plans.service import WantedPlan
from app.plans.specs import RuleSpec, SeriesSpec
from app.plans.zones import WantedZone
from tests.benchmarks.desk import ZONE, Desk, new_desk
from tests.benchmarks.processes import apart, most_mb
from tests.benchmarks.results import Figure, duration, percentile

ASSETS = 10_000
SERIES = 20
EVENTS = 48
DAYS = 15
WARMING = 3
GOAL_MS = 250.0
_CHANNEL = "INSERT INTO channel (id, slug, kind, title, timezone, day_start) VALUES (?, ?, 'linear', ?, ?, '06:00')"
_ASSET = (
    "INSERT INTO asset (id, type, title, name, duration_ms, state, approved, tags, series, season, episode, created_ms)"
    " VALUES (?, ?, ?, '', ?, 'ready', 1, ?, ?, 1, ?, 0)"
)


class WrongDay(Exception):
    """The day is not what was asked for, so its time tells nothing."""


def run() -> list[Figure]:
    """Milliseconds for one day, the median of several dates in a row, and the memory that a process needs for them."""
    took, grew_mb = apart(_measured)
    name = f"day_{EVENTS}_blocks_{ASSETS}_assets"
    return [
        duration(f"{name}_ms", percentile(took, 0.5), goal=GOAL_MS),
        duration(f"{name}_grew_mb", grew_mb),
    ]


def _measured() -> tuple[list[float], float]:
    with new_desk() as desk:
        _furnish(desk)
        return asyncio.run(_timed(desk))


def _furnish(desk: Desk) -> None:
    with contextlib.closing(sqlite3.connect(desk.settings.database)) as connection, connection:
        connection.execute(_CHANNEL, ("harbour", "harbour", "Harbour", ZONE))
        series = [(f"series-{n}", f"Series {n}") for n in range(SERIES)]
        connection.executemany("INSERT INTO series (id, title, created_ms) VALUES (?, ?, 0)", series)
        connection.executemany(_ASSET, map(_asset, range(ASSETS)))


def _asset(number: int) -> tuple[str, str, str, int, str, str | None, int | None]:
    minutes, tags = 15 + number % 15, '["harbour", "night"]' if number % 3 else "[]"
    if number % 5:
        return f"asset-{number}", "MOV", f"Film {number}", minutes * 60_000, tags, None, None
    return (
        f"asset-{number}",
        "EPI",
        f"Episode {number}",
        minutes * 60_000,
        tags,
        f"series-{number // 5 % SERIES}",
        number,
    )


async def _timed(desk: Desk) -> tuple[list[float], float]:
    """Milliseconds for each day, and by how many MB the most memory grew from before the first."""
    clock = MasterClock()
    act = {"by": SYSTEM, "clock": clock}
    first = datetime.now(UTC).date() + timedelta(days=1)
    async with database.opened(desk.settings.database):
        await _planned(act)
        took, memory = [], most_mb()
        for number in range(WARMING + DAYS):
            began = time.perf_counter()
            day = await days.generate("harbour", str(first + timedelta(days=number)), **act)
            took.append((time.perf_counter() - began) * 1000)
            _check(day)
        return took[WARMING:], most_mb() - memory


async def _planned(act: dict) -> None:
    for name, spec in (
        ("films", RuleSpec(types=("MOV",))),
        ("night", RuleSpec(types=("MOV",), tags=("night",), longest_s=1800)),
        *((f"series {n}", SeriesSpec(f"series-{n}")) for n in range(SERIES)),
    ):
        await programs.add_program("harbour", WantedProgram(name=name, spec=spec), **act)
    await service.add_plan("harbour", WantedPlan(name="Week"), **act)
    for start, end, items in (
        ("06:00", "18:00", [f"series {n}" for n in range(SERIES)]),
        ("18:00", "24:00", ["films", "series 1"]),
        ("00:00", "06:00", ["night"]),
    ):
        zone = WantedZone(name=start, start=start, end=end, programs=items)
        await zones.add_zone("harbour", "Week", zone, **act)


def _check(day: DayView) -> None:
    if len(day.events) < EVENTS - 4 or day.errors or any(one.kind != "program" for one in day.events):
        raise WrongDay(f"{day.date} has {len(day.events)} events and {len(day.findings)} findings.")
