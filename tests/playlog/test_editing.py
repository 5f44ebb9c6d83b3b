"""Operators change what is not too near; the rest gives way up to the next fixed point, and each act can be undone."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import pytest

from app import events
from app.clock import from_ms
from app.database import sql
from app.errors import Conflict, DaypartError
from app.plans import bookings
from app.plans.bookings import WantedBooking
from app.plans.specs import SeriesSpec
from app.playlog import editing, following, horizon, queries, rolling, service
from app.playlog.editing import Edited, Place
from app.playlog.values import Line
from tests.plans.desk import MIN, Desk


@dataclass
class Booth:
    """A desk with a rolling playlog, and what an operator does to it."""

    desk: Desk
    extra: dict[str, str]

    async def lines(self) -> list[Line]:
        of = await service.rolling("one")
        return await queries.beginning(of.channel.id, 0, 2**62)

    async def ahead(self, kind: str = "program") -> Line:
        edge = horizon.commit_edge(self.desk.clock.now_ms())
        return next(one for one in await self.lines() if one.start_ms > edge and one.kind == kind)

    async def version(self, line: Line) -> int:
        rows = await sql("SELECT version FROM log WHERE id = ?", line.log)
        return int(rows[0]["version"])

    async def replace(self, line: Line, asset: str) -> Edited:
        version = await self.version(line)
        return await editing.replace_event("one", line.id or "", asset, version, **self.desk.act)

    async def insert(self, asset: str, **place: str) -> Edited:
        near = (await queries.one("one", next(iter(place.values()))))[1]
        return await editing.insert_event("one", Place(**place), asset, await self.version(near), **self.desk.act)

    async def remove(self, line: Line) -> Edited:
        return await editing.remove_event("one", line.id or "", await self.version(line), **self.desk.act)

    async def lock(self, line: Line, locked: bool = True) -> Edited:
        return await editing.lock_event("one", line.id or "", locked, await self.version(line), **self.desk.act)


@pytest.fixture
async def booth(desk: Desk) -> Booth:
    """25-minute episodes in half-hour blocks, with a filler and some spots."""
    filler = await desk.asset("Waves", 0.7, "FIL")
    of = await service.rolling("one")
    await sql("INSERT INTO grid (channel, minutes, filler_asset) VALUES (?, 30, ?)", of.channel.id, filler)
    for number in range(8):
        await desk.asset(f"Spot {number}", 0.5, "ADV")
    show, _ = await desk.series("Harbour", 20, 25)

    await desk.program("harbour", SeriesSpec(show))
    await desk.plan("Week", ("00:00", "24:00", ["harbour"]))
    extra = {"news": await desk.asset("News", 2, "NEW"), "film": await desk.asset("Film", 90, "MOV")}
    editing.register()
    following.register()
    await rolling.look(desk.clock)
    return Booth(desk, extra)


def covered(lines: list[Line]) -> bool:
    return all(one.end_ms == other.start_ms for one, other in pairwise(lines))


def starts(lines: list[Line]) -> set[int]:
    return {one.block_ms for one in lines}


async def test_c35_what_is_inserted_takes_time_from_breaks_and_the_next_block_begins_on_time(booth: Booth) -> None:
    before = await booth.lines()
    act = await booth.ahead()
    await booth.insert(booth.extra["news"], before=act.id or "")
    after = await booth.lines()
    assert covered(after)
    assert after[-1].end_ms == before[-1].end_ms
    news = next(one for one in after if one.title == "News")
    assert (news.start_ms, news.length_ms, news.placed) == (act.start_ms, 2 * MIN, True)
    assert starts(before) == starts(after)
    kept = {one.id for one in before} & {one.id for one in after}
    assert {one.id for one in before if one.block_ms != act.block_ms} <= kept


async def test_what_is_removed_leaves_filler_and_can_be_undone(booth: Booth) -> None:
    before = await booth.lines()
    act = await booth.ahead()
    done = await booth.remove(act)
    after = await booth.lines()
    assert covered(after)
    assert act.id not in {one.id for one in after}
    assert sum(one.length_ms for one in after) == sum(one.length_ms for one in before)
    await events.undo(done.event, booth.desk.by.actor, booth.desk.clock, {"log"})
    assert await booth.lines() == before


async def test_what_is_too_long_is_refused_at_a_fixed_point_and_nothing_changes(booth: Booth) -> None:
    act = await booth.ahead()
    later = next(one for one in await booth.lines() if one.block_ms > act.block_ms and one.kind == "program")
    await booth.lock(later)
    stored = booth.desk.stored()
    with pytest.raises(Conflict) as refused:
        await booth.replace(act, booth.extra["film"])
    assert refused.value.code == "NO_ROOM"
    assert booth.desk.stored() == stored
    await booth.lock(later, False)
    await booth.insert(booth.extra["news"], after=act.id or "")


async def test_moving_puts_an_event_elsewhere(booth: Booth) -> None:
    act = await booth.ahead()
    spot = next(one for one in await booth.lines() if one.kind == "spot" and one.block_ms > act.block_ms)
    version = await booth.version(spot)
    await editing.move_event("one", spot.id or "", Place(before=act.id), version, **booth.desk.act)
    after = await booth.lines()
    assert covered(after)
    assert next(one for one in after if one.placed).asset == spot.asset
    assert next(one for one in after if one.placed).start_ms == act.start_ms


async def test_what_is_over_near_locked_booked_or_seen_by_others_is_refused(booth: Booth) -> None:
    on_air, act = (await booth.lines())[0], await booth.ahead()
    stale = await booth.version(act)
    await booth.lock(act)
    booked = await bookings.book(
        "one", WantedBooking(booth.extra["news"], from_ms(act.block_ms + 60 * MIN)), **booth.desk.act
    )
    line = next(one for one in await booth.lines() if one.booking == booked.booking.id)
    stored = booth.desk.stored()

    async def code(of: Line, version: int | None = None) -> str:
        with pytest.raises(DaypartError) as refused:
            await editing.remove_event(
                "one", of.id or "", await booth.version(of) if version is None else version, **booth.desk.act
            )
        return refused.value.code

    assert await code(act, stale) == "VERSION_STALE"
    assert [await code(one) for one in (on_air, act, line)] == ["BEFORE_COMMIT_EDGE", "EVENT_LOCKED", "EVENT_BOOKED"]
    unsaid = await desk_asset(booth)
    with pytest.raises(Conflict, match="approved"):
        await booth.insert(unsaid, before=(await booth.ahead("spot")).id or "")
    booth.desk.clock.advance(timedelta(hours=1))
    assert await code(on_air) == "EVENT_AIRED"
    assert [one for one in booth.desk.stored() if "Unsaid" not in one] == stored


async def desk_asset(booth: Booth) -> str:
    return await booth.desk.asset("Unsaid", 1, approved=False)


async def test_an_undo_is_refused_once_somebody_changed_the_log_or_it_is_too_near(booth: Booth) -> None:
    act = await booth.ahead()
    first = await booth.remove(act)
    await booth.lock(await booth.ahead())
    with pytest.raises(Conflict) as refused:
        await events.undo(first.event, booth.desk.by.actor, booth.desk.clock, {"log"})
    assert refused.value.code == "VERSION_STALE"
