"""A target's way through the engine to each of its ends, as GitHub and the workflow behave."""

from typing import Any

import msgspec
import pytest

from app.clock import from_ms
from app.database import sql
from app.posts import callbacks, service, social
from app.posts.outcomes import CONFIRM_FOR, TRIES_MOST
from app.standard_webhooks import sign
from tests.fakes.github import REPOSITORY
from tests.fakes.server import Fake
from tests.posts.adapters.githubs import DISPATCHES, asked, dispatched
from tests.posts.desk import Desk, Engine
from tests.posts.platforms import github_channel

LOOKS_MOST = 60


async def due_target(desk: Desk, github: Fake, **config: str) -> str:
    channel = await github_channel(desk, github, **config)
    return (await desk.schedule(channel, at=desk.clock.now())).targets[0]


async def until_settled(desk: Desk, engine: Engine, target: str) -> dict[str, Any]:
    """Look whenever there is something to do, until nothing is left to be done."""
    for _ in range(LOOKS_MOST):
        await engine.look()
        row = await desk.target(target)
        if row["retry_ms"] is None:
            return row
        await desk.wait_for_retry(target)
    raise AssertionError(f"no end after {LOOKS_MOST} looks")


async def report(desk: Desk, target: str, secret: str, said: dict[str, str]) -> bool:
    """What the workflow's last step does."""
    body = msgspec.json.encode(said)
    headers = sign(secret, "run-1-1", desk.clock.now(), body)
    return await callbacks.receive(target, headers, body, keys=desk.keys, clock=desk.clock)


async def new_secret(desk: Desk, target: str) -> str:
    channel = (await desk.target(target))["channel"]
    return await social.renew_secret(channel, by=desk.by, clock=desk.clock, keys=desk.keys)


@pytest.mark.parametrize("mode", ["repository_dispatch", "workflow_dispatch"])
async def test_target_is_out_when_its_run_has_succeeded_and_not_when_github_took_it(
    desk: Desk, github: Fake, mode: str
) -> None:
    github.post("/fate", {"hidden": 1, "queued": 1, "running": 2})
    target = await due_target(desk, github, mode=mode)
    async with desk.engine() as engine:
        await engine.look()
        assert await desk.state(target) == "confirming"
        row = await until_settled(desk, engine, target)
    assert (row["state"], row["error"]) == ("published", None)
    assert row["remote_url"] == f"{github.url}/{REPOSITORY}/actions/runs/{row['remote_id']}"
    (payload,) = [one["body"].get("client_payload") or one["body"]["inputs"] for one in dispatched(github)]
    asset = (await sql("SELECT asset FROM target WHERE id = ?", target))[0]["asset"]
    assert (payload["schedule_id"], payload["video_id"], str(payload["attempt"])) == (target, asset, "1")


@pytest.mark.parametrize("mode", ["repository_dispatch", "workflow_dispatch"])
@pytest.mark.parametrize("lost", ["drop-after", "502-html", "500"])
async def test_lost_answer_is_never_followed_by_another_dispatch(
    desk: Desk, github: Fake, mode: str, lost: str
) -> None:
    path = (
        DISPATCHES
        if mode == "repository_dispatch"
        else DISPATCHES.replace("/disp", "/actions/workflows/publish.yml/disp")
    )
    github.post("/script", {"path": path, "behaviours": [lost]})
    target = await due_target(desk, github, mode=mode)
    async with desk.engine() as engine:
        await engine.look()
        assert await desk.state(target) == "unconfirmed"
        row = await until_settled(desk, engine, target)
    assert len(dispatched(github)) == 1
    assert row["state"] == ("published" if lost == "drop-after" else "unconfirmed")


async def test_run_that_shows_late_ends_the_doubt(desk: Desk, github: Fake) -> None:
    github.post("/script", {"path": DISPATCHES, "behaviours": ["drop-after"]})
    github.post("/fate", {"hidden": 2, "running": 3})
    target = await due_target(desk, github)
    async with desk.engine() as engine:
        row = await until_settled(desk, engine, target)
    assert (row["state"], row["doubtful"], row["error"]) == ("published", 0, None)
    phases = [attempt["phase"] for attempt in await desk.attempts(target)]
    assert phases == ["commit", "reconcile", "reconcile", "reconcile", "confirm"]
    assert github.get("/counts")["by_schedule"] == {target: 1}


async def test_run_that_never_shows_is_left_to_a_person_after_some_minutes(desk: Desk, github: Fake) -> None:
    github.post("/script", {"path": DISPATCHES, "behaviours": ["drop-before"]})
    target = await due_target(desk, github)
    begun = desk.clock.now()
    async with desk.engine() as engine:
        row = await until_settled(desk, engine, target)
        assert 180 <= (desk.clock.now() - begun).total_seconds() <= 600
        desk.wait(24 * 3600)
        await engine.look()
    assert (row["state"], row["tries"]) == ("unconfirmed", TRIES_MOST)
    page = f"{github.url}/{REPOSITORY}/actions"
    assert row["error"] == f"GitHub shows no run for this post. Look at {page} before you try again."
    assert (len(dispatched(github)), len(asked(github))) == (1, TRIES_MOST - 1)


async def test_person_who_found_nothing_may_send_it_again(desk: Desk, github: Fake) -> None:
    github.post("/script", {"path": DISPATCHES, "behaviours": ["drop-before"]})
    target = await due_target(desk, github)
    async with desk.engine() as engine:
        await until_settled(desk, engine, target)
        await service.settle_by_hand(target, False, by=desk.by, clock=desk.clock)
        post = (await desk.target(target))["post"]
        await service.retry(post, by=desk.by, clock=desk.clock, queue=None)
        row = await until_settled(desk, engine, target)
    assert row["state"] == "published"
    nonces = {one["body"]["client_payload"]["nonce"] for one in dispatched(github) if one["body"]}
    assert (len(dispatched(github)), len(nonces)) == (2, 1)


@pytest.mark.parametrize("limit", ["429-seconds?after=90", "429-date?after=90", "403-primary?after=90"])
async def test_limit_is_waited_out_as_long_as_github_asks(desk: Desk, github: Fake, limit: str) -> None:
    github.post("/script", {"path": DISPATCHES, "behaviours": [limit]})
    target = await due_target(desk, github)
    async with desk.engine() as engine:
        await engine.look()
        row = await desk.target(target)
        assert (row["state"], row["error"].startswith("GitHub limits how often")) == ("retry_wait", True)
        assert abs((from_ms(row["retry_ms"]) - desk.at(90)).total_seconds()) <= 1.5
        row = await until_settled(desk, engine, target)
    assert (row["state"], row["tries"]) == ("published", 2)
    assert [one["body"]["client_payload"]["attempt"] for one in dispatched(github)] == [1, 2]
    assert github.get("/counts")["by_schedule"] == {target: 1}


@pytest.mark.parametrize(("times", "state"), [(1, "published"), (TRIES_MOST - 1, "published"), (TRIES_MOST, "failed")])
async def test_suspicion_of_spam_passes_or_fails_the_target_after_its_tries(
    desk: Desk, github: Fake, times: int, state: str
) -> None:
    github.post("/script", {"path": DISPATCHES, "behaviours": ["422-spam"] * times})
    target = await due_target(desk, github)
    async with desk.engine() as engine:
        row = await until_settled(desk, engine, target)
    assert row["state"] == state
    assert row["error"] is None or "may be taking this for spam" in row["error"]
    assert len(dispatched(github)) == min(times + 1, TRIES_MOST)


async def test_refused_token_fails_the_target_and_marks_the_channel(desk: Desk, github: Fake) -> None:
    github.post("/script", {"path": DISPATCHES, "behaviours": ["401"]})
    target = await due_target(desk, github)
    async with desk.engine() as engine:
        row = await until_settled(desk, engine, target)
    reason = "GitHub does not accept the token. Give the channel another one."
    assert (row["state"], row["error"]) == ("failed", reason)
    assert (await social.account(row["channel"])).needs_reconnect == reason


async def test_workflow_that_fails_fails_the_target_with_a_link(desk: Desk, github: Fake) -> None:
    github.post("/script", {"path": DISPATCHES, "behaviours": ["drop-after"]})
    github.post("/fate", {"conclusion": "failure"})
    target = await due_target(desk, github)
    async with desk.engine() as engine:
        row = await until_settled(desk, engine, target)
    url = f"{github.url}/{REPOSITORY}/actions/runs/30433642"
    assert (row["state"], row["error"]) == ("failed", f"The workflow ended as failure: {url}")


async def test_workflow_that_never_ends_is_shown_as_unknown(desk: Desk, github: Fake) -> None:
    github.post("/fate", {"running": 1000})
    target = await due_target(desk, github)
    begun = desk.clock.now()
    async with desk.engine() as engine:
        row = await until_settled(desk, engine, target)
    assert row["state"] == "unconfirmed"
    assert desk.clock.now() - begun >= CONFIRM_FOR
    assert len(dispatched(github)) == 1


@pytest.mark.parametrize(
    ("said", "state", "error"),
    [
        ({"status": "published", "id": "v7", "url": "https://video.example/v7"}, "published", None),
        ({"status": "failed", "error": "No sound."}, "failed", "The receiver reports: No sound."),
    ],
)
async def test_report_of_the_workflow_decides_before_its_run_ends(
    desk: Desk, github: Fake, said: dict[str, str], state: str, error: str | None
) -> None:
    github.post("/fate", {"running": 1000})
    target = await due_target(desk, github)
    secret = await new_secret(desk, target)
    async with desk.engine() as engine:
        await engine.look()
        assert await report(desk, target, secret, said)
        row = await until_settled(desk, engine, target)
    assert (row["state"], row["error"], row["remote_url"]) == (state, error, said.get("url"))
    assert asked(github) == []


async def test_report_ends_a_doubt_that_github_could_not_end(desk: Desk, github: Fake) -> None:
    github.post("/script", {"path": DISPATCHES, "behaviours": ["drop-after"]})
    github.post("/run-name", {"run_name": "without a nonce"})
    target = await due_target(desk, github)
    secret = await new_secret(desk, target)
    async with desk.engine() as engine:
        assert (await until_settled(desk, engine, target))["state"] == "unconfirmed"
        assert await report(desk, target, secret, {"status": "published", "id": "v7"})
    assert await desk.state(target) == "published"
