"""Repetitions while the desk runs, is down and comes back: whatever happens, each occurrence is there once."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import database
from app.clock import ManualClock, from_ms, to_ms
from app.database import sql
from app.posts import occurrences, repetitions
from app.posts.occurrences import WINDOW
from app.posts.recurrence import Policy, Recurrence, between
from app.posts.repetitions import Wanted
from app.posts.schemas import NewPost
from app.settings import Settings
from tests.clock.strategies import zones
from tests.fakes.server import Fake
from tests.planning.strategies import instants, night_walls
from tests.posts.desk import NOW, ZONE, Desk
from tests.posts.mortal import FOR_EVER, dies_within, run
from tests.posts.test_repetitions import DAILY, keys, repeating, targets
from workers.repeating import RepeatingLoop

AWAITS_MOST = 400
EVENING = datetime(2026, 5, 18, 20, tzinfo=UTC)
MAY = [f"2026-05-{day:02}T18:00" for day in range(1, 32)]
JUNE = [f"2026-06-{day:02}T18:00" for day in range(1, 31)]


@dataclass(frozen=True)
class Back:
    """When the desk is back, and what becomes of the occurrences since: posted at their time, late, or not at all."""

    policy: Policy
    at: datetime
    own_time: list[str]
    late: list[str]
    skipped: list[str]


# A daily post at 17:00Z from 14 May on, a channel that allows an hour, and a desk that is down until then.
BACK = [
    Back("skip", datetime(2026, 5, 18, 17, 30, tzinfo=UTC), [MAY[17]], [], MAY[13:17]),
    Back("last", datetime(2026, 5, 18, 17, 30, tzinfo=UTC), [MAY[17]], [], MAY[13:17]),
    Back("all", datetime(2026, 5, 18, 17, 30, tzinfo=UTC), [MAY[17]], MAY[13:17], []),
    Back("skip", EVENING, [], [], MAY[13:18]),
    Back("last", EVENING, [], [MAY[17]], MAY[13:17]),
    Back("all", EVENING, [], MAY[13:18], []),
    # Longer than was made ahead.
    Back("skip", datetime(2026, 6, 24, 20, tzinfo=UTC), [], [], MAY[13:27]),
    Back("skip", datetime(2026, 6, 24, 17, 30, tzinfo=UTC), [JUNE[23]], [], MAY[13:27]),
    Back("last", datetime(2026, 6, 24, 20, tzinfo=UTC), [], [JUNE[23]], MAY[13:27]),
    Back("all", datetime(2026, 6, 24, 20, tzinfo=UTC), [], JUNE[14:24], MAY[13:27]),
]


def local(at: datetime) -> str:
    """The key that an occurrence of this instant would have."""
    return f"{at.astimezone(ZoneInfo(ZONE)):%Y-%m-%dT%H:%M}"


async def expect_back(desk: Desk, post: str, back: Back) -> None:
    rows = [row for row in await targets(post) if row["occurrence"] <= local(back.at) or row["state"] == "cancelled"]
    due = {row["occurrence"]: row["due_ms"] for row in rows if row["state"] == "scheduled"}
    assert sorted(due) == sorted([*back.own_time, *back.late])
    assert all(from_ms(due[key]) == datetime.fromisoformat(key).replace(hour=17, tzinfo=UTC) for key in back.own_time)
    assert [due[key] - to_ms(back.at) for key in back.late] == [60_000 * n for n in range(len(back.late))]
    assert [row["occurrence"] for row in rows if row["state"] == "cancelled"] == back.skipped


@pytest.mark.parametrize("back", BACK, ids=lambda back: f"{back.policy} {back.at:%d %b %H:%M}")
async def test_what_was_missed_follows_the_policy(desk: Desk, back: Back) -> None:
    post = await repeating(desk, catch_up=back.policy)
    desk.hands.set(back.at)
    await repetitions.keep_up(desk.clock)
    await expect_back(desk, post, back)
    ahead = [key for key in await keys(post, "scheduled") if key > local(back.at)]
    assert len(ahead) == WINDOW.days
    before = await targets(post)
    desk.wait(occurrences.LOOK_AGAIN.total_seconds())
    await repetitions.keep_up(desk.clock)
    assert await targets(post) == before


@pytest.mark.parametrize("policy", ["skip", "last", "all"])
async def test_it_does_not_matter_whether_the_engine_looks_first(desk: Desk, policy: Policy) -> None:
    back = next(one for one in BACK if one.policy == policy and one.at == EVENING)
    post = await repeating(desk, catch_up=policy)
    desk.hands.set(back.at)
    async with desk.engine() as engine:
        await engine.look()
        assert await keys(post, "missed") == MAY[13:18]
        await repetitions.keep_up(desk.clock)
    await expect_back(desk, post, back)


async def test_skipped_times_are_told_in_the_history(desk: Desk) -> None:
    post = await repeating(desk)
    desk.hands.set(datetime(2026, 6, 24, 20, tzinfo=UTC))
    await repetitions.keep_up(desk.clock)
    found = await sql("SELECT verb, after FROM event WHERE verb IN ('skipped', 'times skipped')")
    assert [row["verb"] for row in found].count("skipped") == 14
    (told,) = [row["after"] for row in found if row["verb"] == "times skipped"]
    assert '"times":28' in told
    assert len(await keys(post)) == 14 + 14


async def test_what_somebody_moved_is_not_settled_by_the_policy(desk: Desk) -> None:
    post = await repeating(desk, catch_up="all")
    await sql("UPDATE target SET wall = '2026-05-15T07:00' WHERE post = ? AND occurrence = ?", post, MAY[13])
    desk.hands.set(EVENING)
    async with desk.engine() as engine:
        await engine.look()
        await repetitions.keep_up(desk.clock)
    assert await keys(post, "missed") == [MAY[13]]


async def test_closed_channel_is_caught_up_with_once_it_is_open(desk: Desk) -> None:
    channel = await desk.channel()
    post = await repeating(desk, channel, catch_up="last")
    await sql("UPDATE channel SET paused = 1 WHERE id = ?", channel)
    desk.hands.set(EVENING)
    await repetitions.keep_up(desk.clock)
    assert await keys(post, "cancelled") == []
    await sql("UPDATE channel SET paused = 0 WHERE id = ?", channel)
    desk.wait(occurrences.LOOK_AGAIN.total_seconds())
    await repetitions.keep_up(desk.clock)
    assert await keys(post, "cancelled") == MAY[13:17]
    late = next(row for row in await targets(post) if row["occurrence"] == MAY[17])
    assert from_ms(late["due_ms"]) == desk.clock.now()


async def test_late_ones_keep_away_from_what_is_planned(desk: Desk) -> None:
    channel = await desk.channel()
    post = await repeating(desk, channel, catch_up="all")
    await desk.schedule(channel, at=EVENING + timedelta(seconds=90))
    desk.hands.set(EVENING)
    await repetitions.keep_up(desk.clock)
    late = [row["due_ms"] - to_ms(EVENING) for row in await targets(post, "scheduled") if row["occurrence"] < MAY[18]]
    assert late == [0, 150_000, 210_000, 270_000, 330_000]


async def test_occurrences_are_published_as_any_other_target(desk: Desk, receiver: Fake) -> None:
    channel = await desk.channel(f"{receiver.url}/ok")
    post = await repeating(desk, channel, catch_up="last")
    async with desk.engine() as engine:
        desk.hands.set(datetime(2026, 5, 14, 17, tzinfo=UTC))
        await engine.look()
        desk.hands.set(EVENING)
        await engine.look()
        await repetitions.keep_up(desk.clock)
        await engine.look()
    assert await keys(post, "published") == [MAY[13], MAY[17]]
    assert receiver.get("/counts")["published"] == 2


async def test_loop_looks_by_itself(desk: Desk) -> None:
    post = await repeating(desk)
    desk.hands.set(NOW + timedelta(days=2))
    loop = asyncio.create_task(RepeatingLoop(desk.clock).run())
    try:
        async with asyncio.timeout(60):
            while len(await keys(post)) < 16:
                await asyncio.sleep(0.02)
    finally:
        loop.cancel()


rules = st.builds(
    Recurrence,
    first=st.just(date(2026, 1, 1)),
    wall=night_walls,
    timezone=zones.map(lambda tz: tz.key),
    every=st.integers(1, 3),
    unit=st.sampled_from(("days", "weeks")),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rule=rules,
    start=instants,
    first=st.timedeltas(timedelta(days=-400), timedelta(days=40)),
    steps=st.lists(st.timedeltas(timedelta(minutes=6), timedelta(days=10)), min_size=1, max_size=8),
)
async def test_many_small_steps_make_what_one_big_one_does(
    desk: Desk, rule: Recurrence, start: datetime, first: timedelta, steps: list[timedelta]
) -> None:
    here = Desk(desk.settings, ManualClock(start))
    rule = replace(rule, first=(start + first).date())
    post = await repeating(here, rule=rule)
    for step in steps:
        here.hands.advance(step)
        await repetitions.keep_up(here.clock)
    until = here.clock.now() + WINDOW
    made = {row["occurrence"]: row for row in await targets(post)}
    asked = {one.key: one for one in between(rule, start, until)}
    beyond = made.keys() - asked.keys()
    assert asked.keys() <= made.keys()
    assert len(beyond) <= 1
    assert all(from_ms(made[key]["due_ms"]) > until for key in beyond)
    assert all(from_ms(made[key]["due_ms"]) == one.at for key, one in asked.items())


def test_killed_at_every_await_it_makes_each_occurrence_once(desk_settings: Settings, tmp_path: Path) -> None:
    here = Desk(desk_settings)
    base = tmp_path / "base.sqlite"

    async def prepare() -> None:
        async with database.opened(here.settings.database):
            asset, channel = await here.video(), await here.channel()
            rule = replace(DAILY, unit="weeks", weekdays=(0, 3))
            new = NewPost(asset, "Harbour", [channel])
            await repetitions.schedule(new, Wanted(rule, "last"), by=here.by, clock=here.clock, timezone=ZONE)

    async def keep_up() -> None:
        async with database.opened(here.settings.database):
            # A task of its own, whose awaits are counted.
            await asyncio.create_task(repetitions.keep_up(here.clock))

    run(prepare())
    shutil.copy(here.settings.database, base)
    here.hands.set(datetime(2026, 5, 19, 9, tzinfo=UTC))
    for awaits in range(1, AWAITS_MOST):
        for left in here.settings.database.parent.glob("daypart.sqlite*"):
            left.unlink()
        shutil.copy(base, here.settings.database)
        died = dies_within(awaits, keep_up)
        assert not dies_within(FOR_EVER, keep_up)
        assert stored(here.settings.database) == [
            ("2026-05-14T18:00", "cancelled"), ("2026-05-18T18:00", "scheduled"), ("2026-05-21T18:00", "scheduled"),
            ("2026-05-25T18:00", "scheduled"), ("2026-05-28T18:00", "scheduled"), ("2026-06-01T18:00", "scheduled"),
        ], awaits  # fmt: skip
        if not died:
            assert awaits > 20
            return
    pytest.fail("it never came to an end")


def stored(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT occurrence, state FROM target ORDER BY occurrence").fetchall()
