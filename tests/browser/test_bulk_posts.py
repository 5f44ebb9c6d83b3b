"""Choosing posts in their list and acting on all of them, with scripts and without."""

import secrets

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.system.desk import Desk
from tests.system.films import Films

LIST = "/schedule/posts"


@pytest.fixture
def two(desk: Desk, films: Films) -> list[str]:
    """Two posts a day apart, three weeks ahead, on a channel of their own."""
    channel = desk.channel(f"Kitchen {secrets.token_hex(3)}")
    return [
        desk.post(desk.asset(films.film(f"many {n}")), f"Many at once {n}", channel, minutes=(21 + n) * 24 * 60)
        for n in range(2)
    ]


def status(desk: Desk, *posts: str) -> list[str]:
    return [desk.ask("GET", f"/api/schedule/post/{one}")["status"] for one in posts]


def test_chosen_posts_are_moved_and_cancelled(page: Page, desk: Desk, two: list[str]) -> None:
    before = [desk.ask("GET", f"/api/schedule/post/{one}")["scheduled_time"] for one in two]
    page.goto(f"{LIST}?q=Many+at+once")
    bulk = page.locator("#bulk")
    expect(bulk).to_be_hidden()
    page.get_by_label("Choose Many at once 0").check()
    expect(bulk).to_contain_text("1 post chosen")
    bulk.get_by_role("button", name="All shown").click()
    expect(bulk).to_contain_text("2 posts chosen")
    bulk.get_by_role("button", name="Reschedule").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("Reschedule 2 posts?")
    dialog.get_by_role("spinbutton", name="Days").fill("-1")
    dialog.get_by_role("button", name="Reschedule them").click()
    expect(page.get_by_text("2 posts moved.")).to_be_visible()
    after = [desk.ask("GET", f"/api/schedule/post/{one}")["scheduled_time"] for one in two]
    assert [old > new for old, new in zip(before, after, strict=True)] == [True, True]
    bulk.get_by_role("button", name="Cancel").click()
    page.locator("dialog[open]").get_by_role("button", name="Cancel them").click()
    expect(page.get_by_text("2 posts cancelled.")).to_be_visible()
    assert status(desk, *two) == ["cancelled", "cancelled"]


def test_all_that_match_are_paused_without_scripts(browse: Browse, desk: Desk, two: list[str]) -> None:
    page = browse(desk.url, desk.session, java_script_enabled=False)
    page.goto(f"{LIST}?q=Many+at+once&status=pending")
    page.get_by_label("Choose Many at once 0").check()
    page.get_by_label("All that match").check()
    page.locator("#bulk").get_by_role("button", name="Pause").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pause 2 posts?")
    page.get_by_role("button", name="Pause them").click()
    expect(page.get_by_text("2 posts paused.")).to_be_visible()
    for one in two:
        assert desk.ask("GET", f"/api/schedule/post/{one}")["targets"][0]["paused"]
        desk.ask("DELETE", f"/api/schedule/post/{one}")
