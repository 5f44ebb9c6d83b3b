"""What people do on the desk's pages, in the words that they read there."""

from pathlib import Path

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.fakes.server import Fake
from tests.system.desk import NAME, PASSWORD, STATION, ZONE
from tests.system.tree import Tree


def set_up(page: Page, tree: Tree) -> None:
    page.goto(tree.setup_link)
    page.get_by_label("Station name").fill(STATION)
    page.get_by_label("Time zone").fill(ZONE)
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Open the desk").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def sign_out(page: Page) -> None:
    page.get_by_label("Station", exact=True).get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name=f"Sign in to {STATION}")).to_be_visible()


def sign_in(page: Page) -> None:
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def allow_host(page: Page, host: str) -> None:
    page.goto("/settings/hosts")
    page.get_by_role("textbox", name="Host").fill(host)
    page.get_by_role("button", name="Allow host").click()
    expect(page.get_by_role("cell", name=host, exact=True)).to_be_visible()


def add_channel(page: Page, title: str, receiver: Fake, behaviour: str) -> None:
    """Add a channel and give its secret, which is shown this once, to the receiver."""
    page.goto("/channels")
    page.get_by_role("link", name="Add channel").first.click()
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Short name").fill(title.lower().replace(" ", "-"))
    page.get_by_label("Webhook address").fill(f"{receiver.url}/{behaviour}")
    page.get_by_role("button", name="Add channel").click()
    receiver.post("/secret", {"secret": page.get_by_label("Secret", exact=True).input_value()})


def card(page: Page, title: str) -> Locator:
    return page.get_by_role("article", name=title, exact=True)


def expect_status(page: Page, title: str, word: str) -> None:
    expect(card(page, title).locator(".badge")).to_have_text(word)


def expect_published_once(receiver: Fake, film: Path) -> None:
    """The receiver was asked once, was given who it knows, and the file behind the link is the film."""
    (record,) = receiver.requests()
    assert record["verified"] is True
    file = record["body"]["data"]["file"]
    assert httpx.get(file["url"], trust_env=False).content == film.read_bytes()
    assert receiver.get("/counts") == {"total": 1, "distinct": 1, "published": 1}
