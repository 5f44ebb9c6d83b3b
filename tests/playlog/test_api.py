"""The playlog by API: what is asked of it, and each refusal with its status and code."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from app.settings import Settings

PATH = "/api/channels/one/playlog"


@pytest.fixture
def editor(settings: Settings, scripts: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    with closing(sqlite3.connect(settings.database)) as connection, connection:
        connection.executemany(
            "INSERT INTO channel (id, slug, kind, title, timezone, day_start) VALUES (?, ?, ?, ?, ?, '06:00')",
            [("c1", "one", "linear", "One", "Europe/Lisbon"), ("c2", "two", "social", "Two", "Europe/Lisbon")],
        )
        connection.executemany(
            "INSERT INTO asset (id, type, title, name, duration_ms, state, approved, created_ms)"
            " VALUES (?, ?, ?, '', ?, 'ready', ?, 0)",
            [
                ("film", "MOV", "Ferry", 25 * 60_000, 1),
                ("news", "NEW", "News", 120_000, 1),
                ("raw", "MOV", "Raw", 9, 0),
            ],
        )
    return scripts["editor"]


async def ask(client: httpx.AsyncClient, method: str, path: str, body: object = None, status: int = 200):
    answer = await client.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def furnish(editor: httpx.AsyncClient) -> dict:
    """A film in each half hour; gives the playlog."""
    channel = "/api/channels/one"
    await ask(editor, "POST", f"{channel}/programs", {"name": "film", "spec": {"type": "asset", "asset": "film"}}, 201)
    await ask(editor, "POST", f"{channel}/plans", {"name": "Week"}, 201)
    zone = {"name": "Day", "start": "00:00", "end": "24:00", "programs": ["film"]}
    await ask(editor, "POST", f"{channel}/plans/Week/zones", zone, 201)
    assert await ask(editor, "POST", f"{PATH}/extend", {"dry_run": True}) != []
    assert (await ask(editor, "GET", PATH))["events"] == []
    made = await ask(editor, "POST", f"{PATH}/extend", {})
    found = await ask(editor, "GET", PATH)
    assert found["events"] == made["events"] or len(found["events"]) == len(made["events"])
    return found


async def test_it_is_extended_listed_asked_and_checked(editor: httpx.AsyncClient):
    found = await furnish(editor)
    events = found["events"]
    assert [one["start"] for one in events[1:]] == [one["end"] for one in events[:-1]]
    assert (events[0]["title"], events[0]["stage"], events[0]["asset"]) == ("Ferry", "on_air", "film")
    assert events[-1]["end"] == found["frontier"]
    assert [log["date"] for log in found["logs"]] == ["2026-05-14"]
    assert (await ask(editor, "GET", f"{PATH}?date=2026-05-14"))["events"] == events
    start, end = events[1]["start"], events[1]["end"]
    params = {"since": start, "until": end}
    assert (await editor.get(PATH, params=params)).json()["events"] == events[1:2]
    assert (await editor.get(f"{PATH}/at", params={"time": end})).json() == events[2]
    assert await ask(editor, "GET", f"{PATH}/{events[3]['id']}") == events[3]
    assert (await ask(editor, "GET", f"{PATH}/validate"))["valid"]
    wide = {"since": events[0]["start"], "until": found["frontier"].replace("T18", "T19")}
    told = (await editor.get(f"{PATH}/validate", params=wide)).json()
    assert [one["code"] for one in told["findings"]] == ["PLAYLOG_GAP"]


async def test_it_is_edited_by_quoting_the_version_and_undone(editor: httpx.AsyncClient):
    found = await furnish(editor)
    act = next(one for one in found["events"] if one["stage"] == "planned" and one["kind"] == "program")
    version, at = found["logs"][0]["version"], f"{PATH}/{act['id']}"
    done = await ask(editor, "POST", PATH, {"asset": "news", "before": act["id"], "version": version}, 201)
    after = (await ask(editor, "GET", PATH))["events"]
    news = next(one for one in after if one["asset"] == "news")
    assert (news["start"], news["placed"], news["generation"]) == (act["start"], True, 1)
    assert after[-1]["end"] == found["frontier"]
    await refused(editor, "POST", f"{at}/lock", {"locked": True, "version": version}, 404, "EVENT_NOT_FOUND")
    moved = next(one for one in after if one["asset"] == "film" and one["start"] > news["start"])
    body = {"locked": True, "version": version}
    await refused(editor, "POST", f"{PATH}/{moved['id']}/lock", body, 409, "VERSION_STALE")
    locked = await ask(editor, "POST", f"{PATH}/{moved['id']}/lock", body | {"version": done["version"]})
    by = locked["version"]
    await refused(editor, "DELETE", f"{PATH}/{moved['id']}?version={by}", None, 409, "EVENT_LOCKED")
    await refused(
        editor, "POST", f"{PATH}/{news['id']}/replace", {"asset": "raw", "version": by}, 409, "ASSET_NOT_ELIGIBLE"
    )
    await refused(editor, "POST", f"{PATH}/{news['id']}/move", {"version": by}, 422, "PLACE_BAD")
    gone = await ask(editor, "DELETE", f"{PATH}/{news['id']}?version={by}")
    assert gone["version"] == by + 1
    back = await ask(editor, "POST", f"{PATH}/undo/{gone['event']}")
    assert "news" in {one["asset"] for one in back["events"]}
    await refused(editor, "POST", f"{PATH}/undo/{gone['event']}", None, 409, "UNDO_TWICE")
    await refused(editor, "POST", f"{PATH}/undo/1", None, 404, "UNDO_UNKNOWN")
    await ask(editor, "POST", f"{PATH}/rebuild")
    assert "news" not in {one["asset"] for one in (await ask(editor, "GET", PATH))["events"]}


async def refused(client: httpx.AsyncClient, method: str, path: str, body: object, status: int, code: str) -> None:
    answer = await client.request(method, path, json=body)
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text


async def test_bad_input_has_its_codes_in_every_question(editor: httpx.AsyncClient, scripts):
    far = (datetime(2026, 5, 14, tzinfo=UTC) + timedelta(days=30)).isoformat().replace("+", "%2B")
    await refused(editor, "GET", "/api/channels/none/playlog", None, 404, "CHANNEL_NOT_FOUND")
    await refused(editor, "GET", "/api/channels/two/playlog", None, 409, "CHANNEL_NOT_PLANNED")
    await refused(editor, "GET", f"{PATH}?date=14.5.2026", None, 422, "INVALID_DATE_FORMAT")
    await refused(editor, "GET", f"{PATH}?since=2026-05-14T10:00:00Z&until={far}", None, 422, "INVALID_TIME_RANGE")
    await refused(editor, "GET", f"{PATH}?since=2026-05-14T10:00:00", None, 422, "NAIVE_TIME")
    await refused(editor, "GET", f"{PATH}/at?time=2026-05-14T10:00:00Z", None, 404, "NOTHING_PLANNED")
    await refused(editor, "GET", f"{PATH}/none", None, 404, "EVENT_NOT_FOUND")
    await refused(scripts["viewer"], "POST", f"{PATH}/extend", {}, 403, "ROLE")
    assert not (await ask(editor, "GET", f"{PATH}/validate"))["valid"]
