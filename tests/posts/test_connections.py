"""A try of GitHub's connection says what is wrong, in plain words, and starts nothing."""

from typing import Any

import httpx
import pytest

from app.database import sql
from app.errors import Conflict
from app.posts import connections, github_channels, social
from app.posts.adapters.github_config import Config
from app.posts.github_channels import Wanted
from tests.fakes.github import REPOSITORY, TOKEN
from tests.fakes.server import Fake
from tests.posts.adapters.githubs import dispatched
from tests.posts.desk import ZONE, Desk

REPO = f"/repos/{REPOSITORY}"
RUNS = f"{REPO}/actions/runs"
WORKFLOWS = f"{REPO}/actions/workflows"


async def channel(desk: Desk, api_url: str, token: str = TOKEN, **config: Any) -> str:
    repository = Config(**{"repository": REPOSITORY, "api_url": api_url, **config})
    wanted = Wanted("Show", repository, ZONE, token)
    return (await github_channels.add(wanted, by=desk.by, clock=desk.clock, keys=desk.keys)).channel


async def tried(desk: Desk, one: str) -> list[tuple[bool, str, str]]:
    found = await connections.attempt(one, by=desk.by, clock=desk.clock, keys=desk.keys)
    return [(finding.ok, finding.code, finding.detail) for finding in found]


@pytest.mark.parametrize("mode", ["repository_dispatch", "workflow_dispatch"])
async def test_all_is_well(desk: Desk, github: Fake, mode: str) -> None:
    found = await tried(desk, await channel(desk, github.url, mode=mode))
    assert [(ok, code) for ok, code, _ in found] == [(True, "REPOSITORY"), (True, "RUNS"), (True, "WORKFLOW")]
    assert dispatched(github) == []


@pytest.mark.parametrize("scopes", ["repo", "gist, repo", "repo, workflow"])
async def test_classic_token_with_the_scope_is_well(desk: Desk, github: Fake, scopes: str) -> None:
    github.post("/repository", {"scopes": scopes})
    assert all(ok for ok, _, _ in await tried(desk, await channel(desk, github.url)))


# path, how GitHub behaves there, what the repository is like -> code, words
WRONG: list[tuple[str, str, dict[str, Any], str, str]] = [
    (REPO, "401", {}, "TOKEN_BAD", "GitHub does not accept the token."),
    (REPO, "404", {}, "REPOSITORY_MISSING", f"GitHub finds no repository {REPOSITORY}, or the token may not see it."),
    (REPO, "307", {}, "MOVED", "Give the channel its new address."),
    (REPO, "403", {}, "SCOPE_MISSING", "Resource not accessible by personal access token."),
    (REPO, "429-seconds?after=120", {}, "LIMITED", "Try again in 2 minutes."),
    (REPO, "403-primary?after=1800", {}, "LIMITED", "GitHub limits how often this token may call it."),
    (REPO, "403-secondary-bare", {}, "LIMITED", "Try again in 1 minute."),
    (REPO, "502-html", {}, "UNCLEAR", "GitHub answered 502"),
    (REPO, "drop-before", {}, "UNREACHABLE", "The connection broke before GitHub answered."),
    (RUNS, "403-needs", {}, "SCOPE_MISSING", "It needs actions: read."),
    (RUNS, "404", {}, "SCOPE_MISSING", "It needs read access to Actions."),
    (WORKFLOWS, "429-bare", {}, "LIMITED", "GitHub limits"),
    ("", "", {"scopes": "gist"}, "SCOPE_MISSING", "The token lacks the scope repo."),
    ("", "", {"scopes": ""}, "SCOPE_MISSING", "The token lacks the scope repo."),
    ("", "", {"scopes": "public_repo"}, "SCOPE_MISSING", "The token lacks the scope repo."),
    ("", "", {"permissions": {"push": False}}, "SCOPE_MISSING", "It needs write access to Contents."),
    ("", "", {"archived": True}, "ARCHIVED", f"{REPOSITORY} is archived"),
    ("", "", {"workflows": 0}, "WORKFLOW_MISSING", f"{REPOSITORY} has no workflow yet."),
]


@pytest.mark.parametrize(("path", "behaviour", "repository", "code", "words"), WRONG)
async def test_what_is_wrong_is_told(
    desk: Desk, github: Fake, path: str, behaviour: str, repository: dict[str, Any], code: str, words: str
) -> None:
    if path:
        github.post("/script", {"path": path, "behaviours": [behaviour]})
    github.post("/repository", repository)
    *well, (ok, found, detail) = await tried(desk, await channel(desk, github.url))
    assert all(one[0] for one in well)
    assert (ok, found) == (False, code)
    assert words in detail
    assert detail.endswith(".")
    assert TOKEN not in detail


async def test_workflow_that_is_not_there_or_switched_off_is_told(desk: Desk, github: Fake) -> None:
    one = await channel(desk, github.url, mode="workflow_dispatch", workflow="other.yml")
    assert (await tried(desk, one))[-1][1:] == (
        "WORKFLOW_MISSING", f"{REPOSITORY} has no other.yml yet. Copy the workflow to its default branch.",
    )  # fmt: skip
    await sql("UPDATE channel SET slug = 'first'")
    one = await channel(desk, github.url, mode="workflow_dispatch")
    github.post("/repository", {"state": "disabled_manually"})
    assert (await tried(desk, one))[-1][1] == "WORKFLOW_OFF"


async def test_bad_token_ends_the_try(desk: Desk, github: Fake) -> None:
    found = await tried(desk, await channel(desk, github.url, token="github_pat_wrong"))
    assert [code for _, code, _ in found] == ["TOKEN_BAD"]


async def test_server_that_is_away_is_told(desk: Desk) -> None:
    ((ok, code, detail),) = await tried(desk, await channel(desk, "http://127.0.0.1:9"))
    assert (ok, code) == (False, "UNREACHABLE")
    assert "could not be reached" in detail


async def test_private_server_that_nobody_allowed_is_not_called(desk: Desk, github: Fake) -> None:
    await sql("DELETE FROM allowed_host")
    ((ok, code, _),) = await tried(desk, await channel(desk, github.url))
    assert (ok, code, github.requests()) == (False, "UNREACHABLE", [])


async def test_channel_that_is_well_again_no_longer_needs_reconnecting(desk: Desk, github: Fake) -> None:
    one = await channel(desk, github.url)
    await sql("UPDATE social_account SET needs_reconnect = 'It refused the token.'")
    github.post("/script", {"path": REPO, "behaviours": ["401"]})
    await tried(desk, one)
    assert (await social.account(one)).needs_reconnect == "It refused the token."
    await tried(desk, one)
    assert (await social.account(one)).needs_reconnect is None


async def test_webhook_has_nothing_to_be_tried(desk: Desk) -> None:
    with pytest.raises(Conflict) as refused:
        await tried(desk, await desk.channel())
    assert refused.value.code == "NOTHING_TO_TRY"


async def test_program_is_told_the_same(
    scripts: dict[str, httpx.AsyncClient], admin: httpx.AsyncClient, github: Fake
) -> None:
    await admin.post("/settings/hosts", data={"host": "127.0.0.1"})
    new = {"title": "Show", "platform": "github", "repository": REPOSITORY, "token": TOKEN, "timezone": ZONE}
    (await scripts["editor"].post("/api/channels", json={**new, "api_url": github.url})).raise_for_status()
    github.post("/repository", {"workflows": 0})
    answer = (await scripts["editor"].post("/api/channels/show/connection")).raise_for_status().json()
    assert (answer["ok"], [one["code"] for one in answer["findings"]]) == (
        False, ["REPOSITORY", "RUNS", "WORKFLOW_MISSING"],
    )  # fmt: skip
    page = (await admin.post("/channels/show/connection")).text
    assert "acme/show has no workflow yet." in page
    assert TOKEN not in page
