"""Planning by API: each refusal with its status and code, and whoever may do what."""

import sqlite3
from contextlib import closing

import httpx
import pytest
from litestar import Litestar

from app.database import sql
from app.settings import Settings
from app.web import subjects

CH = "/api/channels/one"


def write(settings: Settings, statement: str, *rows: tuple) -> None:
    with closing(sqlite3.connect(settings.database)) as connection, connection:
        connection.executemany(statement, rows)


@pytest.fixture
def furnished(app: Litestar, settings: Settings) -> None:
    channels = [("c1", "one", "linear", "One"), ("c2", "two", "social", "Two")]
    write(
        settings,
        "INSERT INTO channel (id, slug, kind, title, timezone, day_start) VALUES (?, ?, ?, ?, 'Europe/Lisbon', '06:00')",
        *channels,
    )
    assets = [
        ("film", "MOV", "Ferry", 80 * 60_000, 1),
        ("news", "NEW", "News", 600_000, 1),
        ("raw", "MOV", "Raw", 1, 0),
    ]
    write(
        settings,
        "INSERT INTO asset (id, type, title, name, duration_ms, state, approved, created_ms)"
        " VALUES (?, ?, ?, '', ?, 'ready', ?, 0)",
        *assets,
    )


@pytest.fixture
def editor(furnished: None, scripts: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    return scripts["editor"]


async def ask(client: httpx.AsyncClient, method: str, path: str, body: object = None, status: int = 200):
    answer = await client.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def refused(client: httpx.AsyncClient, method: str, path: str, body: object, status: int, code: str) -> None:
    answer = await client.request(method, path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def furnish(editor: httpx.AsyncClient) -> None:
    await ask(editor, "POST", f"{CH}/programs", {"name": "ferry", "spec": {"type": "asset", "asset": "film"}}, 201)
    await ask(editor, "POST", f"{CH}/plans", {"name": "Week", "priority": 2}, 201)
    zone = {"name": "Day", "start": "06:00", "end": "24:00", "programs": ["ferry"]}
    await ask(editor, "POST", f"{CH}/plans/Week/zones", zone, 201)


async def test_from_plan_to_day_by_api(editor: httpx.AsyncClient) -> None:
    await furnish(editor)
    plan = await ask(editor, "GET", f"{CH}/plans/week")
    assert [(one["name"], one["start"], one["end"]) for one in plan["zones"]] == [
        ("Base", "00:00", "24:00"), ("Day", "06:00", "24:00"),
    ]  # fmt: skip
    looked = await ask(editor, "GET", f"{CH}/days/2026-05-15/preview")
    assert [(one["plan"]["name"], one["zone"]["name"]) for one in looked["stretches"]] == [
        ("Week", "Day"),
        ("Week", "Base"),
    ]
    assert (await ask(editor, "POST", f"{CH}/days/2026-05-15", {"dry_run": True}))["id"] is None
    made = await ask(editor, "POST", f"{CH}/days/2026-05-15", {})
    assert (made["start"], made["end"]) == ("2026-05-15T06:00:00+01:00", "2026-05-16T06:00:00+01:00")
    assert [one["code"] for one in made["findings"]] == ["ZONE_EMPTY"]
    assert made["events"][0]["parts"][0]["asset"] == "film"
    await refused(editor, "POST", f"{CH}/days/2026-05-15", {}, 409, "DAY_EXISTS")
    again = await ask(editor, "POST", f"{CH}/days/2026-05-15", {"force": True})
    assert (again["supersedes"], again["events"]) == (made["id"], made["events"])
    over = await ask(editor, "POST", f"{CH}/days/2026-05-15/override", {"plan": "Week"})
    assert over["overridden"]
    assert await ask(editor, "GET", f"{CH}/days/2026-05-15/validate") == {"valid": True, "findings": []}
    listed = await ask(editor, "GET", f"{CH}/days?since=2026-05-01&until=2026-05-31")
    assert [(one["date"], one["events"]) for one in listed] == [("2026-05-15", [])]


async def test_bookings_by_api(editor: httpx.AsyncClient) -> None:
    wanted = {"asset": "news", "start": "2026-05-15T20:00:00+01:00"}
    first = await ask(editor, "POST", f"{CH}/bookings", wanted, 201)
    again = await ask(editor, "POST", f"{CH}/bookings", wanted, 200)
    assert (first["end"], again["idempotent"], again["id"]) == ("2026-05-15T20:10:00+01:00", True, first["id"])
    await refused(editor, "POST", f"{CH}/bookings", wanted | {"asset": "film"}, 409, "SLOT_OVERLAP")
    await refused(editor, "POST", f"{CH}/bookings", wanted | {"start": "2026-05-15T20:00:00"}, 422, "NAIVE_TIME")
    await refused(
        editor,
        "POST",
        f"{CH}/bookings",
        wanted | {"asset": "raw", "start": "2026-05-16T20:00:00Z"},
        409,
        "ASSET_NOT_ELIGIBLE",
    )
    span = "since=2026-05-15T00:00:00Z&until=2026-05-16T00:00:00Z"
    assert [one["id"] for one in await ask(editor, "GET", f"{CH}/bookings?{span}")] == [first["id"]]
    one = f"{CH}/bookings/{first['id']}"
    moved = await ask(editor, "PATCH", one, {"version": first["version"], "start": "2026-05-15T21:00:00+01:00"})
    assert (moved["start"], moved["end"]) == ("2026-05-15T21:00:00+01:00", "2026-05-15T21:10:00+01:00")
    later = {"version": first["version"], "end": "2026-05-15T21:05:00+01:00"}
    await refused(editor, "PATCH", one, later, 409, "VERSION_STALE")
    shorter = await ask(editor, "PATCH", one, later | {"version": moved["version"], "resume": "filler"})
    assert (shorter["start"], shorter["end"], shorter["resume"]) == (moved["start"], later["end"], "filler")
    await ask(editor, "DELETE", one, status=204)
    assert await ask(editor, "GET", f"{CH}/bookings?{span}") == []


async def test_plans_zones_and_programs_by_api(editor: httpx.AsyncClient) -> None:
    await furnish(editor)
    changed = await ask(
        editor, "PATCH", f"{CH}/plans/Week", {"version": 2, "first": "12-20", "last": "01-05", "cron": None}
    )
    assert (changed["first"], changed["last"], changed["version"]) == ("12-20", "01-05", 3)
    await refused(editor, "PATCH", f"{CH}/plans/Week", {"version": 2, "priority": 1}, 409, "VERSION_STALE")
    copy = await ask(editor, "POST", f"{CH}/plans/Week/copy", {"name": "Copy"}, 201)
    assert (copy["active"], len(copy["zones"])) == (False, 2)
    zone = await ask(editor, "PATCH", f"{CH}/plans/Copy/zones/Day", {"end": "22:00", "days": ["MON"], "dst": "reject"})
    assert [one["days"] for one in zone["zones"] if one["end"] == "22:00"] == [["MON"]]
    await ask(editor, "DELETE", f"{CH}/plans/Copy/zones/Day", status=204)
    await ask(editor, "DELETE", f"{CH}/plans/Copy", status=204)
    await refused(editor, "DELETE", f"{CH}/plans/Week", None, 409, "PLAN_HAS_DEPENDENCIES")
    rule = {"name": "films", "spec": {"type": "rule", "types": ["MOV"], "seasons": None}}
    made = await ask(editor, "POST", f"{CH}/programs", rule, 201)
    assert (made["kind"], made["mode"]) == ("rule", "random")
    tried = await ask(editor, "GET", f"{CH}/programs/films/try")
    assert tried["pick"]["title"] == "Ferry"
    assert {(one["reason"], one["count"]) for one in tried["sources"][0]["out"]} == {("type", 1), ("not_approved", 1)}
    tried = await ask(editor, "POST", f"{CH}/try", {"source": {"type": "rule", "types": ["VOT"]}})
    assert (tried["pick"], tried["sources"][0]["matched"], tried["findings"]) == (None, 0, [])
    await ask(editor, "PATCH", f"{CH}/programs/films", {"version": 1, "bleed": True})
    await ask(editor, "DELETE", f"{CH}/programs/films", status=204)
    await refused(editor, "DELETE", f"{CH}/programs/ferry", None, 409, "PROGRAM_USED")


REFUSALS = [
    ("GET", "/api/channels/none/plans", None, 404, "CHANNEL_NOT_FOUND"),
    ("GET", "/api/channels/two/plans", None, 409, "CHANNEL_NOT_PLANNED"),
    ("GET", f"{CH}/plans/none", None, 404, "PLAN_NOT_FOUND"),
    ("POST", f"{CH}/plans", {"name": "x", "cron": "never"}, 422, "INVALID_CRON"),
    ("POST", f"{CH}/plans", {"name": "x", "priority": "high"}, 400, "WRONG_TYPE"),
    ("POST", f"{CH}/plans", {"name": "x", "colour": "red"}, 400, "WRONG_TYPE"),
    ("POST", f"{CH}/programs", {"name": "x", "spec": {"type": "magic"}}, 400, "WRONG_TYPE"),
    ("POST", f"{CH}/programs", {"name": "x", "spec": {"type": "asset", "asset": "no"}}, 422, "ASSET_UNKNOWN"),
    ("PUT", f"{CH}/grid", {"minutes": 20}, 422, "CHN-003"),
    ("POST", f"{CH}/days/2026-02-30", {}, 422, "INVALID_DATE_FORMAT"),
    ("POST", f"{CH}/days/2026-05-15", {}, 409, "NO_ACTIVE_PLAN"),
    ("GET", f"{CH}/days/2026-05-15", None, 404, "DAY_NOT_FOUND"),
    ("GET", f"{CH}/days?since=2026-05-15&until=2026-05-01", None, 422, "INVALID_DATE_RANGE"),
    ("DELETE", f"{CH}/bookings/none", None, 404, "BOOKING_NOT_FOUND"),
    ("PATCH", f"{CH}/bookings/none", {"version": 1}, 404, "BOOKING_NOT_FOUND"),
    ("POST", "/api/series", {"title": ""}, 422, "TITLE_EMPTY"),
    ("GET", "/api/series/none/episodes", None, 404, "SERIES_UNKNOWN"),
    ("PATCH", "/api/assets/film/place", {"version": 9, "season": 1}, 409, "VERSION_STALE"),
]


async def test_refusals_have_their_status_and_code_and_change_nothing(
    editor: httpx.AsyncClient, settings: Settings
) -> None:
    def stored() -> list[str]:
        with closing(sqlite3.connect(settings.database)) as connection:
            return [line for line in connection.iterdump() if "api_key" not in line]

    before = stored()
    for method, path, body, status, code in REFUSALS:
        await refused(editor, method, path, body, status, code)
        assert stored() == before, code


async def test_series_by_api(editor: httpx.AsyncClient) -> None:
    made = await ask(editor, "POST", "/api/series", {"title": "Harbour", "home_channel": "one"}, 201)
    placed = await ask(
        editor, "PATCH", "/api/assets/film/place", {"version": 1, "series": made["id"], "season": 1, "episode": 2}
    )
    assert placed == await ask(editor, "GET", "/api/assets/film/place")
    assert [one["episode"] for one in await ask(editor, "GET", f"/api/series/{made['id']}/episodes")] == [2]
    await refused(editor, "DELETE", f"/api/series/{made['id']}", None, 409, "SERIES_USED")
    await ask(editor, "PATCH", "/api/assets/film/place", {"version": 2, "series": None})
    await ask(editor, "DELETE", f"/api/series/{made['id']}", status=204)
    assert await ask(editor, "GET", "/api/series") == []


async def test_grid_by_api(editor: httpx.AsyncClient) -> None:
    assert (await ask(editor, "GET", f"{CH}/grid"))["minutes"] == 30
    changed = await ask(editor, "PUT", f"{CH}/grid", {"minutes": 60, "offset": 15, "day_start": "05:15"})
    assert [one["code"] for one in changed["findings"]] == ["CHN-014"]


async def test_an_asset_that_a_program_names_stays(editor: httpx.AsyncClient) -> None:
    await furnish(editor)
    await refused(editor, "DELETE", "/api/assets/film", None, 409, "ASSET_USED")


async def test_the_audit_names_what_planning_changed(editor: httpx.AsyncClient) -> None:
    await furnish(editor)
    await ask(editor, "POST", f"{CH}/days/2026-05-15", {})
    await ask(editor, "POST", f"{CH}/bookings", {"asset": "news", "start": "2026-05-15T20:00:00Z"}, 201)
    happened = await sql("SELECT subject_type, subject_id FROM event WHERE topic = 'plans'")
    named = await subjects.named(happened)
    assert {name.name for name in named.values()} == {"ferry", "Week", "One 2026-05-15", "News"}


async def test_viewers_look_and_strangers_do_not(furnished: None, scripts: dict[str, httpx.AsyncClient]) -> None:
    await refused(scripts["viewer"], "POST", f"{CH}/plans", {"name": "x"}, 403, "ROLE")
    assert await ask(scripts["viewer"], "GET", f"{CH}/plans") == []
    for path in (f"{CH}/plans", f"{CH}/programs", f"{CH}/grid", f"{CH}/days/2026-05-15", "/api/series"):
        assert (await scripts["stranger"].get(path)).status_code == 401
