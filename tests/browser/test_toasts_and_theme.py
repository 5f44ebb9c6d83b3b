"""What the desk says in passing, and the theme that one chose."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SCHEMES, Browse
from tests.system.desk import Desk
from tests.system.films import Films

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


def test_good_news_leaves_by_itself(page: Page, desk: Desk) -> None:
    channel = desk.channel("Passing")
    page.clock.install()
    page.goto(f"/channels/{channel}")
    page.get_by_role("button", name="Pause").click()
    toast = page.get_by_role("status").get_by_text("Passing is paused. 0 posts wait.")
    expect(toast).to_be_visible()
    page.clock.run_for(5000)
    expect(toast).to_be_visible()
    page.clock.run_for(2000)
    expect(toast).to_be_hidden()


def test_bad_news_stays_until_it_is_dismissed(browse: Browse, desk: Desk, films: Films) -> None:
    channel = desk.channel("Gone Meanwhile")
    post = desk.post(desk.asset(films.film("gone")), "Gone meanwhile", channel, minutes=9800)
    page = browse(desk.url, desk.session, provoked=(409,))
    page.clock.install()
    page.goto("/schedule/posts")
    page.route("**/events", lambda route: route.abort())  # so that the page does not learn of it
    desk.ask("POST", f"/api/channels/{channel}/pause")
    assert desk.state(post) == "scheduled"
    page.get_by_role("article", name="Gone meanwhile").get_by_role("button", name="Post now").click()
    toast = page.get_by_role("alert").filter(has_text="Gone Meanwhile is paused, so nothing goes out there.")
    expect(toast).to_be_visible()
    page.clock.run_for(30_000)  # less than what the page gives a request that is under way
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Dismiss").click()
    expect(toast).to_be_hidden()


def _colour(page: Page) -> str:
    colour: str = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    return colour


@SCRIPTS
def test_chosen_theme_stays(browse: Browse, desk: Desk, scripts: bool) -> None:
    page = browse(desk.url, desk.session, java_script_enabled=scripts, color_scheme="light")
    station, body = page.get_by_label("Station", exact=True), page.locator("body")
    page.goto("/")
    light = _colour(page)
    station.get_by_role("button", name="Use the dark theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(body).not_to_have_css("background-color", light)
    page.goto("/")
    dark = _colour(page)
    assert dark != light
    page.goto("/library")
    assert _colour(page) == dark
    station.get_by_role("button", name="Use the light theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(body).to_have_css("background-color", light)


def test_theme_follows_the_system_until_one_is_chosen(page: Page) -> None:
    page.goto("/")
    seen = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        seen.append(_colour(page))
    assert seen[0] != seen[1]
