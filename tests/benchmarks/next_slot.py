"""The next free slot, and the refusal of a time that is taken, with 100,000 and with 1,000,000 targets.

Ten channels have had a post each hour, and have one for each hour of the next ten days. The desks differ in how far
back that goes, so both answers should take the same time on the larger one. The two take turns;
what is told is the round whose ratio is the median.
"""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from app import database
from app.accounts.desk import SYSTEM
from app.clock import HOUR_MS, MasterClock, from_ms, to_ms
from app.errors import Conflict
from app.posts import service
from app.posts.free_slots import next_free_slot
from app.posts.schemas import NewPost, When
from tests.benchmarks.desk import ZONE, Desk, new_desk, video
from tests.benchmarks.results import Figure, duration, percentile

FEW, MANY = 100_000, 1_000_000
CHANNELS = tuple(f"Harbour {number}" for number in range(10))
BOOKED_HOURS = 240
ROUNDS = 7
WARMING = 30
CALLS = 50
MOST_RATIO = 1.3
_INSERT = "INSERT INTO target (id, channel, state, due_ms, published_ms) VALUES (?, ?, ?, ?, ?)"

Work = Callable[[str, str], Awaitable[object]]


class WrongAnswer(Exception):
    """The desk did not answer as it must, so its time tells nothing."""


def run() -> list[Figure]:
    """Milliseconds of both on both desks, with those on the smaller one as the ceiling."""
    with _filled(FEW) as few, _filled(MANY) as many:
        return [*_compared("next_slot", _next_slot, few, many), *_compared("conflict_check", _conflict, few, many)]


def _compared(name: str, work: Work, few: "_Filled", many: "_Filled") -> list[Figure]:
    rounds = [(asyncio.run(_timed(few, work)), asyncio.run(_timed(many, work))) for _ in range(ROUNDS)]
    least, most = sorted(rounds, key=lambda pair: pair[1] / pair[0])[ROUNDS // 2]
    return [
        duration(f"{name}_{FEW}_targets_ms", least),
        duration(f"{name}_{MANY}_targets_ms", most, ceiling=least, goal=round(MOST_RATIO * least, 3)),
    ]


_Filled = tuple[Desk, Sequence[str]]


@contextlib.contextmanager
def _filled(number: int) -> Iterator[_Filled]:
    with new_desk() as desk:
        channels = desk.add_channels(CHANNELS, "http://127.0.0.1:9/never")
        with contextlib.closing(sqlite3.connect(desk.settings.database)) as connection, connection:
            connection.executemany(_INSERT, _targets(channels, number))
        yield desk, channels


def _targets(channels: Sequence[str], number: int) -> Iterator[tuple[str, str, str, int, int | None]]:
    now_ms = to_ms(datetime.now(UTC))
    last_ms = (now_ms // HOUR_MS + BOOKED_HOURS) * HOUR_MS
    for hour in range(number // len(channels), 0, -1):
        due_ms = last_ms - (hour - 1) * HOUR_MS
        state, published_ms = ("published", due_ms) if due_ms <= now_ms else ("scheduled", None)
        for index, channel in enumerate(channels):
            yield f"{hour:024}-{index:011}", channel, state, due_ms, published_ms


async def _timed(filled: _Filled, work: Work) -> float:
    """The median of many calls, after some that are not counted, because they fill the caches of the connections."""
    desk, channels = filled
    took = []
    async with database.opened(desk.settings.database):
        asset = await video()
        for call in range(WARMING):
            await work(channels[call % len(channels)], asset)
        for call in range(CALLS):
            began = time.perf_counter()
            await work(channels[call % len(channels)], asset)
            took.append((time.perf_counter() - began) * 1000)
    return percentile(took, 0.5)


async def _next_slot(channel: str, _asset: str) -> None:
    clock = MasterClock()
    slot = await next_free_slot([channel], clock=clock, timezone=ZONE)
    if slot is None or slot.at - clock.now() < timedelta(hours=BOOKED_HOURS - 1):
        raise WrongAnswer(f"The next free slot is {slot}.")


async def _conflict(channel: str, asset: str) -> None:
    clock = MasterClock()
    taken = from_ms((clock.now_ms() // HOUR_MS + 2) * HOUR_MS)
    new = NewPost(asset, "Harbour Tonight", [channel], when=When(taken))
    try:
        await service.schedule(new, by=SYSTEM, clock=clock, timezone=ZONE)
    except Conflict:
        return
    raise WrongAnswer("A time that is taken was given away.")
