"""Reports that receivers send later: signed, believed once, and only about what is open."""

import asyncio
from dataclasses import dataclass

import msgspec
import pytest

from app.accounts.desk import SYSTEM
from app.errors import DaypartError, Forbidden, Malformed, NotFound
from app.posts import callbacks, service, social
from app.posts.claims import LEASE_MS
from app.posts.states import AWAITING, STATES, State
from app.standard_webhooks import new_secret, sign
from tests.fakes.server import Fake
from tests.posts.desk import Desk, until_state

OUT = {"status": "published", "id": "r7", "url": "https://receiver.example/r7"}
FAILED = {"status": "failed", "error": "The video is too long."}


@dataclass
class Receiver:
    """A receiver that has taken a post and reports about it."""

    desk: Desk
    target: str
    secret: str

    async def report(
        self, said: object, id: str = "m1", secret: str | None = None, late_s: float = 0, body: bytes | None = None
    ) -> bool:
        body = msgspec.json.encode(said) if body is None else body
        headers = sign(secret or self.secret, id, self.desk.at(-late_s), body)
        return await callbacks.receive(self.target, headers, body, keys=self.desk.keys, clock=self.desk.clock)


@pytest.fixture
async def accepted(desk: Desk) -> Receiver:
    """A target whose receiver has answered 202."""
    made = await desk.add_channel()
    (target,) = (await desk.schedule(made.channel, at=desk.clock.now())).targets
    await desk.put_in_state(target, "confirming", attempt=2, tries=1, committed_ms=desk.clock.now_ms(), retry_ms=1)
    return Receiver(desk, target, made.secret)


async def test_published(desk: Desk, accepted: Receiver) -> None:
    assert await accepted.report(OUT)
    row, (attempt,) = await desk.target(accepted.target), await desk.attempts(accepted.target)
    assert (row["state"], row["error"], row["retry_ms"]) == ("published", None, None)
    assert (row["remote_id"], row["remote_url"]) == ("r7", "https://receiver.example/r7")
    assert (attempt["phase"], attempt["outcome"]) == ("callback", "published")


async def test_failed_tells_why(desk: Desk, accepted: Receiver) -> None:
    assert await accepted.report(FAILED)
    row = await desk.target(accepted.target)
    assert (row["state"], row["error"]) == ("failed", "The receiver reports: The video is too long.")


async def test_pending_changes_nothing(desk: Desk, accepted: Receiver) -> None:
    before = await desk.target(accepted.target)
    assert not await accepted.report({"status": "pending"})
    assert await desk.target(accepted.target) == before


async def test_report_is_believed_once(desk: Desk, accepted: Receiver) -> None:
    assert await accepted.report(OUT)
    before = await desk.target(accepted.target)
    assert not await accepted.report(OUT)
    assert not await accepted.report(FAILED, id="m2")
    assert await desk.target(accepted.target) == before


async def test_of_two_reports_at_once_one_is_believed(desk: Desk, accepted: Receiver) -> None:
    believed = await asyncio.gather(accepted.report(OUT, id="m1"), accepted.report(FAILED, id="m2"))
    assert sorted(believed) == [False, True]
    assert len(await desk.attempts(accepted.target)) == 1


async def test_report_that_comes_again_does_not_settle_a_later_try(desk: Desk, accepted: Receiver) -> None:
    await accepted.report(FAILED)
    post = (await desk.target(accepted.target))["post"]
    await service.retry(post, by=desk.by, clock=desk.clock, queue=None)
    await desk.put_in_state(accepted.target, "confirming")
    assert not await accepted.report(FAILED)
    assert await desk.state(accepted.target) == "confirming"
    assert await accepted.report(OUT, id="m2")


BAD: list[tuple[dict[str, object], type[DaypartError], str]] = [
    ({"secret": new_secret()}, Forbidden, "SIGNATURE_BAD"),
    ({"late_s": 301}, Forbidden, "SIGNATURE_BAD"),
    ({"late_s": -301}, Forbidden, "SIGNATURE_BAD"),
    ({"body": b"fine"}, Malformed, "MALFORMED_JSON"),
    ({"body": b"[]"}, Malformed, "MALFORMED_JSON"),
    ({"body": b"\xff"}, Malformed, "MALFORMED_JSON"),
    ({"said": {}}, Malformed, "STATUS_UNKNOWN"),
    ({"said": {"status": "success"}}, Malformed, "STATUS_UNKNOWN"),
    ({"said": {"status": ["published"]}}, Malformed, "STATUS_UNKNOWN"),
]


@pytest.mark.parametrize(("report", "kind", "code"), BAD)
async def test_bad_report_is_refused_and_changes_nothing(
    desk: Desk, accepted: Receiver, report: dict[str, object], kind: type[DaypartError], code: str
) -> None:
    before = await desk.target(accepted.target)
    with pytest.raises(kind) as refused:
        await accepted.report(**{"said": OUT, **report})  # type: ignore[arg-type]
    assert refused.value.code == code
    assert await desk.target(accepted.target) == before


async def test_signature_covers_the_body(desk: Desk, accepted: Receiver) -> None:
    headers = sign(accepted.secret, "m1", desk.clock.now(), msgspec.json.encode(FAILED))
    with pytest.raises(Forbidden):
        await callbacks.receive(accepted.target, headers, msgspec.json.encode(OUT), keys=desk.keys, clock=desk.clock)


async def test_another_channels_secret_is_of_no_use(desk: Desk, accepted: Receiver) -> None:
    other = await desk.add_channel()
    with pytest.raises(Forbidden):
        await accepted.report(OUT, secret=other.secret)


async def test_old_secret_is_of_no_use_after_it_was_renewed(desk: Desk, accepted: Receiver) -> None:
    channel = (await desk.target(accepted.target))["channel"]
    await social.renew_secret(channel, by=SYSTEM, clock=desk.clock, keys=desk.keys)
    with pytest.raises(Forbidden):
        await accepted.report(OUT)


async def test_report_about_nothing_is_refused(desk: Desk, accepted: Receiver) -> None:
    with pytest.raises(NotFound):
        await Receiver(desk, "none", accepted.secret).report(OUT)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("sent_before", [True, False])
async def test_report_that_it_is_out_settles_what_may_be_out(
    desk: Desk, accepted: Receiver, state: State, sent_before: bool
) -> None:
    committed_ms = desk.clock.now_ms() if sent_before else None
    await desk.put_in_state(accepted.target, state, committed_ms=committed_ms)
    to_be_sent_again = sent_before and state in ("scheduled", "preparing", "ready", "retry_wait", "failed")
    assert await accepted.report(OUT) == (state in AWAITING or to_be_sent_again)


@pytest.mark.parametrize("state", STATES)
async def test_report_of_a_failure_settles_what_is_awaited(desk: Desk, accepted: Receiver, state: State) -> None:
    await desk.put_in_state(accepted.target, state)
    assert await accepted.report(FAILED) == (state in AWAITING)


async def test_report_before_our_own_answer_is_kept_and_the_answer_changes_nothing(desk: Desk, receiver: Fake) -> None:
    made = await desk.add_channel(f"{receiver.url}/slow?ms=300")
    (target,) = (await desk.schedule(made.channel, at=desk.clock.now())).targets
    async with desk.engine() as engine:
        await engine.loop.look()
        await until_state(desk, target, "committing")
        assert await Receiver(desk, target, made.secret).report(OUT)
        settled = await desk.target(target)
        await engine.finish()
        await engine.look()
    assert await desk.target(target) == settled
    assert settled["remote_id"] == "r7"
    attempts = {one["phase"]: (one["outcome"], one["ended_ms"] is not None) for one in await desk.attempts(target)}
    assert attempts == {"commit": ("published", True), "callback": ("published", True)}


async def test_report_while_the_target_is_sent_again_is_kept(desk: Desk, receiver: Fake) -> None:
    receiver.post("/script", {"behaviours": ["drop-after", "slow?ms=300"]})
    made = await desk.add_channel(f"{receiver.url}/hook")
    (target,) = (await desk.schedule(made.channel, at=desk.clock.now())).targets
    async with desk.engine() as engine:
        await engine.look()
        await desk.wait_for_retry(target)
        await engine.loop.look()
        async with asyncio.timeout(30):
            while (await desk.target(target))["lease_until_ms"] is None:
                await asyncio.sleep(0.01)
        assert await Receiver(desk, target, made.secret).report(OUT)
        settled = await desk.target(target)
        await engine.finish()
    assert await desk.target(target) == settled
    assert (settled["state"], settled["doubtful"]) == ("published", 0)


async def test_report_about_a_target_whose_worker_died_ends_the_doubt(desk: Desk, accepted: Receiver) -> None:
    await desk.put_in_state(
        accepted.target, "committing", lease_owner="worker-1/1", lease_until_ms=desk.clock.now_ms() + LEASE_MS
    )
    assert await accepted.report(OUT)
    desk.wait(LEASE_MS / 1000)
    async with desk.engine() as engine:
        await engine.look()
    assert await desk.state(accepted.target) == "published"
