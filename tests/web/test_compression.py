"""What is sent packed."""

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar, Response, get
from litestar.types import ASGIApp

from app import main
from app.clock import ManualClock
from app.main import furnished
from app.settings import Settings
from tests import cast
from tests.conftest import running

LONG = b"x" * 5000


@get("/clip", opt={"anonymous": True}, include_in_schema=False)
async def _clip() -> Response[bytes]:
    return Response(LONG, media_type="video/mp4")


@get("/packed", opt={"anonymous": True}, include_in_schema=False)
async def _packed() -> Response[bytes]:
    return Response(LONG, media_type="text/html", headers={"content-encoding": "br"})


@get("/short", opt={"anonymous": True}, include_in_schema=False)
async def _short() -> Response[str]:
    return Response("short", media_type="text/html")


@get("/page", opt={"anonymous": True}, include_in_schema=False)
async def _page() -> Response[bytes]:
    return Response(LONG, media_type="text/html")


@pytest.fixture(scope="module")
def routes() -> tuple[Litestar, ASGIApp]:
    """Those of the desk, and the ones above."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(main, "CONTROLLERS", [*main.CONTROLLERS, _clip, _packed, _short, _page])
        app = main.routed()
    return app, app.asgi_handler


@pytest.fixture
async def client(
    routes: tuple[Litestar, ASGIApp], settings: Settings, clock: ManualClock
) -> AsyncIterator[httpx.AsyncClient]:
    async with running(furnished(*routes, settings, clock)) as app, cast.browser(app) as made:
        yield made


@pytest.mark.parametrize(
    ("path", "encoding"), [("/page", "gzip"), ("/clip", None), ("/packed", "br"), ("/short", None)]
)
async def test_only_long_text_is_packed(client: httpx.AsyncClient, path: str, encoding: str | None) -> None:
    async with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == encoding
    assert int(answer.headers["content-length"]) == len(raw)


async def test_text_is_sent_plain_to_those_who_cannot_unpack_it(client: httpx.AsyncClient) -> None:
    answer = await client.get("/page", headers={"accept-encoding": "identity"})
    assert answer.content == LONG
    assert "content-encoding" not in answer.headers
