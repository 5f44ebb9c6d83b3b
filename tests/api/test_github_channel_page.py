"""A channel on GitHub is made, shown and changed on pages; its token is never shown again."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.accounts.secrets import KeyFile
from app.database import sql
from app.posts.credentials import Credentials
from app.settings import Settings
from tests.api.conftest import Look
from tests.api.forms import FormPage

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
WORKFLOW = (ROOT / "docs" / "github-workflow.yml").read_text()
TOKEN = "github_pat_1"
FORM = {
    "kind": "social", "platform": "github", "title": "Clips", "slug": "clips", "timezone": "Europe/Lisbon",
    "day_start": "00:00", "repository": "https://github.com/harbour/clips.git/", "mode": "repository_dispatch",
    "event_type": "process-video", "workflow": "publish.yml", "ref": "main", "api_url": "https://api.github.com",
    "slots": "Mon 18:00", "spacing_minutes": "30", "late_minutes": "45",
}  # fmt: skip


async def credentials(settings: Settings) -> Credentials:
    rows = await sql("SELECT secret_enc FROM social_account WHERE platform = 'github'")
    return Credentials.read(KeyFile(settings.key_file).decrypt(rows[0]["secret_enc"]))


@pytest.fixture
async def secret(person: httpx.AsyncClient) -> str:
    """What the page shows once when the channel is made."""
    answer = await person.post("/channels", data={**FORM, "token": TOKEN})
    assert answer.status_code == 201, answer.text
    assert TOKEN not in answer.text
    assert "DAYPART_SECRET" in answer.text
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", answer.text)
    assert found is not None
    return found[0]


async def test_channel_is_made_and_its_secret_is_shown_this_once(
    person: httpx.AsyncClient, settings: Settings, secret: str
) -> None:
    assert await credentials(settings) == Credentials(secret, TOKEN)
    for path in ("/channels", "/channels/clips", "/channels/clips/connection"):
        page = (await person.get(path)).text
        assert secret not in page
        assert TOKEN not in page
    page = FormPage((await person.get("/channels/clips")).text)
    shown = {name: page.value(name) for name in FORM if name not in ("kind", "platform")}
    assert shown == {name: value for name, value in FORM.items() if name in shown} | {"repository": "harbour/clips"}
    assert page.value("token") == ""
    assert "url" not in page.fields


async def test_change_keeps_the_token_unless_another_is_given(
    person: httpx.AsyncClient, settings: Settings, secret: str
) -> None:
    form = {**FORM, "version": "1", "repository": "git@github.com:harbour/other.git", "mode": "workflow_dispatch"}
    assert (await person.post("/channels/clips", data={**form, "token": ""})).status_code == 303
    page = FormPage((await person.get("/channels/clips")).text)
    assert (page.value("repository"), page.value("mode")) == ("harbour/other", "workflow_dispatch")
    assert await credentials(settings) == Credentials(secret, TOKEN)
    assert (await person.post("/channels/clips", data={**form, "version": "2", "token": "github_pat_2"})).is_redirect
    assert await credentials(settings) == Credentials(secret, "github_pat_2")


WRONG = [
    ({"repository": "https://gitlab.com/harbour/clips"}, "repository", "Write the repository as owner/name"),
    ({"repository": "harbour"}, "repository", "Write the repository as owner/name"),
    ({"event_type": "two words"}, "event_type", "without spaces"),
    ({"event_type": "x" * 101}, "event_type", "at most 100 characters"),
    ({"workflow": "../publish.yml"}, "workflow", "Give the file name of the workflow"),
    ({"workflow": ""}, "workflow", "Give the file name of the workflow"),
    ({"ref": ""}, "ref", "Give a branch or a tag"),
    ({"api_url": "ftp://git.test"}, "api_url", "http"),
    ({"slots": "Mon 25:00"}, "slots", "is no slot"),
    ({"spacing_minutes": "0"}, "spacing_minutes", "Give 1 to 10080 minutes."),
    ({"late_minutes": "99999"}, "late_minutes", "Give 1 to 10080 minutes."),
]


async def test_wrong_field_is_told_at_it_and_all_but_the_token_stays(
    person: httpx.AsyncClient, secret: str, stored: Look
) -> None:
    before = stored()
    for changed, at, words in WRONG:
        for path in ["/channels", "/channels/clips"]:
            extra: dict[str, Any] = {"version": "1"} if path != "/channels" else {"slug": "clips-two"}
            form = {**FORM, **extra, **changed}
            answer = await person.post(path, data={**form, "token": "github_pat_3"})
            assert answer.status_code == 422, (changed, path)
            page = FormPage(answer.text)
            assert words in page.error_at(at), (changed, path)
            typed = {
                name: value for name, value in form.items() if path == "/channels" or name not in ("kind", "platform")
            }
            assert {name: page.value(name) for name in typed} == typed, (changed, path)
            assert "github_pat_3" not in answer.text, (changed, path)
            assert stored() == before, (changed, path)


async def test_token_is_asked_for_at_its_field(person: httpx.AsyncClient) -> None:
    page = FormPage((await person.post("/channels", data={**FORM, "token": ""})).text)
    assert page.error_at("token") == "Paste the token as GitHub shows it."


async def test_new_secret_is_shown_once_and_keeps_the_token(
    person: httpx.AsyncClient, settings: Settings, secret: str
) -> None:
    page = (await person.post("/channels/clips/secret")).text
    renewed = await credentials(settings)
    assert renewed.signing in page
    assert (renewed.signing != secret, renewed.token) == (True, TOKEN)
    assert renewed.signing not in (await person.get("/channels/clips/connection")).text


async def test_page_readme_and_workflow_agree(person: httpx.AsyncClient, secret: str) -> None:
    page = " ".join((await person.get("/channels/clips/connection")).text.split())
    for words in ("DAYPART_SECRET", "callback_url", ".github/workflows/publish.yml", "docs/github-workflow.yml"):
        assert words in page
        assert words in README
        assert words in WORKFLOW or words == "docs/github-workflow.yml"
    assert "write access to Contents and read access to Actions" in page
    for words in ("write access to Contents", "read access to Actions"):
        assert words in " ".join(README.split())
    assert "process-video" in WORKFLOW
    assert (await person.get("/channels/github-workflow.yml")).text == WORKFLOW


async def test_form_says_where_another_event_type_matters(person: httpx.AsyncClient, secret: str) -> None:
    await person.post("/channels/clips", data={**FORM, "version": "1", "token": "", "event_type": "air-it"})
    assert "let it listen to <code>air-it</code>" in (await person.get("/channels/clips/connection")).text
