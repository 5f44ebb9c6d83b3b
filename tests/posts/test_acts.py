"""What a person may do with a post in each state: every state, every act."""

from collections.abc import Awaitable, Callable

import pytest

from app.channels.service import set_active, set_paused
from app.errors import Conflict, NotFound
from app.posts import service
from app.posts.schemas import When
from app.posts.states import AWAITING, CHANGEABLE, RETRYABLE, STATES, State
from tests.posts.desk import ZONE, Desk, rows_of_everything

Act = Callable[[Desk, str], Awaitable[object]]


async def post_now(desk: Desk, post: str) -> None:
    await service.post_now(post, by=desk.by, clock=desk.clock, queue=None)


async def reschedule(desk: Desk, post: str) -> None:
    await service.reschedule(post, When(desk.at(7200)), by=desk.by, clock=desk.clock, timezone=ZONE)


async def cancel(desk: Desk, post: str) -> None:
    await service.cancel(post, by=desk.by, clock=desk.clock)


async def retry(desk: Desk, post: str) -> None:
    await service.retry(post, by=desk.by, clock=desk.clock, queue=None)


# what it needs -> the state after it, and when the target is due then, in seconds from now
ACTS: dict[str, tuple[Act, frozenset[State], State, int]] = {
    "post now": (post_now, CHANGEABLE, "scheduled", 0),
    "reschedule": (reschedule, CHANGEABLE | RETRYABLE, "scheduled", 7200),
    "cancel": (cancel, CHANGEABLE | RETRYABLE, "cancelled", 3600),
    "retry": (retry, RETRYABLE, "scheduled", 0),
}
TABLE = [(name, state) for name in ACTS for state in STATES]


@pytest.mark.parametrize(("name", "state"), TABLE)
async def test_act_on_a_post(desk: Desk, name: str, state: State) -> None:
    act, allowed, after, due_s = ACTS[name]
    made = await desk.schedule(await desk.channel(), at=desk.at(3600))
    (target,) = made.targets
    await desk.put_in_state(target, state, attempt=3, tries=2, error="Some reason.")
    before, rows = await desk.target(target), await rows_of_everything()
    if state not in allowed:
        with pytest.raises(Conflict) as refused:
            await act(desk, made.post)
        assert refused.value.code == "STATE"
        assert (await desk.target(target), await rows_of_everything()) == (before, rows)
        return
    await act(desk, made.post)
    row = await desk.target(target)
    assert (row["state"], row["due_ms"]) == (after, round(desk.at(due_s).timestamp() * 1000))
    assert row["attempt"] == 4
    assert (row["lease_owner"], row["lease_until_ms"], row["retry_ms"]) == (None, None, None)
    assert (await rows_of_everything())["event"] == rows["event"] + 1


@pytest.mark.parametrize("name", ["post now", "reschedule", "cancel"])
@pytest.mark.parametrize("other", sorted(AWAITING))
async def test_act_is_refused_for_all_while_one_target_is_under_way(desk: Desk, name: str, other: State) -> None:
    made = await desk.schedule(await desk.channel(), await desk.channel(), at=desk.at(3600))
    await desk.put_in_state(made.targets[0], other)
    with pytest.raises(Conflict):
        await ACTS[name][0](desk, made.post)
    assert [await desk.state(target) for target in made.targets] == [other, "scheduled"]


@pytest.mark.parametrize("name", ["post now", "reschedule", "cancel"])
async def test_act_leaves_published_targets_alone(desk: Desk, name: str) -> None:
    made = await desk.schedule(await desk.channel(), await desk.channel(), at=desk.at(3600))
    await desk.put_in_state(made.targets[0], "published")
    await ACTS[name][0](desk, made.post)
    assert [await desk.state(target) for target in made.targets] == ["published", ACTS[name][2]]


async def test_retry_leaves_all_but_the_failed_targets_alone(desk: Desk) -> None:
    made = await desk.schedule(*[await desk.channel() for _ in range(4)], at=desk.at(3600))
    for target, state in zip(made.targets, ["failed", "missed", "unconfirmed", "published"], strict=True):
        await desk.put_in_state(target, state)
    await retry(desk, made.post)
    states = [await desk.state(target) for target in made.targets]
    assert states == ["scheduled", "scheduled", "unconfirmed", "published"]


async def test_what_failed_is_published_anew_and_what_was_never_sent_is_not(desk: Desk) -> None:
    made = await desk.schedule(await desk.channel(), await desk.channel(), at=desk.at(3600))
    for target, state in zip(made.targets, ["failed", "missed"], strict=True):
        await desk.put_in_state(target, state)
    await retry(desk, made.post)
    assert [(await desk.target(target))["generation"] for target in made.targets] == [2, 1]


async def test_reschedule_to_a_taken_time_is_refused(desk: Desk) -> None:
    channel = await desk.channel()
    await desk.schedule(channel, at=desk.at(7200 + 59))
    made = await desk.schedule(channel, at=desk.at(3600))
    with pytest.raises(Conflict) as refused:
        await reschedule(desk, made.post)
    assert refused.value.code == "SLOT_TAKEN"
    await service.reschedule(made.post, When(desk.at(3600 + 1)), by=desk.by, clock=desk.clock, timezone=ZONE)


@pytest.mark.parametrize("name", ["post now", "retry"])
@pytest.mark.parametrize("closed", ["paused", "switched off"])
async def test_nothing_is_sent_at_once_on_a_closed_channel(desk: Desk, name: str, closed: str) -> None:
    channel = await desk.channel(title="Harbour")
    made = await desk.schedule(channel, at=desk.at(3600))
    await desk.put_in_state(made.targets[0], "failed" if name == "retry" else "scheduled")
    await (set_paused(channel, True, by=desk.by, clock=desk.clock) if closed == "paused"
           else set_active(channel, False, by=desk.by, clock=desk.clock))  # fmt: skip
    with pytest.raises(Conflict) as refused:
        await ACTS[name][0](desk, made.post)
    assert (refused.value.code, refused.value.detail) == (
        "CHANNEL_CLOSED", f"Harbour is {closed}, so nothing goes out there.",
    )  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
async def test_act_on_an_unknown_post_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(NotFound):
        await ACTS[name][0](desk, "none")
