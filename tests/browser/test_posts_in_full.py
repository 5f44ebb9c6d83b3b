"""What one does to a post before it goes out: write it for each channel, keep it as a draft, have it approved."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.steps import card, expect_status
from tests.browser.test_posts import LIST, SCRIPTS
from tests.system.desk import Desk
from tests.system.films import Films


@pytest.fixture(scope="module")
def channels(desk: Desk) -> list[str]:
    return [desk.channel("Ferry News"), desk.channel("Slow Kitchen")]


def pick(page: Page, *titles: str) -> None:
    for title in titles:
        page.locator("label.pick", has_text=title).click()


@pytest.mark.usefixtures("channels")
def test_preview_and_counters_follow_what_is_typed(page: Page, desk: Desk) -> None:
    desk.ask("POST", "/api/hashtag-sets", {"name": "Market day", "hashtags": "market harbour"})
    page.goto(f"{LIST}/new")
    expect(page.get_by_text("Choose a channel to see what it would be sent.")).to_be_visible()
    expect(page.get_by_label("Title on Slow Kitchen")).to_have_count(1)
    expect(page.locator("summary", has_text="Slow Kitchen")).to_be_hidden()
    pick(page, "Ferry News", "Slow Kitchen")
    page.get_by_label("Title", exact=True).press_sequentially("Rain 🌧", delay=20)
    ferry, kitchen = page.get_by_role("article", name="Ferry News"), page.get_by_role("article", name="Slow Kitchen")
    expect(ferry.get_by_role("list", name="Limits of Webhook")).to_contain_text("Title 6 of 100 characters")
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    page.locator("summary", has_text="Slow Kitchen").click()
    page.get_by_label("Title on Slow Kitchen").fill("x" * 101)
    expect(kitchen).to_contain_text("the title has 101 characters; at most 100 fit.")
    expect(ferry).not_to_contain_text("at most 100 fit")
    page.get_by_label("Hashtags optional", exact=True).fill("harbour")
    page.get_by_role("button", name="Market day").click()
    expect(page.get_by_label("Hashtags optional", exact=True)).to_have_value("harbour market")
    expect(ferry).to_contain_text("Hashtags 2 of 30")
    pick(page, "Slow Kitchen")
    expect(kitchen).to_be_hidden()


@SCRIPTS
def test_draft_is_saved_finished_and_scheduled(
    browse: Browse, desk: Desk, films: Films, channels: list[str], scripts: bool
) -> None:
    title = f"Heather {scripts}"
    film = desk.asset(films.film(title))
    page = browse(desk.url, desk.session, java_script_enabled=scripts)
    page.goto(f"{LIST}/new")
    page.get_by_label("Title", exact=True).fill(title)
    pick(page, "Ferry News")
    if not scripts:
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_role("article", name="Ferry News")).to_contain_text(title)
        expect(page.get_by_label("Title", exact=True)).to_have_value(title)
    page.get_by_role("button", name="Save draft").click()
    page.goto(f"{LIST}?status=draft")
    expect_status(page, title, "Draft")
    card(page, title).get_by_role("link", name="Edit").click()
    page.get_by_label("Video of the library").select_option(film)
    page.get_by_label("Description optional", exact=True).fill("From the island.")
    page.get_by_role("button", name="Save post").click()
    expect(page.get_by_text("Post saved.")).to_be_visible()
    page.get_by_role("link", name="Schedule", exact=True).last.click()
    page.get_by_role("button", name="Schedule").click()
    expect(page.get_by_text("Scheduled for")).to_be_visible()
    page.goto(f"{LIST}?q={title}")
    expect_status(page, title, "Pending")


@SCRIPTS
def test_post_is_sent_back_changed_and_approved(browse: Browse, desk: Desk, films: Films, scripts: bool) -> None:
    title, slug = f"Soup {scripts}", desk.channel(f"Careful {scripts}")
    version = desk.ask("GET", f"/api/channels/{slug}")["version"]
    desk.ask("PATCH", f"/api/channels/{slug}", {"version": version, "needs_approval": True})
    film = desk.asset(films.film(title))
    editor = browse(desk.url, desk.session_of("editor"), java_script_enabled=scripts)
    admin = browse(desk.url, desk.session, java_script_enabled=scripts)
    editor.goto(f"{LIST}/new?asset={film}")
    editor.get_by_label("Title", exact=True).fill(title)
    pick(editor, f"Careful {scripts}")
    editor.get_by_role("button", name="Schedule").click()
    expect(editor.get_by_text("Scheduled for")).to_be_visible()
    admin.goto(f"{LIST}?status=review")
    card(admin, title).get_by_role("link", name="Ask for changes").click()
    admin.get_by_label("What should change").fill("Name the village.")
    admin.get_by_role("button", name="Ask for changes").click()
    expect(admin.get_by_text("Sent back.")).to_be_visible()
    editor.goto(f"{LIST}?status=review")
    card(editor, title).get_by_role("link", name=title).click()
    expect(editor.get_by_text("To change: Name the village.")).to_be_visible()
    editor.get_by_role("link", name="Edit").click()
    editor.get_by_label("Description optional", exact=True).fill("Made in Ericeira.")
    editor.get_by_role("button", name="Save post").click()
    editor.get_by_role("button", name="Submit for review").click()
    expect(editor.get_by_text("Submitted for review.", exact=True)).to_be_visible()
    admin.goto(f"{LIST}?status=review")
    card(admin, title).get_by_role("button", name="Approve").click()
    expect(admin.get_by_text("Approved.", exact=True)).to_be_visible()
    editor.reload()
    history = editor.get_by_role("region", name="History")
    expect(history.get_by_role("listitem").first).to_contain_text("Approved")
