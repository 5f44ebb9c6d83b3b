"""The API of keys, people, hosts, the desk and the audit."""

import httpx
import pytest


@pytest.fixture
def api(scripts: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    """A program with an administrator's key."""
    return scripts["admin"]


async def test_key_is_made_used_and_revoked(api: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    made = await api.post("/api/keys", json={"name": "robot", "role": "editor"})
    assert made.status_code == 201
    key = made.json()
    assert set(key) == {"id", "name", "role", "key"}
    mine = {"authorization": f"Api-Key {key['key']}"}
    assert (await stranger.get("/api/desk", headers=mine)).status_code == 200
    listed = {row["id"]: row for row in (await api.get("/api/keys")).json()}
    assert listed[key["id"]] == {
        "id": key["id"],
        "name": "robot",
        "role": "editor",
        "created_at": "2026-05-14T13:37:12Z",
        "last_used_at": "2026-05-14T13:37:12Z",
        "revoked_at": None,
    }
    assert (await api.delete(f"/api/keys/{key['id']}")).status_code == 204
    assert (await stranger.get("/api/desk", headers=mine)).status_code == 401
    assert (await api.delete(f"/api/keys/{key['id']}")).json()["code"] == "KEY_UNKNOWN"


async def test_key_without_a_role_may_only_look(api: httpx.AsyncClient) -> None:
    assert (await api.post("/api/keys", json={"name": "robot"})).json()["role"] == "viewer"


async def test_person_is_added_changed_and_removed(api: httpx.AsyncClient) -> None:
    form = {"name": "Nina", "password": "nina has a password"}
    made = await api.post("/api/users", json=form)
    assert (made.status_code, made.json()["role"], "password" in made.text) == (201, "viewer", False)
    address = f"/api/users/{made.json()['id']}"
    assert (await api.post("/api/users", json=form)).json()["code"] == "NAME_TAKEN"
    assert (await api.patch(address, json={"role": "editor"})).json()["role"] == "editor"
    assert (await api.delete(address)).status_code == 204
    assert (await api.patch(address, json={"role": "editor"})).json()["code"] == "USER_UNKNOWN"
    assert [row["name"] for row in (await api.get("/api/users")).json()] == ["Ada", "Ed", "Vera"]


async def test_last_administrator_stays(api: httpx.AsyncClient) -> None:
    for answer in (
        await api.delete("/api/users/person-admin"),
        await api.patch("/api/users/person-admin", json={"role": "viewer"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "LAST_ADMIN")


async def test_host_is_allowed_and_forbidden(api: httpx.AsyncClient) -> None:
    made = await api.post("/api/settings/allowed-hosts", json={"host": "10.0.0.4:8080"})
    expected = {"host": "10.0.0.4:8080", "allowed_by": "key script of admin", "allowed_at": "2026-05-14T13:37:12Z"}
    assert (made.status_code, made.json()) == (201, expected)
    assert (await api.get("/api/settings/allowed-hosts")).json() == [expected]
    assert (await api.delete("/api/settings/allowed-hosts/10.0.0.4:8080")).status_code == 204
    assert (await api.delete("/api/settings/allowed-hosts/10.0.0.4:8080")).status_code == 404
    wrong = await api.post("/api/settings/allowed-hosts", json={"host": "a b"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["host"])


async def test_desk_changes_only_what_is_sent(api: httpx.AsyncClient, viewer: httpx.AsyncClient) -> None:
    assert (await api.patch("/api/desk", json={"timezone": "Asia/Tokyo"})).json() == {
        "name": "Harbour Media",
        "timezone": "Asia/Tokyo",
    }
    assert (await api.patch("/api/desk", json={"name": "North"})).json() == {"name": "North", "timezone": "Asia/Tokyo"}
    assert (await api.patch("/api/desk", json={"timezone": "Mars"})).json()["code"] == "UNKNOWN_ZONE"
    assert "Tokyo, UTC+9" in (await viewer.get("/guide")).text


async def test_audit_is_read_in_parts(api: httpx.AsyncClient) -> None:
    for name in ("One", "Two", "Three"):
        await api.patch("/api/desk", json={"name": name})
    first = (await api.get("/api/audit?limit=2")).json()
    rest = (await api.get(f"/api/audit?limit=2&before={first['next']}")).json()
    entries = first["entries"] + rest["entries"]
    assert [entry["after"]["name"] for entry in entries] == ["Three", "Two", "One"]
    assert rest["next"] is None
    assert entries[0]["before"] == {"name": "Two", "timezone": "Europe/Lisbon"}
    assert entries[0]["actor"] == "key script of admin"
