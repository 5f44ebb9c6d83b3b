"""A group on 50 channels stored, and the spread of a wave: how far apart ten channels get what is meant for one instant.

The ceiling of storing is the same rows written by plain sqlite3 in one transaction, with the same pragmas. The spread
is the last commit of a wave minus its first, at receivers on this machine; Daypart runs as `daypart up` does.
"""

import asyncio
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import database
from app.accounts.desk import SYSTEM
from app.clock import MasterClock
from app.posts import groups
from app.posts.groups import NewGroup
from app.posts.schemas import When
from tests.benchmarks.deliveries import PATH, RECEIVER, await_deliveries
from tests.benchmarks.desk import TITLE, ZONE, Desk, new_desk, video
from tests.benchmarks.processes import await_answer, daypart, running
from tests.benchmarks.results import Figure, duration, percentile
from tests.fakes.server import Fake

WIDE = 50
ROUNDS = 40
CHANNELS = 10
WAVES = 40
SPREAD_GOAL_MS = 150.0
_AHEAD = timedelta(seconds=12)
_APART = timedelta(milliseconds=500)
_PATIENCE_S = 20
_TABLES = ("wave", "post", "target_group", "target", "event")


def run() -> list[Figure]:
    """Milliseconds of storing a group, and the spread of waves."""
    with new_desk() as desk:
        channels = desk.add_channels([f"Channel {number}" for number in range(WIDE)], "http://127.0.0.1:9/never")
        before = desk.data.parent / "before.sqlite"
        shutil.copy(desk.settings.database, before)
        stored = asyncio.run(_stored(desk, channels))
        plain = _plain(desk.settings.database, before)
    spreads = _spreads()
    return [
        duration("wave_group_50_channels_ms", percentile(stored, 0.5), ceiling=plain),
        duration("wave_spread_10_channels_p50_ms", percentile(spreads, 0.5)),
        duration("wave_spread_10_channels_p99_ms", percentile(spreads, 0.99), goal=SPREAD_GOAL_MS),
    ]


async def _stored(desk: Desk, channels: list[str]) -> list[float]:
    took = []
    first = datetime.now(UTC) + timedelta(days=1)
    async with database.opened(desk.settings.database):
        for number in range(ROUNDS):
            asset = await video()
            new = NewGroup("simultaneous", channels, When(first + number * timedelta(minutes=5)), asset=asset, wave="w")
            began = time.perf_counter()
            await groups.save(new, by=SYSTEM, clock=MasterClock(), timezone=ZONE)
            took.append((time.perf_counter() - began) * 1000)
    return took


def _plain(filled: Path, empty: Path) -> float:
    """Milliseconds of the same rows, a transaction a group; the rows of all groups, divided by their number."""
    with closing(sqlite3.connect(filled)) as source, closing(sqlite3.connect(empty, isolation_level=None)) as target:
        target.executescript(database.PRAGMAS.format(ms=10_000))
        # What the groups refer to stands there before.
        for table in ("media", "asset"):
            _insert(target, table, source.execute(f"SELECT * FROM {table}").fetchall())
        known = target.execute("SELECT max(seq) FROM event").fetchone()[0] or 0
        rows = {table: source.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall() for table in _TABLES}
        rows["event"] = [row for row in rows["event"] if row[0] > known]
        _insert(target, "wave", rows["wave"])
        began = time.perf_counter()
        for number in range(ROUNDS):
            target.execute("BEGIN IMMEDIATE")
            for table in _TABLES[1:]:
                share = len(rows[table]) // ROUNDS
                _insert(target, table, rows[table][number * share : (number + 1) * share])
            target.execute("COMMIT")
        return (time.perf_counter() - began) * 1000 / ROUNDS


def _insert(target: sqlite3.Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    if rows:
        target.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def _spreads() -> list[float]:
    with Fake(RECEIVER) as receiver, new_desk() as desk:
        titles = [f"Channel {number}" for number in range(CHANNELS * WAVES)]
        channels = desk.add_channels(titles, receiver.url + PATH)
        with running(daypart("up", desk.data, desk.port)) as tree:
            await_answer(tree, desk.port, "/health")
            first = datetime.now(UTC) + _AHEAD
            asyncio.run(_planned(desk, channels, first))
            last = first + WAVES * _APART
            found = await_deliveries(receiver, CHANNELS * WAVES, last, _PATIENCE_S)
    arrived: dict[str, list[float]] = {}
    for one in found:
        arrived.setdefault(one["body"]["data"]["due"], []).append(float(one["arrived_ms"]))
    return [max(times) - min(times) for times in arrived.values()]


async def _planned(desk: Desk, channels: list[str], first: datetime) -> None:
    """All waves, each on channels of its own."""
    async with database.opened(desk.settings.database):
        for number in range(WAVES):
            own = channels[number * CHANNELS : (number + 1) * CHANNELS]
            new = NewGroup(
                "simultaneous", own, When(first + number * _APART), asset=await video(), title=TITLE, wave=f"w{number}"
            )
            await groups.save(new, by=SYSTEM, clock=MasterClock(), timezone=ZONE)
