"""Several workers on one target: one publishes it, and whoever was overtaken changes nothing any more."""

import asyncio

import pytest

from app.clock import ManualClock, MasterClock
from app.database import sql
from app.posts import claims
from app.posts.claims import LEASE_MS, Claim
from app.posts.outcomes import Settled
from tests.fakes.server import Fake
from tests.posts.desk import NOW, Desk, Engine, until_arrived, until_state


async def test_two_workers_at_once_publish_each_target_once(desk: Desk, receiver: Fake) -> None:
    targets = [await desk.due_target(f"{receiver.url}/ok") for _ in range(60)]
    async with desk.engine("worker-1") as one, desk.engine("worker-2") as other:
        await asyncio.gather(one.look(), other.look())
    assert {await desk.state(target) for target in targets} == {"published"}
    assert receiver.get("/counts") == {"total": 60, "distinct": 60, "published": 60}
    assert (await sql("SELECT max(tries) AS most FROM target"))[0]["most"] == 1


async def test_target_is_left_to_its_holder_while_the_lease_runs(desk: Desk, receiver: Fake) -> None:
    target = await desk.due_target(f"{receiver.url}/slow?ms=300")
    async with desk.engine("worker-1") as one, desk.engine("worker-2") as other:
        await one.loop.look()
        await until_state(desk, target, "committing")
        desk.wait(LEASE_MS / 1000 - 1)
        await other.look()
        await one.finish()
    assert await desk.state(target) == "published"
    assert receiver.get("/counts")["total"] == 1


async def test_holder_that_is_overtaken_in_the_call_changes_nothing_with_its_late_answer(
    desk: Desk, receiver: Fake
) -> None:
    receiver.post("/script", {"behaviours": ["slow?ms=2000", "ok"]})
    target = await desk.due_target(f"{receiver.url}/hook")
    async with desk.engine("worker-1") as one, desk.engine("worker-2") as other:
        await one.loop.look()
        await until_arrived(receiver)
        desk.wait(LEASE_MS / 1000)
        await other.look()
        assert await desk.state(target) == "unconfirmed"
        await other.look()
        settled = await desk.target(target)
        assert settled["state"] == "published"
        await one.finish()
    assert await desk.target(target) == settled
    assert [(one["phase"], one["outcome"]) for one in await desk.attempts(target)] == [
        ("commit", "unknown"), ("reconcile", "published"),
    ]  # fmt: skip
    assert receiver.get("/counts") == {"total": 2, "distinct": 1, "published": 1}


async def test_worker_does_not_doubt_a_call_of_its_own_that_is_under_way(desk: Desk, receiver: Fake) -> None:
    target = await desk.due_target(f"{receiver.url}/slow?ms=300")
    async with desk.engine() as engine:
        await engine.loop.look()
        await until_state(desk, target, "committing")
        desk.wait(3600)  # the machine slept, or its clock was set
        await engine.loop.look()
        await engine.finish()
    assert await desk.state(target) == "published"
    assert receiver.get("/counts")["total"] == 1


async def test_lease_that_was_renewed_meanwhile_is_not_taken_away(desk: Desk) -> None:
    target = await desk.due_target("http://127.0.0.1:9/ok")
    claim = await claims.take(target, 0, "worker-1/1", desk.clock.now_ms())
    assert claim is not None
    desk.wait(LEASE_MS / 1000)
    stale_ms = desk.clock.now_ms()
    assert await claims.ready(claim, {}, desk.clock.now_ms())
    desk.wait(1)
    assert await claims.intend(claim, "commit", "pub", desk.clock.now_ms())
    assert not await claims.recover(target, claim.attempt, stale_ms)
    assert await desk.state(target) == "committing"


@pytest.mark.parametrize(
    ("owner", "taken_up"), [("worker-1/old", True), ("worker-10/old", False), ("worker-2/old", False)]
)
async def test_restarted_worker_takes_up_at_once_what_it_held_under_its_name(
    desk: Desk, receiver: Fake, owner: str, taken_up: bool
) -> None:
    target = await desk.due_target(f"{receiver.url}/ok")
    assert await claims.take(target, 0, owner, desk.clock.now_ms())
    async with desk.engine("worker-1") as engine:
        await engine.look()
        await engine.look()
    assert await desk.state(target) == ("published" if taken_up else "preparing")


async def test_only_one_of_many_gets_the_claim(desk: Desk) -> None:
    target = await desk.due_target("http://127.0.0.1:9/ok")
    now_ms = desk.clock.now_ms()
    got = await asyncio.gather(*[claims.take(target, 0, f"worker-{n}/1", now_ms) for n in range(20)])
    assert len([claim for claim in got if claim is not None]) == 1


async def test_old_claim_writes_nothing(desk: Desk) -> None:
    target = await desk.due_target("http://127.0.0.1:9/ok")
    now_ms = desk.clock.now_ms()
    old = await claims.take(target, 0, "worker-1/1", now_ms)
    assert old is not None
    assert await claims.recover(target, old.attempt, now_ms + LEASE_MS)
    before, event = await desk.target(target), (await sql("SELECT count(*) AS n FROM event"))[0]["n"]
    out = Settled("published", "published", remote_id="r1")
    assert not await claims.ready(old, {}, now_ms)
    assert await claims.intend(old, "commit", "pub", now_ms) is None
    assert not await claims.put(old, out, "commit", now_ms)
    assert not await claims.hand_back(old, now_ms)
    assert not await claims.recover(target, old.attempt, now_ms + LEASE_MS)
    assert await claims.take(target, 0, "worker-1/1", now_ms) is None
    assert not await claims.put(Claim(target, "", 99), out, "commit", now_ms)
    assert await desk.target(target) == before
    assert (await desk.attempts(target), (await sql("SELECT count(*) AS n FROM event"))[0]["n"]) == ([], event)


class HaltingClock(ManualClock):
    """The clock of a machine that stands still for ten seconds whenever somebody looks at it."""

    def now_ms(self) -> int:
        self._ns += 10 * 10**9
        return MasterClock.now_ms(self)


async def test_worker_that_stood_still_before_the_call_does_not_make_it(desk: Desk, receiver: Fake) -> None:
    target = await desk.due_target(f"{receiver.url}/ok")
    desk.clock = HaltingClock(NOW)
    engine = Engine(desk, "worker-1")
    await engine.publisher.publish(target, 0)
    await engine.publisher.close()
    row = await desk.target(target)
    assert (row["state"], row["error"]) == (
        "retry_wait", "This worker stood still for too long when it was about to send.",
    )  # fmt: skip
    assert receiver.requests() == []
