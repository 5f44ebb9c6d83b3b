"""Slots, spacing and health of channels, for programs and on pages."""

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from typing import Any

import httpx
import pytest

from app.clock import to_ms
from app.settings import Settings
from tests.api.conftest import Made, refusal
from tests.api.forms import FormPage
from tests.conftest import START

CHANNEL = "/api/channels/early-bus"
FORM = {"title": "Early Bus", "slug": "early-bus", "timezone": "Europe/Lisbon", "url": "https://receiver.test/ok"}
HTMX = {"HX-Request": "true"}


def write(settings: Settings, statement: str, *values: Any) -> None:
    with closing(sqlite3.connect(settings.database)) as connection, connection:
        assert connection.execute(statement, values).rowcount == 1


async def told(editor: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await editor.get(CHANNEL)).raise_for_status().json()
    return found


async def change(editor: httpx.AsyncClient, **fields: object) -> dict[str, Any]:
    version = (await told(editor))["version"]
    changed: dict[str, Any] = (
        (await editor.patch(CHANNEL, json={"version": version, **fields})).raise_for_status().json()
    )
    return changed


async def test_slots_and_spacing_are_told_in_order_and_kept_until_changed(
    editor: httpx.AsyncClient, made: Made
) -> None:
    before = await told(editor)
    assert (before["slots"], before["spacing_minutes"]) == ("", 60)
    changed = await change(editor, slots="thursday 9:30; Mon 18:00", spacing_minutes=90)
    assert (changed["slots"], changed["spacing_minutes"]) == ("Mon 18:00, Thu 09:30", 90)
    kept = await change(editor, title="Late Bus", slug="early-bus")
    assert (kept["slots"], kept["spacing_minutes"]) == ("Mon 18:00, Thu 09:30", 90)
    assert (await change(editor, slots=""))["slots"] == ""


@pytest.mark.parametrize(
    "wanted",
    [
        {"url": "https://receiver.test/"},
        {"platform": "github", "repository": "acme/show", "token": "github_pat_1"},
    ],
    ids=["webhook", "github"],
)
async def test_new_channel_has_its_slots_and_spacing(editor: httpx.AsyncClient, wanted: dict[str, str]) -> None:
    new = {"title": "Late Bus", "timezone": "Europe/Lisbon", "slots": "Sun 20:15", "spacing_minutes": 5, **wanted}
    channel = (await editor.post("/api/channels", json=new)).raise_for_status().json()["channel"]
    assert (channel["slots"], channel["spacing_minutes"]) == ("Sun 20:15", 5)
    again = await editor.patch(f"/api/channels/{channel['id']}", json={"version": 1, "spacing_minutes": 7})
    assert (again.json()["slots"], again.json()["spacing_minutes"]) == ("Sun 20:15", 7)


async def test_next_slot_is_told_alone_and_several_apart(editor: httpx.AsyncClient, made: Made) -> None:
    path = "/api/schedule/next-slot?channels=early-bus"
    assert (await editor.get(path)).json() == {
        "scheduled_time": "2026-05-14T14:00:00Z", "scheduled_times": ["2026-05-14T14:00:00Z"],
    }  # fmt: skip
    await change(editor, slots="Mon 18:00, Thu 09:30")
    several = (await editor.get(f"{path}&count=3")).json()
    assert several["scheduled_time"] == several["scheduled_times"][0]
    assert several["scheduled_times"] == ["2026-05-18T17:00:00Z", "2026-05-21T08:30:00Z", "2026-05-25T17:00:00Z"]


async def test_more_slots_than_two_years_have_are_refused(
    editor: httpx.AsyncClient, made: Made, settings: Settings
) -> None:
    await change(editor, slots="Thu 09:30")
    path = "/api/schedule/next-slot?channels=early-bus&count=100"
    weeks = (await editor.get(path)).json()["scheduled_times"]
    assert (len(weeks), weeks[0], weeks[1]) == (100, "2026-05-21T08:30:00Z", "2026-05-28T08:30:00Z")
    for number, week in enumerate(weeks[:10]):
        statement = "INSERT INTO target (id, channel, state, due_ms) VALUES (?, ?, 'scheduled', ?)"
        write(settings, statement, f"taken-{number}", made.channel, to_ms(datetime.fromisoformat(week)))
    assert refusal(await editor.get(path)) == (422, "SLOTS_FEW", ["scheduled_time"])


async def test_pause_and_resume_tell_how_many_posts_they_change(editor: httpx.AsyncClient, made: Made) -> None:
    steps = [("pause", True, 1), ("pause", True, 0), ("resume", False, 1), ("resume", False, 0)]
    for verb, paused, changed in steps:
        answer = (await editor.post(f"{CHANNEL}/{verb}")).raise_for_status().json()
        assert (answer["paused"], answer["changed"], answer["waiting"]) == (paused, changed, 1)


async def test_toast_tells_how_many_posts_wait(person: httpx.AsyncClient, made: Made, settings: Settings) -> None:
    for verb, words in (("pause", "is paused. 1 post waits."), ("resume", "goes on. 1 post is planned.")):
        answer = await person.post(f"/channels/early-bus/{verb}", headers=HTMX)
        assert json.loads(answer.headers["hx-trigger"])["toast"]["message"] == f"Early Bus {words}"
    write(settings, "UPDATE target SET state = 'cancelled'")
    for verb, words in (("pause", "is paused. 0 posts wait."), ("resume", "goes on. 0 posts are planned.")):
        answer = await person.post(f"/channels/early-bus/{verb}", headers=HTMX)
        assert json.loads(answer.headers["hx-trigger"])["toast"]["message"] == f"Early Bus {words}"


async def test_last_success_is_told(
    editor: httpx.AsyncClient, person: httpx.AsyncClient, made: Made, settings: Settings
) -> None:
    assert (await told(editor))["last_success"] is None
    assert "None yet" in (await person.get("/channels")).text
    write(settings, "UPDATE target SET state = 'published', published_ms = ?", to_ms(START) - 3_600_000)
    assert (await told(editor))["last_success"] == "2026-05-14T12:37:12Z"
    for path in ("/channels", "/channels/early-bus"):
        assert "Today 13:37" in (await person.get(path)).text


async def test_last_success_is_the_latest_however_many_came_after_its_time(
    editor: httpx.AsyncClient, made: Made, settings: Settings
) -> None:
    """A post that was due long ago and went out last, as after an outage, among many of later hours."""
    insert = "INSERT INTO target (id, post, channel, state, due_ms, published_ms) VALUES (?, ?, ?, 'published', ?, ?)"
    now_ms = to_ms(START)
    for number in range(120):
        at_ms = now_ms - 86_400_000 + number * 60_000
        write(settings, insert, f"past-{number}", made.post, made.channel, at_ms, at_ms)
    write(settings, insert, "late", made.post, made.channel, now_ms - 9 * 86_400_000, now_ms - 1000)
    assert (await told(editor))["last_success"] == "2026-05-14T13:37:11Z"
    write(settings, "UPDATE target SET state = 'failed' WHERE id = 'late'")
    assert (await told(editor))["last_success"] == "2026-05-13T15:36:12Z"


async def test_switches_count_what_they_hold_and_let_go(
    editor: httpx.AsyncClient, person: httpx.AsyncClient, made: Made, settings: Settings
) -> None:
    """Neither what is paused by itself nor what is under way or over is held by a switch of the channel."""
    states = ["scheduled", "ready", "preparing", "retry_wait", "draft", "committing", "confirming", "unconfirmed",
              "published", "failed", "missed", "cancelled"]  # fmt: skip
    insert = "INSERT INTO target (id, post, channel, state, due_ms, paused) VALUES (?, ?, ?, ?, ?, ?)"
    for number, state in enumerate(states):
        due_ms = to_ms(START) + number * 3_600_000
        write(settings, insert, f"one-{number}", made.post, made.channel, state, due_ms, 0)
        write(settings, insert, f"two-{number}", made.post, made.channel, state, due_ms, 1)
    for verb, changed in (("pause", 5), ("pause", 0), ("resume", 5), ("deactivate", 5), ("deactivate", 0)):
        assert (await editor.post(f"{CHANNEL}/{verb}")).raise_for_status().json()["changed"] == changed
    answer = await person.post("/channels/early-bus/activate", headers=HTMX)
    assert json.loads(answer.headers["hx-trigger"])["toast"]["message"] == (
        "Early Bus is switched on. 5 posts are planned."
    )
    with closing(sqlite3.connect(settings.database)) as connection:
        after = [json.loads(row[0]) for row in connection.execute(
            "SELECT after FROM event WHERE subject_id = ? AND verb <> 'added' ORDER BY seq", (made.channel,)
        )]  # fmt: skip
    assert after == [{"targets": 5}] * 4


async def test_what_is_planned_on_a_channel_is_told_and_kept_when_it_is_switched_off(
    editor: httpx.AsyncClient, person: httpx.AsyncClient, made: Made, settings: Settings
) -> None:
    asks = "1 post that is planned there waits until you activate it again"
    assert asks in (await person.get("/channels/early-bus")).text
    answer = await person.post("/channels/early-bus/deactivate", headers=HTMX)
    words = "Early Bus is switched off. 1 post waits until it is switched on again."
    assert json.loads(answer.headers["hx-trigger"])["toast"]["message"] == words
    assert "1 post waits until the channel is switched on again." in (await person.get("/channels/early-bus")).text
    post = (await editor.get(f"/api/schedule/post/{made.post}")).json()
    assert [target["state"] for target in post["targets"]] == ["scheduled"]
    await editor.post(f"{CHANNEL}/activate")
    assert (await told(editor))["next_time"] == "2026-05-20T10:00:00Z"


async def test_channel_that_needs_reconnecting_says_so_and_why(
    person: httpx.AsyncClient, made: Made, settings: Settings
) -> None:
    for path in ("/channels", "/channels/early-bus"):
        assert "Needs reconnect" not in (await person.get(path)).text
    write(settings, "UPDATE social_account SET needs_reconnect = 'It refused the secret.'")
    for path in ("/channels", "/channels/early-bus"):
        text = (await person.get(path)).text
        assert "Needs reconnect" in text
        assert "It refused the secret." in text


async def test_form_keeps_slots_and_spacing(person: httpx.AsyncClient, editor: httpx.AsyncClient, made: Made) -> None:
    form = {**FORM, "late_minutes": "60", "slots": "Thu 9:30, mon 18:00", "spacing_minutes": "15", "version": "1"}
    assert (await person.post("/channels/early-bus", data=form)).status_code == 303
    page = FormPage((await person.get("/channels/early-bus")).text)
    assert (page.value("slots"), page.value("spacing_minutes")) == ("Mon 18:00, Thu 09:30", "15")
    assert (await told(editor))["spacing_minutes"] == 15
