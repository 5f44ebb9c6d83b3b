"""The fake of GitHub takes and refuses what GitHub does, and starts a run for each dispatch."""

from typing import Any

import httpx
import pytest

from tests.fakes.github import REPOSITORY, TOKEN
from tests.fakes.server import Fake

DISPATCHES = f"/repos/{REPOSITORY}/dispatches"
RUNS = f"/repos/{REPOSITORY}/actions/runs"
WORKFLOW = f"/repos/{REPOSITORY}/actions/workflows/publish.yml/dispatches"
PAYLOAD = {"schedule_id": "s1", "nonce": "n1"}


def ask(github: Fake, method: str, path: str, body: Any = None, token: str = TOKEN) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"}
    return httpx.request(
        method, github.url + path, json=body, headers=headers, timeout=10, trust_env=False, verify=False
    )


def dispatch(github: Fake, **body: Any) -> httpx.Response:
    return ask(github, "POST", DISPATCHES, {"event_type": "process-video", "client_payload": PAYLOAD, **body})


def test_each_dispatch_starts_a_run_that_the_answer_does_not_tell(github: Fake) -> None:
    answers = [dispatch(github) for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    assert github.get("/counts") == {"runs": 2, "by_schedule": {"s1": 2}}
    listed = ask(github, "GET", RUNS).json()
    assert listed["total_count"] == 2
    assert [run["display_title"] for run in listed["workflow_runs"]] == ["Publish s1 n1"] * 2


def test_workflow_dispatch_tells_its_run_where_that_is_asked_for(github: Fake) -> None:
    body = {"ref": "main", "inputs": PAYLOAD}
    assert ask(github, "POST", WORKFLOW, body).status_code == 204
    told = ask(github, "POST", WORKFLOW, {**body, "return_run_details": True})
    run = told.json()["workflow_run_id"]
    assert (told.status_code, ask(github, "GET", f"{RUNS}/{run}").json()["conclusion"]) == (200, "success")
    refused = ask(github, "POST", f"/api/v3{WORKFLOW}", {**body, "return_run_details": True})
    assert (refused.status_code, "not a permitted key" in refused.json()["message"]) == (422, True)


# what is sent -> status and a part of the message
REFUSED: list[tuple[str, Any, int, str]] = [
    (DISPATCHES, {"client_payload": {}}, 422, "event_type"),
    (DISPATCHES, {"event_type": "x" * 101}, 422, "100 characters"),
    (DISPATCHES, {"event_type": "x", "client_payload": "{}"}, 422, "is not an object"),
    (DISPATCHES, {"event_type": "x", "client_payload": dict.fromkeys("abcdefghijk")}, 422, "No more than 10"),
    (DISPATCHES, {"event_type": "x", "client_payload": {"a": "x" * 65_536}}, 422, "too large"),
    (DISPATCHES, {"event_type": "x", "inputs": {}}, 422, "not a permitted key"),
    (DISPATCHES, [], 400, "Problems parsing JSON"),
    (WORKFLOW, {"ref": "dev"}, 422, "No ref found for: dev"),
    (WORKFLOW, {"ref": "main", "inputs": {"colour": "red"}}, 422, "Unexpected inputs provided"),
    (WORKFLOW, {"ref": "main", "inputs": {"attempt": 1}}, 422, "not a string"),
    (WORKFLOW.replace("publish", "other"), {"ref": "main"}, 404, "Not Found"),
    ("/repos/acme/other/dispatches", {"event_type": "x"}, 404, "Not Found"),
]


@pytest.mark.parametrize(("path", "body", "status", "part"), REFUSED)
def test_wrong_dispatch_is_refused_and_starts_nothing(
    github: Fake, path: str, body: Any, status: int, part: str
) -> None:
    answer = ask(github, "POST", path, body)
    assert (answer.status_code, part in answer.json()["message"]) == (status, True)
    assert github.get("/counts")["runs"] == 0


def test_other_token_is_refused(github: Fake) -> None:
    answer = ask(github, "GET", RUNS, token="other")
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


def test_run_shows_late_and_goes_on_with_each_look(github: Fake) -> None:
    github.post("/fate", {"hidden": 1, "queued": 1, "running": 1, "conclusion": "failure"})
    dispatch(github)
    seen = [ask(github, "GET", RUNS).json()["workflow_runs"] for _ in range(4)]
    standing = [[(run["status"], run["conclusion"]) for run in runs] for runs in seen]
    assert standing == [[], [("queued", None)], [("in_progress", None)], [("completed", "failure")]]


def test_runs_are_filtered_by_event_and_time_and_told_in_pages(github: Fake) -> None:
    for _ in range(3):
        dispatch(github)
    (newest, *_) = ask(github, "GET", f"{RUNS}?per_page=2").json()["workflow_runs"]
    assert [run["id"] for run in ask(github, "GET", f"{RUNS}?per_page=2&page=2").json()["workflow_runs"]] == [
        newest["id"] - 2
    ]
    assert ask(github, "GET", f"{RUNS}?event=push").json()["total_count"] == 0
    since = f"{RUNS}?created=%3E%3D"
    assert ask(github, "GET", f"{since}{newest['created_at']}").json()["total_count"] >= 1
    assert ask(github, "GET", f"{since}2100-01-01T00:00:00Z").json()["total_count"] == 0


def test_dropped_connection_after_the_commit_leaves_a_run(github: Fake) -> None:
    github.post("/script", {"path": DISPATCHES, "behaviours": ["drop-after", "drop-before"]})
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            dispatch(github)
    assert github.get("/counts")["runs"] == 1
