"""Who may ask for what: each route with each role, as a person and as a program."""

import httpx
import pytest

from tests.cast import ORIGIN, key, token

PAGES_OF_ALL = ["/guide", "/logs", "/ai-config", "/analytics", "/api", "/api/docs", "/api/docs/posts"]
PAGES_OF_ADMINS = ["/settings", "/settings/users", "/settings/keys", "/settings/hosts", "/settings/audit"]
FORMS_OF_ADMINS = [
    "/settings",
    "/settings/users",
    "/settings/users/person-viewer/role",
    "/settings/users/person-viewer/remove",
    "/settings/keys",
    "/settings/keys/key-viewer/revoke",
    "/settings/hosts",
    "/settings/hosts/remove",
]
API_OF_ALL = [("GET", "/api/openapi.json"), ("GET", "/api/desk")]
API_OF_ADMINS = [
    ("GET", "/api/keys"),
    ("POST", "/api/keys"),
    ("DELETE", "/api/keys/key-viewer"),
    ("GET", "/api/users"),
    ("POST", "/api/users"),
    ("PATCH", "/api/users/person-viewer"),
    ("DELETE", "/api/users/person-viewer"),
    ("GET", "/api/settings/allowed-hosts"),
    ("POST", "/api/settings/allowed-hosts"),
    ("DELETE", "/api/settings/allowed-hosts/nas.lan"),
    ("PATCH", "/api/desk"),
    ("GET", "/api/audit"),
]
Clients = dict[str, httpx.AsyncClient]


async def statuses(clients: Clients, method: str, path: str) -> dict[str, int]:
    """How an address answers each role."""
    return {
        role: (await client.request(method, path, json={} if method != "GET" else None)).status_code
        for role, client in clients.items()
    }


async def test_page_of_all_is_shown_to_every_role_and_key(people: Clients, scripts: Clients) -> None:
    for path in PAGES_OF_ALL:
        for clients in (people, scripts):
            found = await statuses(clients, "GET", path)
            assert found == {"viewer": 200, "editor": 200, "admin": 200, "stranger": found["stranger"]}, path


async def test_page_of_admins_is_refused_to_others(people: Clients, scripts: Clients) -> None:
    for path in PAGES_OF_ADMINS:
        for clients in (people, scripts):
            found = await statuses(clients, "GET", path)
            assert found == {"viewer": 403, "editor": 403, "admin": 200, "stranger": found["stranger"]}, path


async def test_form_of_admins_is_refused_to_others(people: Clients) -> None:
    for path in FORMS_OF_ADMINS:
        for role in ("viewer", "editor"):
            assert (await people[role].post(path, data={"name": "x"})).status_code == 403, path


async def test_stranger_is_led_to_sign_in_and_back(stranger: httpx.AsyncClient) -> None:
    for path in [*PAGES_OF_ALL, *PAGES_OF_ADMINS]:
        answer = await stranger.get(f"{path}?a=1")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/sign-in?next={path.replace('/', '%2F')}%3Fa%3D1"


async def test_stranger_who_posts_is_led_back_to_the_page_of_the_form(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.post("/settings/keys", headers={"referer": f"{ORIGIN}/settings/keys"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fsettings%2Fkeys")


async def test_stranger_who_comes_from_another_site_is_led_to_the_dashboard(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.post("/settings/keys", headers={"referer": "http://evil.test/settings/keys"})
    assert answer.headers["location"] == "/sign-in"


async def test_script_of_a_page_whose_session_ended_is_told_to_sign_in(stranger: httpx.AsyncClient) -> None:
    headers = {"hx-request": "true", "hx-current-url": f"{ORIGIN}/guide?day=1"}
    answer = await stranger.get("/guide", headers=headers)
    assert answer.headers["hx-redirect"] == "/sign-in?next=%2Fguide%3Fday%3D1"


async def test_api_answers_strangers_with_401(people: Clients, scripts: Clients) -> None:
    for method, path in API_OF_ALL + API_OF_ADMINS:
        for clients in (people, scripts):
            answer = await clients["stranger"].request(method, path, json={})
            assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_IN"), path
            assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_api_of_all_answers_every_role(people: Clients, scripts: Clients) -> None:
    for method, path in API_OF_ALL:
        for clients in (people, scripts):
            expected = {"viewer": 200, "editor": 200, "admin": 200, "stranger": 401}
            assert await statuses(clients, method, path) == expected, path


async def test_api_of_admins_is_refused_to_others(people: Clients, scripts: Clients) -> None:
    for method, path in API_OF_ADMINS:
        for clients in (people, scripts):
            for role in ("viewer", "editor"):
                answer = await clients[role].request(method, path, json={})
                assert (answer.status_code, answer.json()["code"]) == (403, "ROLE"), path
            # The first of the two deletes what the second then misses.
            assert (await clients["admin"].request(method, path, json={})).status_code not in (401, 403, 500), path
        people["viewer"].cookies.set("daypart_session", token("editor"), domain="desk.test")  # survives its removal
        scripts["viewer"].headers["authorization"] = f"Bearer {key('editor')}"


@pytest.mark.parametrize("path", ["/health", "/clock", "/sign-in", "/static/daypart.css"])
async def test_some_addresses_are_open(stranger: httpx.AsyncClient, path: str) -> None:
    assert (await stranger.get(path)).status_code in (200, 503)


@pytest.mark.parametrize("path", ["/metrics", "/events"])
async def test_metrics_and_events_are_closed_to_strangers(scripts: Clients, path: str) -> None:
    answer = await scripts["stranger"].get(path, headers={"accept": "application/json"})
    assert answer.status_code == 401


async def test_wrong_key_is_refused_even_beside_a_good_session(viewer: httpx.AsyncClient) -> None:
    for authorization in ("Bearer dp_wrong", "Api-Key dp_wrong", "Bearer "):
        answer = await viewer.get("/guide", headers={"authorization": authorization})
        assert (answer.status_code, answer.json()["code"]) == (401, "KEY_BAD")
        assert "www-authenticate" in answer.headers


async def test_both_schemes_carry_a_key(app: object, stranger: httpx.AsyncClient) -> None:
    for scheme in ("Bearer", "bearer", "Api-Key"):
        answer = await stranger.get("/api/desk", headers={"authorization": f"{scheme} dp_key-of-the-viewer"})
        assert answer.status_code == 200


async def test_credentials_of_a_proxy_in_front_are_left_alone(viewer: httpx.AsyncClient) -> None:
    assert (await viewer.get("/guide", headers={"authorization": "Basic dTpw"})).status_code == 200


async def test_key_decides_when_a_session_is_sent_too(admin: httpx.AsyncClient) -> None:
    answer = await admin.get("/api/keys", headers={"authorization": "Bearer dp_key-of-the-viewer"})
    assert answer.status_code == 403
