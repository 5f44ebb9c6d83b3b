"""Pages of channels of every kind: one form each, tabs by area, and what a switch tells."""

import json
from html import unescape

import httpx
import pytest

from app.channels import kinds
from app.channels.kinds import Tab
from app.database import sql
from tests.api.forms import FormPage

HTMX = {"HX-Request": "true"}
FORM = {"title": "Harbour One", "slug": "harbour-one", "timezone": "Europe/Lisbon", "day_start": "05:30"}


async def add(editor: httpx.AsyncClient, kind: str, **more: str) -> None:
    answer = await editor.post("/channels", data={**FORM, "kind": kind, **more})
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/channels/harbour-one"


async def toast(editor: httpx.AsyncClient, path: str) -> str:
    answer = await editor.post(path, headers=HTMX)
    message: str = json.loads(answer.headers["hx-trigger"])["toast"]["message"]
    return message


@pytest.mark.parametrize(("kind", "day_start"), [("social", "00:00"), ("linear", "06:00"), ("radio", "00:00")])
async def test_form_of_a_kind_begins_with_what_is_usual(editor: httpx.AsyncClient, kind: str, day_start: str) -> None:
    page = FormPage((await editor.get(f"/channels/new?kind={kind}")).text)
    assert (page.value("kind"), page.value("day_start"), page.value("timezone")) == (kind, day_start, "Europe/Lisbon")
    assert ("url" in page.fields) == (kind == "social")


async def test_unknown_kind_shows_the_usual_form(editor: httpx.AsyncClient) -> None:
    assert FormPage((await editor.get("/channels/new?kind=shortwave")).text).value("kind") == "social"


@pytest.mark.parametrize("kind", ["linear", "radio"])
async def test_channel_is_made_listed_and_changed(editor: httpx.AsyncClient, kind: str) -> None:
    await add(editor, kind)
    assert kinds.KINDS[kind].label in (await editor.get("/channels")).text
    shown = FormPage((await editor.get("/channels/harbour-one")).text)
    assert {name: shown.value(name) for name in FORM} == FORM
    answer = await editor.post("/channels/harbour-one", data={**FORM, "title": "Two", "slug": "two", "version": "1"})
    assert answer.headers["location"] == "/channels/two"
    assert FormPage((await editor.get("/channels/two")).text).value("title") == "Two"


@pytest.mark.parametrize(
    ("changed", "at", "words"),
    [
        ({"slug": "new"}, "slug", "“new” means something else in addresses."),
        ({"slug": "Harbour-ONE"}, "slug", "This one is taken."),
        ({"day_start": "dawn"}, "day_start", "Give the start of the day as a time such as 06:00."),
        ({"timezone": "Europe/Nowhere"}, "timezone", "is not a time zone"),
    ],
)
async def test_wrong_field_is_told_and_all_that_was_typed_stays(
    editor: httpx.AsyncClient, changed: dict[str, str], at: str, words: str
) -> None:
    await add(editor, "radio")
    form = {**FORM, "slug": "harbour-two", "kind": "linear", **changed}
    answer = await editor.post("/channels", data=form)
    assert answer.status_code == 422
    page = FormPage(answer.text)
    assert words in page.error_at(at)
    assert {name: page.value(name) for name in form} == form
    assert (await sql("SELECT count(*) AS n FROM channel"))[0]["n"] == 1


@pytest.mark.parametrize("form", [{"kind": "social", "platform": "myspace"}, {"kind": "social", "mode": "x"}])
async def test_form_that_nobody_could_have_filled_in_is_refused(
    editor: httpx.AsyncClient, form: dict[str, str]
) -> None:
    assert (await editor.post("/channels", data={**FORM, **form})).status_code == 400
    assert (await sql("SELECT count(*) AS n FROM channel"))[0]["n"] == 0


@pytest.mark.parametrize("kind", ["linear", "radio"])
async def test_tab_of_an_area_to_come_says_what_will_be_there(editor: httpx.AsyncClient, kind: str) -> None:
    await add(editor, kind)
    overview = (await editor.get("/channels/harbour-one")).text
    for tab in kinds.tabs(kind):
        assert f'href="/channels/harbour-one/{tab.name}"' in overview
        assert tab.coming in unescape((await editor.get(f"/channels/harbour-one/{tab.name}")).text)
    assert (await editor.get("/channels/harbour-one/nothing")).status_code == 404
    assert (await editor.get("/channels/harbour-one/connection")).status_code == 404


def test_tab_that_an_area_registers_takes_the_place_of_the_announced_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_tabs", {})
    before = [tab.name for tab in kinds.tabs("linear")]
    for tab in (Tab("plans", "Plans"), Tab("proof", "Proof"), Tab("plans", "Plans")):
        kinds.register_tab("linear", tab)
    assert [tab.name for tab in kinds.tabs("linear")] == [*before, "proof"]
    assert [tab.coming for tab in kinds.tabs("linear") if tab.name == "plans"] == [""]
    assert [tab.name for tab in kinds.tabs("radio")] == ["plans", "programs", "days", "station"]


async def test_switches_tell_what_they_did(editor: httpx.AsyncClient) -> None:
    await add(editor, "linear")
    told = [await toast(editor, f"/channels/harbour-one/{verb}") for verb in ("pause", "pause", "resume", "deactivate")]
    assert told == [
        "Harbour One is paused.", "Harbour One was paused already, so nothing changed.", "Harbour One goes on.",
        "Harbour One is switched off.",
    ]  # fmt: skip
    assert (await editor.post("/channels/harbour-one/explode", headers=HTMX)).status_code == 422


async def test_viewer_sees_no_way_to_change(editor: httpx.AsyncClient, viewer: httpx.AsyncClient) -> None:
    await add(editor, "radio")
    page = (await viewer.get("/channels/harbour-one")).text
    assert "Save channel" not in page
    assert "Deactivate" not in page
    assert (await viewer.get("/channels/new")).status_code == 403
    assert (await viewer.post("/channels/harbour-one/pause")).status_code == 403
