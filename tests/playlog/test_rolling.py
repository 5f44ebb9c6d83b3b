"""The horizon rolls on by itself: three to four hours ahead, once, whatever happens in between."""

from datetime import timedelta
from itertools import pairwise

from app.clock import HOUR_MS
from app.database import sql
from app.playlog import queries, rolling, service
from app.playlog.values import Line
from tests.plans.desk import MIN, Desk


async def lines(desk: Desk, channel: str = "one") -> list[Line]:
    of = await service.rolling(channel)
    return await queries.beginning(of.channel.id, 0, 2**62)


def contiguous(found: list[Line]) -> bool:
    return bool(found) and all(one.end_ms == other.start_ms for one, other in pairwise(found))


async def test_an_empty_channel_gets_filler_and_is_told(desk: Desk) -> None:
    await rolling.look(desk.clock)
    found = await lines(desk)
    now = desk.clock.now_ms()
    assert contiguous(found)
    assert found[0].start_ms <= now < found[0].end_ms
    assert now + 3 * HOUR_MS <= found[-1].end_ms <= now + 4 * HOUR_MS
    assert {(one.kind, one.asset) for one in found} == {("pad", None)}
    told = await sql("SELECT count(*) AS n FROM event WHERE verb = 'made of filler'")
    assert told[0]["n"] == 4


async def test_it_rolls_on_with_the_clock_and_changes_nothing_that_is_there(desk: Desk) -> None:
    await desk.furnish()
    await rolling.look(desk.clock)
    before = await lines(desk)
    for _ in range(20):
        desk.clock.advance(timedelta(minutes=17))
        await rolling.look(desk.clock)
        now = desk.clock.now_ms()
        found = await lines(desk)
        assert contiguous(found)
        assert now + 3 * HOUR_MS <= found[-1].end_ms <= now + 4 * HOUR_MS + 90 * MIN
        assert found[: len(before)] == before
        before = found
