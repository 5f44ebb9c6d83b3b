"""Posts that repeat, and that are published again, over the API and on the pages."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.database import sql
from tests.api.conftest import Made, Stored, refusal
from tests.api.forms import FormPage

RULE = {"first": "2026-05-18", "time": "18:00", "unit": "weeks", "weekdays": ["mon", "thu"]}
FORM = {
    "repeat": "weeks", "repeat_every": "1", "weekdays": ["0", "3"], "date": "2026-05-18", "time": "18:00",
    "timezone": "Europe/Lisbon", "catch_up": "last", "repeat_until": "", "repeat_count": "",
}  # fmt: skip
Look = Callable[[], Stored]
SCRIPTS = pytest.mark.parametrize(
    "headers", [{}, {"HX-Request": "true", "HX-Target": "div#dialog"}], ids=["without scripts", "with scripts"]
)


def at(made: Made, path: str = "repetition") -> str:
    return f"/api/schedule/post/{made.post}/{path}"


async def published(made: Made) -> None:
    await sql("UPDATE target SET state = 'published', published_ms = due_ms WHERE post = ?", made.post)


async def test_repetition_is_set_shown_changed_and_ended(editor: httpx.AsyncClient, made: Made) -> None:
    answer = await editor.put(at(made), json=RULE)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["words"] == "Every week on Mon, Thu at 18:00 (Europe/Lisbon)"
    assert (told["next_time"], told["clashes"], told["paused"]) == ("2026-05-18T17:00:00Z", 0, False)
    assert (await editor.get(at(made))).json() == told
    assert (await editor.get("/api/schedule/repetitions")).json() == [told]
    post = (await editor.get(f"/api/schedule/post/{made.post}")).json()
    assert post["repeats"]
    assert [t["occurrence"] for t in post["targets"]] == [
        "2026-05-18T18:00",
        "",
        "2026-05-21T18:00",
        "2026-05-25T18:00",
    ]
    assert (await editor.post(at(made, "repetition/pause"))).json()["paused"]
    assert not (await editor.post(at(made, "repetition/resume"))).json()["paused"]
    changed = await editor.put(at(made), json={**RULE, "weekdays": ["fri"], "version": told["version"] + 2})
    assert changed.json()["weekdays"] == ["fri"]
    assert (await editor.delete(at(made))).status_code == 204
    assert refusal(await editor.get(at(made)))[:2] == (404, "REPETITION_UNKNOWN")


async def test_post_is_made_with_its_repetition(editor: httpx.AsyncClient, made: Made) -> None:
    wanted = {"asset": made.free_asset, "title": "Weekly", "channels": [made.slug], "repetition": RULE}
    answer = await editor.post("/api/schedule/post", json=wanted)
    assert answer.status_code == 201, answer.text
    assert answer.json()["post"]["scheduled_time"] == "2026-05-18T17:00:00Z"
    twice = await editor.post("/api/schedule/post", json={**wanted, "scheduled_time": "2026-05-19T10:00:00Z"})
    assert refusal(twice) == (422, "TIME_TWICE", ["scheduled_time"])


async def test_preview_stores_nothing(editor: httpx.AsyncClient, stored: Look) -> None:
    before = stored()
    rule = {"first": "2026-03-29", "time": "01:30", "unit": "months", "every": 12}
    answer = await editor.post("/api/schedule/repetitions/preview", json=rule)
    times = answer.json()["times"]
    assert [one["occurrence"] for one in times][:2] == ["2027-03-29T01:30", "2028-03-29T01:30"]
    assert len(times) == 5
    assert times[0]["note"] is None
    assert stored() == before


BAD_RULES: list[tuple[dict[str, Any], tuple[int, str, list[str]]]] = [
    ({"time": "noon"}, (422, "TIME_BAD", ["time"])),
    ({"time": "18:00:30"}, (422, "RECURRENCE_WALL", ["wall"])),
    ({"timezone": "Europe/Nowhere"}, (422, "UNKNOWN_ZONE", ["timezone"])),
    ({"every": 0}, (422, "RECURRENCE_EVERY", ["every"])),
    ({"until": "2026-05-01"}, (422, "RECURRENCE_UNTIL", ["until"])),
    ({"first": "2026-05-01", "until": "2026-05-10"}, (422, "RECURRENCE_OVER", ["until"])),
    ({"count": 0}, (422, "RECURRENCE_COUNT", ["count"])),
    ({"unit": "days"}, (422, "RECURRENCE_WEEKDAYS", ["weekdays"])),
    ({"first": "9999-12-31"}, (422, "RECURRENCE_FIRST", ["first"])),
    ({"first": "2031-01-01"}, (422, "TIME_FAR", ["first"])),
]
BAD_BODIES: list[dict[str, Any]] = [{"unit": "hours"}, {"weekdays": ["someday"]}, {"first": "soon"}, {"more": 1}]


async def test_rule_that_makes_no_sense_is_refused(editor: httpx.AsyncClient, made: Made, stored: Look) -> None:
    before = stored()
    for changed, expected in BAD_RULES:
        assert refusal(await editor.put(at(made), json={**RULE, **changed})) == expected, changed
    for changed in BAD_BODIES:
        assert (await editor.put(at(made), json={**RULE, **changed})).status_code == 400, changed
    assert stored() == before


async def test_viewer_sees_repetitions_and_sets_none(scripts: dict[str, httpx.AsyncClient], made: Made) -> None:
    viewer = scripts["viewer"]
    assert (await viewer.get("/api/schedule/repetitions")).status_code == 200
    for method, path in (("PUT", ""), ("POST", "/pause"), ("POST", "/resume"), ("DELETE", "")):
        assert (await viewer.request(method, at(made) + path, json=RULE)).status_code == 403
    assert (await viewer.post(at(made, "again"), json={})).status_code == 403


async def test_one_occurrence_is_moved_and_cancelled(editor: httpx.AsyncClient, made: Made) -> None:
    await editor.put(at(made), json=RULE)
    of_thursday = {"occurrence": "2026-05-21T18:00"}
    moved = {"scheduled_time": "2026-05-22T10:00:00Z"}
    answer = await editor.patch(f"/api/schedule/post/{made.post}", json=moved, params=of_thursday)
    times = {t["occurrence"]: t["scheduled_time"] for t in answer.json()["post"]["targets"]}
    assert (times["2026-05-21T18:00"], times["2026-05-18T18:00"]) == ("2026-05-22T10:00:00Z", "2026-05-18T17:00:00Z")
    await editor.delete(f"/api/schedule/post/{made.post}", params=of_thursday)
    answer = await editor.get(f"/api/schedule/post/{made.post}")
    states = {t["occurrence"]: t["state"] for t in answer.json()["targets"]}
    assert (states["2026-05-21T18:00"], states["2026-05-18T18:00"]) == ("cancelled", "scheduled")
    unknown = await editor.delete(f"/api/schedule/post/{made.post}", params={"occurrence": "2026-05-19T18:00"})
    assert refusal(unknown)[:2] == (404, "OCCURRENCE_UNKNOWN")


async def test_published_post_is_published_again(editor: httpx.AsyncClient, made: Made) -> None:
    assert refusal(await editor.post(at(made, "again"), json={}))[:2] == (409, "STATE")
    await published(made)
    wanted = {"scheduled_time": "2026-05-21T18:00", "timezone": "Europe/Lisbon"}
    answer = await editor.post(at(made, "again"), json=wanted)
    assert answer.status_code == 201, answer.text
    first, second = answer.json()["post"]["targets"]
    assert (first["state"], second["state"], second["scheduled_time"]) == (
        "published", "scheduled", "2026-05-21T17:00:00Z",
    )  # fmt: skip
    assert refusal(await editor.post(at(made, "again"), json=wanted)) == (409, "SLOT_TAKEN", ["scheduled_time"])
    # Without a time at the next free slot, on channels that had it.
    assert (await editor.post(at(made, "again"), json={"channels": [made.slug]})).status_code == 201


BAD_REPEATS: list[tuple[dict[str, Any], str]] = [
    ({"scheduled_time": "2026-05-01T10:00:00Z"}, "TIME_PAST"),
    ({"scheduled_time": "2026-05-21T18:00"}, "NAIVE_TIME"),
    ({"channels": ["nowhere"]}, "CHANNEL_UNKNOWN"),
    ({"channels": ["early-bus", "early-bus"]}, "CHANNEL_TWICE"),
]


async def test_publishing_again_is_refused_and_nothing_is_stored(
    editor: httpx.AsyncClient, made: Made, stored: Look
) -> None:
    await published(made)
    before = stored()
    for wanted, code in BAD_REPEATS:
        assert refusal(await editor.post(at(made, "again"), json=wanted))[1] == code, wanted
    assert stored() == before


async def test_page_of_a_post_sets_its_repetition_and_lists_tell_it(
    person: httpx.AsyncClient, viewer: httpx.AsyncClient, made: Made
) -> None:
    form = f"/schedule/posts/{made.post}/repetition"
    asked = FormPage((await person.get(form)).text)
    assert [asked.value(name) for name in ("repeat", "date", "time", "timezone")] == [
        "weeks", "2026-05-20", "11:00", "Europe/Lisbon",
    ]  # fmt: skip
    answer = await person.post(form, data=FORM)
    assert answer.status_code == 303, answer.text
    for page in (f"/schedule/posts/{made.post}", "/schedule/repetitions"):
        shown = (await person.get(page)).text
        assert "Every week on Mon, Thu at 18:00 (Europe/Lisbon)" in shown
        assert f'action="{form}/pause"' in shown
        assert "/pause" not in (await viewer.get(page)).text
    listed = (await person.get("/schedule/posts")).text
    assert listed.count("Repeats</span>") == 4
    assert listed.count("?occurrence=2026-05-21T18%3A00") > 0
    changed = FormPage((await person.get(form)).text)
    assert [changed.value(name) for name in ("repeat", "catch_up", "date")] == ["weeks", "last", "2026-05-18"]
    for act, word in (("pause", "Paused"), ("resume", "Repeats"), ("stop", "Nothing repeats")):
        assert (await person.post(f"{form}/{act}")).status_code == 303
        assert word in (await person.get("/schedule/repetitions")).text


BAD_FORMS: list[tuple[dict[str, str], str, str]] = [
    ({"repeat": ""}, "repeat", "Choose daily, weekly or monthly."),
    ({"repeat": "hours"}, "repeat", "Choose daily, weekly or monthly."),
    ({"repeat_every": "0"}, "repeat_every", "Every 1 to 366 weeks."),
    ({"repeat_every": "many"}, "repeat_every", "Give a whole number."),
    ({"repeat_count": "9" * 12}, "repeat_count", "Give a whole number."),
    ({"repeat_until": "2026-05-17"}, "repeat_until", "The last date is before the first."),
    ({"date": "2026-02-30"}, "date", "Give a date."),
    ({"date": ""}, "date", "Give a date."),
    ({"time": "25:00"}, "time", "Give a time such as 16:30."),
    ({"timezone": "Europe/Nowhere"}, "timezone", "'Europe/Nowhere' is not a time zone"),
    ({"catch_up": "some"}, "catch_up", "Choose one of these."),
]


@SCRIPTS
async def test_form_is_refused_at_the_wrong_field(
    person: httpx.AsyncClient, made: Made, stored: Look, headers: dict[str, str]
) -> None:
    before = stored()
    for changed, field, words in BAD_FORMS:
        path = f"/schedule/posts/{made.post}/repetition"
        answer = await person.post(path, data={**FORM, **changed}, headers=headers)
        assert answer.status_code == 422, changed
        assert words in FormPage(answer.text).error_at(field), changed
    assert stored() == before


async def test_new_post_repeats_and_shows_its_times_before(person: httpx.AsyncClient, made: Made, stored: Look) -> None:
    new = {**FORM, "asset": made.free_asset, "title": "Weekly", "channels": made.channel}
    before = stored()
    shown = await person.post("/schedule/posts", data={**new, "preview": "on"})
    assert (shown.status_code, FormPage(shown.text).value("title")) == (200, "Weekly")
    assert "Mon 18 May, 18:00" in shown.text
    assert "Mon 1 Jun, 18:00" in shown.text
    assert stored() == before
    assert (await person.post("/schedule/posts", data=new)).status_code == 303
    rows = await sql("SELECT occurrence FROM target JOIN post ON post.id = target.post WHERE title = 'Weekly'")
    assert [row["occurrence"] for row in rows] == ["2026-05-18T18:00", "2026-05-21T18:00", "2026-05-25T18:00"]


async def test_preview_is_fetched_alone_and_tells_the_channels_clocks(
    person: httpx.AsyncClient, editor: httpx.AsyncClient, made: Made
) -> None:
    await sql("UPDATE channel SET timezone = 'America/New_York' WHERE id = ?", made.channel)
    query = {**FORM, "channels": made.channel}
    headers = {"HX-Request": "true", "HX-Target": "div#repeat-preview"}
    answer = await person.get("/schedule/repetitions/preview", params=query, headers=headers)
    assert "<html" not in answer.text
    assert answer.text.count("<li>") == 5
    assert "Mon 18 May, 13:00 in New York" in answer.text
    wrong = await person.get("/schedule/repetitions/preview", params={**query, "repeat_every": "0"}, headers=headers)
    assert "Every 1 to 366 weeks." in wrong.text
    assert (await person.get("/schedule/repetitions/preview", headers=headers)).text.count("<li>") == 0


async def test_page_publishes_a_post_again(person: httpx.AsyncClient, made: Made) -> None:
    form = f"/schedule/posts/{made.post}/again"
    assert (await person.get(form)).status_code == 409
    await published(made)
    assert form in (await person.get(f"/schedule/posts/{made.post}")).text
    assert FormPage((await person.get(form)).text).value("time") == "15:00"
    late = await person.post(form, data={"date": "2026-05-13", "time": "10:00"})
    assert (late.status_code, FormPage(late.text).error_at("time")[:21]) == (422, "This time has passed.")
    assert (await person.post(form, data={"date": "2026-05-21", "time": "10:00"})).status_code == 303
    rows = await sql("SELECT state FROM target WHERE post = ? ORDER BY due_ms", made.post)
    assert [row["state"] for row in rows] == ["published", "scheduled"]


async def test_times_that_are_all_past_are_refused(person: httpx.AsyncClient, made: Made) -> None:
    answer = await person.post(
        f"/schedule/posts/{made.post}/repetition", data={**FORM, "date": "2026-05-01", "repeat_until": "2026-05-10"}
    )
    assert answer.status_code == 422
    assert "None of these times is ahead" in FormPage(answer.text).error_at("repeat_until")
