"""Pages of waves as a browser without scripts and one with them get them."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.clock import ManualClock
from tests.api.conftest import Made, Stored
from tests.api.forms import FormPage

Look = Callable[[], Stored]
HEADERS = [{}, {"HX-Request": "true", "HX-Target": "form#wave-form"}]
SCRIPTS = pytest.mark.parametrize("headers", HEADERS, ids=["without scripts", "with scripts"])
DIALOG = {"HX-Request": "true", "HX-Target": "div#dialog"}
LIST = "/schedule/waves"


@pytest.fixture
async def other(editor: httpx.AsyncClient) -> str:
    wanted = {"title": "Late Bus", "url": "http://receiver.test/ok", "timezone": "America/New_York"}
    channel: str = (await editor.post("/api/channels", json=wanted)).raise_for_status().json()["channel"]["id"]
    return channel


@pytest.fixture
async def wave(editor: httpx.AsyncClient, made: Made, other: str) -> dict[str, Any]:
    """A staggered group in the wave `spring`, as the API tells it."""
    wanted = {
        "channel_ids": [made.slug, other], "start_time": "2026-05-21T10:00:00Z", "delay_seconds": 3600,
        "video_id": made.free_asset, "wave_id": "spring", "wave_title": "Spring one-pots",
    }  # fmt: skip
    told: dict[str, Any] = (await editor.post("/api/schedules/staggered", json=wanted)).raise_for_status().json()
    return told


def a_group(made: Made, other: str, **changed: Any) -> dict[str, Any]:
    return {
        "kind": "staggered", "wave_title": "Spring one-pots", "date": "2026-05-20", "time": "16:30", "step": "30",
        "channels": [made.channel, other], f"order-{made.channel}": "2", f"order-{other}": "1", "act": "save", **changed,
    }  # fmt: skip


async def times(editor: httpx.AsyncClient, wave: str) -> list[tuple[str, str]]:
    told = (await editor.get(f"/api/waves/{wave}")).raise_for_status().json()
    return [(one["channel"], one["scheduled_at"]) for one in told["schedules"]]


@SCRIPTS
async def test_preview_shows_each_channels_clock_and_stores_nothing(
    person: httpx.AsyncClient, made: Made, other: str, stored: Look, headers: dict[str, str]
) -> None:
    before = stored()
    answer = await person.post(LIST, data=a_group(made, other, act="preview"), headers=headers)
    assert answer.status_code == 200
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
    assert "Late Bus Wed 20 May, 16:30" in text
    assert "Wed 20 May, 11:30 in New York" in text
    assert "Early Bus Wed 20 May, 17:00" in text
    assert FormPage(answer.text).value("wave_title") == "Spring one-pots"
    assert ("<html" in answer.text) is not bool(headers)
    assert stored() == before


@SCRIPTS
async def test_saving_leads_to_the_wave(
    person: httpx.AsyncClient, editor: httpx.AsyncClient, made: Made, other: str, headers: dict[str, str]
) -> None:
    answer = await person.post(LIST, data=a_group(made, other), headers=headers)
    where = answer.headers["hx-redirect" if headers else "location"]
    assert (answer.status_code, where) == (204 if headers else 303, f"{LIST}/wave-spring-one-pots")
    assert await times(editor, "wave-spring-one-pots") == [
        ("late-bus", "2026-05-20T15:30:00Z"),
        ("early-bus", "2026-05-20T16:00:00Z"),
    ]
    # The same title again makes another wave.
    again = a_group(made, other, date="2026-05-22")
    assert (await person.post(LIST, data=again)).headers["location"] == f"{LIST}/wave-spring-one-pots-2"


@SCRIPTS
async def test_clash_is_shown_with_a_time_for_all_which_is_taken_over(
    person: httpx.AsyncClient, editor: httpx.AsyncClient, made: Made, other: str, stored: Look, headers: dict[str, str]
) -> None:
    before = stored()
    # Half an hour after 10:30 in Lisbon, “Planned” stands at 11:00.
    form = a_group(made, other, time="10:30")
    answer = await person.post(LIST, data=form, headers=headers)
    assert answer.status_code == 409
    assert "Early Bus has “Planned” at 11:00:00, less than a minute away." in answer.text
    assert stored() == before
    free = FormPage(answer.text).value("free")
    assert free == "2026-05-20T10:31:00"
    page = FormPage((await person.post(LIST, data=form | {"act": "free", "free": free}, headers=headers)).text)
    assert (page.value("date"), page.value("time")) == ("2026-05-20", "10:31")
    assert stored() == before


WRONG = [
    ({"wave_title": ""}, "wave_title", "Give the wave a title."),
    ({"wave_title": "x" * 101}, "wave_title", "at most 100 fit."),
    ({"date": "2026-05-13"}, "time", "This time has passed."),
    ({"date": "soon"}, "date", "Give a date."),
    ({"time": "noon"}, "time", "Give a time such as 16:30."),
    ({"step": "long"}, "step", "Give the minutes between two channels."),
    ({"step": "-1"}, "step", "The delay between channels is 0 seconds to 30 days."),
    ({"step": "1e400"}, "step", "Give the minutes"),
    ({"title": "Too early"}, "title", "Texts come with the video."),
    ({"asset": "gone"}, "asset", "Choose a video."),
]


async def test_form_is_refused_at_the_wrong_field(
    person: httpx.AsyncClient, made: Made, other: str, stored: Look
) -> None:
    before = stored()
    for headers in HEADERS:
        for changed, at, words in WRONG:
            answer = await person.post(LIST, data=a_group(made, other, **changed), headers=headers)
            assert answer.status_code == 422, (headers, changed)
            page = FormPage(answer.text)
            assert words in page.error_at(at), (headers, changed)
            assert page.value("step") == {"step": "30", **changed}["step"], (headers, changed)
            assert stored() == before, (headers, changed)


WRONG_CHANNELS = [
    ({"channels": []}, "Choose at least one channel."),
    ({"order-": "first"}, "Number the channels 1, 2, 3"),
]


async def test_channels_that_are_wrong_are_refused_at_them(
    person: httpx.AsyncClient, made: Made, other: str, stored: Look
) -> None:
    before = stored()
    for changed, words in WRONG_CHANNELS:
        form = a_group(
            made, other, **{name.replace("order-", f"order-{other}"): value for name, value in changed.items()}
        )
        answer = await person.post(LIST, data=form)
        assert answer.status_code == 422, changed
        assert words in FormPage(answer.text).texts["f-channels-error"], changed
        assert stored() == before, changed


async def test_independent_channels_take_their_own_times_or_next_slots(
    person: httpx.AsyncClient, editor: httpx.AsyncClient, made: Made, other: str
) -> None:
    form = a_group(made, other, kind="independent", **{f"own-{other}": "2026-05-23T09:15"})
    answer = await person.post(LIST, data=form)
    assert answer.status_code == 303, answer.text
    assert await times(editor, "wave-spring-one-pots") == [
        ("early-bus", "2026-05-14T14:00:00Z"),
        ("late-bus", "2026-05-23T08:15:00Z"),
    ]


async def test_wave_page_shows_lanes_groups_and_progress(person: httpx.AsyncClient, wave: dict[str, Any]) -> None:
    text = (await person.get(f"{LIST}/spring")).text
    assert text.count('class="wlane__line" height="46"') == 2
    assert "tone 880 on Early Bus, Thu 21 May, 11:00: Pending" in text
    assert "One after another: tone 880" in text
    assert "Thu 21 May, 07:00 in New York" in text
    assert "style=" not in text
    listed = (await person.get(LIST)).text
    assert "Spring one-pots" in listed
    assert "0 of 2 posted" in listed


async def test_group_moves_and_changes_its_order_by_plain_forms(
    person: httpx.AsyncClient, editor: httpx.AsyncClient, wave: dict[str, Any]
) -> None:
    at = f"{LIST}/group/{wave['coordination_group_id']}"
    first, second = (one["id"] for one in wave["schedules"])
    page = FormPage((await person.get(f"{at}/order")).text)
    assert [page.value(f"order-{target}") for target in (first, second)] == ["1", "2"]
    answer = await person.post(f"{at}/order", data={f"order-{first}": "2", f"order-{second}": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}/spring")
    assert await times(editor, "spring") == [
        ("late-bus", "2026-05-21T10:00:00Z"),
        ("early-bus", "2026-05-21T11:00:00Z"),
    ]
    page = FormPage((await person.get(f"{at}/move")).text)
    assert (page.value("date"), page.value("time")) == ("2026-05-21", "11:00")
    assert (await person.post(f"{at}/move", data={"date": "2026-05-30", "time": "08:00"})).status_code == 303
    assert await times(editor, "spring") == [
        ("late-bus", "2026-05-30T07:00:00Z"),
        ("early-bus", "2026-05-30T08:00:00Z"),
    ]


async def test_move_that_is_refused_keeps_what_was_typed(
    person: httpx.AsyncClient, wave: dict[str, Any], stored: Look
) -> None:
    before = stored()
    for form, status, words in (
        ({"date": "2026-05-20", "time": "11:00:30"}, 409, "Early Bus has “Planned” at 11:00:00"),
        ({"date": "2026-05-13", "time": "11:00"}, 422, "This time has passed."),
    ):
        answer = await person.post(f"{LIST}/wave/spring/move", data=form, headers=DIALOG)
        assert answer.status_code == status
        page = FormPage(answer.text)
        assert words in page.error_at("time")
        assert page.value("date") == form["date"]
    assert stored() == before


async def test_pause_and_resume_say_how_many(person: httpx.AsyncClient, wave: dict[str, Any]) -> None:
    for verb, words in (
        ("pause", "Spring one-pots is paused. 2 targets wait."),
        ("resume", "Spring one-pots goes on. 2 targets are planned."),
    ):
        answer = await person.post(f"{LIST}/wave/spring/{verb}", headers=DIALOG)
        assert json.loads(answer.headers["hx-trigger"])["toast"]["message"] == words
    await person.post(f"{LIST}/all/everything/pause")
    assert "Everything is paused." in (await person.get(LIST)).text
    assert "held: everything" in (await person.get(f"{LIST}/spring")).text


@pytest.mark.parametrize("scope", ["wave/spring", "channel/late-bus", "all/everything"])
async def test_resuming_what_is_past_asks_on_a_page(
    person: httpx.AsyncClient, editor: httpx.AsyncClient, wave: dict[str, Any], clock: ManualClock, scope: str
) -> None:
    await person.post(f"{LIST}/{scope}/pause")
    clock.advance(timedelta(days=8))
    asked = (await person.get(f"{LIST}/{scope}/resume")).text
    assert "passed meanwhile." in asked
    refused = await person.post(f"{LIST}/{scope}/resume", data={})
    assert refused.status_code == 409
    assert "Choose what becomes of them." in FormPage(refused.text).texts["f-past-error"]
    assert (await person.post(f"{LIST}/{scope}/resume", data={"past": "later"})).status_code == 422
    assert (await person.post(f"{LIST}/{scope}/resume", data={"past": "next_slot"})).status_code == 303
    assert ("late-bus", "2026-05-22T14:00:00Z") in await times(editor, "spring")


@pytest.mark.parametrize("from_script", [True, False])
async def test_channel_that_has_late_posts_is_resumed_through_that_page(
    person: httpx.AsyncClient, wave: dict[str, Any], clock: ManualClock, from_script: bool
) -> None:
    await person.post("/channels/late-bus/pause")
    clock.advance(timedelta(days=8))
    answer = await person.post("/channels/late-bus/resume", headers={"HX-Request": "true"} if from_script else {})
    assert answer.headers["hx-redirect" if from_script else "location"] == f"{LIST}/channel/late-bus/resume"


async def test_empty_slot_gets_its_video_by_a_plain_form(
    person: httpx.AsyncClient, editor: httpx.AsyncClient, made: Made, other: str
) -> None:
    await person.post(LIST, data=a_group(made, other))
    told = (await editor.get("/api/waves/wave-spring-one-pots")).json()
    assert "Slots without a video" in (await person.get(LIST)).text
    at = f"{LIST}/group/{told['schedules'][0]['coordination_group_id']}/video"
    refused = await person.post(at, data={"asset": "", "title": "Barley"})
    page = FormPage(refused.text)
    assert (refused.status_code, page.error_at("asset"), page.value("title")) == (422, "Choose a video.", "Barley")
    assert (await person.post(at, data={"asset": made.free_asset, "title": "Barley"})).status_code == 303
    told = (await editor.get("/api/waves/wave-spring-one-pots")).json()
    assert {one["title"] for one in told["schedules"]} == {"Barley"}
    assert "Slots without a video" not in (await person.get(LIST)).text


async def test_viewer_sees_waves_and_no_button(
    people: dict[str, httpx.AsyncClient], wave: dict[str, Any], stored: Look
) -> None:
    before, viewer = stored(), people["viewer"]
    for path in (LIST, f"{LIST}/spring"):
        page = await viewer.get(path)
        assert page.status_code == 200
        assert "/schedule/waves/wave/spring" not in page.text
        assert "New wave" not in page.text
    for path in ("", "/wave/spring/pause", "/all/everything/pause", "/wave/spring/cancel"):
        assert (await viewer.post(f"{LIST}{path}", data={"kind": "staggered"})).status_code == 403
    assert stored() == before


async def test_what_is_not_there_is_not_found(person: httpx.AsyncClient) -> None:
    for path in ["/gone", "/wave/gone/move", "/target/gone/move", "/planet/mars/move", "/new?wave=gone"]:
        assert (await person.get(f"{LIST}{path}")).status_code == 404, path


async def test_history_names_groups_waves_and_empty_slots(
    people: dict[str, httpx.AsyncClient], person: httpx.AsyncClient, wave: dict[str, Any]
) -> None:
    await person.post(f"{LIST}/all/everything/pause")
    text = (await people["admin"].get("/settings/audit")).text
    assert "A staggered group of Spring one-pots" in text
    assert f'href="{LIST}/spring"' in text
