"""Acts on a target, a group, a wave, a channel and everything: moving, cancelling, filling, and what is sent once."""

import asyncio
from datetime import datetime

import pytest

from app.clock import to_ms
from app.database import sql
from app.errors import Conflict, Invalid
from app.posts import scopes, validating, wave_queries, waves
from app.posts.schemas import When
from app.posts.states import AWAITING, GONE, STATES, State
from app.posts.wave_queries import Wanted
from tests.fakes.server import Fake
from tests.posts.desk import ZONE, Desk
from tests.posts.test_groups import channels
from tests.posts.waves import (
    after_s,
    at,
    cancel,
    fill,
    group,
    move,
    ok_channels,
    pause,
    retry,
    rows,
    states,
)

HOUR = 3600


async def test_group_moves_as_a_whole_over_a_change_of_clocks(desk: Desk) -> None:
    made = await group(desk, "staggered", await channels(desk), at("2027-03-20T23:30"), step_s=7200)
    done = await move(desk, "group", str(made.group), at("2027-03-27T23:30"))
    assert [row["wall"] for row in await rows(made)] == ["2027-03-27T23:30", "2027-03-28T01:30", "2027-03-28T03:30"]
    assert [row["due_ms"] for row in await rows(made)] == [
        to_ms(datetime.fromisoformat(f"2027-03-{moment}Z")) for moment in ("27T23:30", "28T01:00", "28T02:30")
    ]
    assert done.notes == ["01:30 does not exist that day in Europe/Lisbon; it is 02:00 instead."]
    # And back again: what was meant was kept.
    await move(desk, "group", str(made.group), at("2027-03-20T23:30"))
    assert [row["wall"] for row in await rows(made)] == ["2027-03-20T23:30", "2027-03-21T01:30", "2027-03-21T03:30"]


async def test_wave_moves_as_a_whole_and_leaves_what_went_out(desk: Desk) -> None:
    every = await channels(desk, 2)
    out = await group(desk, "simultaneous", every, HOUR, wave="spring")
    for target in out.targets:
        await desk.put_in_state(target, "published")
    first = await group(desk, "simultaneous", every, 2 * HOUR, wave="spring")
    then = await group(desk, "staggered", every, 3 * HOUR, step_s=60, wave="spring")
    done = await move(desk, "wave", "spring", When(desk.at(5 * HOUR)))
    assert (done.changed, done.due) == (4, desk.at(5 * HOUR))
    assert await after_s(desk, out) == [HOUR, HOUR]
    assert await after_s(desk, first) == [5 * HOUR, 5 * HOUR]
    assert await after_s(desk, then) == [6 * HOUR, 6 * HOUR + 60]


async def test_move_that_clashes_moves_nothing_and_offers_a_time_for_all(desk: Desk) -> None:
    every = await channels(desk, 2)
    made = await group(desk, "staggered", every, HOUR, step_s=HOUR)
    await desk.schedule(every[1], at=desk.at(6 * HOUR))
    before = await rows(made)
    with pytest.raises(Conflict) as refused:
        await move(desk, "group", str(made.group), When(desk.at(5 * HOUR)))
    assert refused.value.facts["next_free"] == desk.at(5 * HOUR + 60)
    assert await rows(made) == before
    with pytest.raises(Invalid):
        await move(desk, "group", str(made.group), When(desk.at(-60)))
    assert await rows(made) == before


async def test_order_of_a_staggered_group_changes_and_its_times_stay(desk: Desk) -> None:
    made = await group(desk, "staggered", await channels(desk), HOUR, step_s=HOUR)
    one, two, three = made.targets
    of = await scopes.scope("group", str(made.group))
    done = await waves.reorder(of, [three, two, one], by=desk.by, clock=desk.clock, timezone=ZONE)
    assert done.changed == 2
    assert await after_s(desk, made) == [3 * HOUR, 2 * HOUR, HOUR]
    for wrong in ([one, two], [one, two, two], [one, two, "gone"]):
        with pytest.raises(Invalid):
            await waves.reorder(of, wrong, by=desk.by, clock=desk.clock, timezone=ZONE)


async def test_wave_is_cancelled_where_it_waits(desk: Desk) -> None:
    made = await group(desk, "staggered", await channels(desk), HOUR, step_s=HOUR, wave="spring")
    await desk.put_in_state(made.targets[0], "published")
    assert (await cancel(desk, "wave", "spring")).changed == 2
    assert await states(made) == ["published", "cancelled", "cancelled"]
    with pytest.raises(Conflict):
        await cancel(desk, "wave", "spring")


@pytest.mark.parametrize("state", sorted(AWAITING | {"published", "cancelled"}))
async def test_8_what_is_being_sent_is_not_cancelled(desk: Desk, state: State) -> None:
    made = await group(desk, "simultaneous", await channels(desk, 1), HOUR)
    await desk.put_in_state(made.targets[0], state)
    with pytest.raises(Conflict):
        await cancel(desk, "target", made.targets[0])
    assert await states(made) == [state]


async def test_8_two_workers_and_one_that_died_send_each_target_once(desk: Desk, receiver: Fake) -> None:
    made = await group(desk, "simultaneous", await ok_channels(desk, receiver, 3), 1, wave="spring")
    # One is in the hands of a worker that is gone.
    now_ms = desk.clock.now_ms()
    await desk.put_in_state(made.targets[0], "preparing", lease_owner="gone/1", lease_until_ms=now_ms, attempt=1)
    desk.wait(1)
    async with desk.engine("worker-1") as one, desk.engine("worker-2") as other:
        for _ in range(3):
            await asyncio.gather(one.loop.look(), other.loop.look())
            await one.finish()
            await other.finish()
    assert await states(made) == ["published"] * 3
    assert receiver.get("/counts") == {"total": 3, "distinct": 3, "published": 3}


@pytest.mark.parametrize("state", ["scheduled", "ready"])
async def test_6_confirmed_ones_are_executed_too(desk: Desk, receiver: Fake, state: State) -> None:
    made = await group(desk, "simultaneous", await ok_channels(desk, receiver, 1), 0)
    await desk.put_in_state(made.targets[0], state)
    async with desk.engine() as engine:
        await engine.look()
    assert await states(made) == ["published"]


async def test_7_it_reads_completed_only_once_it_is_published(desk: Desk, receiver: Fake) -> None:
    slow = await desk.channel(f"{receiver.url}/accepted?pending=1")
    made = await group(desk, "simultaneous", [slow], 0)
    seen = [(await wave_queries.one(made.targets[0])).status]
    async with desk.engine() as engine:
        for _ in range(6):
            await engine.look()
            seen.append((await wave_queries.one(made.targets[0])).status)
            desk.wait(21)
    assert list(dict.fromkeys(seen)) == ["pending", "executing", "completed"]


async def test_only_what_failed_is_tried_again(desk: Desk, receiver: Fake) -> None:
    every = await ok_channels(desk, receiver, 2)
    made = await group(desk, "simultaneous", [*every, await desk.channel(f"{receiver.url}/400")], 0, wave="spring")
    async with desk.engine() as engine:
        await engine.look()
        assert await states(made) == ["published", "published", "failed"]
        before = receiver.get("/counts")["total"]
        assert (await retry(desk, "wave", "spring")).changed == 1
        await engine.look()
    assert receiver.get("/counts")["total"] == before + 1
    with pytest.raises(Conflict):
        await retry(desk, "target", made.targets[0])


async def test_empty_slot_gets_its_video_and_goes_out_at_its_time(desk: Desk, receiver: Fake) -> None:
    made = await group(desk, "independent", await ok_channels(desk, receiver, 1), 60, empty=True)
    asset = await desk.video()
    assert (await fill(desk, "target", made.targets[0], asset)).changed == 1
    with pytest.raises(Conflict) as refused:
        await fill(desk, "target", made.targets[0], asset)
    assert refused.value.code == "FILLED"
    desk.wait(60)
    async with desk.engine() as engine:
        await engine.look()
    assert await states(made) == ["published"]


async def test_slot_that_never_got_its_video_is_held_then_missed_with_the_reason(desk: Desk, receiver: Fake) -> None:
    made = await group(desk, "simultaneous", await ok_channels(desk, receiver, 1), 60, empty=True)
    async with desk.engine() as engine:
        desk.wait(61)
        await engine.look()
        assert await states(made) == ["scheduled"]
        with pytest.raises(Invalid) as refused:
            await fill(desk, "target", made.targets[0], await desk.video())
        assert refused.value.code == "TIME_PAST"
        desk.wait(HOUR)
        await engine.look()
    (row,) = await rows(made)
    assert (row["state"], row["error"]) == (
        "missed", "Its time passed before it got a video. Move it, then give it one.",
    )  # fmt: skip
    assert receiver.get("/counts")["total"] == 0
    await move(desk, "target", made.targets[0], When(desk.at(HOUR)))
    await fill(desk, "target", made.targets[0], await desk.video())
    assert await states(made) == ["scheduled"]


async def test_all_slots_of_a_group_get_one_video_or_none_does(desk: Desk) -> None:
    every = await channels(desk)
    made = await group(desk, "staggered", every, HOUR, step_s=HOUR, empty=True)
    asset = await desk.video()
    await desk.schedule(every[2], at=desk.at(99 * HOUR), asset=asset)
    with pytest.raises(Conflict) as refused:
        await fill(desk, "group", str(made.group), asset)
    assert refused.value.code == "VIDEO_TWICE"
    assert {row["post"] for row in await rows(made)} == {None}
    assert (await fill(desk, "group", str(made.group), await desk.video(), "Spring")).changed == 3
    assert len({row["post"] for row in await rows(made)}) == 1


async def test_targets_are_found_by_range_channel_wave_and_status(desk: Desk) -> None:
    one, other = await channels(desk, 2)
    await group(desk, "simultaneous", [one, other], HOUR, wave="spring")
    made = await group(desk, "staggered", [one, other], 2 * HOUR, step_s=HOUR, wave="spring")
    await group(desk, "independent", [one], 4 * HOUR)
    await desk.put_in_state(made.targets[0], "failed")

    async def count(**wanted: object) -> int:
        found = await wave_queries.planned(Wanted(**wanted))  # type: ignore[arg-type]
        assert found.count == len(found.targets)
        assert found.targets == sorted(found.targets, key=lambda target: target.due_ms)
        return found.count

    start_ms = to_ms(desk.at(HOUR))
    assert await count() == 5
    assert await count(from_ms=start_ms, to_ms=to_ms(desk.at(2 * HOUR))) == 2
    assert await count(wave="spring") == 4
    assert await count(wave="spring", channel=one) == 2
    assert await count(status="failed") == 1
    assert await count(status="pending", channel=one) == 2
    assert await count(group=made.group) == 2
    first = await wave_queries.planned(Wanted(), limit=3)
    rest = await wave_queries.planned(Wanted(), first.after, limit=3)
    assert [len(first.targets), len(rest.targets), rest.after] == [3, 2, None]
    assert [target.delay_ms for target in rest.targets] == [3_600_000, 0]


async def test_target_is_valid_until_something_stands_in_its_way(desk: Desk) -> None:
    made = await group(desk, "simultaneous", await channels(desk, 2), HOUR, wave="spring")

    async def codes(number: int = 0) -> set[str]:
        target = await wave_queries.one(made.targets[number])
        return {issue.code for issue in await validating.issues(target, desk.clock.now_ms(), ZONE)}

    assert await codes() == set()
    await pause(desk, "wave", "spring")
    await sql("UPDATE channel SET active = 0 WHERE id = (SELECT channel FROM target WHERE id = ?)", made.targets[0])
    await sql("UPDATE asset SET state = 'retired'")
    desk.wait(2 * HOUR)
    assert await codes() == {"PAUSED", "CHANNEL_OFF", "ASSET_NOT_READY", "TIME_PAST"}
    await desk.put_in_state(made.targets[1], "published")
    assert await codes(1) == {"STATE"}


@pytest.mark.parametrize("state", STATES)
async def test_every_state_reads_as_one_of_the_six_words(desk: Desk, state: State) -> None:
    made = await group(desk, "simultaneous", await channels(desk, 1), HOUR)
    await desk.put_in_state(made.targets[0], state)
    words = {"published": "completed", "cancelled": "cancelled", "preparing": "scheduled", "ready": "scheduled"}
    expected = words.get(state) or (
        "failed" if state in GONE else "pending" if state in ("draft", "scheduled") else "executing"
    )
    assert (await wave_queries.one(made.targets[0])).status == expected
