"""What people and receivers do while a target is on its way: it goes out once, or not at all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from app.channels.service import set_active, set_paused
from app.errors import Conflict
from app.posts import service
from app.posts.schemas import When
from tests.fakes.server import Fake
from tests.posts.desk import ZONE, Desk, Engine, until_state

AHEAD_S = 0.2


@asynccontextmanager
async def waiting_for_its_hour(desk: Desk, receiver: Fake) -> AsyncIterator[tuple[Engine, str, str]]:
    """An engine that has prepared a target and sleeps until it is due, with the post and the target."""
    made = await desk.schedule(await desk.channel(f"{receiver.url}/ok"), at=desk.at(AHEAD_S))
    (target,) = made.targets
    async with desk.engine() as engine:
        await engine.loop.look()
        await until_state(desk, target, "ready")
        yield engine, made.post, target


async def test_cancelled_target_is_not_sent(desk: Desk, receiver: Fake) -> None:
    async with waiting_for_its_hour(desk, receiver) as (engine, post, target):
        await service.cancel(post, by=desk.by, clock=desk.clock)
        desk.wait(AHEAD_S)
        await engine.finish()
        await engine.look()
    assert await desk.state(target) == "cancelled"
    assert receiver.requests() == []


async def test_rescheduled_target_is_sent_at_its_new_time_only(desk: Desk, receiver: Fake) -> None:
    async with waiting_for_its_hour(desk, receiver) as (engine, post, target):
        await service.reschedule(post, When(desk.at(600)), by=desk.by, clock=desk.clock, timezone=ZONE)
        desk.wait(AHEAD_S)
        await engine.finish()
        await engine.look()
        assert (await desk.state(target), receiver.requests()) == ("scheduled", [])
        desk.wait(600)
        await engine.look()
    assert await desk.state(target) == "published"
    assert receiver.get("/counts")["total"] == 1


async def test_target_posted_now_meanwhile_is_sent_once(desk: Desk, receiver: Fake) -> None:
    async with waiting_for_its_hour(desk, receiver) as (engine, post, target):
        await service.post_now(post, by=desk.by, clock=desk.clock, queue=None)
        await engine.loop.look()
        await until_state(desk, target, "published")
        desk.wait(AHEAD_S)
        await engine.finish()
        await engine.look()
    assert receiver.get("/counts")["total"] == 1


@pytest.mark.parametrize("close", [set_paused, set_active])
async def test_channel_closed_meanwhile_gets_nothing_and_the_target_waits(
    desk: Desk, receiver: Fake, close: Callable[..., Awaitable[object]]
) -> None:
    async with waiting_for_its_hour(desk, receiver) as (engine, _, target):
        channel, shut = (await desk.target(target))["channel"], close is set_paused
        await close(channel, shut, by=desk.by, clock=desk.clock)
        desk.wait(AHEAD_S)
        await engine.finish()
        row = await desk.target(target)
        assert (row["state"], row["tries"], row["lease_until_ms"], receiver.requests()) == ("scheduled", 0, None, [])
        await close(channel, not shut, by=desk.by, clock=desk.clock)
        await engine.look()
    assert await desk.state(target) == "published"
    assert receiver.get("/counts")["total"] == 1


Act = Callable[[Desk, str], Awaitable[object]]
ACTS: dict[str, Act] = {
    "post now": lambda desk, post: service.post_now(post, by=desk.by, clock=desk.clock, queue=None),
    "cancel": lambda desk, post: service.cancel(post, by=desk.by, clock=desk.clock),
    "retry": lambda desk, post: service.retry(post, by=desk.by, clock=desk.clock, queue=None),
    "reschedule": lambda desk, post: service.reschedule(
        post, When(desk.at(600)), by=desk.by, clock=desk.clock, timezone=ZONE
    ),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(("behaviour", "state"), [("slow?ms=200", "committing"), ("accepted", "confirming")])
async def test_target_that_is_out_of_our_hands_cannot_be_changed(
    desk: Desk, receiver: Fake, act: str, behaviour: str, state: str
) -> None:
    made = await desk.schedule(await desk.channel(f"{receiver.url}/{behaviour}"), at=desk.clock.now())
    async with desk.engine() as engine:
        await engine.loop.look()
        await until_state(desk, made.targets[0], state)
        with pytest.raises(Conflict):
            await ACTS[act](desk, made.post)
        await engine.finish()
    assert receiver.get("/counts")["total"] == 1


async def test_failed_target_that_is_tried_again_by_hand_is_sent_under_a_new_id(desk: Desk, receiver: Fake) -> None:
    receiver.post("/script", {"behaviours": ["accepted?pending=0&then=failed", "ok"]})
    made = await desk.schedule(await desk.channel(f"{receiver.url}/hook"), at=desk.clock.now())
    (target,) = made.targets
    async with desk.engine() as engine:
        await engine.look()
        desk.wait(20)
        await engine.look()
        assert (await desk.target(target))["error"] == "The receiver reports: The video is too long."
        await service.retry(made.post, by=desk.by, clock=desk.clock, queue=None)
        await engine.look()
    assert await desk.state(target) == "published"
    assert [record["webhook_id"] for record in receiver.requests()] == [f"pub:{target}:1", f"pub:{target}:2"]


async def test_closing_worker_lets_a_call_end_and_stores_its_outcome(desk: Desk, receiver: Fake) -> None:
    target = await desk.due_target(f"{receiver.url}/slow?ms=200")
    async with desk.engine() as engine:
        await engine.loop.look()
        await until_state(desk, target, "committing")
        await engine.publisher.close(patience_s=2)
    assert await desk.state(target) == "published"


async def test_closing_worker_gives_up_a_call_that_takes_too_long_and_the_next_one_finds_out(
    desk: Desk, receiver: Fake
) -> None:
    receiver.post("/script", {"behaviours": ["slow?ms=5000", "ok"]})
    target = await desk.due_target(f"{receiver.url}/hook")
    async with desk.engine() as engine:
        await engine.loop.look()
        await until_state(desk, target, "committing")
        async with asyncio.timeout(1):
            await engine.publisher.close(patience_s=0.1)
    async with desk.engine("worker-2") as other:
        await other.look()
        await other.look()
    assert await desk.state(target) == "published"
    assert receiver.get("/counts") == {"total": 2, "distinct": 1, "published": 1}


async def test_closing_worker_sends_nothing_more_and_leaves_it_to_the_next_one(desk: Desk, receiver: Fake) -> None:
    async with waiting_for_its_hour(desk, receiver) as (engine, _, target):
        closing = asyncio.create_task(engine.publisher.close(patience_s=1))
        await asyncio.sleep(0)
        desk.wait(AHEAD_S)
        await closing
        engine.publisher.start("publish", target, 0)
        assert receiver.requests() == []
    async with desk.engine("worker-2") as other:
        await other.look()
        await other.look()
    assert await desk.state(target) == "published"
    assert receiver.get("/counts")["total"] == 1
