"""A look of the due loop, and every write of the engine, cost what is due, however much was ever published."""

import re
from collections.abc import Awaitable, Callable

import aiosqlite
import pytest

from app.database import DB, sql
from app.posts import claims, due
from app.posts.outcomes import Settled
from tests.posts.desk import Desk
from tests.posts.many import Many

MOST = 100
Query = Callable[[Desk, str], Awaitable[object]]
SLACK = 60
LOOKS: dict[str, Query] = {
    "due": lambda desk, channel: due.due(desk.clock.now_ms(), desk.clock.now_ms() + 60_000, MOST),
    "catching up": lambda desk, channel: due.catching_up(desk.clock.now_ms(), desk.clock.now_ms(), MOST),
    "too late": lambda desk, channel: due.too_late(desk.clock.now_ms(), MOST),
    "to ask": lambda desk, channel: due.to_ask(desk.clock.now_ms(), MOST),
    "abandoned": lambda desk, channel: due.abandoned(desk.clock.now_ms(), MOST),
    "release": lambda desk, channel: claims.release("worker-1/"),
    "load": lambda desk, channel: claims.load(f"{channel}-scheduled-0"),
    "take": lambda desk, channel: claims.take(f"{channel}-scheduled-0", 0, "w/1", desk.clock.now_ms()),
    "recover": lambda desk, channel: claims.recover(f"{channel}-scheduled-0", 1, desk.clock.now_ms()),
    "put": lambda desk, channel: claims.put(
        claims.Claim(f"{channel}-scheduled-0", "", 1), Settled("published", "published"), "commit", 1
    ),
}


def connections() -> list[aiosqlite.Connection]:
    """Those of the running pool."""
    readers = [DB._readers.get_nowait() for _ in range(DB.reader_count)]
    for reader in readers:
        DB._readers.put_nowait(reader)
    assert DB._writer is not None
    return [*readers, DB._writer]


async def steps(work: Callable[[], Awaitable[object]]) -> int:
    """How many steps SQLite's machine takes."""
    counted = 0

    def count() -> None:
        nonlocal counted
        counted += 1

    for connection in connections():
        await connection.set_progress_handler(count, 1)
    await work()
    for connection in connections():
        await connection.set_progress_handler(None, 1)  # type: ignore[arg-type]
    return counted


@pytest.mark.parametrize("analysed", [False, True])
@pytest.mark.parametrize("look", LOOKS)
async def test_look_costs_the_same_however_much_was_published(desk: Desk, look: str, analysed: bool) -> None:
    channel, many = await desk.channel(), Many(desk)
    many.targets(channel, "scheduled", 1, ago_s=120)
    costs = []
    for state, count in (("published", 20), ("published", 2000), ("failed", 2000)):
        many.targets(await desk.channel(), state, count, ago_s=86_400)  # type: ignore[arg-type]
        if analysed:
            many.analysed()
        await DB.close_connection_pool()
        await DB.start_connection_pool()
        await LOOKS[look](desk, channel)
        await desk.put_in_state(f"{channel}-scheduled-0", "scheduled", attempt=0, lease_until_ms=None)
        costs.append(await steps(lambda: LOOKS[look](desk, channel)))
        await desk.put_in_state(f"{channel}-scheduled-0", "scheduled", attempt=0, lease_until_ms=None)
    assert costs[0] > 0
    assert max(costs) <= costs[0] + SLACK


async def test_what_keeps_a_channel_busy_is_sought_among_the_last_days_only(desk: Desk) -> None:
    channel = await desk.channel()
    now_ms = desk.clock.now_ms()
    before = await steps(lambda: due.busy([channel], now_ms))
    Many(desk).targets(channel, "published", 5000, ago_s=10 * 86_400)
    assert await steps(lambda: due.busy([channel], now_ms)) <= before + SLACK


@pytest.mark.parametrize("analysed", [False, True])
async def test_due_targets_are_sought_by_state_and_time(desk: Desk, analysed: bool) -> None:
    Many(desk).targets(await desk.channel(), "published", 1000)
    if analysed:
        Many(desk).analysed()
    plan = await sql(f"EXPLAIN QUERY PLAN {await _query_of_due(desk)}")
    (way,) = [row["detail"] for row in plan if row["detail"].startswith(("SEARCH t ", "SCAN t"))]
    assert re.fullmatch(r"SEARCH t USING INDEX target_(due|state) \((state=\? AND )?due_ms>\? AND due_ms<\?\)", way)


async def _query_of_due(desk: Desk) -> str:
    said: list[str] = []
    for connection in connections():
        await connection.set_trace_callback(said.append)
    await due.due(desk.clock.now_ms(), desk.clock.now_ms(), MOST)
    for connection in connections():
        await connection.set_trace_callback(None)  # type: ignore[arg-type]
    return said[0]
