"""Schedule days and bookings as people use them: made, overridden, booked over, and moved on the calendar."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Browse
from tests.browser.test_accessibility import judge
from tests.system.desk import ZONE, Desk, open_desk

LISBON = ZoneInfo(ZONE)
CHANNEL = "/channels/harbour-tv"
ASSETS = (("ferry", "Night Ferry", "MOV", 80), ("news", "Harbour News", "NEW", 10), ("late", "Late Film", "MOV", 110))


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with a linear channel, two plans and a day made that is farther ahead than days are made by themselves."""
    with open_desk(tmp_path_factory.mktemp("days") / "data") as desk:
        for id, title, type, minutes in ASSETS:
            desk.sql(
                "INSERT INTO asset (id, type, title, name, duration_ms, state, approved, created_ms)"
                " VALUES (?, ?, ?, ?, ?, 'ready', 1, 0)",
                id, type, title, title, minutes * 60_000,
            )  # fmt: skip
        channel = {"title": "Harbour TV", "slug": "harbour-tv", "kind": "linear", "timezone": ZONE}
        desk.ask("POST", "/api/channels", channel)
        for program, asset in (("films", "ferry"), ("night", "late")):
            desk.ask("POST", f"/api{CHANNEL}/programs", {"name": program, "spec": {"type": "asset", "asset": asset}})
        for plan, program in (("Week", "films"), ("Film night", "night")):
            desk.ask("POST", f"/api{CHANNEL}/plans?empty=true", {"name": plan, "priority": 1 if plan == "Week" else 0})
            zone = {"name": "All", "start": "06:00", "end": "24:00", "programs": [program]}
            desk.ask("POST", f"/api{CHANNEL}/plans/{plan}/zones", zone)
        desk.ask("POST", f"/api{CHANNEL}/days/{ahead(8)}", {})
        yield desk


@cache
def today() -> date:
    """The same for all tests of the file, also when midnight comes."""
    return datetime.now(LISBON).date()


def ahead(days: int) -> date:
    return today() + timedelta(days=days)


def wall(hour: int, minute: int) -> str:
    """A time of UTC on that day, on the station's clock."""
    at = datetime(*ahead(8).timetuple()[:3], hour, minute, tzinfo=UTC)  # type: ignore[misc]
    return f"{at.astimezone(LISBON):%H:%M}"


def cancel(station: Desk, booking: str) -> None:
    station.api.delete(f"/api{CHANNEL}/bookings/{booking}").raise_for_status()


@pytest.fixture
def editor(browse: Browse, station: Desk) -> Page:
    return browse(station.url, station.session)


def test_a_day_is_made_looked_at_overridden_and_booked_over(editor: Page, station: Desk) -> None:
    editor.goto(CHANNEL)
    editor.get_by_role("link", name="Days").click()
    editor.locator("li.dates__row", has=editor.locator(f'[href$="{ahead(7)}"]')).get_by_role("button").click()
    expect(editor.get_by_text("is made.")).to_be_visible()
    expect(editor.locator(".rundown__row").first).to_contain_text("Night Ferry")
    editor.get_by_role("link", name="Check").click()
    expect(editor.get_by_text("Nothing is wrong with this day")).to_be_visible()
    editor.get_by_role("link", name="Override").click()
    dialog = editor.get_by_role("dialog")
    dialog.get_by_label("Plan").select_option("Film night")
    dialog.get_by_role("button", name="Show what changes").click()
    expect(dialog.get_by_role("cell", name="Late Film").first).to_be_visible()
    dialog.get_by_role("button", name="Override day").click()
    expect(editor.get_by_text("Overridden by Film night")).to_be_visible()
    editor.get_by_role("link", name="Add booking").click()
    editor.get_by_label("Search the library").fill("news")
    editor.get_by_role("button", name="Search").click()
    editor.get_by_label("Harbour News").check()
    editor.get_by_label("Starts").fill("20:15:00")
    editor.get_by_role("button", name="Show what it cuts").click()
    expect(editor.get_by_text("Late Film, 20:00 – 22:00, ends at 20:15 and goes on at 20:25")).to_be_visible()
    editor.get_by_role("button", name="Book", exact=True).click()
    expect(editor.get_by_text("Harbour News is booked")).to_be_visible()
    editor.goto(f"{CHANNEL}/days/{ahead(7)}")
    expect(editor.locator('.rundown__row[data-kind="booking"]')).to_contain_text("20:15")


def test_pages_of_days_and_bookings_are_accessible(editor: Page, station: Desk) -> None:
    wanted = {"asset": "news", "start": f"{ahead(8)}T09:10:00+00:00"}
    booked = station.ask("POST", f"/api{CHANNEL}/bookings", wanted)["id"]
    day = f"{CHANNEL}/days/{ahead(8)}"
    new = f"{CHANNEL}/bookings/new?asset=ferry&date={ahead(8)}&time=12:00"
    week = f"/schedule?view=week&date={ahead(8)}"
    for path in (day, new, week):
        judge(editor, lambda path=path: editor.goto(path))  # type: ignore[misc]
    cancel(station, booked)


class Booked:
    """A booking on the calendar's page of its day."""

    def __init__(self, page: Page, desk: Desk, at: str) -> None:
        made = desk.ask("POST", f"/api{CHANNEL}/bookings", {"asset": "news", "start": f"{ahead(8)}T{at}+00:00"})
        self.id, self.page, self._desk = made["id"], page, desk
        page.goto(f"/schedule?view=day&date={ahead(8)}")

    @property
    def pin(self) -> Locator:
        return self.page.locator(f"#i-booking-{self.id}")

    @property
    def edge(self) -> Locator:
        return self.page.locator(f'[data-end-of="i-booking-{self.id}"]')

    @property
    def minutes(self) -> tuple[int, int]:
        """How many minutes after noon UTC it begins, and how many it lasts."""
        ((start, end),) = self._desk.sql("SELECT start_ms, end_ms FROM booking WHERE id = ?", self.id)
        noon = datetime.fromisoformat(f"{ahead(8)}T12:00:00+00:00").timestamp() * 1000
        return round((start - noon) / 60_000), (end - start) // 60_000

    def hour(self) -> float:
        """How many pixels an hour takes."""
        box = self.page.locator(".lane").first.bounding_box()
        assert box
        units = int(self.page.locator("[data-units]").get_attribute("data-units") or 0)
        return box["width"] / units * 12

    def drag(self, what: Locator, by: float) -> None:
        box = what.bounding_box()
        assert box
        x, y = box["x"] + min(4, box["width"] / 2), box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + by / 2, y, steps=3)
        self.page.mouse.move(x + by, y, steps=3)
        self.page.mouse.up()


def test_a_booking_is_dragged_ended_by_its_edge_and_by_keys_and_undone(browse: Browse, station: Desk) -> None:
    editor = browse(station.url, station.session, provoked=(409,))
    one = Booked(editor, station, "12:10:00")
    one.drag(one.pin, one.hour() * 2)
    toast = editor.locator(".toast__text").last
    expect(toast).to_contain_text("“Harbour News” moved to")
    assert one.minutes == (130, 10)
    expect(one.pin).to_have_attribute("data-at", f"{ahead(8)}T{wall(14, 10)}")
    one.drag(one.edge, one.hour() / 2)
    expect(toast).to_contain_text("“Harbour News” ends")
    assert one.minutes == (130, 40)
    editor.get_by_role("button", name="Undo", exact=True).last.click()
    expect(toast).to_contain_text("“Harbour News” is back")
    assert one.minutes == (130, 10)
    editor.reload()
    one.pin.focus()
    for key in ("Enter", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowLeft", "Enter"):
        editor.keyboard.press(key)
    expect(editor.locator("#calendar-says")).to_contain_text("“Harbour News” ends")
    assert one.minutes == (130, 15)
    other = Booked(editor, station, "15:10:00")
    other.drag(other.pin, -other.hour())
    expect(toast).to_contain_text("Harbour News is booked from")
    assert other.minutes == (190, 10)
    for each in (one, other):
        cancel(station, each.id)


def test_without_scripts_a_day_is_made_again_and_a_booking_made_moved_and_cancelled(
    browse: Browse, station: Desk
) -> None:
    page = browse(station.url, station.session, java_script_enabled=False)
    page.goto(f"{CHANNEL}/days/{ahead(8)}")
    page.get_by_role("link", name="Make again").click()
    expect(page.get_by_text("Nothing would change")).to_be_visible()
    page.get_by_role("button", name="Make again").click()
    expect(page.get_by_text("is made again.")).to_be_visible()
    page.get_by_role("link", name="Book over Night Ferry at 18:00").click(force=True)
    page.get_by_label("Harbour News").check()
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("Harbour News is booked")).to_be_visible()
    page.locator(".rundown__row", has_text="18:00").get_by_role("link", name="Harbour News").click()
    page.get_by_label("Starts").fill("18:30:00")
    page.get_by_role("button", name="Save booking").click()
    expect(page.get_by_text("Harbour News airs")).to_be_visible()
    page.get_by_role("button", name="Cancel booking").click()
    expect(page.get_by_text("Harbour News is cancelled.")).to_be_visible()
