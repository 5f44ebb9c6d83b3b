"""What the due loop finds: all that is due, and nobody is starved."""

import pytest

from app.channels.service import set_paused
from app.clock import to_ms
from app.database import sql
from app.posts import due
from app.posts.states import State
from tests.posts.desk import Desk
from tests.posts.many import Many

MOST = 100
HOUR_MS = 3_600_000


async def test_of_each_channel_the_first_that_is_late_is_found_however_many_wait(desk: Desk) -> None:
    crowded, other = await desk.channel(), await desk.channel()
    Many(desk).targets(crowded, "scheduled", 3 * MOST, ago_s=120)
    Many(desk).targets(other, "scheduled", 2, ago_s=60)
    found = await due.catching_up(desk.clock.now_ms(), desk.clock.now_ms(), MOST)
    assert [one.target for one in found] == [f"{crowded}-scheduled-{3 * MOST - 1}", f"{other}-scheduled-1"]


async def test_what_is_on_time_is_found_beside_whatever_is_late_or_in_doubt(desk: Desk) -> None:
    crowded = await desk.channel()
    for state in ("scheduled", "retry_wait", "unconfirmed", "confirming"):
        Many(desk).targets(crowded, state, 3 * MOST)
    (target,) = (await desk.schedule(await desk.channel(), at=desk.clock.now())).targets
    found = await due.due(desk.clock.now_ms(), desk.clock.now_ms(), MOST)
    assert [one.target for one in found] == [target]


async def test_further_try_is_found_at_its_own_time(desk: Desk) -> None:
    (target,) = (await desk.schedule(await desk.channel(), at=desk.clock.now())).targets
    await desk.put_in_state(target, "retry_wait", retry_ms=to_ms(desk.at(30)))
    now_ms = desk.clock.now_ms()
    assert await due.due(now_ms, now_ms + 60_000, MOST) == []
    assert await due.catching_up(now_ms, now_ms + 29_999, MOST) == []
    (found,) = await due.catching_up(now_ms, now_ms + 30_000, MOST)
    assert (found.target, found.at_ms, found.again) == (target, now_ms + 30_000, True)


@pytest.mark.parametrize(
    ("state", "columns"),
    [
        ("scheduled", {"lease_until_ms": 1}),
        ("scheduled", {"paused": 1}),
        ("preparing", {}),
        ("published", {}),
        ("draft", {}),
    ],
)
async def test_what_is_held_paused_or_past_is_not_due(desk: Desk, state: State, columns: dict[str, int]) -> None:
    targets = (await desk.schedule(await desk.channel(), at=desk.clock.now())).targets
    targets += (await desk.schedule(await desk.channel(), at=desk.clock.now())).targets
    for target in targets:
        await desk.put_in_state(target, state, **columns)
    await desk.put_in_state(targets[1], state, due_ms=desk.clock.now_ms() - 2 * HOUR_MS)
    now_ms = desk.clock.now_ms()
    assert await due.due(now_ms, now_ms, MOST) == []
    assert await due.catching_up(now_ms, now_ms, MOST) == []
    assert await due.too_late(now_ms, MOST) == []


async def test_closed_channel_has_nothing_due_and_misses_nothing(desk: Desk) -> None:
    channel = await desk.channel()
    Many(desk).targets(channel, "scheduled", 5, ago_s=0, every_s=7200)
    now_ms = desk.clock.now_ms()
    assert len(await due.too_late(now_ms, MOST)) == 4
    await set_paused(channel, True, by=desk.by, clock=desk.clock)
    assert await due.due(now_ms, now_ms, MOST) == []
    assert await due.too_late(now_ms, MOST) == []


async def test_all_that_is_too_late_is_missed_at_once(desk: Desk) -> None:
    Many(desk).targets(await desk.channel(), "scheduled", 50, ago_s=3601)
    async with desk.engine() as engine:
        await engine.look()
    assert (await sql("SELECT state, count(*) AS n FROM target GROUP BY state")) == [{"state": "missed", "n": 50}]


@pytest.mark.parametrize(
    ("state", "counts"),
    [("published", True), ("committing", True), ("confirming", True), ("unconfirmed", True), ("failed", False),
     ("retry_wait", False), ("cancelled", False)],
)  # fmt: skip
async def test_channel_is_busy_with_what_may_be_out(desk: Desk, state: State, counts: bool) -> None:
    channel = await desk.channel()
    Many(desk).targets(channel, state, 2)
    now_ms = desk.clock.now_ms()
    assert await due.busy([channel], now_ms) == ({channel: now_ms - 60_000} if counts else {})


async def test_channel_is_busy_with_what_is_about_to_go_out(desk: Desk) -> None:
    channel = await desk.channel()
    (target,) = (await desk.schedule(channel, at=desk.at(4))).targets
    now_ms = desk.clock.now_ms()
    await desk.put_in_state(target, "ready")
    assert await due.busy([channel], now_ms) == {channel: now_ms + 4000}
    assert await due.busy([channel], now_ms + 10_000) == {channel: now_ms + 10_000}
