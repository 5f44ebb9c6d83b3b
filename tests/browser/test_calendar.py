"""Moving what stands on the calendar: by mouse, keys, finger and plain form; refused, undone, and seen by others."""

import re
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from app.clock import resolve, to_ms
from tests.browser.conftest import Browse
from tests.browser.test_accessibility import NARROW, judge
from tests.system.desk import ZONE, Desk
from tests.system.films import Films

LISBON = ZoneInfo(ZONE)
_weeks = count(2)


@pytest.fixture(scope="module")
def channel(desk: Desk) -> str:
    return desk.channel("Calendar Club")


@pytest.fixture
def monday() -> date:
    """A week that no other test plans in."""
    today = datetime.now(LISBON).date()
    return today + timedelta(days=7 * next(_weeks) - today.weekday())


class Plan:
    """Posts at wall-clock times of one week."""

    def __init__(self, desk: Desk, films: Films, channel: str, monday: date) -> None:
        self._desk, self._films, self._channel, self.monday = desk, films, channel, monday

    def post(self, title: str, day: int, at: str) -> str:
        """Plan a post on a day of the week; returns the id of its target."""
        wanted = {
            "asset": self._desk.asset(self._films.film(f"{title} {self.monday}")), "title": title,
            "channels": [self._channel], "scheduled_time": f"{self.on(day)}T{at}", "timezone": ZONE,
        }  # fmt: skip
        made = self._desk.ask("POST", "/api/schedule/post", wanted)
        target: str = made["post"]["targets"][0]["id"]
        return target

    def on(self, day: int) -> str:
        return (self.monday + timedelta(days=day)).isoformat()

    def at(self, target: str) -> str:
        """When a target is due, on the station's clock."""
        ((due_ms,),) = self._desk.sql("SELECT due_ms FROM target WHERE id = ?", target)
        return f"{datetime.fromtimestamp(due_ms / 1000, LISBON):%Y-%m-%dT%H:%M}"

    def href(self, view: str = "week") -> str:
        return f"/schedule?view={view}&date={self.monday}&channel={self._channel}"


@pytest.fixture
def plan(desk: Desk, films: Films, channel: str, monday: date) -> Plan:
    return Plan(desk, films, channel, monday)


def pin(page: Page, target: str) -> Locator:
    return page.locator(f"#i-post-{target}")


def says(page: Page, words: str) -> None:
    expect(page.locator("#calendar-says")).to_contain_text(words)


def drag(page: Page, target: str, by_x: float, to: Locator | None = None) -> None:
    box = pin(page, target).bounding_box()
    goal = to.bounding_box() if to else box
    assert box
    assert goal
    x, y = box["x"] + 12, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by_x / 2, y, steps=3)
    page.mouse.move(x + by_x, goal["y"] + goal["height"] / 2 if to else y, steps=4)
    page.mouse.up()


def test_drag_to_another_day_keeps_the_time_of_day_and_is_undone(page: Page, plan: Plan) -> None:
    target = plan.post("Dragged", 1, "16:35")
    page.goto(plan.href())
    drag(page, target, 2, page.locator(f"#day-{plan.on(3)} .lane").first)
    expect(pin(page, target)).to_have_attribute("data-at", f"{plan.on(3)}T16:35")
    assert plan.at(target) == f"{plan.on(3)}T16:35"
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("is back at")).to_be_visible()
    expect(pin(page, target)).to_have_attribute("data-at", f"{plan.on(1)}T16:35")
    assert plan.at(target) == f"{plan.on(1)}T16:35"


def test_drag_along_the_day_moves_in_steps_of_five_minutes(page: Page, plan: Plan) -> None:
    target = plan.post("Along", 2, "10:00")
    page.goto(plan.href())
    lane = pin(page, target).locator("xpath=..").bounding_box()
    assert lane
    drag(page, target, lane["width"] / 18 * 3)  # 18 hours are shown: three of them
    expect(pin(page, target)).to_have_attribute("data-at", f"{plan.on(2)}T13:00")
    assert plan.at(target) == f"{plan.on(2)}T13:00"


def test_drag_over_a_month_and_down_a_channel(page: Page, plan: Plan) -> None:
    target = plan.post("Elsewhere", 1, "11:15")
    page.goto(plan.href("channel"))
    drag(page, target, across(page, target, f"#day-{plan.on(2)}"))
    expect(pin(page, target)).to_have_attribute("data-at", f"{plan.on(2)}T11:15")
    page.goto(plan.href("month"))
    drag(page, target, across(page, target, f'td[data-date="{plan.on(4)}"]'))
    expect(pin(page, target)).to_have_attribute("data-at", f"{plan.on(4)}T11:15")
    assert plan.at(target) == f"{plan.on(4)}T11:15"


def across(page: Page, target: str, there: str) -> float:
    """How far a day's column is from a pin."""
    column, own = page.locator(there).bounding_box(), pin(page, target).bounding_box()
    assert column
    assert own
    return column["x"] - own["x"] + 20


def test_keys_pick_up_move_drop_and_tell(page: Page, plan: Plan) -> None:
    target = plan.post("By keys", 1, "12:00")
    page.goto(plan.href())
    pin(page, target).focus()
    page.keyboard.press("Enter")
    says(page, "By keys picked up at")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "PageDown"):
        page.keyboard.press(key)
    says(page, "13:10")
    expect(pin(page, target).locator("time")).to_have_text("13:10")
    page.keyboard.press("Enter")
    says(page, "“By keys” moved to")
    expect(pin(page, target)).to_have_attribute("data-at", f"{plan.on(2)}T13:10")
    expect(pin(page, target)).to_be_focused()
    assert plan.at(target) == f"{plan.on(2)}T13:10"


def test_escape_puts_back(page: Page, plan: Plan) -> None:
    target = plan.post("Put back", 1, "12:00")
    page.goto(plan.href())
    pin(page, target).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    says(page, "Put back is back at")
    expect(pin(page, target).locator("time")).to_have_text("12:00")
    assert plan.at(target) == f"{plan.on(1)}T12:00"


def test_refused_drop_returns_and_says_why(browse: Browse, desk: Desk, plan: Plan) -> None:
    plan.post("There", 2, "12:00")
    target = plan.post("Wants it", 1, "12:00")
    page = browse(desk.url, desk.session, provoked=(409,))
    page.goto(plan.href())
    before = pin(page, target).bounding_box()
    drag(page, target, 0, page.locator(f"#day-{plan.on(2)} .lane").first)
    expect(page.get_by_role("alert")).to_contain_text("has “There”")
    expect(pin(page, target)).to_have_attribute("data-at", f"{plan.on(1)}T12:00")
    expect(pin(page, target).locator("time")).to_have_text("12:00")
    page.wait_for_function(
        "([id, y]) => Math.abs(document.getElementById(id).getBoundingClientRect().y - y) < 2",
        arg=[f"i-post-{target}", before["y"] if before else 0],
    )
    assert plan.at(target) == f"{plan.on(1)}T12:00"


def test_second_of_two_people_is_told_and_sees_the_first_ones_move(browse: Browse, desk: Desk, plan: Plan) -> None:
    target = plan.post("Wanted by two", 1, "12:00")
    anna, otto = browse(desk.url, desk.session), browse(desk.url, desk.session_of("editor"), provoked=(409,))
    for page in (anna, otto):
        page.goto(plan.href())
        pin(page, target).focus()
        page.keyboard.press("Enter")
    anna.keyboard.press("ArrowDown")
    anna.keyboard.press("Enter")
    # Drawn live where it is held by another, who drops it on what they did not see.
    expect(pin(otto, target)).to_have_attribute("data-at", f"{plan.on(2)}T12:00")
    otto.keyboard.press("ArrowRight")
    otto.keyboard.press("Enter")
    expect(otto.get_by_role("alert")).to_contain_text("was changed by someone else meanwhile")
    assert plan.at(target) == f"{plan.on(2)}T12:00"


def test_finger_opens_the_move_form_in_the_agenda(browse: Browse, desk: Desk, plan: Plan) -> None:
    target = plan.post("Tapped", 1, "12:00")
    page = browse(desk.url, desk.session, viewport=NARROW, has_touch=True, is_mobile=True)
    page.goto(plan.href())
    box = pin(page, target).bounding_box()
    assert box
    assert box["height"] >= 38
    assert box["width"] > 300
    pin(page, target).tap()
    dialog = page.get_by_role("dialog", name="Tapped")
    dialog.get_by_label("Time, Lisbon").fill("15:20")
    dialog.get_by_role("button", name="Move").click()
    expect(page.get_by_text("“Tapped” moved to")).to_be_visible()
    expect(pin(page, target)).to_have_attribute("data-at", f"{plan.on(1)}T15:20")
    page.get_by_role("button", name="Undo", exact=True).tap()
    expect(pin(page, target)).to_have_attribute("data-at", f"{plan.on(1)}T12:00")


def test_plain_forms_move_and_undo(browse: Browse, desk: Desk, plan: Plan) -> None:
    target = plan.post("Plain", 1, "12:00")
    page = browse(desk.url, desk.session, java_script_enabled=False)
    page.goto(plan.href())
    pin(page, target).click()
    page.get_by_label("Time, Lisbon").fill("18:05")
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_text("“Plain” moved to")).to_be_visible()
    expect(pin(page, target)).to_have_attribute("data-at", f"{plan.on(1)}T18:05")
    page.get_by_role("button", name="Undo move").click()
    expect(pin(page, target)).to_have_attribute("data-at", f"{plan.on(1)}T12:00")
    page.get_by_label("Search titles").fill("Nothing of the kind")
    page.get_by_role("button", name="Filter").click()
    expect(pin(page, target)).to_have_count(0)


def test_what_was_asked_before_a_filter_is_not_drawn_over_its_answer(page: Page, plan: Plan) -> None:
    target, other = plan.post("Tulips", 1, "12:00"), plan.post("Roses", 1, "14:00")
    page.goto(plan.href())
    expect(pin(page, other)).to_be_visible()
    held: list[Route] = []
    unfiltered = re.compile(r"/schedule\?(?!.*q=)")
    page.route(unfiltered, lambda route: held.append(route))  # noqa: PLW0108 - a built-in method takes no marks
    with page.expect_request(unfiltered):
        page.evaluate("document.dispatchEvent(new CustomEvent('changed', {detail: {topic: 'posts'}}))")
    page.get_by_label("Search titles").fill("tulips")
    page.get_by_label("Search titles").press("Enter")
    expect(pin(page, other)).to_have_count(0)
    page.evaluate("""(id) => {
        const look = () => { window.drawnOver ||= document.getElementById(id) !== null; };
        new MutationObserver(look).observe(document.body, {childList: true, subtree: true});
    }""", f"i-post-{other}")  # fmt: skip
    with page.expect_response(lambda answer: "q=tulips" in answer.url):  # asked once more, by the filter
        for route in held:
            route.continue_()
    expect(pin(page, target)).to_be_visible()
    assert not page.evaluate("window.drawnOver")


def test_filters_stand_in_the_address_and_in_the_export(page: Page, plan: Plan) -> None:
    target, other = plan.post("Tulips", 1, "12:00"), plan.post("Roses", 1, "14:00")
    page.goto(plan.href())
    page.get_by_label("Search titles").fill("tulips")
    page.get_by_label("Search titles").press("Enter")
    expect(pin(page, other)).to_have_count(0)
    expect(pin(page, target)).to_be_visible()
    expect(page).to_have_url(re.compile("q=tulips"))
    page.get_by_role("navigation", name="Zoom").get_by_role("link", name="List").click()
    expect(page).to_have_url(re.compile(r"view=list.*q=tulips"))
    expect(pin(page, other)).to_have_count(0)
    page.get_by_label("Export and print").click()
    with page.expect_download() as file:
        page.get_by_role("link", name="Export CSV").click()
    text = file.value.path().read_text("utf-8-sig")
    assert "Tulips" in text
    assert "Roses" not in text


def test_now_line_stands_at_the_stations_time(page: Page) -> None:
    page.goto("/schedule?view=day&hours=24")
    line, body = page.locator(".day__body .now"), page.locator(".day__body")
    expect(line).to_be_visible()
    there, width = line.bounding_box(), body.bounding_box()
    assert there
    assert width
    now = datetime.now(LISBON)
    start, units = (
        datetime.combine(now.date(), time(), LISBON),
        int(page.locator(".week").get_attribute("data-units") or 0),
    )
    share = (now.timestamp() - start.timestamp()) / (units * 300)
    assert abs((there["x"] - width["x"]) / width["width"] - share) < 0.01


def test_sheet_of_paper_has_the_week_and_where_it_is_from(page: Page, plan: Plan) -> None:
    target = plan.post("Taped to the desk", 1, "12:00")
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(plan.href())
    expect(pin(page, target)).to_be_visible()
    expect(page.locator(".printed")).to_contain_text(f"/schedule?view=week&date={plan.monday}")
    for part in (".sidebar", "#calendar-filters", ".legend"):
        expect(page.locator(part)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


CHANGES = [
    ("Europe/Lisbon", date(2027, 3, 28)), ("Europe/Lisbon", date(2026, 10, 25)),
    ("America/New_York", date(2026, 11, 1)), ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)), ("Asia/Kathmandu", date(2026, 5, 14)),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_scripts_and_desk_read_the_clock_alike(page: Page, zone: str, day: date) -> None:
    page.goto("/schedule")
    minutes = list(range(0, 1440, 15))
    found = page.evaluate(
        """async ([zone, day, minutes]) => {
          document.documentElement.dataset.zone = zone;
          const { instantOf } = await import(`/static/walltime.js?${zone}-${day}`);
          return minutes.map((minute) => instantOf({ day, minute }));
        }""",
        [zone, day.isoformat(), minutes],
    )
    for minute, ms in zip(minutes, found, strict=True):
        meant = resolve(day, time(minute // 60, minute % 60), ZoneInfo(zone))
        if not meant.moved:
            assert ms == to_ms(meant.at), (minute, ms)


def test_item_is_accessible(page: Page, plan: Plan) -> None:
    target = plan.post("Seen by all", 1, "12:00")

    def opened() -> None:
        page.goto(plan.href())
        pin(page, target).click()
        expect(page.get_by_role("dialog", name="Seen by all")).to_be_visible()

    judge(page, opened)


def test_week_with_a_clash_and_a_clock_change_is_accessible(page: Page, desk: Desk, plan: Plan) -> None:
    one, other = plan.post("One", 1, "12:00"), plan.post("Other", 1, "14:00")
    desk.sql("UPDATE target SET due_ms = (SELECT due_ms + 20000 FROM target WHERE id = ?) WHERE id = ?", one, other)
    judge(page, lambda: page.goto(plan.href()))
    judge(page, lambda: page.goto("/schedule?view=week&date=2027-03-28&hours=24"))
