"""Extending the playlogs of 100 channels by four hours: days and library read, chains and breaks made, events stored."""

import asyncio
import contextlib
import sqlite3
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import database
from app.accounts.desk import SYSTEM
from app.clock import HOUR_MS, ManualClock
from app.database import DB, PRAGMAS
from app.plans import days, programs, service, zones
from app.plans.grids import Planned
from app.plans.programs import WantedProgram
from app.plans.service import WantedPlan
from app.plans.specs import SeriesSpec
from app.plans.zones import WantedZone
from app.playlog import queries, storing
from app.playlog import service as playlog
from app.playlog.stock import Stock
from app.playlog.values import Line
from tests.benchmarks.desk import ZONE, Desk, new_desk
from tests.benchmarks.processes import apart, most_mb
from tests.benchmarks.results import Figure, duration, rate

COUNTS = (1, 10, 100)
SERIES = 10
EPISODES = 60
SPOTS = 300
EVENTS_PER_SECOND = 5_000
GOAL_SECONDS = 10.0
STORING_RATIO = 0.5
LINEAR = 1.5
START = datetime(2026, 5, 14, 12, tzinfo=UTC)
_CHANNEL = "INSERT INTO channel (id, slug, kind, title, timezone, day_start) VALUES (?, ?, 'linear', ?, ?, '06:00')"
_ASSET = (
    "INSERT INTO asset (id, type, title, name, duration_ms, state, approved, series, season, episode, created_ms)"
    " VALUES (?, ?, ?, '', ?, 'ready', 1, ?, 1, ?, 0)"
)


class WrongPlaylog(Exception):
    """The playlog is not what was asked for, so its time tells nothing."""


@dataclass(frozen=True, slots=True)
class Took:
    """What extending some channels took, and what storing the same events takes, in seconds and MB."""

    events: int
    seconds: float
    storing: float
    plain: float
    grew_mb: float


def run() -> list[Figure]:
    """Seconds, events per second, the share of the storing, and how the cost grows with the channels."""
    took = {count: apart(_measured, count) for count in COUNTS}
    most, ten = took[COUNTS[-1]], took[COUNTS[1]]
    return [
        duration("playlog_extend_100_channels_4h_seconds", most.seconds, goal=GOAL_SECONDS),
        rate("playlog_events_per_second", most.events / most.seconds, ceiling=EVENTS_PER_SECOND, goal=1.0),
        rate(
            "playlog_stored_per_second", most.events / most.storing, ceiling=most.events / most.plain,
            goal=STORING_RATIO,
        ),
        *(duration(f"playlog_extend_{count}_channels_ms", took[count].seconds * 1000) for count in COUNTS[:-1]),
        duration(
            "playlog_growth_10_to_100_channels_ms", most.seconds * 1000 / 10, ceiling=ten.seconds * 1000,
            goal=ten.seconds * 1000 * LINEAR,
        ),
        duration("playlog_extend_100_channels_grew_mb", most.grew_mb),
    ]  # fmt: skip


def _measured(count: int) -> Took:
    with new_desk() as desk:
        _furnish(desk, count)
        return asyncio.run(_extended(desk, count))


def _furnish(desk: Desk, count: int) -> None:
    with contextlib.closing(sqlite3.connect(desk.settings.database)) as connection, connection:
        connection.executemany(_CHANNEL, [(f"ch-{n}", f"ch-{n}", f"Channel {n}", ZONE) for n in range(count)])
        series = [(f"series-{n}", f"Series {n}") for n in range(SERIES)]
        connection.executemany("INSERT INTO series (id, title, created_ms) VALUES (?, ?, 0)", series)
        connection.executemany(_ASSET, [_episode(n) for n in range(SERIES * EPISODES)])
        connection.executemany(_ASSET, [_spot(n) for n in range(SPOTS)])


def _episode(number: int) -> tuple[object, ...]:
    length = (21 + number % 4) * 60_000 + number % 997
    return f"asset-{number}", "EPI", f"Episode {number}", length, f"series-{number % SERIES}", number // SERIES


def _spot(number: int) -> tuple[object, ...]:
    kind = ("ADV", "ADV", "PRO", "PSA")[number % 4]
    return f"spot-{number}", kind, f"Spot {number}", (15 + number % 4 * 5) * 1000, None, None


async def _extended(desk: Desk, count: int) -> Took:
    clock = ManualClock(START)
    act = {"by": SYSTEM, "clock": clock}
    keys = [f"ch-{number}" for number in range(count)]
    async with database.opened(desk.settings.database):
        for key in keys:
            await _planned(key, act)
        clock.advance(timedelta(minutes=30))
        memory = most_mb()
        began = time.perf_counter()
        stock = await Stock.take()
        made = [await playlog.extend(key, stock=stock, **act) for key in keys]
        seconds = time.perf_counter() - began
        grew = most_mb() - memory
        stored = {one.channel.channel.id: await _check(one.channel, clock) for one in made}
        storing_s = await _stored_again([one.channel for one in made], stored)
    plain_s = _stored_plainly(desk.settings.database, stored)
    return Took(sum(map(len, stored.values())), seconds, storing_s, plain_s, grew)


async def _planned(key: str, act: dict) -> None:
    for number in range(SERIES):
        wanted = WantedProgram(name=f"series {number}", spec=SeriesSpec(f"series-{number}"))
        await programs.add_program(key, wanted, **act)
    await service.add_plan(key, WantedPlan(name="Week"), **act)
    zone = WantedZone(name="Day", start="06:00", end="24:00", programs=[f"series {n}" for n in range(SERIES)])
    await zones.add_zone(key, "Week", zone, **act)
    await days.generate(key, str(START.date()), **act)


async def _check(of: Planned, clock: ManualClock) -> list[Line]:
    lines = await queries.beginning(of.channel.id, 0, 2**62)
    reaches = lines[-1].end_ms - clock.now_ms()
    whole = sum(line.length_ms for line in lines) == lines[-1].end_ms - lines[0].start_ms
    spots = sum(line.kind == "spot" for line in lines)
    if not (whole and 3 * HOUR_MS <= reaches <= 4 * HOUR_MS and spots > len(lines) // 3):
        raise WrongPlaylog(f"{of.channel.slug} has {len(lines)} events, {spots} of them spots.")
    return lines


async def _stored_again(channels: list[Planned], stored: dict[str, list[Line]]) -> float:
    """What storing takes, as an extension does it: a transaction for each channel."""
    async with DB.transaction():
        await database.sql("DELETE FROM playlog")
    began = time.perf_counter()
    for of in channels:
        async with DB.transaction():
            await storing.add(of, stored[of.channel.id])
    return time.perf_counter() - began


def _stored_plainly(path: Path, stored: dict[str, list[Line]]) -> float:
    """The same rows by sqlite3 alone, in as many transactions, with the same guarantees."""
    rows = [[storing.row(line, channel, line.log or "", 0) for line in lines] for channel, lines in stored.items()]
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(PRAGMAS.format(ms=1000))
        with connection:
            connection.execute("DELETE FROM playlog")
        began = time.perf_counter()
        for some in rows:
            with connection:
                connection.executemany(storing.INSERT, some)
        return time.perf_counter() - began
