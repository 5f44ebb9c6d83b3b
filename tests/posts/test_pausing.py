"""What is held never goes out; it goes on, all of it once, when it is resumed."""

import asyncio
from datetime import UTC, datetime

import pytest

from app.clock import to_ms
from app.database import sql
from app.errors import Conflict
from app.posts import planned, queries, resuming, scopes, service
from app.posts.scopes import ScopeKind
from app.posts.states import CHANGEABLE, STATES, State
from tests.fakes.server import Fake
from tests.posts.desk import Desk
from tests.posts.test_groups import channels
from tests.posts.waves import (
    after_s,
    group,
    held_scope,
    ok_channels,
    pause,
    resume,
    rows,
    states,
)

HOUR = 3600


@pytest.mark.parametrize("kind", scopes.SCOPES)
async def test_what_is_paused_is_not_sent_and_goes_out_once_when_it_is_resumed(
    desk: Desk, receiver: Fake, kind: ScopeKind
) -> None:
    made = await group(desk, "simultaneous", await ok_channels(desk, receiver, 1), 60, wave="spring")
    key = await held_scope(desk, kind, made)
    assert (await pause(desk, kind, key)).changed == 1
    async with desk.engine() as engine:
        desk.wait(61)
        for _ in range(2):
            await engine.look()
        assert await states(made) == ["scheduled"]
        assert receiver.get("/counts")["total"] == 0
        assert (await resume(desk, kind, key, "now")).changed == 1
        await engine.look()
        await engine.look()
    assert await states(made) == ["published"]
    assert receiver.get("/counts")["total"] == 1


@pytest.mark.parametrize("kind", scopes.SCOPES)
async def test_pause_between_preparing_and_sending_holds(desk: Desk, receiver: Fake, kind: ScopeKind) -> None:
    """A worker waits for the hour with the target in its hand when the pause comes."""
    made = await group(desk, "simultaneous", await ok_channels(desk, receiver, 1), 0.2, wave="spring")
    async with desk.engine() as engine:
        await engine.loop.look()
        async with asyncio.timeout(30):
            while (await states(made)) != ["ready"]:
                await asyncio.sleep(0.01)
        await pause(desk, kind, await held_scope(desk, kind, made))
        desk.wait(3)
        await engine.finish()
    assert await states(made) == ["scheduled"]
    assert receiver.get("/counts")["total"] == 0


async def test_paused_wave_leaves_the_others_alone_and_holds_what_is_added(desk: Desk, receiver: Fake) -> None:
    one, other = await ok_channels(desk, receiver, 2)
    held = await group(desk, "simultaneous", [one], 60, wave="held")
    free = await group(desk, "simultaneous", [other], 60, wave="free")
    assert (await pause(desk, "wave", "held")).changed == 1
    added = await group(desk, "simultaneous", [one], 120, wave="held")
    desk.wait(125)
    async with desk.engine() as engine:
        await engine.look()
        await engine.look()
    assert [await states(made) for made in (held, free, added)] == [["scheduled"], ["published"], ["scheduled"]]


async def test_each_hold_counts_what_it_newly_holds_and_a_second_one_nothing(desk: Desk) -> None:
    every = await channels(desk)
    made = await group(desk, "staggered", every, HOUR, step_s=HOUR, wave="spring")
    await desk.schedule(every[0], at=desk.at(9 * HOUR))
    assert (await pause(desk, "target", made.targets[0])).changed == 1
    assert (await pause(desk, "wave", "spring")).changed == 2
    assert (await pause(desk, "wave", "spring")).changed == 0
    assert (await pause(desk, "channel", every[0])).changed == 1
    assert (await pause(desk, "all")).changed == 0
    assert (await resume(desk, "all")).changed == 1 - 1
    assert (await resume(desk, "channel", every[0])).changed == 1
    assert (await resume(desk, "wave", "spring")).changed == 2
    assert (await resume(desk, "target", made.targets[0])).changed == 1
    assert (await resume(desk, "target", made.targets[0])).changed == 0


@pytest.mark.parametrize("state", sorted(set(STATES) - CHANGEABLE))
async def test_10_target_that_does_not_wait_is_neither_paused_nor_resumed(desk: Desk, state: State) -> None:
    made = await group(desk, "simultaneous", await channels(desk, 1), HOUR)
    await desk.put_in_state(made.targets[0], state, paused=1)
    for act in (pause, resume):
        with pytest.raises(Conflict) as refused:
            await act(desk, "target", made.targets[0])
        assert refused.value.code == "STATE"


@pytest.mark.parametrize("kind", scopes.SCOPES)
async def test_10_resuming_what_is_past_asks_and_changes_nothing(desk: Desk, kind: ScopeKind) -> None:
    made = await group(desk, "simultaneous", await channels(desk, 1), HOUR, wave="spring")
    key = await held_scope(desk, kind, made)
    await pause(desk, kind, key)
    desk.wait(2 * HOUR)
    before = [await sql(f"SELECT * FROM {table}") for table in ("target", "wave", "channel", "publishing", "event")]
    with pytest.raises(Conflict) as refused:
        await resume(desk, kind, key)
    assert refused.value.code == "PAST_ASKS"
    assert refused.value.facts["choices"] == ["now", "next_slot", "shift"]
    assert [fact["target"] for fact in refused.value.facts["conflicts"]] == made.targets
    after = [await sql(f"SELECT * FROM {table}") for table in ("target", "wave", "channel", "publishing", "event")]
    assert after == before


async def test_resumed_now_several_of_a_channel_go_a_minute_apart_around_the_others(desk: Desk) -> None:
    (channel,) = await channels(desk, 1)
    for n in range(3):
        await desk.schedule(channel, at=desk.at(HOUR + 600 * n))
    await pause(desk, "channel", channel)
    desk.wait(2 * HOUR)
    await desk.schedule(channel, at=desk.at(90), title="Between")
    assert (await resume(desk, "channel", channel, "now")).changed == 4
    due = [row["due_ms"] for row in await sql("SELECT due_ms FROM target ORDER BY due_ms")]
    assert [(ms - desk.clock.now_ms()) / 1000 for ms in due] == [0, 90, 150, 210]


async def test_resumed_at_the_next_slot_simultaneous_ones_stay_together(desk: Desk) -> None:
    every = await channels(desk)
    made = await group(desk, "simultaneous", every, HOUR, wave="spring")
    staggered = await group(desk, "staggered", every, 1.5 * HOUR, step_s=60, wave="spring")
    await pause(desk, "wave", "spring")
    desk.wait(2 * HOUR)
    await desk.schedule(every[1], at=datetime(2026, 5, 14, 16, tzinfo=UTC))
    await resume(desk, "wave", "spring", "next_slot")
    assert {row["due_ms"] for row in await rows(made)} == {to_ms(datetime(2026, 5, 14, 17, tzinfo=UTC))}
    hours = [datetime.fromtimestamp(row["due_ms"] / 1000, UTC).hour for row in await rows(staggered)]
    assert hours == [16, 18, 16]


async def test_resumed_by_shifting_the_rest_keeps_its_gaps(desk: Desk) -> None:
    every = await channels(desk, 4)
    made = await group(desk, "staggered", every, HOUR, step_s=HOUR)
    await desk.put_in_state(made.targets[0], "published")
    await pause(desk, "target", made.targets[1])
    desk.wait(2.5 * HOUR)
    assert (await resume(desk, "target", made.targets[1], "shift")).changed == 1
    assert await after_s(desk, made) == [-1.5 * HOUR, 0, HOUR, 2 * HOUR]


async def test_shifted_rest_waits_until_all_of_it_is_free(desk: Desk) -> None:
    every = await channels(desk, 2)
    made = await group(desk, "staggered", every, HOUR, step_s=HOUR, wave="spring")
    await pause(desk, "wave", "spring")
    desk.wait(1.5 * HOUR)
    await desk.schedule(every[1], at=desk.at(HOUR))
    await resume(desk, "wave", "spring", "shift")
    assert await after_s(desk, made) == [60, HOUR + 60]


async def test_post_in_a_paused_wave_is_not_posted_now(desk: Desk) -> None:
    made = await group(desk, "simultaneous", await channels(desk, 1), HOUR, wave="spring")
    await pause(desk, "wave", "spring")
    with pytest.raises(Conflict) as refused:
        await service.post_now(str(made.post), by=desk.by, clock=desk.clock, queue=None)
    assert refused.value.code == "PAUSED"


def test_choices_of_resuming_are_those_of_the_rules() -> None:
    assert resuming.PASTS == ("now", "next_slot", "shift")


@pytest.mark.parametrize("kind", ["wave", "all"])
async def test_calendar_and_cards_show_what_a_wave_holds(desk: Desk, kind: ScopeKind) -> None:
    made = await group(desk, "simultaneous", await channels(desk, 1), HOUR, wave="spring")
    await pause(desk, kind, "spring" if kind == "wave" else "everything")
    assert (await planned.target(made.targets[0]))["closed"] == 1
    (card,) = await queries.posts([str(made.post)])
    assert [target.channel_open for target in card.targets] == [False]
