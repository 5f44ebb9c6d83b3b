"""A run that failed and was run again at GitHub: what it led to is told, and never doubled."""

from typing import Any

import msgspec

from app.database import sql
from app.posts import callbacks, service, social
from app.standard_webhooks import sign
from tests.fakes.server import Fake
from tests.posts.adapters.githubs import dispatched
from tests.posts.desk import Desk, Engine
from tests.posts.platforms import github_channel
from tests.posts.test_github_engine import until_settled

OUT = {"status": "published", "id": "v7", "url": "https://video.example/v7"}


async def failed(desk: Desk, github: Fake, engine: Engine) -> dict[str, Any]:
    github.post("/fate", {"conclusion": "failure"})
    channel = await github_channel(desk, github)
    (target,) = (await desk.schedule(channel, at=desk.clock.now())).targets
    row = await until_settled(desk, engine, target)
    assert row["state"] == "failed"
    return row


async def report(desk: Desk, row: dict[str, Any], said: dict[str, str], id: str = "run-1-2") -> bool:
    secret = await social.renew_secret(row["channel"], by=desk.by, clock=desk.clock, keys=desk.keys)
    body = msgspec.json.encode(said)
    headers = sign(secret, id, desk.clock.now(), body)
    return await callbacks.receive(row["id"], headers, body, keys=desk.keys, clock=desk.clock)


async def retry(desk: Desk, row: dict[str, Any]) -> None:
    await service.retry(row["post"], by=desk.by, clock=desk.clock, queue=None)


async def test_report_of_a_run_that_was_run_again_publishes_what_had_failed(desk: Desk, github: Fake) -> None:
    async with desk.engine() as engine:
        row = await failed(desk, github, engine)
        assert await report(desk, row, OUT)
        assert not await report(desk, row, {"status": "failed", "error": "No."}, id="run-1-3")
    after = await desk.target(row["id"])
    assert (after["state"], after["error"], after["remote_url"]) == ("published", None, OUT["url"])
    told = [(one["phase"], one["outcome"]) for one in await desk.attempts(row["id"])]
    assert {("confirm", "refused"), ("callback", "published")} <= set(told)


async def test_report_about_what_another_post_has_replaced_is_only_a_line_of_its_history(
    desk: Desk, github: Fake
) -> None:
    async with desk.engine() as engine:
        row = await failed(desk, github, engine)
        other = await desk.schedule(row["channel"], at=desk.at(7200), asset=row["asset"])
        assert not await report(desk, row, OUT)
        assert not await report(desk, row, OUT)
    assert await desk.state(row["id"]) == "failed"
    assert await desk.state(other.targets[0]) == "scheduled"
    told = [(one["phase"], one["outcome"]) for one in await desk.attempts(row["id"])]
    assert told.count(("callback", "published")) == 1
    assert (await sql("SELECT verb FROM event WHERE subject_id = ? ORDER BY seq DESC LIMIT 1", row["id"]))[0] == {
        "verb": "reported published"
    }


async def test_try_again_finds_that_the_run_has_succeeded_meanwhile(desk: Desk, github: Fake) -> None:
    async with desk.engine() as engine:
        row = await failed(desk, github, engine)
        github.post("/again", {})
        await retry(desk, row)
        after = await until_settled(desk, engine, row["id"])
    assert (after["state"], after["error"]) == ("published", None)
    assert len(dispatched(github)) == 1
    assert ("prepare", "published") in [(one["phase"], one["outcome"]) for one in await desk.attempts(row["id"])]


async def test_try_again_follows_a_run_that_is_under_way_again(desk: Desk, github: Fake) -> None:
    async with desk.engine() as engine:
        row = await failed(desk, github, engine)
        github.post("/again", {"running": 2})
        await retry(desk, row)
        await engine.look()
        assert await desk.state(row["id"]) == "confirming"
        after = await until_settled(desk, engine, row["id"])
    assert after["state"] == "published"
    assert len(dispatched(github)) == 1


async def test_try_again_dispatches_once_more_where_the_run_still_failed(desk: Desk, github: Fake) -> None:
    async with desk.engine() as engine:
        row = await failed(desk, github, engine)
        github.post("/fate", {"conclusion": "success"})
        await retry(desk, row)
        after = await until_settled(desk, engine, row["id"])
    assert after["state"] == "published"
    payloads = [one["body"]["client_payload"] for one in dispatched(github)]
    assert len({payload["nonce"] for payload in payloads}) == 2


async def test_try_again_sends_nothing_while_github_does_not_tell(desk: Desk, github: Fake) -> None:
    async with desk.engine() as engine:
        row = await failed(desk, github, engine)
        github.post("/again", {})
        github.post("/script", {"behaviours": ["500"]})
        await retry(desk, row)
        await engine.look()
        after = await desk.target(row["id"])
        assert (after["state"], len(dispatched(github))) == ("retry_wait", 1)
        assert "whether the earlier run was run again" in after["error"]
        after = await until_settled(desk, engine, row["id"])
    assert after["state"] == "published"
    assert len(dispatched(github)) == 1
