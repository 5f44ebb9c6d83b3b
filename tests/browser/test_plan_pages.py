"""Zones on a week of plans: moved and resized by mouse and keys, refused, undone; gaps mended; the same by plain forms."""

from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.database import new_id
from tests.browser.conftest import Browse
from tests.browser.test_accessibility import judge
from tests.system.desk import ZONE, Desk

_numbers = count(1)
STEPS = 48  # of half an hour, in a day


class Planned:
    """A channel with a plan of two zones, and what they are now."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.slug = f"planned-{next(_numbers)}"
        self.api = f"/api/channels/{self.slug}"
        self.home = f"/channels/{self.slug}/plans"
        wanted = {"title": self.slug.title(), "slug": self.slug, "kind": "linear", "timezone": ZONE}
        desk.ask("POST", "/api/channels", wanted)
        for name, minutes in (("Ferry", 80), ("News", 25)):
            asset = new_id()
            desk.sql(
                "INSERT INTO asset (id, type, title, name, duration_ms, state, approved, created_ms)"
                " VALUES (?, 'MOV', ?, ?, ?, 'ready', 1, 0)",
                asset, name, name, minutes * 60_000,
            )  # fmt: skip
            desk.ask("POST", f"{self.api}/programs", {"name": name, "spec": {"type": "asset", "asset": asset}})
        self.plan = desk.ask("POST", f"{self.api}/plans", {"name": "Week"})["id"]
        self.at = f"{self.home}/{self.plan}"
        self.zone("Day", "06:00", "18:00", "Ferry")
        self.zone("Evening", "19:00", "22:00", "News")

    def zone(self, name: str, start: str, end: str, *programs: str) -> None:
        wanted = {"name": name, "start": start, "end": end, "programs": programs}
        self.desk.ask("POST", f"{self.api}/plans/{self.plan}/zones", wanted)

    def window(self, name: str) -> str:
        zones: list[dict[str, Any]] = self.desk.ask("GET", f"{self.api}/plans/{self.plan}")["zones"]
        return next(f"{one['start']}-{one['end']}" for one in zones if one["name"] == name)


@pytest.fixture
def planned(desk: Desk) -> Planned:
    return Planned(desk)


def block(page: Page, name: str, row: int = 1) -> Locator:
    """A zone on a day of the week, by default on the Tuesday."""
    return page.locator(".week--zones .day").nth(row).locator(".block[data-move]", has_text=name).first


def drag(page: Page, held: Locator, steps: float, *, edge: bool = False) -> None:
    box, lane = held.bounding_box(), held.locator("xpath=..").bounding_box()
    assert box
    assert lane
    y = box["y"] + box["height"] / 2
    x = box["x"] + (box["width"] - 4 if edge else box["width"] / 2)
    by = steps * lane["width"] / STEPS
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by / 2, y, steps=3)
    page.mouse.move(x + by, y, steps=3)
    page.mouse.up()


def says(page: Page, words: str) -> None:
    expect(page.locator("#plans-say")).to_contain_text(words)


def test_zone_is_dragged_resized_undone_and_put_back_where_it_is_refused(
    browse: Browse, desk: Desk, planned: Planned
) -> None:
    page = browse(desk.url, desk.session, provoked=(409,))
    page.goto(planned.at)
    drag(page, block(page, "Evening"), 2)
    says(page, "Evening is 20:00 – 23:00 now.")
    expect(block(page, "Evening", 5)).to_have_attribute("data-start", "1200")  # on all its days
    page.get_by_role("button", name="Undo", exact=True).last.click()
    expect(page.get_by_text("Evening is back at 19:00 – 22:00.")).to_be_visible()
    expect(block(page, "Evening")).to_have_attribute("data-start", "1140")
    assert planned.window("Evening") == "19:00-22:00"
    drag(page, block(page, "Evening"), 3, edge=True)
    says(page, "Evening is 19:00 – 23:30 now.")
    expect(block(page, "Evening")).to_have_attribute("data-end", "1410")
    before = block(page, "Day").bounding_box()
    drag(page, block(page, "Day"), 4)
    says(page, "Day overlaps Evening, 19:00 to 23:30.")
    expect(page.locator("[data-held], [data-echo]")).to_have_count(0)
    assert block(page, "Day").bounding_box() == before
    assert (planned.window("Day"), planned.window("Evening")) == ("06:00-18:00", "19:00-23:30")


def test_zone_is_moved_and_resized_by_keys(page: Page, planned: Planned) -> None:
    page.goto(planned.at)
    held = block(page, "Evening")
    held.focus()
    page.keyboard.press("Enter")
    says(page, "Evening picked up at 19:00 to 22:00.")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    says(page, "19:30 to 22:30")
    page.keyboard.press("Shift+ArrowRight")
    says(page, "19:30 to 23:00")
    expect(page.locator(".block[data-held]")).to_have_count(7)
    page.keyboard.press("Escape")
    says(page, "Evening is back at 19:00 to 22:00.")
    assert planned.window("Evening") == "19:00-22:00"
    page.keyboard.press("Enter")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    says(page, "23:00 to 02:00")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")
    says(page, "Evening is 23:00 – 01:30 now.")
    expect(block(page, "Evening")).to_have_attribute("data-start", "1380")
    expect(block(page, "Evening")).to_be_focused()
    assert planned.window("Evening") == "23:00-01:30"
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # at once: it opens
    expect(page.get_by_role("dialog").get_by_label("Name")).to_have_value("Evening")


def test_week_says_why_mends_gaps_and_lets_zones_be_dragged(page: Page, planned: Planned) -> None:
    ahead = (datetime.now(UTC) + timedelta(days=14)).date()
    planned.desk.ask(
        "POST", f"{planned.api}/plans", {"name": "Gala", "priority": 5, "first": str(ahead), "last": str(ahead)}
    )
    gala = {"name": "Gala night", "start": "20:00", "end": "21:00", "programs": ["Ferry"]}
    planned.desk.ask("POST", f"{planned.api}/plans/Gala/zones", gala)
    page.goto(f"{planned.home}?date={ahead}")
    won = page.locator(f"#day-{ahead} .block", has_text="Gala night")
    won.click()
    expect(page.get_by_role("dialog")).to_contain_text("Gala wins over Week: priority 5 over 0.")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Let Day go on until 19:00").first.click()
    expect(page.get_by_text("Day is 06:00 – 19:00 now.")).to_be_visible()
    expect(page.get_by_role("button", name="Let Day go on until 19:00")).to_have_count(0)
    drag(page, won, 1)
    says(page, "Gala night is 20:30 – 21:30 now.")
    expect(won).to_have_attribute("data-start", "1230")
    assert planned.window("Day") == "06:00-19:00"


def test_zone_is_moved_by_a_plain_form_and_undone(browse: Browse, desk: Desk, planned: Planned) -> None:
    page = browse(desk.url, desk.session, java_script_enabled=False, provoked=(409,))
    page.goto(planned.at)
    block(page, "Evening").click()
    page.get_by_label("From").fill("17:00")
    page.get_by_role("button", name="Save zone").click()
    expect(page.get_by_label("From")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Evening overlaps Day, 06:00 to 18:00. (Z-VAL-09)")).to_be_visible()
    page.get_by_label("From").fill("20:00")
    page.get_by_label("Program to add").select_option("Ferry")
    page.get_by_role("button", name="Add program").click()
    page.get_by_role("button", name="Move Ferry up").click()
    page.get_by_role("button", name="Save zone").click()
    expect(page.get_by_text("Evening is saved: every day, 20:00 – 22:00.")).to_be_visible()
    expect(page.get_by_role("cell", name="Ferry, News")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Evening is back at 19:00 – 22:00.")).to_be_visible()
    assert planned.window("Evening") == "19:00-22:00"


def test_pages_of_plans_are_accessible(page: Page, planned: Planned) -> None:
    for path in (planned.home, planned.at):
        judge(page, partial(page.goto, path))
