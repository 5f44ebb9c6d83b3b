"""Every answer carries the protecting headers, whatever it is."""

from dataclasses import replace

import httpx
import pytest
from litestar import Litestar
from litestar.types import ASGIApp

from app.clock import ManualClock
from app.main import furnished
from app.settings import Settings
from app.web import security
from tests import cast
from tests.conftest import running

KINDS = [
    ("GET", "/guide", 200),
    ("GET", "/settings", 403),
    ("GET", "/nothing", 404),
    ("PUT", "/guide", 405),
    ("GET", "/api/desk", 200),
    ("GET", "/api/nothing", 404),
    ("GET", "/static/daypart.css", 200),
    ("GET", "/static/nothing.css", 404),
    ("GET", "/dashboard", 307),
    ("POST", "/theme", 422),
    ("GET", "/clock", 200),
    ("GET", "/health", 503),
]


async def test_every_kind_of_answer_is_protected(viewer: httpx.AsyncClient) -> None:
    for method, path, status in KINDS:
        answer = await viewer.request(method, path)
        assert answer.status_code == status, path
        for name, value in security.HEADERS.items():
            assert answer.headers.get_list(name) == [value], path


def test_policy_is_strict() -> None:
    policy = dict(part.split(" ", 1) for part in security.CONTENT_SECURITY_POLICY.split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in security.CONTENT_SECURITY_POLICY
    assert "script-src" not in policy  # nothing beyond default-src


@pytest.mark.parametrize(("url", "strict"), [("https://desk.test", True), ("http://desk.test", False)])
async def test_https_is_enforced_where_it_is_the_public_address(
    routes: tuple[Litestar, ASGIApp], settings: Settings, clock: ManualClock, url: str, strict: bool
) -> None:
    async with running(furnished(*routes, replace(settings, url=url), clock)) as app, cast.browser(app) as client:
        answer = await client.get("/clock")
    assert ("strict-transport-security" in answer.headers) is strict


async def test_private_pages_are_not_stored(viewer: httpx.AsyncClient) -> None:
    for path in ("/guide", "/settings", "/nothing", "/api/openapi.json"):
        answer = await viewer.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["vary"].startswith("HX-Request, HX-Target, Accept")
