"""Programs of a channel, made and tried on the desk's pages, with scripts and without."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.test_accessibility import judge
from tests.system.desk import Desk

MIN = 60_000
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
INSERT = (
    "INSERT INTO asset (id, type, title, name, duration_ms, state, approved, created_ms, series, season, episode, genre)"
    " VALUES (?, ?, ?, '', ?, 'ready', ?, 0, ?, ?, ?, ?)"
)


@pytest.fixture(scope="module")
def at(desk: Desk) -> str:
    """The address of a channel's programs, with a series and films in the library."""
    linear = {"title": "Harbour Programs", "kind": "linear", "timezone": "Europe/Lisbon"}
    slug = desk.ask("POST", "/api/channels", linear)["channel"]["slug"]
    show = desk.ask("POST", "/api/series", {"title": "Harbour Lights"})["id"]
    for number in range(1, 6):
        desk.sql(INSERT, f"pp-e{number}", "EPI", f"Shift {number}", 25 * MIN, 1, show, 1, number, "Drama")
    for number in range(1, 4):
        desk.sql(INSERT, f"pp-f{number}", "MOV", f"Fog {number}", 90 * MIN, number < 3, None, None, None, "Horror")
    desk.sql(INSERT, "pp-b", "BMP", "Opening", 20_000, 1, None, None, None, None)
    return f"/channels/{slug}/programs"


def series(page: Page, at: str, name: str) -> None:
    page.goto(at)
    page.get_by_role("link", name="Add program").first.click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Series").fill("Harbour Lights")
    page.get_by_role("button", name="Add program").click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


@SCRIPTS
def test_programs_are_added_set_tried_and_deleted(browse: Browse, desk: Desk, at: str, scripts: bool) -> None:
    page = browse(desk.url, desk.session, java_script_enabled=scripts)
    name = f"Evening {scripts}"
    series(page, at, name)
    following = page.get_by_role("region", name="Next")
    expect(following).to_contain_text("S01E01 Shift 1")
    page.get_by_label("Let this be next").select_option(label="S01E05 Shift 5")
    page.get_by_role("button", name="Set next").click()
    expect(following.locator("strong")).to_have_text("S01E05 Shift 5")
    page.get_by_role("link", name="Try it for a time").click()
    page.get_by_role("button", name="Try", exact=True).click()
    told = page.get_by_label("What it means")
    expect(told).to_contain_text("5 matches")
    page.get_by_label("Program", exact=True).select_option(label="The rule below")
    page.get_by_label("Rule as text").fill("types: MOV; genres: horror")
    page.get_by_role("button", name="Try", exact=True).click()
    expect(told).to_contain_text("2 matches")
    told.get_by_text("Not approved for broadcast").click()
    expect(told.get_by_text("Fog 3")).to_be_visible()
    page.goto(at)
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="Delete program").click()
    if scripts:
        page.get_by_role("dialog").get_by_role("button", name="Delete program").click()
    expect(page.get_by_text(f"{name} is deleted.")).to_be_visible()


def test_hour_clock_is_made_row_by_row_by_keys(page: Page, at: str) -> None:
    page.goto(f"{at}/new?kind=clock")
    page.get_by_label("Name").fill("Clips")
    page.get_by_label("Element 1", exact=True).select_option("EPI")
    page.get_by_label("Element 2", exact=True).select_option("BMP")
    page.get_by_role("button", name="Move element 2 up").press("Enter")
    expect(page.get_by_label("Element 1", exact=True)).to_have_value("BMP")
    page.get_by_role("button", name="Another element").click()
    expect(page.get_by_label("Element 3", exact=True)).to_be_visible()
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_text("Clips is added.")).to_be_visible()
    expect(page.get_by_role("region", name="Airs now")).to_contain_text("Opening")


def test_preset_is_looked_at_in_a_plan_then_added(page: Page, desk: Desk, at: str) -> None:
    channel = re.sub("/programs$", "", at)
    plan = desk.ask("POST", f"/api{channel}/plans", {"name": "Week"})
    page.goto(f"{at}/presets")
    page.get_by_role("region", name="Late-night horror").get_by_role("link", name="Look at it").click()
    expect(page.get_by_text("A new plan, Late-night horror")).to_be_visible()
    page.get_by_label("Add it to").select_option(label=plan["name"])
    expect(page.get_by_text(f"In {plan['name']}")).to_be_visible()
    expect(page.get_by_text("2 matches in the library")).to_be_visible()
    page.get_by_role("button", name="Add preset").click()
    expect(page.get_by_text(f"Late-night horror is in {plan['name']}.")).to_be_visible()
    zones = desk.ask("GET", f"/api{channel}/plans/{plan['id']}")["zones"]
    assert "Late-night horror" in [one["name"] for one in zones]


def test_pages_of_programs_are_accessible(page: Page, desk: Desk, at: str) -> None:
    channel = re.sub("/programs$", "", at)
    package = {
        "type": "package", "content": [{"type": "rule", "types": ["EPI"]}], "compose": "pair", "intro": ["pp-b"],
    }  # fmt: skip
    made = desk.ask("POST", f"/api{channel}/programs", {"name": "Pair", "spec": package})["id"]
    plan = desk.ask("POST", f"/api{channel}/plans", {"name": "Copied"})["id"]
    day = (datetime.now(UTC) + timedelta(days=1)).date()
    judge(page, lambda: page.goto(at))
    judge(page, lambda: page.goto(f"{at}/{made}"))
    judge(page, lambda: page.goto(f"{at}/try?date={day}&time=20:00&mode=random&text=types:+EPI"))
    judge(page, lambda: page.goto(f"{channel}/plans/{plan}/copy"))
