"""HEAD is answered as GET is, without the body."""

import asyncio

import httpx
import pytest
from litestar import Litestar
from litestar.types import ASGIApp

from app.clock import ManualClock
from app.main import furnished
from app.settings import Settings
from tests.web.serving import serving

PATHS = ["/", "/schedule/posts", "/library", "/guide", "/nothing", "/api/desk", "/static/daypart.css", "/settings"]
# They differ from one answer to the next.
_OWN = {"date", "set-cookie"}


@pytest.mark.parametrize("path", PATHS)
async def test_head_is_get_without_the_body(viewer: httpx.AsyncClient, path: str) -> None:
    got, head = await viewer.get(path), await viewer.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert set(head.headers) - _OWN == set(got.headers) - _OWN
    assert head.headers["content-type"] == got.headers["content-type"]


async def test_head_of_a_live_stream_ends(viewer: httpx.AsyncClient) -> None:
    async with asyncio.timeout(60):
        head = await viewer.head("/events")
    assert head.headers["content-type"].startswith("text/event-stream")


async def test_head_of_what_only_takes_posts_is_refused(viewer: httpx.AsyncClient) -> None:
    assert (await viewer.head("/api/schedule/import")).status_code == 405


async def test_connection_goes_on_after_a_head(
    routes: tuple[Litestar, ASGIApp], settings: Settings, clock: ManualClock
) -> None:
    """Over a socket, where a body that should not be there would be taken for the next answer."""
    async with serving(furnished(*routes, settings, clock)) as (_, url), httpx.AsyncClient(base_url=url) as client:
        async with asyncio.timeout(60):
            for _ in range(3):
                assert (await client.head("/static/daypart.css")).content == b""
                assert (await client.get("/clock")).status_code == 200
