"""Posts that repeat, as people set them, with and without scripts."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.steps import card
from tests.browser.test_accessibility import judge
from tests.system.desk import ZONE, Desk
from tests.system.films import Films

LIST, PAGE = "/schedule/posts", "/schedule/repetitions"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@pytest.fixture(scope="module")
def channel(desk: Desk) -> str:
    return desk.channel("Daily Ferry")


@SCRIPTS
def test_new_post_repeats_is_paused_and_stopped(
    browse: Browse, desk: Desk, films: Films, channel: str, scripts: bool
) -> None:
    title, at = f"Ferry {scripts}", f"18:1{int(scripts)}"
    asset = desk.asset(films.film(title))
    first = (datetime.now(ZoneInfo(ZONE)) + timedelta(days=1)).date()
    page = browse(desk.url, desk.session, java_script_enabled=scripts)
    page.goto(f"{LIST}/new")
    page.get_by_label("Or a video of the library").select_option(asset)
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_role("checkbox", name="Daily Ferry").check(force=True)
    page.get_by_label("Date").fill(first.isoformat())
    page.get_by_label("Time, Lisbon").fill(at)
    page.get_by_label("Repeats").select_option("Daily")
    if not scripts:
        page.get_by_role("button", name="Show the next times").click()
    expect(page.get_by_text(f"Every day at {at} (Europe/Lisbon)")).to_be_visible()
    expect(page.locator("#repeat-preview li")).to_have_count(5)
    page.get_by_role("button", name="Schedule", exact=True).click()
    expect(card(page, title).first.get_by_text("Repeats")).to_be_visible()
    page.goto(PAGE)
    mine = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=title))
    mine.get_by_role("button", name="Pause").click()
    expect(mine.get_by_text("Paused")).to_be_visible()
    mine.get_by_role("button", name="Resume").click()
    expect(mine.get_by_text("Repeats", exact=True)).to_be_visible()
    mine.get_by_role("button", name="Stop").click()
    if scripts:
        page.get_by_role("button", name="Stop repetition").click()
    expect(mine).to_have_count(0)


def test_pages_of_repetitions_are_accessible(page: Page, desk: Desk, films: Films, channel: str) -> None:
    post = desk.post(desk.asset(films.film("Ferry times")), "Ferry times", channel, minutes=9100)
    rule = {"first": "2026-01-01", "time": "07:05", "unit": "weeks", "weekdays": ["mon", "thu", "sat"]}
    desk.ask("PUT", f"/api/schedule/post/{post}/repetition", rule)
    for path in (PAGE, f"{LIST}/{post}", f"{LIST}/{post}/repetition"):
        judge(page, lambda path=path: page.goto(path))  # type: ignore[misc]
