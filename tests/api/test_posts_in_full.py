"""Drafts, own texts, review, tags, hashtag sets, previews and history: for programs, and on pages without scripts."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.settings import Settings
from tests.api.conftest import Made, Stored, refusal
from tests.api.forms import FormPage
from tests.api.test_channels import write

LIST = "/schedule/posts"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def reviewer(scripts: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    return scripts["admin"]


async def ask(program: httpx.AsyncClient, method: str, path: str, body: object = None) -> Any:
    return (await program.request(method, path, json=body)).raise_for_status().json()


async def need_approval(reviewer: httpx.AsyncClient, needed: bool = True) -> Any:
    version = (await ask(reviewer, "GET", "/api/channels/early-bus"))["version"]
    return await ask(reviewer, "PATCH", "/api/channels/early-bus", {"version": version, "needs_approval": needed})


async def test_draft_is_kept_listed_and_scheduled(editor: httpx.AsyncClient, made: Made) -> None:
    draft = {"title": "Tulips", "channels": [made.slug], "tags": ["Spring"], "overrides": {made.slug: {"title": "Bus"}}}
    post = await ask(editor, "POST", "/api/posts/drafts", draft)
    assert (post["state"], post["scheduled_time"], post["time_remaining"]) == ("draft", None, None)
    assert post["tags"] == ["spring"]
    assert post["targets"][0]["overrides"] == {"title": "Bus"}
    for query in ("status=draft", "tag=spring", "q=tulip"):
        assert [one["id"] for one in (await ask(editor, "GET", f"/api/posts?{query}"))["posts"]] == [post["id"]]
    changed = await ask(editor, "PATCH", f"/api/posts/{post['id']}", {"version": 1, "asset": made.free_asset})
    assert (changed["asset"], changed["version"]) == (made.free_asset, 2)
    time = {"scheduled_time": "2026-05-21T10:00:00Z"}
    moved = await ask(editor, "PATCH", f"/api/schedule/post/{post['id']}", time)
    assert moved["post"]["state"] == "scheduled"
    assert [one["id"] for one in (await ask(editor, "GET", "/api/posts?status=draft"))["posts"]] == []


async def test_post_is_changed_unless_somebody_was_first(
    editor: httpx.AsyncClient, made: Made, stored: Callable[[], Stored]
) -> None:
    path = f"/api/posts/{made.post}"
    changed = await ask(editor, "PATCH", path, {"version": 1, "title": "Other", "hashtags": "#a b"})
    assert (changed["title"], changed["hashtags"], changed["version"]) == ("Other", ["a", "b"], 2)
    before = stored()
    assert refusal(await editor.patch(path, json={"version": 1, "title": "Mine"})) == (409, "VERSION_STALE", [])
    assert refusal(await editor.patch(path, json={"version": 2}))[:2] == (422, "CHANGE_NONE")
    own = {"version": 2, "overrides": {made.slug: {"title": "x" * 101}}}
    assert refusal(await editor.patch(path, json=own)) == (
        422, "TITLE_LONG", [f"overrides.{made.channel}.title"],
    )  # fmt: skip
    assert refusal(await editor.patch("/api/posts/none", json={"version": 1, "title": "x"}))[:2] == (
        404, "POST_UNKNOWN",
    )  # fmt: skip
    assert stored() == before


async def test_preview_tells_what_goes_out_and_counts_it(
    editor: httpx.AsyncClient, made: Made, stored: Callable[[], Stored]
) -> None:
    before = stored()
    wish = {
        "channels": [made.slug],
        "title": "x" * 101,
        "hashtags": "#rain 12",
        "overrides": {made.slug: {"description": "Own"}},
    }
    (shown,) = await ask(editor, "POST", "/api/posts/preview", wish)
    assert (shown["channel"], shown["platform"], shown["body"], shown["hashtags"]) == (
        "early-bus", "webhook", "Own", ["rain", "12"],
    )  # fmt: skip
    assert shown["counters"][0] == {
        "field": "title", "used": 101, "least": 1, "most": 100, "unit": "code points", "fits": False,
    }  # fmt: skip
    assert [issue["code"] for issue in shown["issues"]] == ["TITLE_LONG", "HASHTAG_BAD"]
    assert refusal(await editor.post("/api/posts/preview", json={"channels": []}))[:2] == (422, "CHANNELS_NONE")
    assert stored() == before


async def test_post_is_reviewed(
    editor: httpx.AsyncClient, reviewer: httpx.AsyncClient, scripts: dict[str, httpx.AsyncClient], made: Made
) -> None:
    assert (await need_approval(reviewer))["needs_approval"] is True
    (post,) = (await ask(editor, "GET", "/api/posts?status=review"))["posts"]
    assert (post["id"], post["approval"], post["in_review"]) == (made.post, "waiting", True)
    path, seen = f"/api/posts/{made.post}", {"version": post["version"]}
    assert refusal(await editor.post(f"{path}/approve", json=seen))[:2] == (403, "ROLE")
    assert refusal(await editor.post(f"/api/schedule/post/{made.post}/force"))[:2] == (409, "NOT_APPROVED")
    back = await ask(reviewer, "POST", f"{path}/send-back", {**seen, "note": "Name it."})
    assert (back["approval"], back["approval_note"]) == ("changes", "Name it.")
    assert refusal(await reviewer.post(f"{path}/approve", json=seen))[:2] == (409, "VERSION_STALE")
    submitted = await ask(editor, "POST", f"{path}/submit")
    approved = await ask(reviewer, "POST", f"{path}/approve", {"version": submitted["version"]})
    assert (approved["approval"], approved["in_review"]) == ("approved", False)
    told = await ask(scripts["viewer"], "GET", f"{path}/history")
    assert [(one["what"], one["by"]) for one in told] == [
        ("Approved", "key script of admin"), ("Submitted for review", "key script of editor"),
        ("Changes asked", "key script of admin"), ("Submitted for review", "key script of admin"),
        ("Scheduled", "key script of editor"),
    ]  # fmt: skip
    assert refusal(await scripts["viewer"].post(f"{path}/submit"))[:2] == (403, "ROLE")


async def test_only_an_administrator_says_that_posts_need_approval(
    editor: httpx.AsyncClient, reviewer: httpx.AsyncClient, person: httpx.AsyncClient,
    people: dict[str, httpx.AsyncClient], made: Made,
) -> None:  # fmt: skip
    await need_approval(reviewer)
    channel = await ask(editor, "GET", "/api/channels/early-bus")
    wish = {"version": channel["version"], "needs_approval": False}
    assert refusal(await editor.patch("/api/channels/early-bus", json=wish))[:2] == (403, "ROLE")
    form = {
        "title": "Early Bus", "slug": "early-bus", "timezone": "Europe/Lisbon", "url": "https://receiver.test/ok",
        "late_minutes": "60", "spacing_minutes": "60", "version": str(channel["version"]),
    }  # fmt: skip
    assert (await person.post("/channels/early-bus", data=form)).status_code == 403
    form["needs_approval"] = FormPage((await person.get("/channels/early-bus")).text).value("needs_approval")
    assert (await person.post("/channels/early-bus", data=form)).status_code == 303
    assert (await ask(editor, "GET", "/api/channels/early-bus"))["needs_approval"] is True
    form |= {"version": str(channel["version"] + 1), "needs_approval": ""}
    assert (await people["admin"].post("/channels/early-bus", data=form)).status_code == 303
    assert (await ask(editor, "GET", "/api/channels/early-bus"))["needs_approval"] is False
    form |= {"version": str(channel["version"] + 2), "needs_approval": "on"}
    assert (await people["admin"].post("/channels/early-bus", data=form)).status_code == 303
    page = FormPage((await people["admin"].get("/channels/early-bus")).text)
    assert page.value("needs_approval") == "on"


async def test_hashtag_sets_for_programs(editor: httpx.AsyncClient, scripts: dict[str, httpx.AsyncClient]) -> None:
    made = await ask(editor, "POST", "/api/hashtag-sets", {"name": "Market", "hashtags": "#a b"})
    path = f"/api/hashtag-sets/{made['id']}"
    assert made == {"id": made["id"], "name": "Market", "hashtags": ["a", "b"], "version": 1}
    again = {"name": "market", "hashtags": ["c"]}
    assert refusal(await editor.post("/api/hashtag-sets", json=again)) == (409, "NAME_TAKEN", ["name"])
    changed = await ask(editor, "PUT", path, {**again, "version": 1})
    assert await ask(scripts["viewer"], "GET", "/api/hashtag-sets") == [changed]
    assert refusal(await scripts["viewer"].delete(path))[:2] == (403, "ROLE")
    assert (await editor.delete(path)).status_code == 204
    assert refusal(await editor.get(path))[:2] == (404, "HASHTAG_SET_UNKNOWN")


async def test_hashtag_sets_on_their_page(person: httpx.AsyncClient, people: dict[str, httpx.AsyncClient]) -> None:
    path = "/schedule/hashtags"
    assert (await person.post(path, data={"name": "Market", "hashtags": "a b"})).status_code == 303
    refused = await person.post(path, data={"name": "market", "hashtags": "c"})
    assert (refused.status_code, "There is a set named market already." in refused.text) == (422, True)
    text = (await people["viewer"].get(path)).text
    assert "a b" in text
    assert "Save set" not in text
    found = re.search(rf'action="({path}/[^"/]+)"', (await person.get(path)).text)
    assert found is not None
    changed = {"name": "Bus", "hashtags": "c", "version": "1"}
    assert (await person.post(found[1], data=changed)).status_code == 303
    stale = await person.post(found[1], data=changed)
    assert (stale.status_code, "changed by someone else meanwhile" in stale.text) == (422, True)
    assert (await person.post(f"{found[1]}/remove")).status_code == 303
    assert "No hashtag sets yet" in (await person.get(path)).text


async def test_form_previews_inserts_a_set_and_keeps_what_was_typed(
    person: httpx.AsyncClient, editor: httpx.AsyncClient, made: Made
) -> None:
    tags = await ask(editor, "POST", "/api/hashtag-sets", {"name": "Market", "hashtags": "a b"})
    typed = {
        "title": "Harbour & co", "description": "<b>Twelve</b>", "hashtags": "b c", "tags": "spring",
        "channels": made.channel, "date": "2026-05-21", "time": "10:00", "insert": tags["id"],
    }  # fmt: skip
    answer = await person.post(f"{LIST}/preview", data=typed)
    assert answer.status_code == 200
    page = FormPage(answer.text)
    assert {name: page.value(name) for name in ("title", "hashtags", "tags", "date", "time", "channels")} == {
        "title": "Harbour & co", "hashtags": "b c a", "tags": "spring", "date": "2026-05-21", "time": "10:00",
        "channels": made.channel,
    }  # fmt: skip
    assert "&lt;b&gt;Twelve&lt;/b&gt;" in answer.text
    assert "<b>12</b> of 100 characters" in answer.text
    part = await person.post(f"{LIST}/preview", data=typed, headers={**HTMX, "HX-Target": "section#post-preview"})
    assert part.text.strip().startswith('<section id="post-preview"')


async def test_form_saves_a_draft_and_edits_it(
    person: httpx.AsyncClient, editor: httpx.AsyncClient, made: Made
) -> None:
    typed = {"title": "Tulips", "channels": made.channel, "act": "draft", "date": "2026-05-21", "time": "10:00"}
    assert (await person.post(LIST, data=typed)).status_code == 303
    (post,) = (await ask(editor, "GET", "/api/posts?status=draft"))["posts"]
    assert "Tulips" in (await person.get(f"{LIST}?status=draft")).text
    repeating = await person.post(LIST, data={**typed, "title": "Daily", "repeat": "days"})
    assert FormPage(repeating.text).error_at("repeat").startswith("A draft does not repeat.")
    path = f"{LIST}/{post['id']}"
    assert (await person.get(f"{path}/repetition")).status_code == 200
    rule = {"first": "2026-05-21", "time": "10:00", "unit": "days", "timezone": "Europe/Lisbon"}
    assert refusal(await editor.put(f"/api/schedule/post/{post['id']}/repetition", json=rule))[:2] == (409, "DRAFT")
    assert "No time yet" in (await person.get(path)).text
    page = FormPage((await person.get(f"{path}/edit")).text)
    assert (page.value("title"), page.value("version")) == ("Tulips", "1")
    form = {"version": "1", "title": "Tulips in May", "asset": made.free_asset, "hashtags": "", "description": ""}
    assert (await person.post(f"{path}/edit", data=form)).status_code == 303
    stale = await person.post(f"{path}/edit", data={**form, "title": "Mine"})
    assert stale.status_code == 409
    assert FormPage(stale.text).value("title") == "Mine"
    assert "changed by someone else meanwhile" in FormPage(stale.text).alerts[0]
    wrong = await person.post(f"{path}/edit", data={**form, "version": "2", "title": "", "hashtags": "a-b"})
    assert (wrong.status_code, FormPage(wrong.text).error_at("title")) == (422, "Give the post a title.")
    assert (await person.post(f"{path}/reschedule", data={"date": "2026-05-21", "time": "10:00"})).status_code == 303
    assert (await ask(editor, "GET", f"/api/schedule/post/{post['id']}"))["state"] == "scheduled"


async def test_own_texts_of_a_form_are_stored_for_chosen_channels_alone(
    person: httpx.AsyncClient, editor: httpx.AsyncClient, made: Made
) -> None:
    other = await ask(
        editor, "POST", "/api/channels", {"title": "Late", "url": "https://r.test/", "timezone": "Europe/Lisbon"}
    )
    typed = {
        "title": "Tulips", "channels": made.channel, "asset": made.free_asset, "date": "2026-05-22", "time": "10:00",
        f"overrides.{made.channel}.title": "Bus", f"overrides.{other['channel']['id']}.title": "Never",
    }  # fmt: skip
    assert (await person.post(LIST, data=typed)).status_code == 303
    (post,) = (await ask(editor, "GET", "/api/posts?q=Tulips"))["posts"]
    assert [target["overrides"] for target in post["targets"]] == [{"title": "Bus"}]
    page = FormPage((await person.get(f"{LIST}/{post['id']}/edit")).text)
    assert page.value(f"overrides.{made.channel}.title") == "Bus"
    wrong = {"version": "1", "title": "Tulips", f"overrides.{made.channel}.hashtags": "a-b"}
    refused = await person.post(f"{LIST}/{post['id']}/edit", data=wrong)
    assert FormPage(refused.text).error_at(f"overrides.{made.channel}.hashtags").startswith("#a-b is no hashtag")


async def test_review_on_pages(people: dict[str, httpx.AsyncClient], reviewer: httpx.AsyncClient, made: Made) -> None:
    person, admin, path = people["editor"], people["admin"], f"{LIST}/{made.post}"
    await need_approval(reviewer)
    assert "1 post waits for approval." in (await person.get(LIST)).text
    assert "1 post to review." in (await admin.get("/")).text
    assert "1 post to review." not in (await person.get("/")).text
    for client, offered in ((person, False), (admin, True)):
        page = (await client.get(f"{LIST}?status=review")).text
        assert ("Planned" in page, f"{path}/approve" in page) == (True, offered)
    version = FormPage((await admin.get(f"{path}/send-back")).text).value("version")
    empty = await admin.post(f"{path}/send-back", data={"version": version, "note": ""})
    assert (empty.status_code, FormPage(empty.text).error_at("note")) == (422, "Say what should change.")
    assert (await admin.post(f"{path}/send-back", data={"version": version, "note": "Name it."})).status_code == 303
    page = (await person.get(path)).text
    assert "To change: Name it." in page
    assert f"{path}/submit" in page
    assert (await person.post(f"{path}/submit")).status_code == 303
    stale = await admin.post(f"{path}/approve", data={"version": version})
    assert stale.status_code == 409
    answer = await admin.post(f"{path}/approve", data={"version": str(int(version) + 2)}, headers=HTMX)
    assert json.loads(answer.headers["hx-trigger"])["toast"]["message"] == "Approved."
    assert (await person.post(f"{path}/approve", data={"version": "9"})).status_code == 403


async def test_problem_stands_on_the_card_the_post_and_the_dashboard(
    person: httpx.AsyncClient, made: Made, settings: Settings
) -> None:
    write(settings, "UPDATE target SET problem = 'The file of its video is missing.'")
    for path in (LIST, f"{LIST}/{made.post}", "/"):
        assert "The file of its video is missing." in (await person.get(path)).text
    assert "Planned would not go out." in (await person.get("/")).text
