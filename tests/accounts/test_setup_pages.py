"""First run: the one-time link makes the first administrator."""

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar
from litestar.types import ASGIApp

from app.accounts import desk, service
from app.clock import ManualClock
from app.main import furnished
from app.settings import Settings
from tests import cast
from tests.conftest import running

FORM = {
    "station": "Harbour Media",
    "timezone": "Europe/Lisbon",
    "name": "Ada",
    "password": cast.PASSWORD,
    "again": cast.PASSWORD,
}


@pytest.fixture
async def fresh(
    routes: tuple[Litestar, ASGIApp], fresh_settings: Settings, clock: ManualClock
) -> AsyncIterator[Litestar]:
    async with running(furnished(*routes, fresh_settings, clock)) as made:
        yield made


@pytest.fixture
async def visitor(fresh: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    async with cast.browser(fresh) as made:
        yield made


@pytest.fixture
def token(fresh: Litestar, fresh_settings: Settings) -> str:
    link = fresh_settings.setup_link.read_text().strip()
    assert link.startswith(f"{cast.ORIGIN}/setup?token=")
    return link.partition("=")[2]


async def test_link_leads_to_an_open_desk(visitor: httpx.AsyncClient, token: str) -> None:
    page = await visitor.get(f"/setup?token={token}")
    assert page.status_code == 200
    assert f'value="{token}"' in page.text
    answer = await visitor.post("/setup", data={**FORM, "token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Ada" in (await visitor.get("/settings")).text
    assert (await desk.desk()).name == "Harbour Media"
    assert [row["role"] for row in await service.users()] == ["admin"]


async def test_link_works_once(visitor: httpx.AsyncClient, fresh: Litestar, token: str) -> None:
    await visitor.post("/setup", data={**FORM, "token": token})
    async with cast.browser(fresh) as other:
        for answer in (await other.get(f"/setup?token={token}"), await other.post("/setup", data=FORM)):
            assert answer.status_code == 409
            assert "already has an administrator" in answer.text


@pytest.mark.parametrize("path", ["/", "/settings", "/sign-in"])
async def test_everybody_is_led_to_set_up_before_it_is_done(visitor: httpx.AsyncClient, path: str) -> None:
    answer = await visitor.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/setup")


@pytest.mark.parametrize("query", ["", "?token=", "?token=guess"])
async def test_without_the_link_the_page_tells_where_it_is(visitor: httpx.AsyncClient, query: str) -> None:
    answer = await visitor.get(f"/setup{query}")
    assert answer.status_code == 401
    assert "setup-link" in answer.text
    assert (await visitor.post("/setup", data={**FORM, "token": "guess"})).status_code == 401
    assert await service.users() == []


WRONG = [
    ({"station": " "}, ["station"]),
    ({"timezone": "Lisbon"}, ["timezone"]),
    ({"name": ""}, ["name"]),
    ({"password": "short", "again": "short"}, ["password"]),
    ({"password": "Adadadadada", "name": "adadadadada", "again": "Adadadadada"}, ["password"]),
    ({"again": "another"}, ["again"]),
    ({"station": "", "timezone": "", "name": "", "password": "", "again": "x"}, [*FORM]),
]


@pytest.mark.parametrize(("wrong", "fields"), WRONG)
async def test_every_wrong_field_is_told_at_once_and_nothing_is_lost(
    visitor: httpx.AsyncClient, token: str, wrong: dict[str, str], fields: list[str]
) -> None:
    answer = await visitor.post("/setup", data={**FORM, "token": token, **wrong})
    assert answer.status_code == 422
    for field in FORM:
        assert (f'id="f-{field}-error"' in answer.text) is (field in fields)
    assert f'value="{token}"' in answer.text
    assert cast.PASSWORD not in answer.text
    if "station" not in wrong:
        assert 'value="Harbour Media"' in answer.text
    assert await service.users() == []
