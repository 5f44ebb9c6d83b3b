"""Channels of any kind for programs."""

from typing import Any

import httpx
import pytest

from app.database import sql

ZONE = "Europe/Lisbon"
Json = dict[str, Any]
HOOK = {"title": "Harbour Hook", "timezone": ZONE, "url": "https://receiver.example/hook"}


@pytest.fixture
def api(scripts: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    return scripts["editor"]


async def add(api: httpx.AsyncClient, kind: str, title: str = "Harbour One", **more: object) -> Json:
    answer = await api.post("/api/channels", json={"title": title, "timezone": ZONE, "kind": kind, **more})
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


@pytest.mark.parametrize(("kind", "day_start"), [("linear", "06:00"), ("radio", "00:00")])
async def test_channel_of_each_kind_begins_its_day_as_the_kind_does(
    api: httpx.AsyncClient, kind: str, day_start: str
) -> None:
    made = await add(api, kind)
    assert set(made) == {"channel"}
    channel = made["channel"]
    assert channel == {
        "id": channel["id"], "slug": "harbour-one", "title": "Harbour One", "kind": kind, "timezone": ZONE,
        "day_start": day_start, "active": True, "paused": False, "version": 1,
    }  # fmt: skip
    assert (await api.get("/api/channels/harbour-one")).json() == channel
    assert (await api.get(f"/api/channels/{channel['id']}")).json() == channel


async def test_all_kinds_are_listed_by_title_and_each_alone(api: httpx.AsyncClient) -> None:
    await add(api, "radio", "Beta")
    await add(api, "linear", "Gamma")
    await add(api, "social", "Alpha", url=HOOK["url"])
    told = (await api.get("/api/channels")).json()
    assert [(one["title"], one["kind"]) for one in told] == [
        ("Alpha", "social"),
        ("Beta", "radio"),
        ("Gamma", "linear"),
    ]
    assert told[0]["url"] == HOOK["url"]
    for kind in ("radio", "linear", "social"):
        assert [one["kind"] for one in (await api.get(f"/api/channels?kind={kind}")).json()] == [kind]
    assert (await api.get("/api/channels?kind=other")).status_code == 400


async def test_change_keeps_what_is_not_given_and_quotes_the_version(api: httpx.AsyncClient) -> None:
    await add(api, "linear", day_start="05:30")
    path = "/api/channels/harbour-one"
    changed = (await api.patch(path, json={"version": 1, "title": "Harbour Two", "slug": "two"})).json()
    assert (changed["title"], changed["slug"], changed["day_start"], changed["version"]) == (
        "Harbour Two", "two", "05:30", 2,
    )  # fmt: skip
    stale = await api.patch("/api/channels/two", json={"version": 1, "day_start": "04:00"})
    problem = stale.json()
    assert (stale.status_code, problem["code"], problem["expected"], problem["actual"]) == (409, "VERSION_STALE", 1, 2)
    assert (await api.get("/api/channels/two")).json() == changed


# what is given for a linear channel -> status, code, field
WRONG: list[tuple[Json, int, str, str]] = [
    ({"title": " "}, 422, "TITLE_BAD", "title"),
    ({"slug": "New"}, 422, "SLUG_RESERVED", "slug"),
    ({"slug": "TAKEN"}, 409, "SLUG_TAKEN", "slug"),
    ({"slug": "../x"}, 422, "SLUG_BAD", "slug"),
    ({"timezone": "Europe/Nowhere"}, 422, "UNKNOWN_ZONE", "timezone"),
    ({"day_start": "25:00"}, 422, "DAY_START_BAD", "day_start"),
    ({"day_start": ""}, 422, "DAY_START_BAD", "day_start"),
    ({"day_start": 6}, 400, "WRONG_TYPE", "day_start"),
    ({"kind": "network"}, 400, "WRONG_TYPE", "kind"),
    ({"slots": "Mon 18:00"}, 422, "FIELD_FOREIGN", "slots"),
    ({"platform": "github"}, 422, "FIELD_FOREIGN", "platform"),
    ({"token": "github_pat_1"}, 422, "FIELD_FOREIGN", "token"),
    ({"grid": 20}, 400, "WRONG_TYPE", ""),
]


@pytest.mark.parametrize(("changed", "status", "code", "field"), WRONG)
async def test_wrong_value_is_refused_at_its_field_and_nothing_is_stored(
    api: httpx.AsyncClient, changed: Json, status: int, code: str, field: str
) -> None:
    await add(api, "radio", "Taken")
    before = (await api.get("/api/channels")).json()
    wanted = {"title": "Harbour One", "timezone": ZONE, "kind": "linear", **changed}
    answer = await api.post("/api/channels", json=wanted)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (status, code, [field])
    assert (await api.get("/api/channels")).json() == before


async def test_change_of_a_field_of_another_kind_is_refused(api: httpx.AsyncClient) -> None:
    before = (await add(api, "linear"))["channel"]
    answer = await api.patch("/api/channels/harbour-one", json={"version": 1, "late_minutes": 5})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["late_minutes"])
    assert (await api.get("/api/channels/harbour-one")).json() == before


async def test_slug_that_was_allowed_once_stays(api: httpx.AsyncClient) -> None:
    made = await add(api, "linear")
    await sql("UPDATE channel SET slug = 'new' WHERE id = ?", made["channel"]["id"])
    answer = await api.patch(f"/api/channels/{made['channel']['id']}", json={"version": 1, "title": "Renamed"})
    assert (answer.status_code, answer.json()["slug"]) == (200, "new")


@pytest.mark.parametrize("kind", ["linear", "radio"])
async def test_switches_change_a_channel_once(api: httpx.AsyncClient, kind: str) -> None:
    await add(api, kind)
    steps = [("pause", True, True), ("pause", True, True), ("deactivate", True, False), ("resume", False, False),
             ("activate", False, True)]  # fmt: skip
    for verb, paused, active in steps:
        answer = (await api.post(f"/api/channels/harbour-one/{verb}")).raise_for_status().json()
        assert (answer["paused"], answer["active"], answer["changed"]) == (paused, active, 0)
    assert answer["version"] == 5
    audit = [row["verb"] for row in await sql("SELECT verb FROM event WHERE topic = 'channels' ORDER BY seq")]
    assert audit == ["added", "paused", "switched off", "resumed", "switched on"]


async def test_viewer_looks_and_changes_nothing(api: httpx.AsyncClient, scripts: dict[str, httpx.AsyncClient]) -> None:
    before = (await add(api, "linear"))["channel"]
    viewer = scripts["viewer"]
    assert (await viewer.get("/api/channels/harbour-one")).json() == before
    refused = [
        await viewer.post("/api/channels", json={"title": "X", "timezone": ZONE, "kind": "radio"}),
        await viewer.patch("/api/channels/harbour-one", json={"version": 1, "title": "X"}),
        await viewer.post("/api/channels/harbour-one/pause"),
        await viewer.post("/api/channels/harbour-one/connection"),
    ]
    assert [one.status_code for one in refused] == [403] * 4
    assert (await api.get("/api/channels")).json() == [before]


@pytest.mark.parametrize("kind", ["linear", "radio"])
async def test_channel_that_takes_no_posts_has_no_slot_for_one(api: httpx.AsyncClient, kind: str) -> None:
    await add(api, kind)
    refused = [
        await api.get("/api/schedule/next-slot?channels=harbour-one"),
        await api.post("/api/channels/harbour-one/secret"),
        await api.post("/api/channels/harbour-one/connection"),
    ]
    assert [(one.status_code, one.json()["code"]) for one in refused] == [(404, "ACCOUNT_UNKNOWN")] * 3
