"""The six routes of the post scheduler's document: what they take, what they tell, and what they refuse."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.posts.states import STATES
from app.settings import Settings
from tests.api.conftest import TAKEN, Made, Stored, refusal

POST = "/api/schedule/post"
AT = "2026-05-21T10:00:00Z"
FIELDS = {
    "id", "title", "description", "hashtags", "platforms", "scheduled_time", "status", "error_message", "retry_count",
    "targets",
}  # fmt: skip
WORDS = {
    "draft": "pending", "scheduled": "pending", "preparing": "pending", "ready": "pending", "retry_wait": "pending",
    "committing": "processing", "confirming": "processing", "unconfirmed": "processing", "published": "completed",
    "failed": "failed", "missed": "failed", "cancelled": "cancelled",
}  # fmt: skip


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """With an import folder."""
    folder = tmp_path / "import"
    folder.mkdir()
    (folder / "film.mp4").write_bytes(b"film")
    return Settings.from_env(
        {"DAYPART_DATA": str(settings.data), "DAYPART_URL": settings.url, "DAYPART_IMPORT": str(folder)}
    )


def a_post(**changed: Any) -> dict[str, Any]:
    return {"title": "Barley", "platforms": ["webhook"], "scheduled_time": AT, **changed}


async def test_post_by_the_names_of_platforms(editor: httpx.AsyncClient, made: Made) -> None:
    wanted = a_post(asset=made.free_asset, description="Slow", hashtags="#one two", platforms=[" Webhook"])
    answer = await editor.post(POST, json=wanted)
    assert answer.status_code == 201
    told = answer.json()["post"]
    assert set(told) >= FIELDS
    assert (told["platforms"], told["status"], told["state"], told["outcome"]) == (
        ["webhook"], "pending", "scheduled", None,
    )  # fmt: skip
    assert (told["title"], told["description"], told["hashtags"]) == ("Barley", "Slow", ["one", "two"])
    assert [target["channel"] for target in told["targets"]] == [made.slug]
    assert (await editor.get(f"{POST}/{told['id']}")).json() == told


@pytest.mark.parametrize("place", [{"path": "film.mp4"}, {"url": "https://films.test/a.mp4"}])
async def test_post_waits_for_a_video_that_is_still_to_come(
    editor: httpx.AsyncClient, made: Made, place: dict[str, str]
) -> None:
    told = (await editor.post(POST, json=a_post(**place))).json()["post"]
    assert (told["asset"], told["status"], told["state"]) == (None, "pending", "draft")
    (source,) = place.values()
    assert (told["video"]["source"], told["video"]["state"]) == (source, "waiting")
    shown = (await editor.get("/api/schedule/upcoming?hours=400")).json()
    assert told["id"] in [one["id"] for one in shown]


async def test_repeat_under_one_key_makes_one_post_and_one_fetch(
    editor: httpx.AsyncClient, made: Made, stored: Callable[[], Stored]
) -> None:
    wish, key = a_post(url="https://films.test/a.mp4"), {"Idempotency-Key": "spring-1"}
    first = await editor.post(POST, json=wish, headers=key)
    before = stored()
    again = await editor.post(POST, json=wish, headers=key)
    assert (again.status_code, again.json(), again.headers["idempotent-replayed"]) == (201, first.json(), "true")
    assert stored() == before
    other = await editor.post(POST, json=a_post(url="https://films.test/b.mp4"), headers=key)
    assert refusal(other) == (422, "KEY_REUSED", [])


WRONG = [
    ({}, (422, "VIDEO_ONE", ["asset"])),
    ({"path": "film.mp4", "url": "https://films.test/a.mp4"}, (422, "VIDEO_ONE", ["asset"])),
    ({"path": "film.mp4", "platforms": ["tiktok"]}, (422, "PLATFORM_UNCONNECTED", ["platforms"])),
    ({"path": "film.mp4", "platforms": []}, (422, "CHANNELS_NONE", ["channels"])),
    ({"path": "film.mp4", "platforms": ["webhook", "webhook"]}, (422, "CHANNEL_TWICE", ["channels"])),
    ({"path": "film.mp4", "channels": ["early-bus"]}, (422, "CHANNEL_TWICE", ["channels"])),
    ({"path": "../daypart.sqlite"}, (422, "PATH_BAD", [])),
    ({"path": "none.mp4"}, (404, "FILE_UNKNOWN", [])),
    ({"url": "file:///etc/passwd"}, (422, "URL_BAD", ["url"])),
    ({"path": "film.mp4", "scheduled_time": TAKEN}, (409, "SLOT_TAKEN", ["scheduled_time"])),
    ({"path": 7}, (400, "WRONG_TYPE", ["path"])),
]


async def test_wrong_wish_is_refused_and_stores_nothing(
    editor: httpx.AsyncClient, made: Made, stored: Callable[[], Stored]
) -> None:
    before = stored()
    for changed, expected in WRONG:
        assert refusal(await editor.post(POST, json=a_post(**changed))) == expected, changed
        assert stored() == before, changed


async def test_platform_of_several_channels_is_not_chosen_from(editor: httpx.AsyncClient, made: Made) -> None:
    wanted = {"title": "Late Bus", "url": "http://receiver.test/ok", "timezone": "Europe/Lisbon"}
    (await editor.post("/api/channels", json=wanted)).raise_for_status()
    answer = await editor.post(POST, json=a_post(path="film.mp4"))
    assert refusal(answer) == (422, "PLATFORM_AMBIGUOUS", ["platforms"])
    assert "early-bus, late-bus" in answer.json()["detail"]


async def test_states_read_as_the_document_says(editor: httpx.AsyncClient, made: Made, settings: Settings) -> None:
    for state in STATES:
        with closing(sqlite3.connect(settings.database)) as connection, connection:
            connection.execute(
                "UPDATE target SET state = ?, tries = 3, error = 'Why.' WHERE post = ?", (state, made.post)
            )
        told = (await editor.get(f"{POST}/{made.post}")).json()
        assert (told["status"], told["state"], told["retry_count"]) == (WORDS[state], state, 2), state
        assert told["outcome"] == ("unknown" if state == "unconfirmed" else None), state
        assert told["error_message"] == "Why.", state


ROUTES = [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/force"), ("POST", "/pause")]


async def test_unknown_post_is_told(editor: httpx.AsyncClient, made: Made) -> None:
    for method, path in ROUTES:
        body = {"json": {"scheduled_time": AT}} if method == "PATCH" else {}
        answer = await editor.request(method, f"{POST}/nothing{path}", **body)  # type: ignore[arg-type]
        assert refusal(answer) == (404, "POST_UNKNOWN", []), (method, path)


async def test_upcoming_takes_another_number_of_hours(editor: httpx.AsyncClient, made: Made) -> None:
    assert (await editor.get("/api/schedule/upcoming")).json() == []
    assert [one["id"] for one in (await editor.get("/api/schedule/upcoming?hours=200")).json()] == [made.post]


WRONG_TYPES = [
    ("/api/schedule/targets/x/settle", {"published": 1}, "published"),
    ("/api/schedule/targets/x/settle", {"published": "true"}, "published"),
    (
        "/api/channels",
        {"title": "A", "url": "http://a.test", "timezone": "UTC", "spacing_minutes": "60"},
        "spacing_minutes",
    ),
]


async def test_json_has_types(editor: httpx.AsyncClient, made: Made) -> None:
    for path, body, field in WRONG_TYPES:
        assert refusal(await editor.post(path, json=body)) == (400, "WRONG_TYPE", [field]), (path, body)


async def test_form_takes_the_address_of_a_video(person: httpx.AsyncClient, made: Made) -> None:
    wanted = {
        "url": "https://films.test/a.mp4", "title": "Tall ships", "channels": made.channel, "date": "2026-05-21",
        "time": "16:30", "description": "", "hashtags": "",
    }  # fmt: skip
    assert (await person.post("/schedule/posts", data=wanted)).status_code == 303
    listed = (await person.get("/schedule/posts")).text
    assert "Tall ships" in listed
    assert "Waiting for its video" in listed
    coming = (await person.get("/library/arrivals")).text
    assert "https://films.test/a.mp4" in coming
    kept = await person.post("/schedule/posts", data={**wanted, "act": "draft"})
    assert (kept.status_code, "A draft keeps no address." in kept.text) == (422, True)
