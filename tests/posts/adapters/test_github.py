"""What the GitHub adapter sends, and how it finds the run that came of it."""

import json
from dataclasses import replace

import pytest

from app.posts.adapters.base import Accepted, NotYet, Published, Refused, Tools, Unknown
from app.posts.adapters.github import PAYLOAD_MOST
from app.posts.adapters.github_runs import ASK_EVERY_S, PER_PAGE
from tests.fakes.github import REPOSITORY, TOKEN
from tests.fakes.server import Fake
from tests.posts.adapters.githubs import DISPATCHES, HUB, RUNS, asked, committed, dispatched, prepared, publication

FILE = {
    "url": "http://desk.test/files/a", "name": "harbour.mp4", "bytes": 3, "sha256": "ab12", "mime": "video/mp4",
    "duration_ms": 1000,
}  # fmt: skip
WORKFLOW = {"mode": "workflow_dispatch"}


async def test_repository_is_told_all_that_its_workflow_needs(github: Fake, tools: Tools) -> None:
    made, outcome = await committed(github, tools)
    assert outcome == Accepted(made.prepared)
    (request,) = github.requests()
    assert (request["method"], request["path"]) == ("POST", f"/repos/{REPOSITORY}/dispatches")
    assert request["headers"]["authorization"] == f"Bearer {TOKEN}"
    assert request["headers"]["accept"] == "application/vnd.github+json"
    assert request["headers"]["x-github-api-version"] == "2022-11-28"
    assert request["body"] == {
        "event_type": "process-video",
        "client_payload": {
            "video_id": "a1",
            "schedule_id": "t1",
            "attempt": 1,
            "nonce": made.prepared["nonce"],
            "title": "Harbour Tonight 🚢",
            "description": "What happened\non the quay.",
            "hashtags": ["boat", "港"],
            "file": FILE,
            "callback_url": "http://desk.test/api/callbacks/t1",
            "due": "2026-05-14T16:30:00Z",
        },
    }


async def test_workflow_is_told_the_same_as_strings_and_names_its_run(github: Fake, tools: Tools) -> None:
    made, _ = await committed(github, tools, **WORKFLOW)
    (request,) = github.requests()
    assert request["path"] == f"/repos/{REPOSITORY}/actions/workflows/publish.yml/dispatches"
    assert (request["body"]["ref"], request["body"]["return_run_details"]) == ("main", True)
    inputs = request["body"]["inputs"]
    assert {name: inputs[name] for name in ("video_id", "schedule_id", "attempt", "due")} == {
        "video_id": "a1", "schedule_id": "t1", "attempt": "1", "due": "2026-05-14T16:30:00Z",
    }  # fmt: skip
    assert (json.loads(inputs["file"]), json.loads(inputs["hashtags"])) == (FILE, ["boat", "港"])
    assert isinstance(await HUB.confirm(made, tools), Published)
    assert [one["path"] for one in asked(github)] == [f"{RUNS}/{made.prepared['run_id']}"]


async def test_enterprise_server_is_not_asked_for_what_it_does_not_know(github: Fake, tools: Tools) -> None:
    made, outcome = await committed(github, tools, **WORKFLOW, api_url=f"{github.url}/api/v3")
    assert outcome == Accepted(made.prepared)
    assert "return_run_details" not in github.requests()[0]["body"]
    assert isinstance(await HUB.confirm(made, tools), Published)


async def test_event_type_branch_and_workflow_are_the_channels(github: Fake, tools: Tools) -> None:
    await committed(github, tools, event_type="air")
    _, refused = await committed(github, tools, **WORKFLOW, ref="dev")
    assert refused == Refused("GitHub answered 422 and refused the post: No ref found for: dev.")
    _, refused = await committed(github, tools, **WORKFLOW, workflow="other.yml")
    assert refused == Refused(f"GitHub finds no other.yml in {REPOSITORY}, or the token may not run it.", True)
    assert github.requests()[0]["body"]["event_type"] == "air"


async def test_every_try_has_a_nonce_of_its_own(github: Fake, tools: Tools) -> None:
    nonces = {(await prepared(github, tools)).prepared["nonce"] for _ in range(20)}
    assert len(nonces) == 20
    assert github.requests() == []


def test_post_without_a_video_is_told_before_anything_is_sent() -> None:
    wanted = publication("https://api.github.com")
    assert HUB.validate(wanted) == []
    assert [issue.code for issue in HUB.validate(replace(wanted, file=None))] == ["VIDEO_MISSING"]


@pytest.mark.parametrize("mode", ["repository_dispatch", "workflow_dispatch"])
async def test_texts_are_measured_before_anything_is_sent(github: Fake, tools: Tools, mode: str) -> None:
    made = await prepared(github, tools, mode=mode)
    await HUB.commit(made, tools)
    sent = json.dumps(github.requests()[0]["body"], ensure_ascii=False, separators=(",", ":"))
    fitting = replace(made, description=made.description + "é" * ((PAYLOAD_MOST - len(sent.encode())) // 2))
    assert HUB.validate(fitting) == []
    assert isinstance(await HUB.commit(fitting, tools), Accepted)
    (issue,) = HUB.validate(replace(fitting, description=fitting.description + "é"))
    assert (issue.field, issue.code) == ("description", "PAYLOAD_LONG")


async def test_run_is_asked_about_until_it_ends(github: Fake, tools: Tools) -> None:
    github.post("/fate", {"hidden": 1, "queued": 1, "running": 1})
    made, _ = await committed(github, tools)
    assert await HUB.confirm(made, tools) == NotYet(ASK_EVERY_S)
    found = await HUB.confirm(made, tools)
    assert isinstance(found, Accepted)
    assert set(found.prepared) == {"nonce", "since", "run_id"}
    made = replace(made, prepared=found.prepared)
    assert await HUB.confirm(made, tools) == NotYet(ASK_EVERY_S)
    run_id = str(found.prepared["run_id"])
    assert await HUB.confirm(made, tools) == Published(run_id, f"{github.url}/{REPOSITORY}/actions/runs/{run_id}")
    assert [one["path"] for one in asked(github)] == [RUNS, RUNS, f"{RUNS}/{run_id}", f"{RUNS}/{run_id}"]


async def test_runs_are_sought_by_event_and_time(github: Fake, tools: Tools) -> None:
    made, _ = await committed(github, tools)
    await HUB.confirm(made, tools)
    (request,) = asked(github)
    assert request["query"]["event"] == "repository_dispatch"
    assert request["query"]["created"] < f">={tools.now:%Y-%m-%dT%H:%M:%SZ}"


async def test_run_is_told_from_others_of_its_post_and_time(github: Fake, tools: Tools) -> None:
    first, _ = await committed(github, tools)
    second, _ = await committed(github, tools)
    found = [await HUB.confirm(made, tools) for made in (first, second)]
    assert [one.remote_id for one in found if isinstance(one, Published)] == ["30433642", "30433643"]


async def test_run_whose_clock_is_behind_is_found(github: Fake, tools: Tools) -> None:
    github.post("/fate", {"skew_s": -300})
    made, _ = await committed(github, tools)
    assert isinstance(await HUB.confirm(made, tools), Published)


async def test_run_is_found_behind_a_page_of_others(github: Fake, tools: Tools) -> None:
    made, _ = await committed(github, tools)
    other = await prepared(github, tools)
    for _ in range(PER_PAGE):
        await HUB.commit(other, tools)
    assert isinstance(await HUB.confirm(made, tools), Published)
    assert [one["query"]["page"] for one in asked(github)] == ["1", "2"]


async def test_run_without_the_nonce_in_its_name_is_not_taken_for_ours(github: Fake, tools: Tools) -> None:
    github.post("/run-name", {"run_name": "process-video"})
    made, _ = await committed(github, tools)
    assert await HUB.confirm(made, tools) == NotYet(ASK_EVERY_S)


async def test_lost_answer_is_found_out_without_another_dispatch(github: Fake, tools: Tools) -> None:
    github.post("/script", {"path": DISPATCHES, "behaviours": ["drop-after"]})
    github.post("/fate", {"hidden": 1})
    made, outcome = await committed(github, tools)
    assert isinstance(outcome, Unknown)
    missing = await HUB.reconcile(made, tools)
    assert isinstance(missing, Unknown)
    assert missing.reason == (
        f"GitHub shows no run for this post. Look at {github.url}/{REPOSITORY}/actions before you try again."
    )
    assert isinstance(await HUB.reconcile(made, tools), Published)
    assert (len(dispatched(github)), github.get("/counts")["runs"]) == (1, 1)


async def test_order_that_never_arrived_stays_open_and_is_not_repeated(github: Fake, tools: Tools) -> None:
    github.post("/script", {"path": DISPATCHES, "behaviours": ["drop-before"]})
    made, _ = await committed(github, tools)
    for _ in range(5):
        assert isinstance(await HUB.reconcile(made, tools), Unknown)
    assert (len(dispatched(github)), github.get("/counts")["runs"]) == (1, 0)


@pytest.mark.parametrize("fate", [{"queued": 5}, {"conclusion": "failure"}, {"conclusion": "timed_out"}])
async def test_run_that_is_found_after_a_doubt_is_confirmed_like_any_other(
    github: Fake, tools: Tools, fate: dict[str, object]
) -> None:
    github.post("/script", {"path": DISPATCHES, "behaviours": ["502-html"]})
    github.post("/fate", fate)
    made, _ = await committed(github, tools)
    await HUB.commit(made, tools)
    found = await HUB.reconcile(made, tools)
    assert isinstance(found, Accepted)
    assert found.prepared == {**made.prepared, "run_id": 30433642}
