"""What one does with posts on the desk: moved, cancelled, tried again, seen live, filtered."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.steps import card, expect_status
from tests.system.desk import ZONE, Desk
from tests.system.films import Films

LIST = "/schedule/posts"
LISBON = ZoneInfo(ZONE)
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@pytest.fixture(scope="module")
def channel(desk: Desk) -> str:
    return desk.channel("Early Bus")


def planned(desk: Desk, films: Films, channel: str, title: str, minutes: float) -> str:
    return desk.post(desk.asset(films.film(title)), title, channel, minutes=minutes)


@SCRIPTS
def test_post_is_rescheduled(browse: Browse, desk: Desk, films: Films, channel: str, scripts: bool) -> None:
    title = f"Moved {scripts}"
    planned(desk, films, channel, title, 3000 + 10 * scripts)
    page = browse(desk.url, desk.session, java_script_enabled=scripts)
    page.goto(LIST)
    card(page, title).get_by_role("link", name="Reschedule").click()
    day = (datetime.now(LISBON) + timedelta(days=3)).date()
    page.get_by_label("Date").fill(day.isoformat())
    page.get_by_label("Time, Lisbon").fill(f"16:{10 + scripts}")
    page.get_by_role("button", name="Move post").click()
    expect(page.get_by_text("Moved to")).to_be_visible()
    expect(card(page, title).locator("time")).to_have_text(f"16:{10 + scripts}")


@SCRIPTS
def test_time_that_is_taken_is_refused_at_its_field(
    browse: Browse, desk: Desk, films: Films, channel: str, scripts: bool
) -> None:
    there, title = planned(desk, films, channel, f"There {scripts}", 4000 + 10 * scripts), f"Wants {scripts}"
    planned(desk, films, channel, title, 4400 + 10 * scripts)
    due = datetime.fromisoformat(desk.ask("GET", f"/api/schedule/post/{there}")["scheduled_time"]).astimezone(LISBON)
    page = browse(desk.url, desk.session, provoked=(409,), java_script_enabled=scripts)
    page.goto(LIST)
    card(page, title).get_by_role("link", name="Reschedule").click()
    page.get_by_label("Date").fill(due.date().isoformat())
    page.get_by_label("Time, Lisbon").fill(f"{due:%H:%M}")
    page.get_by_role("button", name="Move post").click()
    field = page.get_by_label("Time, Lisbon")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value(f"{due:%H:%M}")
    expect(field).to_have_accessible_description(re.compile(f"Early Bus has “There {scripts}” at .*Free next"))


@SCRIPTS
def test_post_is_kept_or_cancelled(browse: Browse, desk: Desk, films: Films, channel: str, scripts: bool) -> None:
    title = f"Cancelled {scripts}"
    planned(desk, films, channel, title, 5000 + 10 * scripts)
    page = browse(desk.url, desk.session, java_script_enabled=scripts)
    page.goto(LIST)
    card(page, title).get_by_role("link", name="Cancel", exact=True).click()
    expect(page.get_by_text("Nothing is published to Early Bus.")).to_be_visible()
    page.get_by_role("link", name="Keep post").click()
    page.goto(LIST)
    expect_status(page, title, "Pending")
    card(page, title).get_by_role("link", name="Cancel", exact=True).click()
    page.get_by_role("button", name="Cancel post").click()
    expect(page.get_by_text("Post cancelled.")).to_be_visible()
    page.goto(f"{LIST}?status=cancelled")
    expect_status(page, title, "Cancelled")


@SCRIPTS
def test_failed_post_says_why_and_is_tried_again(browse: Browse, desk: Desk, films: Films, scripts: bool) -> None:
    title = f"Refused {scripts}"
    # Scripted by path, so that only this channel's receiver changes its mind.
    asked = desk.channel(f"Strict {scripts}", f"400/{scripts}")
    post = planned(desk, films, asked, title, 6000)
    desk.act(post, "force")
    desk.await_state(post, "failed")
    desk.receiver.post("/script", {"path": f"/400/{scripts}", "behaviours": ["ok"]})
    page = browse(desk.url, desk.session, java_script_enabled=scripts)
    page.goto(f"{LIST}?q=Refused")
    expect_status(page, title, "Failed")
    expect(card(page, title)).to_contain_text("The receiver answered 400 and refused the post")
    card(page, title).get_by_role("button", name="Retry").click()
    expect(page.get_by_text("Trying again.")).to_be_visible()
    desk.await_state(post, "published")
    if not scripts:
        page.goto(f"{LIST}?q=Refused")
    expect_status(page, title, "Posted")


def test_post_made_by_a_program_appears_and_changes_live(page: Page, desk: Desk, films: Films, channel: str) -> None:
    page.goto(LIST)
    expect(page.get_by_role("heading", name="Schedule", exact=True)).to_be_visible()
    post = planned(desk, films, channel, "From a script", 7000)
    expect_status(page, "From a script", "Pending")
    desk.act(post, "force")
    expect_status(page, "From a script", "Posted")


def test_page_of_a_post_changes_live(page: Page, desk: Desk, films: Films, channel: str) -> None:
    post = planned(desk, films, channel, "Watched", 7100)
    page.goto(f"{LIST}/{post}")
    head = page.locator("#post-detail header .badge").first
    expect(head).to_have_text("Pending")
    desk.act(post, "force")
    expect(head).to_have_text("Posted")
    expect(page.get_by_text("Send, try 1")).to_be_visible()


def test_countdown_changes_each_second(page: Page, desk: Desk, films: Films, channel: str) -> None:
    planned(desk, films, channel, "Soon", 5)
    page.goto(LIST)
    left = card(page, "Soon").locator("[data-until]")
    expect(left).to_have_text(re.compile(r"^in 4:\d\d$"))
    seen = set()
    for _ in range(35):
        seen.add(left.inner_text())
        page.wait_for_timeout(100)
    assert len(seen) in (4, 5)
    assert all(re.fullmatch(r"in 4:\d\d", text) for text in seen)


def test_filters_narrow_the_list_and_stand_in_the_address(page: Page, desk: Desk, films: Films, channel: str) -> None:
    cancelled = planned(desk, films, channel, "Peonies in vain", 8000)
    planned(desk, films, channel, "Peonies in May", 8010)
    desk.ask("DELETE", f"/api/schedule/post/{cancelled}")
    page.goto(LIST)
    page.get_by_label("Search posts").press_sequentially("peonies", delay=20)
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page).to_have_url(re.compile("q=peonies"))
    page.get_by_label("Status").select_option("Cancelled")
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page).to_have_url(re.compile("status=cancelled"))
    page.reload()
    expect(page.get_by_label("Search posts")).to_have_value("peonies")
    expect(card(page, "Peonies in vain")).to_be_visible()
    page.get_by_label("Search posts").fill("no such flower")
    page.get_by_role("link", name="Clear filters").click()
    expect(card(page, "Peonies in May")).to_be_visible()


def test_time_is_the_stations_wherever_the_browser_is(page: Page, desk: Desk, films: Films, channel: str) -> None:
    planned(desk, films, channel, "By the station clock", 9000)
    due = (datetime.now(UTC) + timedelta(minutes=9000)).astimezone(LISBON)
    page.goto(f"{LIST}?q=By the station clock")
    shown = card(page, "By the station clock").locator("time")
    assert shown.inner_text() in (f"{due:%H:%M}", f"{due - timedelta(seconds=30):%H:%M}")
    expect(page.locator("[data-clock-zone]")).to_contain_text("Lisbon")
