"""The desk by keyboard, and where the focus is after what one did."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.system.desk import Desk
from tests.system.films import Films

LIST = "/schedule/posts"


@pytest.mark.parametrize(("path", "field"), [(LIST, "Search posts"), ("/library", "Search library")])
def test_slash_goes_to_the_search(page: Page, path: str, field: str) -> None:
    page.goto(path)
    page.keyboard.press("/")
    expect(page.get_by_label(field)).to_be_focused()
    expect(page.get_by_label(field)).to_have_value("")
    page.keyboard.type("a/b")
    expect(page.get_by_label(field)).to_have_value("a/b")


def test_first_tab_skips_to_the_content(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_dialog_takes_the_focus_and_gives_it_back(page: Page) -> None:
    page.goto(LIST)
    opener = page.locator("#add-post")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Add post")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("(box) => box.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_keyboard_stays_in_an_open_dialog(page: Page) -> None:
    page.goto(LIST)
    page.locator("#add-post").click()
    dialog = page.get_by_role("dialog", name="Add post")
    expect(dialog).to_be_visible()
    for _ in range(30):
        page.keyboard.press("Tab")
        inside = "(box) => box.contains(document.activeElement) || document.activeElement === document.body"
        assert dialog.evaluate(inside)


def test_question_begins_at_the_answer_that_changes_nothing(page: Page, desk: Desk) -> None:
    channel = desk.channel("Asked About")
    page.goto(f"/channels/{channel}")
    opener = page.get_by_role("button", name="Deactivate")
    opener.click()
    dialog = page.get_by_role("dialog", name="Deactivate Asked About?")
    expect(dialog.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    assert desk.ask("GET", f"/api/channels/{channel}")["active"] is True


def test_refused_dialog_keeps_what_was_typed_and_goes_to_the_first_wrong_field(
    browse: Browse, desk: Desk, films: Films
) -> None:
    desk.channel("Any Channel")
    asset = desk.asset(films.film("typed"))
    page = browse(desk.url, desk.session, provoked=(422,))
    page.goto(LIST)
    page.locator("#add-post").click()
    dialog = page.get_by_role("dialog", name="Add post")
    dialog.get_by_label("Or a video of the library").select_option(asset)
    dialog.get_by_label("Title", exact=True).fill("Kept")
    dialog.get_by_role("checkbox", name="Any Channel").check()
    dialog.get_by_label("Date").fill("2020-02-02")
    dialog.locator("[name=description]").fill("Kept, too")
    dialog.get_by_role("button", name="Schedule").click()
    time = dialog.get_by_label("Time, Lisbon")
    expect(time).to_have_attribute("aria-invalid", "true")
    expect(time).to_be_focused()
    expect(time).to_have_accessible_description("This time has passed. Choose a later one, or post it now.")
    for name, value in (("title", "Kept"), ("date", "2020-02-02"), ("description", "Kept, too")):
        expect(dialog.locator(f"[name={name}]")).to_have_value(value)
    expect(dialog.get_by_role("checkbox", name="Any Channel")).to_be_checked()
    expect(dialog.get_by_label("Or a video of the library")).to_have_value(asset)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_refused_page_goes_to_the_first_wrong_field(browse: Browse, desk: Desk, scripts: bool) -> None:
    page = browse(desk.url, desk.session, provoked=(422,), java_script_enabled=scripts)
    page.goto("/channels/new")
    page.get_by_label("Title", exact=True).fill("Misplaced")
    page.get_by_label("Short name").fill("misplaced")
    page.get_by_label("Time zone").fill("Europe/Nowhere")
    page.get_by_label("Webhook address").fill("http://127.0.0.1:9/ok")
    page.get_by_role("button", name="Add channel").click()
    field = page.get_by_label("Time zone")
    expect(field).to_be_focused()
    expect(field).to_have_value("Europe/Nowhere")
    expect(page.get_by_label("Title")).to_have_value("Misplaced")


def test_focus_survives_a_live_change(page: Page, desk: Desk, films: Films) -> None:
    channel = desk.channel("Focus Kept")
    desk.post(desk.asset(films.film("focus one")), "Focus one", channel, minutes=9500)
    page.goto(LIST)
    button = page.get_by_role("article", name="Focus one").get_by_role("button", name="Post now")
    button.focus()
    desk.post(desk.asset(films.film("focus two")), "Focus two", channel, minutes=9490)
    expect(page.get_by_role("article", name="Focus two")).to_be_visible()
    expect(button).to_be_focused()
