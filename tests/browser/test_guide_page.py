"""The guide: read by eye, by keys, on a phone and without scripts; players get their addresses."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Browse
from tests.browser.test_accessibility import NARROW, judge, violations
from tests.system.desk import ZONE, Desk
from tests.system.films import Films

LISBON = ZoneInfo(ZONE)


class Channels:
    """Two channels with a series and a film, planned from today on, with a booking tomorrow at noon."""

    def __init__(self, desk: Desk, films: Films) -> None:
        self.today = datetime.now(LISBON).date()
        self.film = desk.asset(films.film("low water"))
        self.episode = desk.asset(films.film("the quarry line"))
        series = desk.ask("POST", "/api/series", {"title": "Lost Railways"})["id"]
        place = {"version": 1, "series": series, "season": 3, "episode": 2, "genre": "Documentary"}
        desk.ask("PATCH", f"/api/assets/{self.episode}/place", place)
        desk.ask("PATCH", f"/api/assets/{self.film}", {"version": 1, "approved": True})
        desk.ask("PATCH", f"/api/assets/{self.episode}", {"version": 2, "approved": True})
        self.one, self.two = (self._channel(desk, title, series) for title in ("Quay TV", "Quay Extra"))

    def _channel(self, desk: Desk, title: str, series: str) -> str:
        made = desk.ask("POST", "/api/channels", {"title": title, "kind": "linear", "timezone": ZONE})
        slug: str = made["channel"]["slug"]
        address = f"/api/channels/{slug}"
        desk.ask("POST", f"{address}/programs", {"name": "film", "spec": {"type": "asset", "asset": self.film}})
        desk.ask("POST", f"{address}/programs", {"name": "show", "spec": {"type": "series", "series": series}})
        desk.ask("POST", f"{address}/plans?empty=true", {"name": "week"})
        zone = {"name": "day", "start": "00:00", "end": "24:00", "programs": ["film", "show"]}
        desk.ask("POST", f"{address}/plans/week/zones", zone)
        for number in (0, 1):
            # The worker may have made it of the plan before it had its zone.
            desk.ask("POST", f"{address}/days/{self.today + timedelta(days=number)}", {"force": True})
        return slug


@pytest.fixture(scope="module")
def channels(desk: Desk, films: Films) -> Channels:
    return Channels(desk, films)


def focused(page: Page) -> Locator:
    return page.locator(".guide a.block:focus")


def begins(page: Page) -> int:
    return int(focused(page).get_attribute("data-begins") or 0)


def row(page: Page, title: str) -> Locator:
    return page.get_by_role("group", name=title, exact=True)


def test_guide_is_accessible_and_fits_a_phone(page: Page, channels: Channels) -> None:
    def shown() -> None:
        page.goto("/guide?genre=Documentary")
        expect(row(page, "Quay TV").locator("a.block").first).to_be_attached()

    judge(page, shown)
    for path in (f"/guide/{channels.one}", "/guide/subscribe"):
        page.goto(path)
        assert violations(page) == [], path


def test_guide_opens_at_now_and_is_read_by_keys(page: Page, channels: Channels) -> None:
    page.goto("/guide")
    expect(page.locator(".guide__now .now")).to_be_visible()
    stops = page.locator('.guide a.block[tabindex="0"]')
    expect(stops).to_have_count(1)
    air = row(page, "Quay Extra").locator("a.block[data-air]")
    expect(air).to_be_in_viewport()
    # Late in the evening what is on is the last of its row, and early in the morning the first.
    row(page, "Quay Extra").locator("a.block").nth(10).focus()
    at = begins(page)
    page.keyboard.press("ArrowRight")
    after = begins(page)
    assert after > at
    expect(focused(page)).to_be_in_viewport()
    page.keyboard.press("ArrowLeft")
    assert begins(page) == at
    first = focused(page).get_attribute("href") or ""
    page.keyboard.press("ArrowUp")
    other = focused(page).get_attribute("href") or ""
    assert other.split("/")[2] != first.split("/")[2]
    page.keyboard.press("ArrowDown")
    assert focused(page).get_attribute("href") == first
    page.keyboard.press("End")
    last = begins(page)
    page.keyboard.press("Home")
    assert begins(page) < at < last
    expect(stops).to_have_count(1)


def test_programme_opens_over_the_guide_and_focus_comes_back(page: Page, channels: Channels) -> None:
    page.goto("/guide")
    row(page, "Quay TV").locator("a.block[data-air]").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("On now")).to_be_visible()
    expect(dialog.get_by_role("link", name="Open in library")).to_be_visible()
    judged = page.url
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(focused(page)).to_have_count(1)
    assert page.url == judged


def test_what_another_plans_appears_by_itself(page: Page, desk: Desk, channels: Channels) -> None:
    tomorrow = channels.today + timedelta(days=1)
    page.goto(f"/guide?date={tomorrow}")
    blocks = row(page, "Quay Extra").locator("a.block")
    expect(blocks.first).to_be_attached()
    before = blocks.count()
    start = datetime(tomorrow.year, tomorrow.month, tomorrow.day, 12, 10, tzinfo=LISBON)
    end = start + timedelta(minutes=10)
    booking = {"asset": channels.film, "start": start.isoformat(), "end": end.isoformat()}
    desk.ask("POST", f"/api/channels/{channels.two}/bookings", booking)
    expect(row(page, "Quay Extra").get_by_text(re.compile(r"\(continued\)"))).to_be_attached()
    assert blocks.count() > before


def test_date_and_zoom_are_kept_in_the_address(page: Page, channels: Channels) -> None:
    page.goto("/guide?zoom=4h")
    tomorrow = channels.today + timedelta(days=1)
    page.get_by_label("Date", exact=True).fill(tomorrow.isoformat())
    expect(page.get_by_role("heading", name=f"{tomorrow:%a} {tomorrow.day} {tomorrow:%b %Y}")).to_be_visible()
    expect(page).to_have_url(re.compile(f"zoom=4h.*date={tomorrow}"))
    expect(page.locator('.guide[data-zoom="near"]')).to_be_visible()
    page.get_by_role("link", name="Now", exact=True).click()
    expect(page.locator(".guide__now .now")).to_be_visible()


def test_phone_shows_what_is_on_as_a_list(page: Page, channels: Channels) -> None:
    page.set_viewport_size(NARROW)
    page.goto("/guide")
    shown = row(page, "Quay TV").locator("a.block:visible")
    expect(shown.first).to_have_attribute("data-air", "")
    boxes = [one.bounding_box() for one in shown.all()[:3]]
    assert all(box and box["width"] > 300 for box in boxes)
    tops = [box["y"] for box in boxes if box]
    assert tops == sorted(tops)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_player_gets_its_address_in_the_dialog_until_the_link_ends(page: Page, channels: Channels) -> None:
    page.goto("/guide")
    page.get_by_role("link", name="Subscribe").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("New link for").fill("Living room")
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("XMLTV").input_value()
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_text(re.compile("Copied|Selected"))).to_be_visible()
    assert httpx.get(address, trust_env=False).text.count(f'channel="{channels.one}.daypart"') > 10
    assert httpx.get(page.get_by_label("M3U").input_value(), trust_env=False).text.startswith("#EXTM3U")
    page.get_by_role("button", name="End Living room").click()
    page.get_by_role("button", name="End link").click()
    expect(page.get_by_text("The link has ended.")).to_be_visible()
    assert httpx.get(address, trust_env=False).status_code == 401


def test_guide_is_read_and_shared_without_scripts(browse: Browse, desk: Desk, channels: Channels) -> None:
    page = browse(desk.url, desk.session, java_script_enabled=False)
    page.goto("/guide")
    page.get_by_role("link", name="Next day").click()
    tomorrow = channels.today + timedelta(days=1)
    expect(page.get_by_role("heading", name=f"{tomorrow:%a} {tomorrow.day} {tomorrow:%b %Y}")).to_be_visible()
    row(page, "Quay TV").locator("a.block").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("low water|Lost Railways", re.I))
    page.get_by_role("link", name="Channel's day").click()
    expect(page.get_by_role("heading", name="Quay TV")).to_be_visible()
    page.get_by_role("link", name="Week", exact=True).click()
    expect(page.locator("ol.agenda__list").first).to_be_visible()
    page.get_by_label("Date", exact=True).fill(channels.today.isoformat())
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(f"date={channels.today}"))
    page.get_by_role("link", name="Subscribe").click()
    page.get_by_label("Open to everybody").check()
    page.get_by_role("button", name="Save sharing").click()
    expect(page.get_by_text("The guide is open to everybody.")).to_be_visible()
    open_address = page.get_by_label("XMLTV").input_value()
    assert httpx.get(open_address, trust_env=False).status_code == 200
    page.get_by_label("Open to everybody").uncheck()
    page.get_by_role("button", name="Save sharing").click()
    assert httpx.get(open_address, trust_env=False).status_code == 401
