"""Requests that change something must come from our own pages, unless a key or a signature speaks for them."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from litestar import Litestar, post
from litestar.types import ASGIApp

from app import main
from app.clock import ManualClock
from app.main import create_app, furnished
from app.settings import Settings
from tests import cast
from tests.conftest import running

OWN = cast.ORIGIN
FROM = [
    ({"sec-fetch-site": "same-origin"}, True),
    ({"sec-fetch-site": "none"}, True),
    ({"sec-fetch-site": "same-origin", "origin": "http://evil.test"}, True),  # browsers do not lie in either
    ({"sec-fetch-site": "same-site"}, False),
    ({"sec-fetch-site": "cross-site"}, False),
    ({"sec-fetch-site": "cross-site", "origin": OWN}, False),
    ({"origin": OWN}, True),
    ({"origin": f"{OWN}:80"}, True),
    ({"origin": OWN.replace("http:", "https:")}, False),
    ({"origin": f"{OWN}:8080"}, False),
    ({"origin": "http://desk.test.evil.test"}, False),
    ({"origin": "http://evil.test"}, False),
    ({"origin": "null"}, False),
    ({"origin": ""}, False),
    ({"origin": "http://[bad"}, False),
    ({"referer": f"{OWN}/settings"}, False),
    ({}, False),
]


def _bare(app: Litestar, role: str | None) -> httpx.AsyncClient:
    client = cast.browser(app, role)
    del client.headers["origin"]
    return client


async def test_session_changes_something_only_from_our_own_pages(app: Litestar) -> None:
    async with _bare(app, "admin") as client:
        for headers, allowed in FROM:
            page = await client.post("/theme", data={"theme": "dark"}, headers=headers)
            assert page.status_code == (303 if allowed else 403), headers
            document = await client.patch("/api/desk", json={"name": "New"}, headers=headers)
            assert document.status_code == (200 if allowed else 403), headers
            assert allowed or document.json()["code"] == "CSRF"


async def test_sign_in_is_accepted_only_from_our_own_page(app: Litestar) -> None:
    form = {"name": "Ada", "password": cast.PASSWORD}
    for headers, allowed in FROM:
        async with _bare(app, None) as client:
            answer = await client.post("/sign-in", data=form, headers=headers)
        assert answer.status_code == (303 if allowed else 403), headers
        assert ("set-cookie" in answer.headers) is allowed


async def test_refused_request_changes_nothing(app: Litestar, viewer: httpx.AsyncClient) -> None:
    async with _bare(app, "admin") as client:
        await client.patch("/api/desk", json={"name": "Stolen"})
    assert (await viewer.get("/api/desk")).json()["name"] == "Harbour Media"


async def test_key_needs_no_origin(scripts: dict[str, httpx.AsyncClient]) -> None:
    answer = await scripts["admin"].patch("/api/desk", json={"name": "New"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200


async def test_reading_needs_no_origin(app: Litestar) -> None:
    async with _bare(app, "viewer") as client:
        assert (await client.get("/guide", headers={"sec-fetch-site": "cross-site"})).status_code == 200


async def test_public_address_counts_as_own_behind_a_proxy(
    routes: tuple[Litestar, ASGIApp], settings: Settings, clock: ManualClock
) -> None:
    public = replace(settings, url="https://desk.example.org")
    async with running(furnished(*routes, public, clock)) as app, _bare(app, "admin") as client:
        answer = await client.post("/theme", data={"theme": "dark"}, headers={"origin": "https://desk.example.org"})
        assert answer.status_code == 303


@pytest.fixture
async def with_callback(
    settings: Settings, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Litestar]:
    @post("/callback", opt={"signed": True})
    async def callback() -> None:
        """Prove the origin by a signature."""

    monkeypatch.setattr(main, "CONTROLLERS", [*main.CONTROLLERS, callback])
    async with running(create_app(settings, clock)) as made:
        yield made


async def test_signed_callback_needs_no_origin(with_callback: Litestar) -> None:
    async with _bare(with_callback, None) as client:
        assert (await client.post("/callback")).status_code == 201
