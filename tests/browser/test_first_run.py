"""From the set-up link to a published post, through the pages alone, with scripts and without."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Browse
from tests.fakes.server import Fake
from tests.system.films import Films
from tests.system.tree import Tree

MEGABYTES = 1_000_000
# Long enough to be seen on the page while it lasts.
SLOW = "slow?ms=3000"


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    with Tree(tmp_path / "data") as started:
        yield started


@pytest.fixture
def receiver() -> Iterator[Fake]:
    with Fake("tests.fakes.receiver:app") as started:
        yield started


def begin(page: Page, tree: Tree, receiver: Fake) -> None:
    """Set the desk up, come back to it, and add a channel."""
    steps.set_up(page, tree)
    expect(page.get_by_role("heading", name="Three steps to the first post")).to_be_visible()
    steps.sign_out(page)
    steps.sign_in(page)
    steps.allow_host(page, "127.0.0.1")
    steps.add_channel(page, "Slow Kitchen", receiver, SLOW)


def slow_line(page: Page, bytes_per_second: int) -> None:
    line = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)


def test_first_post_with_scripts(browse: Browse, tree: Tree, receiver: Fake, films: Films) -> None:
    page, film = browse(tree.url), films.film("market haul", 3 * MEGABYTES)
    begin(page, tree, receiver)

    page.goto("/library")
    slow_line(page, 2 * MEGABYTES)
    page.get_by_label("Drop a video here").set_input_files(film)
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("market haul is in the library")).to_be_visible()
    expect(page.get_by_role("heading", name="market haul")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)

    page.goto("/schedule/posts")
    page.evaluate("window.sameDocument = true")
    page.get_by_role("link", name="Add post").first.click()
    dialog = page.get_by_role("dialog", name="Add post")
    dialog.get_by_label("Or a video of the library").select_option(label="market haul, 0:03")
    dialog.get_by_label("Title", exact=True).fill("Market haul")
    dialog.get_by_role("checkbox", name="Slow Kitchen").check()
    dialog.get_by_role("button", name="Schedule").click()
    expect(page.get_by_text("Scheduled for")).to_be_visible()
    steps.expect_status(page, "Market haul", "Pending")

    steps.card(page, "Market haul").get_by_role("button", name="Post now").click()
    steps.expect_status(page, "Market haul", "Posting…")
    steps.expect_status(page, "Market haul", "Posted")
    assert page.evaluate("window.sameDocument") is True
    steps.expect_published_once(receiver, film)


def test_first_post_without_scripts(browse: Browse, tree: Tree, receiver: Fake, films: Films) -> None:
    page, film = browse(tree.url, java_script_enabled=False), films.film("harbour", MEGABYTES)
    begin(page, tree, receiver)

    page.goto("/library")
    page.get_by_label("Drop a video here").set_input_files(films.film("another"))
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("another is in the library")).to_be_visible()

    page.goto("/schedule/posts")
    page.get_by_role("link", name="Add post").first.click()
    page.get_by_label("Drop a video here").set_input_files(film)
    page.get_by_label("Title", exact=True).fill("At the harbour")
    page.get_by_role("checkbox", name="Slow Kitchen").check()
    page.get_by_role("button", name="Schedule").click()
    expect(page.get_by_text("Scheduled for")).to_be_visible()
    steps.expect_status(page, "At the harbour", "Pending")

    steps.card(page, "At the harbour").get_by_role("button", name="Post now").click()
    expect(page.get_by_text("Posting now.")).to_be_visible()
    reload_until(page, "Posting…")
    reload_until(page, "Posted")
    steps.expect_published_once(receiver, film)


def reload_until(page: Page, word: str) -> None:
    badge = steps.card(page, "At the harbour").locator(".badge")
    for _ in range(50):
        if badge.inner_text() == word:
            return
        page.wait_for_timeout(200)
        page.reload()
    assert badge.inner_text() == word
