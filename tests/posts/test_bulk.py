"""One act on many posts: to all of them or to none, and what stands in the way."""

from datetime import UTC, datetime, timedelta

import pytest

from app.channels.service import set_paused
from app.clock import from_ms
from app.errors import Conflict, Invalid
from app.posts import bulk, pausing, queries, service
from app.posts.bulk import Act, Done, Shift
from app.posts.schemas import Wall, When
from app.posts.states import STATES, State
from tests.fakes.server import Fake
from tests.posts.desk import ZONE, Desk, rows_of_everything

BEFORE_CHANGE = Wall(datetime(2026, 10, 24).date(), datetime(2026, 1, 1, 18).time(), ZONE)  # noqa: DTZ001
FIRST = datetime(2026, 6, 1, 17, tzinfo=UTC)
ACTS: list[tuple[Act, bool]] = [
    ("cancel", False), ("force", False), ("retry", False), ("shift", False), ("pause", False), ("pause", True),
    ("resume", False), ("resume", True),
]  # fmt: skip


async def act(desk: Desk, posts: list[str], name: Act, shift: Shift | None = None) -> Done:
    return await bulk.act_on_all(posts, name, by=desk.by, clock=desk.clock, timezone=ZONE, shift=shift)


async def dues(*targets: str) -> list[datetime]:
    return [from_ms((await queries.sql("SELECT due_ms FROM target WHERE id = ?", one))[0]["due_ms"]) for one in targets]


async def two(desk: Desk, *, apart: timedelta = timedelta(hours=1), at: datetime = FIRST) -> list[service.Scheduled]:
    channel = await desk.channel()
    return [await desk.schedule(channel, at=at, title="One"), await desk.schedule(channel, at=at + apart, title="Two")]


@pytest.mark.parametrize(("name", "paused"), ACTS)
@pytest.mark.parametrize("state", STATES)
async def test_what_is_offered_is_what_is_allowed(desk: Desk, name: Act, state: State, paused: bool) -> None:
    made = await desk.schedule(await desk.channel(), at=FIRST)
    await desk.put_in_state(made.targets[0], state, paused=paused)
    offered = bulk.allows(name, (await queries.post(made.post)).targets)
    before, rows = await desk.target(made.targets[0]), await rows_of_everything()
    try:
        done = await act(desk, [made.post], name, Shift(days=1) if name == "shift" else None)
    except Conflict as refused:
        codes = [one["code"] for one in refused.facts["refused"]]
        assert (offered, codes) == (False, ["STATE"])
        assert (await desk.target(made.targets[0]), await rows_of_everything()) == (before, rows)
    else:
        assert offered
        assert (done.posts, done.targets) == (1, 1)


async def test_closed_channel_is_neither_offered_nor_allowed(desk: Desk) -> None:
    channel = await desk.channel()
    made = await desk.schedule(channel, at=FIRST)
    await set_paused(channel, True, by=desk.by, clock=desk.clock)
    assert not bulk.allows("force", (await queries.post(made.post)).targets)
    with pytest.raises(Conflict) as refused:
        await act(desk, [made.post], "force")
    assert refused.value.facts["refused"][0]["code"] == "CHANNEL_CLOSED"


async def test_one_that_does_not_allow_it_keeps_all_as_they_are(desk: Desk) -> None:
    one, other = await two(desk)
    await desk.put_in_state(other.targets[0], "published")
    rows = await rows_of_everything()
    with pytest.raises(Conflict) as refused:
        await act(desk, [one.post, other.post, "nothing"], "cancel")
    assert refused.value.code == "SOME_REFUSED"
    assert refused.value.detail == "2 posts of 3 do not allow it, so nothing was changed."
    told = [(one["post"], one["title"], one["code"]) for one in refused.value.facts["refused"]]
    assert told == [(other.post, "Two", "STATE"), ("nothing", "", "POST_UNKNOWN")]
    assert await desk.state(one.targets[0]) == "scheduled"
    assert await rows_of_everything() == rows


@pytest.mark.parametrize("count", [0, bulk.AT_ONCE_MOST + 1])
async def test_count_is_bounded(desk: Desk, count: int) -> None:
    with pytest.raises(Invalid) as refused:
        await act(desk, [str(n) for n in range(count)], "cancel")
    assert refused.value.code == "POSTS_COUNT"


async def test_shift_keeps_the_wall_clock_over_the_end_of_summer_time(desk: Desk) -> None:
    when = When.of_wall(BEFORE_CHANGE)
    made = await desk.schedule(await desk.channel())
    await service.reschedule(made.post, when, by=desk.by, clock=desk.clock, timezone=ZONE)
    await act(desk, [made.post], "shift", Shift(days=1))
    row = await desk.target(made.targets[0])
    assert (row["wall"], from_ms(row["due_ms"])) == ("2026-10-25T18:00", when.at + timedelta(hours=25))


async def test_shift_by_less_than_the_gap_moves_all_past_one_another(desk: Desk) -> None:
    one, other = await two(desk)
    await act(desk, [other.post, one.post], "shift", Shift(hours=1))
    moved = timedelta(hours=1)
    assert await dues(*one.targets, *other.targets) == [FIRST + moved, FIRST + 2 * moved]


@pytest.mark.parametrize(
    ("shift", "code"),
    [(Shift(), "SHIFT_NONE"), (Shift(days=800), "SHIFT_FAR"), (Shift(hours=-24 * 731), "SHIFT_FAR")],
)
async def test_shift_that_means_nothing_is_refused(desk: Desk, shift: Shift, code: str) -> None:
    one, other = await two(desk)
    with pytest.raises(Invalid) as refused:
        await act(desk, [one.post, other.post], "shift", shift)
    assert refused.value.code == code


@pytest.mark.parametrize(("shift", "code"), [(Shift(days=-30), "TIME_PAST"), (Shift(days=720), "TIME_FAR")])
async def test_shift_out_of_what_can_be_planned_is_told_of_each(desk: Desk, shift: Shift, code: str) -> None:
    one, other = await two(desk)
    with pytest.raises(Conflict) as refused:
        await act(desk, [one.post, other.post], "shift", shift)
    assert [told["code"] for told in refused.value.facts["refused"]] == [code, code]
    assert await dues(*one.targets) == [FIRST]


async def test_shift_onto_another_post_is_refused_with_its_name(desk: Desk) -> None:
    one, other = await two(desk)
    with pytest.raises(Conflict) as refused:
        await act(desk, [one.post], "shift", Shift(hours=1))
    (told,) = refused.value.facts["refused"]
    assert (told["code"], "“Two”" in told["detail"]) == ("SLOT_TAKEN", True)
    assert await dues(*one.targets, *other.targets) == [FIRST, FIRST + timedelta(hours=1)]


async def test_next_slots_are_given_in_the_order_of_the_times_and_what_moves_takes_nothing(desk: Desk) -> None:
    channel = await desk.channel()
    late = await desk.schedule(channel, at=FIRST + timedelta(days=2))
    early = await desk.schedule(channel, at=datetime(2026, 5, 14, 14, tzinfo=UTC))  # the next full hour
    stays = await desk.schedule(channel, at=datetime(2026, 5, 14, 15, tzinfo=UTC))
    await act(desk, [late.post, early.post], "next-slots")
    assert [at.hour for at in await dues(*early.targets, *stays.targets, *late.targets)] == [14, 15, 16]


async def test_resume_past_the_grace_asks_for_another_time(desk: Desk) -> None:
    made = await desk.schedule(await desk.channel(grace_min=60), at=desk.at(60))
    assert await pausing.pause(made.post, by=desk.by, clock=desk.clock) == 1
    desk.wait(60 + 3601)
    with pytest.raises(Conflict) as refused:
        await pausing.resume(made.post, by=desk.by, clock=desk.clock)
    assert refused.value.code == "TIME_PAST"
    await service.post_now(made.post, by=desk.by, clock=desk.clock, queue=None)
    row = await desk.target(made.targets[0])
    assert (row["state"], row["paused"]) == ("scheduled", 0)


async def test_paused_post_is_not_sent_until_it_is_resumed(desk: Desk, receiver: Fake) -> None:
    target = await desk.due_target(f"{receiver.url}/ok")
    post = (await desk.target(target))["post"]
    await pausing.pause(post, by=desk.by, clock=desk.clock)
    async with desk.engine() as engine:
        desk.wait(60)
        await engine.look()
        assert await desk.state(target) == "scheduled"
        await pausing.resume(post, by=desk.by, clock=desk.clock)
        await engine.look()
        assert await desk.state(target) == "published"
