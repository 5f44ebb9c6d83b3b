"""The settings, with plain forms."""

import re
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from app.accounts import desk, keys, service
from app.clock import ManualClock


async def flashed(client: httpx.AsyncClient, answer: httpx.Response, location: str) -> str:
    assert (answer.status_code, answer.headers["location"]) == (303, location)
    return (await client.get(location)).text


async def test_station_gets_another_name_and_zone(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/settings", data={"station": "North Media", "timezone": "Asia/Tokyo"})
    page = await flashed(admin, answer, "/settings")
    assert "Station saved." in page
    assert 'value="North Media"' in page
    assert "Tokyo, UTC+9" in page
    assert "Station saved." not in (await admin.get("/settings")).text


async def test_wrong_station_is_told_at_its_fields(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/settings", data={"station": "", "timezone": "Mars/Base"})
    assert answer.status_code == 422
    assert 'id="f-station-error"' in answer.text
    assert 'id="f-timezone-error"' in answer.text
    assert 'value="Mars/Base"' in answer.text
    assert (await desk.desk()).name == "Harbour Media"


async def test_person_is_added_and_can_sign_in(admin: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    form = {"name": "Nina", "password": "nina has a password", "role": "editor"}
    page = await flashed(admin, await admin.post("/settings/users", data=form), "/settings/users")
    assert "Nina can sign in now." in page
    assert (await stranger.post("/sign-in", data=form)).status_code == 303


@pytest.mark.parametrize(
    ("form", "status", "field"),
    [
        ({"name": "", "password": "long enough pw", "role": "viewer"}, 422, "name"),
        ({"name": "Nina", "password": "pw !", "role": "viewer"}, 422, "password"),
        ({"name": "Nina", "password": "long enough pw", "role": "boss"}, 422, "role"),
        ({"name": "ADA", "password": "long enough pw", "role": "viewer"}, 409, "name"),
    ],
)
async def test_wrong_person_is_told_at_the_field(
    admin: httpx.AsyncClient, form: dict[str, str], status: int, field: str
) -> None:
    answer = await admin.post("/settings/users", data=form)
    assert answer.status_code == status
    assert f'id="f-{field}-error"' in answer.text
    assert form["password"] not in answer.text
    assert len(await service.users()) == 3


async def test_role_changes_and_the_session_with_it(admin: httpx.AsyncClient, viewer: httpx.AsyncClient) -> None:
    await flashed(
        admin, await admin.post("/settings/users/person-viewer/role", data={"role": "admin"}), "/settings/users"
    )
    assert (await viewer.get("/settings")).status_code == 200


async def test_removed_person_is_signed_out(admin: httpx.AsyncClient, viewer: httpx.AsyncClient) -> None:
    await flashed(admin, await admin.post("/settings/users/person-viewer/remove"), "/settings/users")
    assert (await viewer.get("/guide")).status_code == 303


@pytest.mark.parametrize(("action", "form"), [("role", {"role": "viewer"}), ("remove", {})])
async def test_last_administrator_stays(admin: httpx.AsyncClient, action: str, form: dict[str, str]) -> None:
    answer = await admin.post(f"/settings/users/person-admin/{action}", data=form)
    assert answer.status_code == 422
    assert "This is the only administrator." in answer.text
    assert (await admin.get("/settings")).status_code == 200


async def test_key_is_shown_once_and_works(admin: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    page = await admin.post("/settings/keys", data={"name": "render-farm", "role": "editor"})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    (key,) = re.findall(r'value="(dp_[^"]+)"', page.text)
    assert (await stranger.get("/api/desk", headers={"authorization": f"Bearer {key}"})).status_code == 200
    assert key not in (await admin.get("/settings/keys")).text


async def test_revoked_key_is_refused(admin: httpx.AsyncClient, scripts: dict[str, httpx.AsyncClient]) -> None:
    page = await flashed(admin, await admin.post("/settings/keys/key-viewer/revoke"), "/settings/keys")
    assert "Revoked Thu 14 May, 14:37" in page
    assert (await scripts["viewer"].get("/api/desk")).status_code == 401
    assert (await admin.post("/settings/keys/key-viewer/revoke")).status_code == 404


async def test_last_use_of_a_key_is_told(
    admin: httpx.AsyncClient, scripts: dict[str, httpx.AsyncClient], clock: ManualClock
) -> None:
    assert (await admin.get("/settings/keys")).text.count("never") == 3
    await scripts["viewer"].get("/api/desk")
    assert "in the last minute" in (await admin.get("/settings/keys")).text
    clock.advance(timedelta(minutes=5))
    assert "5 min ago" in (await admin.get("/settings/keys")).text


async def test_last_use_is_written_once_a_minute(
    app: Litestar, scripts: dict[str, httpx.AsyncClient], clock: ManualClock
) -> None:
    async def last_use() -> int:
        return next(row["last_used_ms"] for row in await keys.keys() if row["id"] == "key-viewer")

    seen = []
    for step in (0, 59, 1):
        clock.advance(timedelta(seconds=step))
        await scripts["viewer"].get("/api/desk")
        seen.append(await last_use())
    assert seen[0] == seen[1] == seen[2] - 60_000


async def test_host_is_allowed_and_taken_back(admin: httpx.AsyncClient) -> None:
    page = await flashed(admin, await admin.post("/settings/hosts", data={"host": " NAS.lan "}), "/settings/hosts")
    assert "Calls may reach nas.lan now." in page
    assert '<td class="mono">nas.lan</td><td>Ada</td>' in page
    page = await flashed(admin, await admin.post("/settings/hosts/remove", data={"host": "nas.lan"}), "/settings/hosts")
    assert '<td class="mono">' not in page
    wrong = await admin.post("/settings/hosts", data={"host": "http://nas.lan/"})
    assert (wrong.status_code, 'id="f-host-error"' in wrong.text) == (422, True)


async def test_audit_names_who_changed_what(admin: httpx.AsyncClient) -> None:
    await admin.post("/settings", data={"station": "North Media", "timezone": "Europe/Lisbon"})
    await admin.post("/settings/users/person-viewer/role", data={"role": "editor"})
    page = (await admin.get("/settings/audit")).text
    assert "name: Harbour Media → North Media" in page
    assert "role: viewer → editor" in page
    assert "timezone:" not in page
    assert page.index("role: viewer") < page.index("name: Harbour")


async def test_audit_is_paged(admin: httpx.AsyncClient) -> None:
    for i in range(51):
        await admin.post("/settings/hosts", data={"host": f"h{i}.lan"})
    first = (await admin.get("/settings/audit")).text
    (older,) = set(re.findall(r'href="(/settings/audit\?before=\d+)"', first))
    second = (await admin.get(older)).text
    assert first.count("<time datetime") == 50
    assert "h0.lan" in second
    assert "h1.lan" not in second
    assert 'href="/settings/audit"' in second
    assert (await admin.get("/settings/audit?before=x")).status_code == 400
