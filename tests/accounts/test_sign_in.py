"""Signing in and out, as a browser without scripts does it."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from app.accounts.rules import PAUSE_MS, TRIES
from app.accounts.secrets import digest
from app.clock import ManualClock
from app.database import sql
from app.web.sessions import COOKIE
from tests import cast

GOOD = {"name": "Ada", "password": cast.PASSWORD}


async def test_person_signs_in_and_out(stranger: httpx.AsyncClient) -> None:
    page = await stranger.get("/sign-in?next=/guide")
    assert '<form method="post" action="/sign-in">' in page.text
    assert 'name="next" value="/guide"' in page.text
    answer = await stranger.post("/sign-in", data={**GOOD, "next": "/guide"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/guide")
    assert "Ada" in (await stranger.get("/guide")).text
    token = stranger.cookies[COOKIE]
    answer = await stranger.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert COOKIE not in stranger.cookies
    assert await sql("SELECT 1 FROM session WHERE token_hash = ?", digest(token)) == []


async def test_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger: httpx.AsyncClient) -> None:
    for stay, kept in (("", False), ("on", True)):
        answer = await stranger.post("/sign-in", data={**GOOD, "stay": stay})
        (cookie,) = answer.headers.get_list("set-cookie")
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        assert "Secure" not in cookie
        assert ("Max-Age=2592000" in cookie) is kept


async def test_cookie_is_kept_to_https_where_the_desk_is_served_so(app: Litestar) -> None:
    async with cast.browser(app) as client:
        answer = await client.post("https://desk.test/sign-in", data=GOOD, headers={"origin": "https://desk.test"})
    assert "Secure" in answer.headers["set-cookie"]


async def test_each_sign_in_opens_a_new_session_and_ends_the_old_one(stranger: httpx.AsyncClient) -> None:
    tokens = []
    for _ in range(2):
        await stranger.post("/sign-in", data=GOOD)
        tokens.append(stranger.cookies[COOKIE])
    old, new = [await sql("SELECT 1 FROM session WHERE token_hash = ?", digest(token)) for token in tokens]
    assert (old, len(new)) == ([], 1)


async def test_token_that_somebody_planted_is_not_taken_over(stranger: httpx.AsyncClient) -> None:
    stranger.cookies.set(COOKIE, "planted", domain="desk.test")
    await stranger.post("/sign-in", data=GOOD)
    assert stranger.cookies[COOKIE] != "planted"
    assert await sql("SELECT 1 FROM session WHERE token_hash = ?", digest("planted")) == []


@pytest.mark.parametrize("form", [{**GOOD, "password": "wrong"}, {**GOOD, "name": "Nobody"}, {"name": "Ada"}, {}])
async def test_wrong_sign_in_says_how_many_tries_are_left_and_not_what_was_wrong(
    stranger: httpx.AsyncClient, form: dict[str, str]
) -> None:
    answer = await stranger.post("/sign-in", data={**form, "next": "/guide", "stay": "on"})
    assert answer.status_code == 401
    assert "That name and password do not match. 4 tries left before a 5 minute pause." in answer.text
    assert 'name="next" value="/guide"' in answer.text
    assert f'value="{form["name"]}"' in answer.text if "name" in form else True
    assert "checked" in answer.text
    assert "wrong" not in answer.text.split("<form", 1)[1]
    assert "set-cookie" not in answer.headers


async def test_sign_in_pauses_after_too_many_wrong_passwords(stranger: httpx.AsyncClient, clock: ManualClock) -> None:
    for _ in range(TRIES["name"]):
        assert (await stranger.post("/sign-in", data={**GOOD, "password": "wrong"})).status_code == 401
    paused = await stranger.post("/sign-in", data=GOOD)
    assert (paused.status_code, paused.headers["retry-after"]) == (429, "300")
    assert "Sign-in pauses for 5 min." in paused.text
    assert (await stranger.post("/sign-in", data={"name": "Ed", "password": cast.PASSWORD})).status_code == 303
    clock.advance(timedelta(minutes=5))
    assert (await stranger.post("/sign-in", data=GOOD)).status_code == 303


async def test_parallel_guesses_get_no_more_tries_than_others(stranger: httpx.AsyncClient) -> None:
    guesses = [{**GOOD, "password": f"guess {i}"} for i in range(30)]
    answers = await asyncio.gather(*(stranger.post("/sign-in", data=form) for form in guesses))
    checked = [answer for answer in answers if answer.status_code == 401]
    assert len(checked) <= TRIES["name"]
    assert (await stranger.post("/sign-in", data=GOOD)).status_code == 429


async def test_address_that_tries_many_names_is_paused(stranger: httpx.AsyncClient, clock: ManualClock) -> None:
    await sql(
        "INSERT INTO sign_in_failure (subject, failures, until_ms) VALUES (?, ?, ?)",
        f"address:{cast.ADDRESS[0]}", TRIES["address"] - 1, clock.now_ms() + PAUSE_MS,
    )  # fmt: skip
    last = await stranger.post("/sign-in", data={"name": "one more name", "password": "wrong"})
    assert "0 tries left" in last.text
    assert (await stranger.post("/sign-in", data=GOOD)).status_code == 429


async def test_somebody_who_is_signed_in_is_led_on(viewer: httpx.AsyncClient) -> None:
    answer = await viewer.get("/sign-in?next=/guide")
    assert (answer.status_code, answer.headers["location"]) == (303, "/guide")


@pytest.mark.parametrize(("stay", "life"), [("", timedelta(hours=12)), ("on", timedelta(days=30))])
async def test_session_ends_by_itself(
    stranger: httpx.AsyncClient, clock: ManualClock, stay: str, life: timedelta
) -> None:
    await stranger.post("/sign-in", data={**GOOD, "stay": stay})
    clock.advance(life - timedelta(seconds=1))
    assert (await stranger.get("/guide")).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert (await stranger.get("/guide")).status_code == 303


async def test_script_that_signs_in_is_sent_on_by_header(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.post("/sign-in", data=GOOD, headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/")
    assert COOKIE in stranger.cookies


async def test_unreadable_form_is_refused(stranger: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert (await stranger.post("/sign-in", content=b"name=\xff", headers=headers)).status_code == 400
    assert (await stranger.post("/sign-in", content=b"a=" + b"x" * 300_000, headers=headers)).status_code == 413
