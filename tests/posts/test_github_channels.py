"""Channels on GitHub for programs: made, shown and changed, without ever telling the token."""

from typing import Any

import httpx
import pytest

from app.accounts.secrets import KeyFile
from app.database import sql
from app.posts.credentials import Credentials
from app.settings import Settings

TOKEN = "github_pat_1"
NEW = {
    "platform": "github",
    "title": "Harbour Show",
    "timezone": "Europe/Lisbon",
    "repository": "https://github.com/acme/show.git",
    "token": TOKEN,
}
HOOK = {"title": "Harbour Hook", "timezone": "Europe/Lisbon", "url": "https://receiver.example/hook"}
CONFIG = {
    "repository": "acme/show",
    "mode": "repository_dispatch",
    "workflow": "publish.yml",
    "ref": "main",
    "event_type": "process-video",
    "api_url": "https://api.github.com",
}
Json = dict[str, Any]


@pytest.fixture
def api(scripts: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    return scripts["editor"]


async def add(api: httpx.AsyncClient, form: Json = NEW, **changed: object) -> Json:
    answer = await api.post("/api/channels", json={**form, **changed})
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def credentials(settings: Settings, channel: str) -> Credentials:
    rows = await sql("SELECT secret_enc FROM social_account WHERE channel = ?", channel)
    return Credentials.read(KeyFile(settings.key_file).decrypt(rows[0]["secret_enc"]))


async def test_channel_is_made_with_a_secret_for_its_reports(api: httpx.AsyncClient, settings: Settings) -> None:
    made = await add(api)
    channel = made["channel"]
    assert {name: channel[name] for name in CONFIG} == CONFIG
    assert (channel["platform"], channel["url"]) == ("github", "https://github.com/acme/show")
    assert await credentials(settings, channel["id"]) == Credentials(made["secret"], TOKEN)


async def test_token_is_never_told(api: httpx.AsyncClient, scripts: dict[str, httpx.AsyncClient]) -> None:
    made = await add(api)
    path = f"/api/channels/{made['channel']['id']}"
    changed = await api.patch(path, json={"version": 1, "token": "github_pat_2"})
    told = [
        str(made), changed.text, (await api.get(path)).text, (await api.get("/api/channels")).text,
        (await scripts["admin"].get("/api/audit")).text,
    ]  # fmt: skip
    assert [text for text in told if "github_pat" in text] == []


async def test_settings_are_stored_as_given(api: httpx.AsyncClient) -> None:
    given: Json = {"mode": "workflow_dispatch", "workflow": "air.yaml", "ref": "live", "event_type": "air"}
    channel = (await add(api, **given, repository="acme/show/"))["channel"]
    assert {name: channel[name] for name in CONFIG} == {**CONFIG, **given}


async def test_change_keeps_what_was_not_given(api: httpx.AsyncClient, settings: Settings) -> None:
    made = await add(api)
    path = f"/api/channels/{made['channel']['id']}"
    answer = await api.patch(path, json={"version": 1, "repository": "git@github.com:acme/other.git", "title": "Other"})
    assert answer.status_code == 200, answer.text
    channel = answer.json()
    assert {name: channel[name] for name in CONFIG} == {**CONFIG, "repository": "acme/other"}
    assert (channel["title"], channel["slug"], channel["version"]) == ("Other", "harbour-show", 2)
    assert await credentials(settings, channel["id"]) == Credentials(made["secret"], TOKEN)


async def test_new_token_replaces_the_old_and_keeps_the_secret(api: httpx.AsyncClient, settings: Settings) -> None:
    made = await add(api)
    id = made["channel"]["id"]
    await sql("UPDATE social_account SET needs_reconnect = 'It refused the token.' WHERE channel = ?", id)
    answer = await api.patch(f"/api/channels/{id}", json={"version": 1, "token": "github_pat_2"})
    assert answer.json()["needs_reconnect"] is None
    assert await credentials(settings, id) == Credentials(made["secret"], "github_pat_2")


async def test_stored_token_is_not_sent_to_another_server(api: httpx.AsyncClient, settings: Settings) -> None:
    made = await add(api)
    path = f"/api/channels/{made['channel']['id']}"
    elsewhere = {"version": 1, "api_url": "https://git.acme.test/api/v3"}
    refused = await api.patch(path, json=elsewhere)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["token"])
    answer = await api.patch(path, json={**elsewhere, "token": "github_pat_2"})
    assert answer.json()["url"] == "https://git.acme.test/acme/show"
    assert await credentials(settings, made["channel"]["id"]) == Credentials(made["secret"], "github_pat_2")


async def test_new_secret_keeps_the_token(api: httpx.AsyncClient, settings: Settings) -> None:
    made = await add(api)
    id = made["channel"]["id"]
    secret = (await api.post(f"/api/channels/{id}/secret")).json()["secret"]
    assert secret != made["secret"]
    assert await credentials(settings, id) == Credentials(secret, TOKEN)


async def test_change_of_a_channel_that_was_changed_meanwhile_is_refused(
    api: httpx.AsyncClient, settings: Settings
) -> None:
    made = await add(api)
    id = made["channel"]["id"]
    answer = await api.patch(f"/api/channels/{id}", json={"version": 7, "token": "github_pat_2", "ref": "live"})
    assert (answer.status_code, answer.json()["code"]) == (409, "VERSION_STALE")
    assert await credentials(settings, id) == Credentials(made["secret"], TOKEN)


# what a program gives -> the field that is refused
WRONG: list[tuple[Json, str]] = [
    ({**NEW, "repository": "https://gitlab.com/acme/show"}, "repository"),
    ({**NEW, "repository": None}, "repository"),
    ({**NEW, "token": None}, "token"),
    ({**NEW, "token": "a b"}, "token"),
    ({**NEW, "workflow": "../x.yml"}, "workflow"),
    ({**NEW, "api_url": "ftp://git.acme.test"}, "api_url"),
    ({**NEW, "late_minutes": 0}, "late_minutes"),
    ({**NEW, "url": "https://receiver.example"}, "url"),
    ({**HOOK, "repository": "acme/show"}, "repository"),
    ({**HOOK, "token": TOKEN}, "token"),
    ({**HOOK, "url": None}, "url"),
]


@pytest.mark.parametrize(("form", "field"), WRONG)
async def test_wrong_field_is_refused_by_its_name(api: httpx.AsyncClient, form: Json, field: str) -> None:
    answer = await api.post("/api/channels", json=form)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert (await api.get("/api/channels")).json() == []


async def test_field_of_another_platform_is_refused_in_a_change(api: httpx.AsyncClient) -> None:
    on_github, hook = (await add(api))["channel"]["id"], (await add(api, HOOK))["channel"]["id"]
    for id, field, value in ((on_github, "url", "https://receiver.example"), (hook, "ref", "main")):
        answer = await api.patch(f"/api/channels/{id}", json={"version": 1, field: value})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


async def test_channel_on_a_webhook_is_told_as_before(api: httpx.AsyncClient) -> None:
    channel = (await add(api, HOOK))["channel"]
    assert (channel["platform"], channel["url"]) == ("webhook", HOOK["url"])
    assert set(CONFIG).isdisjoint(channel)


async def test_form_for_webhooks_does_not_change_a_channel_on_github(
    api: httpx.AsyncClient, editor: httpx.AsyncClient
) -> None:
    before = (await add(api))["channel"]
    form = {"title": "Hook", "slug": "hook", "timezone": "Europe/Lisbon", "url": HOOK["url"], "version": "1"}
    answer = await editor.post(f"/channels/{before['id']}", data={**form, "late_minutes": "60"})
    assert answer.status_code == 422
    assert "Harbour Show is a channel on GitHub." in answer.text
    assert (await api.get(f"/api/channels/{before['id']}")).json() == before
