"""Whatever people do in whatever order: every millisecond once, nothing too near changes, and it comes to rest."""

import random
from datetime import timedelta
from itertools import pairwise

import pytest

from app.clock import HOUR_MS, from_ms
from app.database import sql
from app.errors import DaypartError
from app.plans import bookings, days
from app.plans.bookings import WantedBooking
from app.playlog import editing, following, horizon, queries, rolling, service
from app.playlog.editing import Place
from app.playlog.values import Line
from tests.plans.desk import MIN, Desk

ACTS = 30


class Day:
    """A person at a desk who does things at random."""

    def __init__(self, desk: Desk, seed: int, assets: list[str]) -> None:
        self.desk = desk
        self.any = random.Random(seed)
        self.assets = assets
        self.booked: list[str] = []
        self.done: set[str] = set()

    async def lines(self) -> list[Line]:
        of = await service.rolling("one")
        return await queries.beginning(of.channel.id, 0, 2**62)

    async def act(self) -> None:
        """One act; a refusal is fine."""
        name = self.any.choice(["book", "cancel", "remake", "insert", "replace", "remove", "move", "lock", "renew"])
        try:
            await getattr(self, name)()
        except DaypartError:
            return
        self.done.add(name)

    async def book(self) -> None:
        at = self.desk.clock.now_ms() + self.any.randint(0, 5 * HOUR_MS)
        end = at + self.any.randint(1, 40 * MIN)
        wanted = WantedBooking(self.assets[0], from_ms(at), from_ms(end), self.any.choice(["join", "filler"]))
        self.booked.append((await bookings.book("one", wanted, **self.desk.act)).booking.id)

    async def cancel(self) -> None:
        await bookings.cancel("one", self.any.choice(self.booked or ["none"]), **self.desk.act)

    async def remake(self) -> None:
        await days.regenerate("one", "2026-05-14", **self.desk.act)

    async def renew(self) -> None:
        await service.renew("one", **self.desk.act)

    async def _some(self) -> tuple[str, int]:
        line = self.any.choice(await self.lines())
        return line.id or "", (await sql("SELECT version FROM log WHERE id = ?", line.log))[0]["version"]

    async def insert(self) -> None:
        id, version = await self._some()
        place = Place(before=id) if self.any.random() < 0.5 else Place(after=id)
        await editing.insert_event("one", place, self.any.choice(self.assets), version, **self.desk.act)

    async def replace(self) -> None:
        id, version = await self._some()
        await editing.replace_event("one", id, self.any.choice(self.assets), version, **self.desk.act)

    async def remove(self) -> None:
        id, version = await self._some()
        await editing.remove_event("one", id, version, **self.desk.act)

    async def move(self) -> None:
        (id, version), (near, _) = await self._some(), await self._some()
        await editing.move_event("one", id, Place(after=near), version, **self.desk.act)

    async def lock(self) -> None:
        id, version = await self._some()
        await editing.lock_event("one", id, self.any.random() < 0.6, version, **self.desk.act)


@pytest.mark.parametrize("seed", range(2))
async def test_whatever_is_done_the_playlog_stays_whole(desk: Desk, seed: int) -> None:
    following.register()
    await desk.furnish()
    assets = [await desk.asset(f"News {minutes}", minutes, "NEW") for minutes in (3, 1, 7.123)]
    for number in range(6):
        await desk.asset(f"Spot {number}", 0.4 + number / 10, "ADV")
    day = Day(desk, seed, assets)
    await rolling.look(desk.clock)
    before = await day.lines()
    for _ in range(ACTS):
        edge = horizon.commit_edge(desk.clock.now_ms())
        await day.act()
        await rolling.look(desk.clock)
        found = await day.lines()
        assert all(one.end_ms == other.start_ms for one, other in pairwise(found))
        assert all(one.out_ms - one.in_ms == one.length_ms > 0 for one in found)
        assert [_until(one, edge) for one in found if one.start_ms < edge] == [
            _until(one, edge) for one in before if one.start_ms < edge
        ]
        assert found[-1].end_ms >= desk.clock.now_ms() + 3 * HOUR_MS
        stored = await sql("SELECT count(*) AS n FROM playlog")
        await rolling.look(desk.clock)
        assert await sql("SELECT count(*) AS n FROM playlog") == stored
        before = found
        if day.any.random() < 0.3:
            desk.clock.advance(timedelta(minutes=day.any.randint(1, 25), milliseconds=day.any.randint(0, 999)))
            await rolling.look(desk.clock)
            before = await day.lines()
    assert len(day.done) >= 5


def _until(one: Line, edge: int) -> tuple[str | None, int, str | None, int, int]:
    """What an event airs before an instant."""
    return one.id, one.start_ms, one.asset, one.in_ms, min(one.end_ms, edge)
