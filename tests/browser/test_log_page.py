"""A log on its page: rows are moved by keys and by mouse, a video is dragged in, and each is undone, live for others."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Browse
from tests.browser.test_accessibility import judge
from tests.system.desk import ZONE, Desk

SHOWS = ("Harbour One", "Harbour Two")
LONG = ("Whole Night", 600, "MOV")
SPOTS = ("Quay Garage", "Swim School", "Bakery", "Ferry Times")


@pytest.fixture(scope="module")
def home(desk: Desk) -> str:
    """The log of a channel with shows of 22 minutes on a grid of 30, and spots for their breaks."""
    for title, length, code in (*((show, 22, "EPI") for show in SHOWS), *((spot, 0.5, "COM") for spot in SPOTS), LONG):
        desk.sql(
            "INSERT INTO asset (id, type, title, name, duration_ms, state, approved, created_ms)"
            " VALUES (?, ?, ?, ?, ?, 'ready', 1, 0)",
            f"logged-{title}", code, title, title, round(length * 60_000),
        )  # fmt: skip
    # The day has begun not long ago, so that all of the horizon lies in it.
    day_start = f"{datetime.now(ZoneInfo(ZONE)) - timedelta(hours=1):%H}:00"
    linear = {"title": "Logged", "kind": "linear", "timezone": ZONE, "day_start": day_start}
    slug = desk.ask("POST", "/api/channels", linear)["channel"]["slug"]
    at = f"/api/channels/{slug}"
    desk.ask("POST", f"{at}/programs", {"name": "shows", "spec": {"type": "rule", "types": ["EPI"]}})
    desk.ask("POST", f"{at}/plans", {"name": "week"})
    desk.ask("POST", f"{at}/plans/week/zones", {"name": "all", "start": "00:00", "end": "24:00", "programs": ["shows"]})
    desk.ask("POST", f"{at}/playlog/extend", {})
    answer = desk.api.get("/logs", params={"channel": slug}, headers={"accept": "text/html"})
    return answer.headers["location"]


# The horizon may roll on meanwhile, which adds to the end.
_TITLES = "[...document.querySelectorAll('#rundown .lrow b')].slice(0, 30).map((one) => one.textContent)"
_SAME = f"(wanted) => JSON.stringify({_TITLES}) === JSON.stringify(wanted)"


def titles(page: Page) -> list[str]:
    """The first events, from top to bottom."""
    found: list[str] = page.evaluate(_TITLES)
    return found


def changed(page: Page, before: list[str]) -> list[str]:
    """What the page shows once it is no longer as before."""
    page.wait_for_function(f"(wanted) => !({_SAME})(wanted)", arg=before)
    return titles(page)


def spot(page: Page) -> Locator:
    """A spot some way down; what is above it is in the same block."""
    return page.locator("#rundown .lrow + .lrow[data-open]:has([data-type=COM])").nth(2)


def undone(page: Page, before: list[str]) -> None:
    page.get_by_role("button", name="Undo", exact=True).last.click()
    expect(page.get_by_text("is as it was.").last).to_be_visible()
    page.wait_for_function(_SAME, arg=before)


def test_row_is_moved_by_keys_and_another_sees_it(browse: Browse, desk: Desk, home: str) -> None:
    anna, otto = browse(desk.url, desk.session), browse(desk.url, desk.session_of("viewer"))
    for page in (anna, otto):
        page.goto(home)
    before, own = titles(anna), spot(anna)
    title = own.locator("b").inner_text()
    own.locator(".grip").focus()
    anna.keyboard.press("Enter")
    expect(anna.locator("#log-says")).to_contain_text(f"{title} picked up at")
    anna.keyboard.press("ArrowUp")
    expect(anna.locator("#log-says")).to_contain_text("before ")
    anna.keyboard.press("Escape")
    expect(anna.locator("#log-says")).to_contain_text("stays where it was")
    assert titles(anna) == before
    for key in ("Enter", "ArrowUp", "Enter"):
        anna.keyboard.press(key)
    expect(anna.get_by_text(f"“{title}” is moved.")).to_be_visible()
    moved = changed(anna, before)
    expect(anna.locator("#rundown .grip:focus")).to_have_attribute("aria-label", re.compile(f"^Move {title}"))
    otto.wait_for_function(_SAME, arg=moved)
    undone(anna, before)


def test_row_and_video_are_dragged_and_undone(page: Page, home: str) -> None:
    page.goto(home)
    before, own = titles(page), spot(page)
    above = own.locator("xpath=preceding-sibling::*[1]")
    drag(page, own.locator(".grip"), above)
    expect(page.get_by_text("is moved.")).to_be_visible()
    changed(page, before)
    undone(page, before)
    video = page.locator("#log-library .lib", has_text="Bakery")
    video.scroll_into_view_if_needed()
    drag(page, video, spot(page))
    expect(page.get_by_text("“Bakery” is put in.")).to_be_visible()
    changed(page, before)
    undone(page, before)


def drag(page: Page, what: Locator, to: Locator) -> None:
    what.scroll_into_view_if_needed()
    box, goal = what.bounding_box(), to.bounding_box()
    assert box
    assert goal
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 9, steps=3)
    page.mouse.move(goal["x"] + 120, goal["y"] + 4, steps=5)
    page.mouse.up()


def test_refusal_is_said_and_the_log_stays(browse: Browse, desk: Desk, home: str) -> None:
    page = browse(desk.url, desk.session, provoked=(409,))
    page.goto(home)
    before = titles(page)
    drag(page, page.locator("#log-library .lib", has_text="Whole Night"), spot(page))
    expect(page.get_by_role("alert")).to_contain_text("too long")
    page.reload()
    assert titles(page) == before


def test_plain_forms_replace_and_undo(browse: Browse, desk: Desk, home: str) -> None:
    page = browse(desk.url, desk.session, java_script_enabled=False)
    page.goto(home)
    before, own = titles(page), spot(page)
    other = next(title for title in SPOTS if title != own.locator("b").inner_text())
    own.locator(".lrow__more").click()
    page.get_by_role("link", name="Replace").click()
    page.get_by_label("Search library").fill(other)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name=f"Use {other}").click()
    expect(page.get_by_text("is replaced.")).to_be_visible()
    assert titles(page) != before
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("is as it was.")).to_be_visible()
    assert titles(page) == before


def test_dialog_locks_and_removes(page: Page, home: str) -> None:
    page.goto(home)
    before, own = titles(page), spot(page)
    own.locator(".lrow__more").click()
    page.get_by_role("dialog").get_by_role("button", name="Lock").click()
    expect(page.locator("#rundown .lrow[data-locked]")).to_have_count(1)
    undone(page, before)
    expect(page.locator("#rundown .lrow[data-locked]")).to_have_count(0)


def test_log_and_its_events_are_accessible(page: Page, home: str) -> None:
    judge(page, lambda: page.goto(home))
    event = spot(page).locator(".lrow__more").get_attribute("href") or ""
    judge(page, lambda: page.goto(event))


def test_sheet_of_paper_has_every_row(page: Page, desk: Desk, home: str) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(home)
    shown = page.locator("#rundown .lrow")
    for row in (shown.first, shown.last):
        expect(row).to_be_visible()
    for part in (".sidebar", "#log-library", "#rundown .hours", "#rundown .grip >> nth=0"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.locator(".printed")).to_contain_text(home)
