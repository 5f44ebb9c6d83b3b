"""Redirects stay on this desk."""

from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.local_paths import checked
from tests import cast

LOCAL = ["/", "/guide", "/guide?day=2026-05-14&x=%2F", "/a//b", "/settings#keys", "/ü"]
FOREIGN = [
    "",
    "guide",
    "//evil.test",
    "///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/a\\b",
    "http://evil.test",
    "https:evil.test",
    "javascript:alert(1)",
    "/\t/evil.test",
    "/\n/evil.test",
    "\t//evil.test",
    " //evil.test",
    "/a\r\nset-cookie: x=1",
    "/\x00",
    "/\x7f",
]


@pytest.mark.parametrize("path", LOCAL)
def test_local_path_is_kept(path: str) -> None:
    assert checked(path) == path


@pytest.mark.parametrize("path", FOREIGN)
def test_everything_else_becomes_the_dashboard(path: str) -> None:
    assert checked(path) == "/"


@given(st.text(alphabet=st.sampled_from("/\\:.@?#%\t\r\n \x00ahtps"), max_size=20))
def test_no_text_leads_to_another_site(text: str) -> None:
    # What a browser does to an address before it reads it: WHATWG URL, basic URL parser.
    seen = checked(text).strip(" \x00").replace("\t", "").replace("\r", "").replace("\n", "").replace("\\", "/")
    assert seen.startswith("/")
    assert not seen.startswith("//")
    parts = urlsplit(seen)
    assert (parts.scheme, parts.netloc) == ("", "")


async def test_sign_in_leads_to_no_other_site(stranger: httpx.AsyncClient) -> None:
    for path in FOREIGN:
        form = {"name": "Ada", "password": cast.PASSWORD, "next": path}
        assert (await stranger.post("/sign-in", data=form)).headers["location"] == "/", path


async def test_sign_in_leads_to_the_page_that_was_wanted(stranger: httpx.AsyncClient) -> None:
    form = {"name": "Ada", "password": cast.PASSWORD, "next": "/guide?day=1"}
    assert (await stranger.post("/sign-in", data=form)).headers["location"] == "/guide?day=1"
