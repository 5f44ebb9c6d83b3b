"""Channels of each kind, made and tried on the desk's pages, with scripts and without."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Browse
from tests.browser.test_accessibility import judge
from tests.fakes.github import REPOSITORY, TOKEN
from tests.fakes.server import Fake
from tests.system.desk import Desk, open_desk

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("station") / "data") as desk:
        yield desk


@pytest.fixture(scope="module")
def github() -> Iterator[Fake]:
    with Fake("tests.fakes.github:app") as fake:
        yield fake


@pytest.fixture(scope="module")
def made(station: Desk, github: Fake) -> Desk:
    """A desk with a channel of each kind."""
    for kind, title in (("linear", "Harbour TV"), ("radio", "Harbour FM")):
        station.ask("POST", "/api/channels", {"title": title, "kind": kind, "timezone": "Europe/Lisbon"})
    repository = {"platform": "github", "repository": REPOSITORY, "token": TOKEN, "api_url": github.url}
    station.ask("POST", "/api/channels", {"title": "Harbour Clips", "timezone": "Europe/Lisbon", **repository})
    return station


@pytest.mark.parametrize(("scripts", "kind", "day_start"), [(True, "Linear TV", "06:00"), (False, "Radio", "00:00")])
def test_kind_is_chosen_then_its_form(browse: Browse, station: Desk, scripts: bool, kind: str, day_start: str) -> None:
    title = f"{kind} made here"
    page = browse(station.url, station.session, java_script_enabled=scripts)
    page.goto("/channels/new")
    page.get_by_role("link", name=kind).click()
    expect(page.get_by_label("Day begins at")).to_have_value(day_start)
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_role("button", name="Add channel").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.get_by_role("link", name="Plans").click()
    expect(page.get_by_text("No plans yet")).to_be_visible()
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="Pause").click()
    page.goto("/channels")
    row = page.get_by_role("row").filter(has_text=title)
    expect(row).to_contain_text("Paused")
    expect(row).to_contain_text(kind)


@SCRIPTS
def test_repository_is_added_and_tried(browse: Browse, station: Desk, github: Fake, scripts: bool) -> None:
    title = f"Clips {'one' if scripts else 'two'}"
    page = browse(station.url, station.session, java_script_enabled=scripts)
    page.goto("/channels/new")
    page.get_by_role("link", name="GitHub").click()
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Repository", exact=True).fill(f"{REPOSITORY}.git/")
    page.get_by_label("Token").fill("github_pat_wrong")
    page.get_by_label("API address").fill(github.url)
    page.get_by_role("button", name="Add channel").click()
    expect(page.get_by_label("Secret", exact=True)).to_have_value(re.compile("^whsec_"))
    page.get_by_role("link", name="Connection").click()
    page.get_by_role("button", name="Try the connection").click()
    expect(page.get_by_text("GitHub does not accept the token.")).to_be_visible()
    page.get_by_role("link", name="Overview").click()
    page.get_by_label("New token").fill(TOKEN)
    page.get_by_role("button", name="Save channel").click()
    page.get_by_role("link", name="Connection").click()
    page.get_by_role("button", name="Try the connection").click()
    expect(page.get_by_text("A workflow is there.")).to_be_visible()
    assert TOKEN not in page.content()


@pytest.mark.parametrize(
    "path",
    [
        "/channels/new?kind=social&platform=github",
        "/channels/harbour-tv",
        "/channels/harbour-fm/station",
        "/channels/harbour-clips",
    ],
)
def test_page_is_accessible(browse: Browse, made: Desk, path: str) -> None:
    page = browse(made.url, made.session)
    judge(page, lambda: page.goto(path))


def test_what_a_try_found_is_accessible(browse: Browse, made: Desk) -> None:
    page = browse(made.url, made.session)

    def tried() -> None:
        page.goto("/channels/harbour-clips/connection")
        page.get_by_role("button", name="Try the connection").click()
        expect(page.get_by_role("status").get_by_text("GitHub knows the token")).to_be_visible()

    judge(page, tried)


def test_form_that_was_refused_is_accessible(browse: Browse, made: Desk) -> None:
    page = browse(made.url, made.session, provoked=(422,))

    def refused() -> None:
        page.goto("/channels/new?kind=radio")
        page.get_by_label("Title", exact=True).fill("Harbour FM")
        page.get_by_label("Short name").fill("new")
        page.get_by_role("button", name="Add channel").click()
        expect(page.get_by_label("Short name")).to_have_attribute("aria-invalid", "true")

    judge(page, refused)
