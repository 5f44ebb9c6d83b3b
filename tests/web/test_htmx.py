"""Whole pages, blocks, and what follows a form."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.connection import Request
from litestar.testing import RequestFactory

from app.web import flash, htmx, templates
from app.web.flash import Note
from app.web.shell import Shell

PAGE = """<html>{{ title }} {% block list_of_things %}<ul id="list-of-things">{{ thing }}</ul>{% endblock %}
{% for note in flash %}{{ note.message }}{% endfor %}</html>"""


@pytest.fixture
def pages(app: Litestar, tmp_path: Path) -> Litestar:
    """A desk with one page."""
    (tmp_path / "page.html").write_text(PAGE)
    app.state.shell = Shell(templates.environment(app.state.assets, tmp_path), app.state.clock)
    return app


def asked(app: Litestar, **headers: str) -> Request[Any, Any, Any]:
    request = RequestFactory(app).get("/page", headers={name.replace("_", "-"): text for name, text in headers.items()})
    request.scope["user"] = None
    return request


async def shown(request: Request[Any, Any, Any], **options: Any) -> str:
    response = await htmx.render(request, "page.html", {"title": "Page", "thing": "<b>"}, **options)
    return response.content


@pytest.mark.parametrize(
    ("headers", "whole"),
    [
        ({}, True),
        ({"hx_request": "true"}, True),
        ({"hx_request": "true", "hx_target": "ul#list-of-things"}, False),
        ({"hx_request": "true", "hx_target": "ul#list%2Dof-things"}, False),
        ({"hx_request": "true", "hx_target": "body"}, True),
        ({"hx_request": "true", "hx_target": "div#other"}, True),
        ({"hx_target": "ul#list-of-things"}, True),
        ({"hx_request": "true", "hx_target": "ul#list-of-things", "hx_history_restore_request": "true"}, True),
    ],
)
async def test_block_of_the_target_is_rendered_alone(pages: Litestar, headers: dict[str, str], whole: bool) -> None:
    body = await shown(asked(pages, **headers))
    assert ("<html>" in body) is whole
    assert '<ul id="list-of-things">&lt;b&gt;</ul>' in body


async def test_named_block_wins(pages: Litestar) -> None:
    assert await shown(asked(pages), block="list_of_things") == '<ul id="list-of-things">&lt;b&gt;</ul>'


def _cookie(response: Any) -> str:
    (cookie,) = [cookie for cookie in response.cookies if cookie.key == flash.COOKIE]
    return f"{cookie.key}={cookie.value}"


async def test_note_is_shown_once_on_the_next_whole_page(pages: Litestar) -> None:
    left = htmx.after_post(asked(pages), "/page", 'Saved; "ü" <b>', tone="warn")
    assert (left.status_code, left.headers["location"]) == (303, "/page")
    request = asked(pages, cookie=_cookie(left))
    assert flash.read(request) == [Note("warn", 'Saved; "ü" <b>')]
    response = await htmx.render(request, "page.html", {"title": "Page", "thing": ""})
    assert "Saved; &#34;ü&#34; &lt;b&gt;" in response.content
    assert [(cookie.key, cookie.max_age) for cookie in response.cookies] == [(flash.COOKIE, 0)]


async def test_note_waits_while_only_a_block_is_fetched(pages: Litestar) -> None:
    cookie = _cookie(htmx.after_post(asked(pages), "/page", "Saved"))
    request = asked(pages, cookie=cookie, hx_request="true", hx_target="ul#list-of-things")
    response = await htmx.render(request, "page.html", {"title": "Page", "thing": ""})
    assert response.cookies == []


@pytest.mark.parametrize("cookie", ["x", "x.y", ".", "eyJtZXNzYWdlIjoiISJ9.0000", "%00"])
async def test_note_that_we_did_not_sign_is_not_there(pages: Litestar, cookie: str) -> None:
    assert flash.read(asked(pages, cookie=f"{flash.COOKIE}={cookie}")) == []


async def test_note_of_a_changed_cookie_is_not_there(pages: Litestar) -> None:
    cookie = _cookie(htmx.after_post(asked(pages), "/page", "Saved"))
    name, _, value = cookie.partition("=")
    for i in range(0, len(value), 7):
        forged = value[:i] + ("A" if value[i] != "A" else "B") + value[i + 1 :]
        assert flash.read(asked(pages, cookie=f"{name}={forged}")) == []


async def test_script_gets_a_toast_and_the_topic_to_fetch_again(pages: Litestar) -> None:
    answer = htmx.after_post(asked(pages, hx_request="true"), "/page", "Märkt\r\n", changed="posts")
    events = answer.headers["HX-Trigger"]
    assert answer.status_code == 204
    assert events.isascii()
    assert "\n" not in events
    assert json.loads(events) == {"changed": {"topic": "posts"}, "toast": {"level": "ok", "message": "Märkt\r\n"}}


async def test_script_goes_on_to_the_next_page_where_nothing_is_live(pages: Litestar) -> None:
    answer = htmx.after_post(asked(pages, hx_request="true"), "/page", "Saved")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/page")
    assert flash.read(asked(pages, cookie=_cookie(answer))) == [Note("ok", "Saved")]


@pytest.mark.parametrize(
    ("theme", "kept"), [("dark", True), ("light", True), ("pink", False), ("%22%3E%3Cscript%3E", False)]
)
async def test_theme_of_the_cookie_is_one_of_ours(viewer: httpx.AsyncClient, theme: str, kept: bool) -> None:
    viewer.cookies.set("daypart_theme", theme)
    page = (await viewer.get("/guide")).text
    assert (f'data-theme="{theme}"' in page) is kept
    assert ("data-theme=" in page) is kept


async def test_chosen_theme_is_kept(viewer: httpx.AsyncClient) -> None:
    answer = await viewer.post("/theme", data={"theme": "dark", "next": "/guide"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/guide")
    assert 'data-theme="dark"' in (await viewer.get("/guide")).text
    assert (await viewer.post("/theme", data={"theme": "pink"})).status_code == 422
