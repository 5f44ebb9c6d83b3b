"""The library's pages: uploads that survive what happens to them, lists, chapters, links and the import folder."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Browse, Watch
from tests.browser.test_accessibility import judge
from tests.fakes.line import Line
from tests.fakes.server import Fake
from tests.library.chaptered import chaptered
from tests.media import tone
from tests.supervisor.conftest import eventually
from tests.system.desk import Desk, open_desk
from tests.system.films import Films

MEGABYTES = 1_000_000
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("import")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("library") / "data", DAYPART_IMPORT=str(folder)) as opened:
        yield opened


@pytest.fixture
def page(browse: Browse, desk: Desk) -> Page:
    return browse(desk.url, desk.session)


def asset(page: Page, title: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=title, exact=True))


def drop(page: Page, *paths: Path, on: str = "body") -> None:
    """Drop files as a hand does: somewhere on the page."""
    files = [(path.name, base64.b64encode(path.read_bytes()).decode()) for path in paths]
    carried = page.evaluate_handle(
        """files => {
          const carried = new DataTransfer();
          for (const [name, content] of files) {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            carried.items.add(new File([bytes], name, { type: 'video/mp4' }));
          }
          return carried;
        }""",
        files,
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event(on, event, {"dataTransfer": carried})


@pytest.fixture
def line(desk: Desk) -> Iterator[Line]:
    with Line(desk.tree.port) as made:
        yield made


def part_of(desk: Desk, title: str) -> Path | None:
    """Where the bytes of an unfinished upload lie; nothing where it is not known."""
    (known,) = desk.sql(f"SELECT id FROM upload WHERE name = '{title}.mp4'") or [None]
    return desk.tree.data / "media" / "incoming" / f"{known[0]}.upload" if known else None


def arrived(desk: Desk, title: str) -> int:
    """How many bytes of an unfinished upload came."""
    part = part_of(desk, title)
    return part.stat().st_size if part and part.exists() else 0


def test_several_files_dropped_anywhere_on_the_page_arrive(page: Page, desk: Desk, films: Films) -> None:
    page.goto("/library")
    drop(page, *(films.film(f"dropped {n}") for n in range(3)), on="h1")
    for n in range(3):
        expect(page.get_by_text(f"dropped {n} is in the library")).to_be_visible()
        expect(asset(page, f"dropped {n}")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)


def test_upload_goes_on_after_a_lost_connection(
    line: Line, browse: Browse, desk: Desk, films: Films, watches: list[Watch]
) -> None:
    page, sent = browse(line.url, desk.session), []
    page.on("request", lambda request: sent.append(int(request.headers.get("upload-offset", -1))))
    page.goto("/library")
    line.bytes_per_second = 2 * MEGABYTES
    page.get_by_label("Drop a video here").set_input_files(films.film("lost line", 6 * MEGABYTES))
    assert eventually(lambda: arrived(desk, "lost line") > MEGABYTES, 60)
    line.cut()
    expect(page.get_by_text("Connection lost, trying again")).to_be_visible()
    line.bytes_per_second = 0
    line.mend()
    expect(page.get_by_text("lost line is in the library")).to_be_visible(timeout=60_000)
    first, *rest = [offset for offset in sent if offset >= 0]
    assert first == 0
    assert max(rest) > MEGABYTES
    for watch in watches:  # what a lost line says in the console is no fault of the page
        watch.faults = [fault for fault in watch.faults if "net::ERR_" not in fault]


def test_upload_goes_on_after_the_page_was_closed(line: Line, browse: Browse, desk: Desk, films: Films) -> None:
    page, film = browse(line.url, desk.session), films.film("reloaded", 6 * MEGABYTES)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/library")
    line.bytes_per_second = 2 * MEGABYTES
    page.get_by_label("Drop a video here").set_input_files(film)
    assert eventually(lambda: arrived(desk, "reloaded") > MEGABYTES, 60)
    line.bytes_per_second = 0
    page.reload()
    (known,) = desk.sql("SELECT id FROM upload WHERE name = 'reloaded.mp4'")
    page.get_by_label("Drop a video here").set_input_files(film)
    expect(page.get_by_text("reloaded is in the library")).to_be_visible(timeout=60_000)
    assert desk.sql("SELECT id FROM upload WHERE name = 'reloaded.mp4'") == [known]


def test_upload_that_is_stopped_leaves_nothing(line: Line, browse: Browse, desk: Desk, films: Films) -> None:
    page = browse(line.url, desk.session)
    page.goto("/library")
    line.bytes_per_second = MEGABYTES
    page.get_by_label("Drop a video here").set_input_files(films.film("stopped", 6 * MEGABYTES))
    assert eventually(lambda: arrived(desk, "stopped") > 0, 60)
    part = part_of(desk, "stopped")
    assert part
    page.get_by_role("button", name="Stop this upload").click()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert eventually(lambda: desk.sql("SELECT id FROM upload WHERE name = 'stopped.mp4'") == [], 60)
    assert eventually(lambda: not part.exists(), 60)


def test_file_that_is_no_video_says_so_beside_its_name(browse: Browse, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "letter.mp4").write_text("Dear desk, " * 100)
    page = browse(desk.url, desk.session, provoked=(422,))
    page.goto("/library")
    page.get_by_label("Drop a video here").set_input_files(tmp_path / "letter.mp4")
    expect(page.get_by_text("This is not a video or sound file.")).to_be_visible()


@SCRIPTS
def test_list_is_filtered_and_sorted(browse: Browse, desk: Desk, films: Films, scripts: bool) -> None:
    names = [f"{letter} tulips {scripts}" for letter in "bca"]
    ids = [desk.asset(films.film(name)) for name in names]
    desk.ask("PATCH", "/api/assets", {"assets": ids[:2], "type": "MUS", "add_tags": [f"spring {scripts}"]})
    page = browse(desk.url, desk.session, java_script_enabled=scripts)
    page.goto("/library")
    page.get_by_label("Search library").fill(f"tulips {scripts}")
    filters = page.get_by_role("search")
    filters.locator("[name=sort]").select_option("Title")
    filters.locator("[name=type]").select_option("Music")
    filters.locator("[name=tag]").select_option(f"spring {scripts}".lower())
    if not scripts:
        page.get_by_role("button", name="Filter").click()
    expect(page.locator(".asset h2")).to_have_text([names[0], names[1]])
    expect(page).to_have_url(re.compile(r"sort=title"))
    filters.locator("[name=type]").select_option("Advert")
    if not scripts:
        page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("No video matches")).to_be_visible()


@SCRIPTS
def test_several_are_changed_at_once(browse: Browse, desk: Desk, films: Films, scripts: bool) -> None:
    names = [f"{word} of many {scripts}" for word in ("one", "two", "three")]
    for name in names:
        desk.asset(films.film(name))
    page = browse(desk.url, desk.session, java_script_enabled=scripts)
    page.goto(f"/library?q=of+many+{scripts}")
    bulk = page.get_by_role("form", name="Change the chosen videos")
    expect(bulk).to_be_hidden()
    for name in names[:2]:
        page.get_by_label(f"Choose {name}").check()
    if scripts:
        expect(bulk.get_by_text("2 videos chosen")).to_be_visible()
    bulk.get_by_label("Approval").select_option("Approve")
    bulk.get_by_label("Add tags").fill("Morning, sea")
    bulk.get_by_role("button", name="Change them").click()
    expect(page.get_by_text("2 videos changed.")).to_be_visible()
    for name, approved in zip(names, (1, 1, 0), strict=True):
        expect(asset(page, name).get_by_text("Approved")).to_have_count(approved)
        expect(asset(page, name).get_by_text("morning, sea")).to_have_count(approved)


@SCRIPTS
def test_many_are_refused_when_nothing_is_to_change(browse: Browse, desk: Desk, films: Films, scripts: bool) -> None:
    desk.asset(films.film(f"unchanged {scripts}"))
    page = browse(desk.url, desk.session, provoked=(422,), java_script_enabled=scripts)
    page.goto("/library")
    page.get_by_label(f"Choose unchanged {scripts}").check()
    page.get_by_role("button", name="Change them").click()
    expect(page.get_by_text("Choose what is to change.")).to_be_visible()
    expect(page.get_by_label(f"Choose unchanged {scripts}")).to_be_checked()


@SCRIPTS
def test_asset_is_edited_and_retired(browse: Browse, desk: Desk, films: Films, scripts: bool) -> None:
    id = desk.asset(films.film(f"edited {scripts}"))
    page = browse(desk.url, desk.session, java_script_enabled=scripts)
    page.goto(f"/library/{id}")
    page.get_by_label("Title", exact=True).fill(f"Harbour {scripts}")
    page.get_by_label("Type").select_option("Movie")
    page.get_by_label("Tags").fill("sea, Night")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(f"Harbour {scripts} is saved.")).to_be_visible()
    expect(page.get_by_label("Tags")).to_have_value("night, sea")
    expect(page.get_by_text("anna changed it (")).to_be_visible()
    page.get_by_role("button", name="Approve for air").click()
    expect(page.get_by_text("By anna, ")).to_be_visible()
    page.get_by_role("button", name="Retire").click()
    expect(page.get_by_text("is retired.")).to_be_visible()
    expect(page.get_by_role("button", name="Bring back")).to_be_visible()
    expect(page.get_by_role("heading", name="Not approved for air")).to_be_visible()


def test_edit_that_somebody_else_was_before_is_refused_and_kept_in_the_form(
    browse: Browse, desk: Desk, films: Films
) -> None:
    id = desk.asset(films.film("raced"))
    page = browse(desk.url, desk.session, provoked=(409,))
    page.goto(f"/library/{id}")
    desk.ask("PATCH", f"/api/assets/{id}", {"version": 1, "title": "Theirs"})
    page.get_by_label("Title", exact=True).fill("Mine")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("was changed by someone else meanwhile")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Mine")


@pytest.fixture(scope="module")
def chapters(desk: Desk, films: Films) -> str:
    return desk.asset(chaptered(films.film("with chapters"), films.folder / "chaptered.mp4"))


def test_chapters_seek_the_player(page: Page, chapters: str) -> None:
    page.goto(f"/library/{chapters}")
    expect(page.get_by_role("link", name="Opening")).to_be_visible()
    page.get_by_role("link", name="At the harbour").click()
    page.wait_for_function("document.querySelector('video').currentTime >= 1")
    expect(page.get_by_role("link", name="At the harbour")).to_have_attribute("aria-current", "true")
    assert page.url.endswith(chapters)


def test_chapters_play_from_their_links_without_scripts(browse: Browse, desk: Desk, chapters: str) -> None:
    page = browse(desk.url, desk.session, java_script_enabled=False)
    page.goto(f"/library/{chapters}")
    expect(page.get_by_role("link", name="At the harbour")).to_have_attribute("href", f"/library/{chapters}/media#t=1")


def test_asset_in_use_names_its_posts_and_offers_no_deletion(page: Page, desk: Desk, films: Films) -> None:
    id = desk.asset(films.film("needed"))
    desk.post(id, "Planned with it", desk.channel("Early Bus"))
    page.goto(f"/library/{id}")
    expect(page.get_by_role("link", name="Planned with it")).to_be_visible()
    expect(page.get_by_text("It stays: it is used by 1 post.")).to_be_visible()
    expect(page.get_by_role("button", name="Delete file")).to_have_count(0)


@pytest.fixture(scope="module")
def server(films: Films) -> Iterator[Fake]:
    with Fake("tests.fakes.files:app", FAKE_FILE=str(films.film("far away", 2 * MEGABYTES))) as fake:
        yield fake


@SCRIPTS
def test_file_is_fetched_from_an_address(browse: Browse, desk: Desk, server: Fake, scripts: bool) -> None:
    page = browse(desk.url, desk.session, java_script_enabled=scripts)
    page.goto("/library/arrivals")
    page.get_by_label("Address of a video").fill(f"{server.url}/breaks/far {scripts}.mp4".replace(" ", "%20"))
    server.post("/reset")
    page.get_by_role("button", name="Fetch").click()
    expect(page.get_by_text("The file will be fetched.")).to_be_visible()
    badge = page.locator("#arrivals li").first.locator(".badge")
    for _ in range(60):
        if "library" in badge.inner_text():
            break
        page.wait_for_timeout(500)
        if not scripts:
            page.reload()
    expect(badge).to_contain_text("n the library")
    page.locator("#arrivals").get_by_role("link").first.click()
    expect(page.get_by_text("far away").or_(page.get_by_role("heading", name=re.compile("^far")))).not_to_have_count(0)


def test_fetch_shows_its_progress_and_is_stopped(page: Page, desk: Desk, server: Fake) -> None:
    page.goto("/library/arrivals")
    page.get_by_label("Address of a video").fill(f"{server.url}/slow/film.mp4")
    page.get_by_role("button", name="Fetch").click()
    first = page.locator("#arrivals li").first
    expect(first.get_by_text(re.compile(r"^\d+\.\d kB"))).to_be_visible()
    first.get_by_role("button", name="Stop").click()
    expect(first.get_by_text("Stopped")).to_be_visible()
    first.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("/slow/film.mp4")).to_have_count(0)


@SCRIPTS
def test_what_is_no_address_is_refused_at_its_field(browse: Browse, desk: Desk, scripts: bool) -> None:
    page = browse(desk.url, desk.session, provoked=(422,), java_script_enabled=scripts)
    page.goto("/library/arrivals")
    page.get_by_label("Address of a video").fill("ftp://example.org/film.mp4")
    page.get_by_role("button", name="Fetch").click()
    expect(page.get_by_label("Address of a video")).to_have_attribute("aria-invalid", "true")


@SCRIPTS
def test_files_of_the_folder_are_imported(browse: Browse, desk: Desk, folder: Path, scripts: bool) -> None:
    tone(folder / f"sound {scripts}.wav", 300 + scripts)
    (folder / f"letter {scripts}.txt").write_text("Dear desk,")
    page = browse(desk.url, desk.session, java_script_enabled=scripts)
    page.goto("/library/arrivals")
    page.get_by_label(f"sound {scripts}.wav").check()
    page.get_by_role("button", name="Import chosen").click()
    expect(page.get_by_text("1 file will be taken in.")).to_be_visible()
    row = page.locator("#import-folder li").filter(has_text=f"sound {scripts}.wav")
    for _ in range(40):
        if row.get_by_text("In the library").count():
            break
        page.wait_for_timeout(500)
        if not scripts:
            page.reload()
    expect(row.get_by_text("In the library")).to_be_visible()
    letter = page.locator("#import-folder li").filter(has_text=f"letter {scripts}.txt")
    expect(letter.get_by_text("New", exact=True)).to_be_visible()
    (folder / f"letter {scripts}.txt").unlink()


def test_list_with_a_choice_is_accessible(page: Page, desk: Desk, films: Films) -> None:
    desk.asset(films.film("accessible"))

    def chosen() -> None:
        page.goto("/library")
        page.get_by_label("Choose accessible").check()

    judge(page, chosen)


def test_asset_with_chapters_is_accessible(page: Page, chapters: str) -> None:
    judge(page, lambda: page.goto(f"/library/{chapters}"))


def test_page_of_arrivals_is_accessible(browse: Browse, desk: Desk, folder: Path, server: Fake) -> None:
    tone(folder / "accessible.wav", 700)
    for path in ("404/gone.mp4", "hangs/film.mp4"):
        desk.ask("POST", "/api/assets/fetch", {"url": f"{server.url}/{path}"})
    assert eventually(lambda: {"failed", "running"} <= {one["state"] for one in desk.ask("GET", "/api/arrivals")}, 60)
    page = browse(desk.url, desk.session)
    judge(page, lambda: page.goto("/library/arrivals"))
