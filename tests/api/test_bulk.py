"""One act on many posts, by a program and by a person without scripts."""

from collections.abc import Callable
from html import unescape

import httpx
import pytest

from tests.api.conftest import Made, Stored, refusal
from tests.api.forms import FormPage

API, PAGE = "/api/schedule/posts", "/schedule/posts/bulk"
Look = Callable[[], Stored]


@pytest.fixture
async def other(editor: httpx.AsyncClient, made: Made) -> str:
    """A second post, a day after the first."""
    wanted = {
        "asset": made.free_asset, "title": "Second", "channels": [made.channel],
        "scheduled_time": "2026-05-21T10:00:00Z",
    }  # fmt: skip
    answer = await editor.post("/api/schedule/post", json=wanted)
    return str(answer.raise_for_status().json()["post"]["id"])


async def times(editor: httpx.AsyncClient, *posts: str) -> list[str]:
    return [(await editor.get(f"/api/schedule/post/{one}")).json()["scheduled_time"] for one in posts]


async def test_program_moves_many_posts(editor: httpx.AsyncClient, made: Made, other: str) -> None:
    answer = await editor.post(f"{API}/shift", json={"posts": [made.post, other], "days": 1, "hours": -2})
    assert answer.json() == {"act": "shift", "posts": 2, "targets": 2}
    assert await times(editor, made.post, other) == ["2026-05-21T08:00:00Z", "2026-05-22T08:00:00Z"]


async def test_program_acts_on_all_that_a_filter_shows(editor: httpx.AsyncClient, made: Made, other: str) -> None:
    answer = await editor.post(f"{API}/cancel", json={"filter": {"q": "seco", "status": "pending"}})
    assert answer.json() == {"act": "cancel", "posts": 1, "targets": 1}
    statuses = [(await editor.get(f"/api/schedule/post/{one}")).json()["status"] for one in (made.post, other)]
    assert statuses == ["pending", "cancelled"]


async def test_program_is_told_which_posts_do_not_allow_it(
    editor: httpx.AsyncClient, made: Made, other: str, stored: Look
) -> None:
    await editor.delete(f"/api/schedule/post/{other}")
    before = stored()
    answer = await editor.post(f"{API}/pause", json={"posts": [made.post, other]})
    assert refusal(answer) == (409, "SOME_REFUSED", [])
    assert [(one["post"], one["code"]) for one in answer.json()["refused"]] == [(other, "STATE")]
    assert stored() == before


WRONG = [
    ("fly", {"posts": ["x"]}, (400, "WRONG_TYPE", ["act"])),
    ("cancel", {}, (422, "POSTS_OR_FILTER", ["posts"])),
    ("cancel", {"posts": ["x"], "filter": {}}, (422, "POSTS_OR_FILTER", ["posts"])),
    ("cancel", {"posts": []}, (422, "POSTS_COUNT", ["posts"])),
    ("cancel", {"posts": "x"}, (400, "WRONG_TYPE", ["posts"])),
    ("shift", {"posts": ["x"], "days": "1"}, (400, "WRONG_TYPE", ["days"])),
    ("shift", {"posts": ["x"], "days": 1.5}, (400, "WRONG_TYPE", ["days"])),
    ("shift", {"posts": ["x"]}, (422, "SHIFT_NONE", ["hours"])),
    ("cancel", {"filter": {"q": "matches nothing"}}, (422, "POSTS_COUNT", ["posts"])),
]


async def test_wrong_wish_is_refused(editor: httpx.AsyncClient, stored: Look) -> None:
    before = stored()
    for act, body, expected in WRONG:
        assert refusal(await editor.post(f"{API}/{act}", json=body)) == expected, (act, body)
        assert stored() == before, (act, body)


async def test_pause_and_resume_of_one(editor: httpx.AsyncClient, made: Made) -> None:
    for act, paused in (("pause", True), ("resume", False)):
        told = (await editor.post(f"/api/schedule/post/{made.post}/{act}")).json()
        assert [target["paused"] for target in told["targets"]] == [paused]
    assert refusal(await editor.post(f"/api/schedule/post/{made.post}/resume")) == (409, "STATE", [])


async def asked(person: httpx.AsyncClient, act: str, *posts: str, **fields: str) -> FormPage:
    answer = await person.post(PAGE, data={"act": act, "post": list(posts), **fields})
    assert answer.status_code == 200
    return FormPage(answer.text)


async def test_person_is_asked_and_then_it_is_done(
    person: httpx.AsyncClient, editor: httpx.AsyncClient, made: Made, other: str
) -> None:
    listed = (await person.get("/schedule/posts")).text
    assert f'value="{made.post}" form="bulk"' in listed
    page = await asked(person, "move", made.post, other, q="e")
    assert page.fields["post"].values == [made.post, other]
    form = {"post": page.fields["post"].values, "back": page.value("back"), "how": "shift", "days": "2", "hours": "0"}
    answer = await person.post(f"{PAGE}/move", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/schedule/posts?q=e")
    assert "2 posts moved." in unescape((await person.get("/schedule/posts")).text)
    assert await times(editor, made.post, other) == ["2026-05-22T10:00:00Z", "2026-05-23T10:00:00Z"]


async def test_dialog_asks_the_same(person: httpx.AsyncClient, made: Made) -> None:
    headers = {"HX-Request": "true", "HX-Target": "div#dialog"}
    answer = await person.post(PAGE, data={"act": "move", "post": made.post}, headers=headers)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert FormPage(answer.text).fields["post"].values == [made.post]


async def test_question_leaves_out_what_does_not_allow_it(
    person: httpx.AsyncClient, editor: httpx.AsyncClient, made: Made, other: str
) -> None:
    await editor.delete(f"/api/schedule/post/{other}")
    answer = await person.post(PAGE, data={"act": "cancel", "all": "on"})
    shown = unescape(answer.text)
    assert "Cancel 1 post?" in shown
    assert FormPage(answer.text).fields["post"].values == [made.post]
    answer = await person.post(PAGE, data={"act": "cancel", "post": [made.post, other]})
    assert "Nothing is done to <strong>Second</strong> (cancelled)." in " ".join(unescape(answer.text).split())


async def test_person_is_told_which_posts_are_in_the_way(
    person: httpx.AsyncClient, made: Made, other: str, stored: Look
) -> None:
    before = stored()
    form = {"post": [made.post], "back": "/schedule/posts", "how": "shift", "days": "1", "hours": "0"}
    answer = await person.post(f"{PAGE}/move", data=form)
    assert answer.status_code == 409
    assert "“Second” at 11:00:00, less than a minute away." in unescape(answer.text)
    assert stored() == before


@pytest.mark.parametrize(("fields", "said"), [({"act": "cancel"}, "Choose posts first."), ({}, "Choose what is to be")])
async def test_person_who_chose_nothing_is_told(person: httpx.AsyncClient, fields: dict[str, str], said: str) -> None:
    answer = await person.post(PAGE, data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/schedule/posts")
    assert said in unescape((await person.get("/schedule/posts")).text)


async def test_viewer_sees_no_boxes_and_may_not_act(people: dict[str, httpx.AsyncClient], made: Made) -> None:
    assert 'form="bulk"' not in (await people["viewer"].get("/schedule/posts")).text
    answer = await people["viewer"].post(f"{PAGE}/cancel", data={"post": made.post})
    assert answer.status_code == 403


async def test_way_back_leads_nowhere_else(person: httpx.AsyncClient, made: Made) -> None:
    answer = await person.post(f"{PAGE}/pause", data={"post": made.post, "back": "//elsewhere.test/schedule/posts"})
    assert answer.headers["location"] == "/schedule/posts"
