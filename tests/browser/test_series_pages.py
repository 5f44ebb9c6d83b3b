"""The library for broadcast in a browser: a folder tree becomes a series, places are marked, a file changes it all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.test_accessibility import judge
from tests.library.chaptered import chaptered
from tests.media import tone
from tests.system.desk import Desk, open_desk
from tests.system.films import Films

ARRIVED_MS = 120_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree with an episode missing, one file that says nothing, and one that is no sound."""
    made = tmp_path_factory.mktemp("import")
    season = made / "Harbour Lights" / "Season 1"
    season.mkdir(parents=True)
    tone(season / "Harbour Lights S01E01 Dawn.wav", 440)
    tone(season / "Harbour Lights S01E03 Fog.wav", 450)
    (season / "Harbour Lights S01E04 Broken.wav").write_text("no sound")
    tone(made / "hello.wav", 460)
    return made


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("series") / "data", DAYPART_IMPORT=str(folder)) as opened:
        yield opened


@pytest.fixture
def page(browse: Browse, desk: Desk) -> Page:
    return browse(desk.url, desk.session)


def test_tree_becomes_a_series_that_tells_what_it_lacks(page: Page, desk: Desk) -> None:
    page.goto("/library")
    page.get_by_role("link", name="Folder trees").click()
    page.get_by_role("button", name="Show what is there").click()
    expect(page.get_by_role("cell", name="S1 E3")).to_be_visible()
    judge(page, page.reload)
    page.get_by_role("button", name="Import 3 files").click()
    expect(page.get_by_text("3 files will be taken in.")).to_be_visible()
    run = page.locator("#tree-runs li")
    expect(run.get_by_text("Some failed")).to_be_visible(timeout=ARRIVED_MS)  # fetched again while files move
    run.get_by_text("What failed").click()
    expect(run.get_by_text("not a video")).to_be_visible()
    page.get_by_role("link", name="Series", exact=True).click()
    page.get_by_role("link", name="Harbour Lights").click()
    expect(page.get_by_text("Missing: 2.")).to_be_visible()
    judge(page, page.reload)
    page.get_by_role("link", name="Fog").click()
    page.get_by_role("button", name="Approve for air").click()
    expect(page.get_by_text("By anna, ")).to_be_visible()
    page.go_back()
    page.goto("/library/series")
    page.get_by_role("link", name="Harbour Lights").click()
    expect(page.get_by_role("row", name="3 Fog").get_by_text("Approved")).to_be_visible()


def test_places_are_marked_at_the_players_time(page: Page, desk: Desk, films: Films, tmp_path: Path) -> None:
    film = desk.asset(chaptered(films.film("marked"), tmp_path / "marked.mp4"))
    page.goto(f"/library/{film}")
    page.wait_for_function("document.querySelector('video').readyState >= 1")
    page.evaluate("document.querySelector('video').currentTime = 1.5")
    new = page.get_by_role("form", name="Add a marker")
    new.get_by_label("Kind").select_option("break")
    new.get_by_role("button", name="Start at the player's time").click()
    expect(new.get_by_label("Starts at")).to_have_value("0:01.500")
    new.get_by_role("button", name="Add marker").click()
    expect(page.get_by_text("Marked at 0:01.5.")).to_be_visible()
    row = page.locator("#markers li").filter(has=page.locator(".badge", has_text="Break"))

    def opened() -> None:
        page.reload()
        row.get_by_text("Change").click()

    judge(page, opened)
    row.get_by_role("button", name="Delete marker").click()
    expect(row).to_have_count(0)


def test_library_is_changed_by_a_file(page: Page, desk: Desk, tmp_path: Path) -> None:
    desk.asset(tone(tmp_path / "Morning.wav", 700))
    sheet = tmp_path / "library.csv"
    sheet.write_bytes(desk.api.get("/api/assets/csv?q=morning").content.replace(b"Morning,", b"Evening,"))

    def previewed() -> None:
        page.goto("/library/csv")
        page.get_by_label("CSV file").set_input_files(sheet)
        page.get_by_role("button", name="Show preview").click()
        expect(page.get_by_text("title: Morning → Evening")).to_be_visible()

    judge(page, previewed)
    page.get_by_role("button", name="Change 1 video").click()
    expect(page.get_by_text("1 video changed.")).to_be_visible()
    expect(page.get_by_role("heading", name="Evening")).to_be_visible()
