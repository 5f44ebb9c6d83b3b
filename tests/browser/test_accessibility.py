"""axe-core finds nothing on any page, in both themes and at both widths; no page scrolls sideways."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import SCHEMES, WIDE, Browse, Scheme
from tests.browser.gallery import Gallery
from tests.system.desk import Desk, open_desk
from tests.system.tree import Tree

NARROW = ViewportSize(width=390, height=844)
EMPTY = [
    "/", "/schedule/posts", "/library", "/library/arrivals", "/library/series",
    "/library/tree", "/channels", "/settings/keys", "/schedule/posts/new",
    "/schedule/posts/import", "/schedule/hashtags", "/schedule/repetitions", "/schedule/waves", "/schedule", "/guide",
    "/logs",
]  # fmt: skip
SETTINGS = ["/settings", "/settings/users", "/settings/keys", "/settings/hosts", "/settings/audit"]
PLANNED = ["/ai-config", "/analytics"]
FILLED = [
    "/",
    "/schedule/posts",
    "/schedule/posts/new",
    "/schedule/hashtags",
    "/library",
    "/channels",
    "/channels/new",
    "/api/docs",
    "/api/docs/posts",
]
CALENDAR = [*(f"/schedule?view={view}" for view in ("week", "month", "list", "channel")), "/schedule/link"]
# The rest is never read, and takes most of the time.
ONLY_VIOLATIONS = {"resultTypes": ["violations"], "preload": False}
# A scheme changes colours and nothing else.
RULES: dict[Scheme, dict[str, Any]] = {
    "light": ONLY_VIOLATIONS,
    "dark": {**ONLY_VIOLATIONS, "runOnly": {"type": "rule", "values": ["color-contrast"]}},
}
NOTHING_FOUND = ["/schedule/posts?q=nothing-is-called-so", "/library?q=nothing-is-called-so"]


def judge(page: Page, show: Callable[[], object]) -> None:
    """Show something in each look, and refuse what axe finds and what is wider than the window."""
    found = {}
    for scheme in SCHEMES:
        page.set_viewport_size(WIDE)
        page.emulate_media(color_scheme=scheme)
        show()
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            if refused := violations(page, scheme):
                found[f"{scheme} {size['width']}"] = refused
    assert not found, json.dumps(found, indent=1)


def violations(page: Page, scheme: Scheme = "light") -> list[str]:
    """What axe finds in what is shown, and by how much it is wider than the window."""
    found = [_told(one) for one in Axe().run(page, options=RULES[scheme]).response["violations"]]
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, f"{wide} px too wide"] if wide else found


def _told(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    seen = "; ".join(f"{node['target']} {node['any'][0]['message'] if node['any'] else ''}" for node in nodes[:4])
    return f"{violation['id']}: {violation['help']} ({len(nodes)}): {seen}"


@pytest.fixture(scope="module")
def new_tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    with Tree(tmp_path_factory.mktemp("new") / "data") as tree:
        yield tree


@pytest.fixture(scope="module")
def empty_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("empty") / "data") as desk:
        yield desk


def test_set_up_page_is_accessible(browse: Browse, new_tree: Tree) -> None:
    page = browse(new_tree.url)
    judge(page, lambda: page.goto(new_tree.setup_link))


def test_set_up_page_is_accessible_when_it_refuses(browse: Browse, new_tree: Tree) -> None:
    page = browse(new_tree.url, provoked=(422,))

    def refused() -> None:
        page.goto(new_tree.setup_link)
        page.get_by_label("Station name").fill("Harbour Media")
        page.get_by_label("Time zone").fill("Europe/Nowhere")
        page.get_by_label("Username").fill("anna")
        page.get_by_label("Password", exact=True).fill("correct horse battery")
        page.get_by_label("Password again").fill("another one")
        page.get_by_role("button", name="Open the desk").click()
        expect(page.get_by_label("Time zone")).to_have_attribute("aria-invalid", "true")

    judge(page, refused)


def test_set_up_link_that_is_wrong_is_accessible(browse: Browse, new_tree: Tree) -> None:
    page = browse(new_tree.url, provoked=(401,))
    judge(page, lambda: page.goto("/setup?token=wrong"))


@pytest.mark.parametrize("path", EMPTY)
def test_page_of_an_empty_desk_is_accessible(browse: Browse, empty_desk: Desk, path: str) -> None:
    page = browse(empty_desk.url, empty_desk.session)
    judge(page, lambda: page.goto(path))


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in?next=%2Fchannels"])
def test_sign_in_page_is_accessible(browse: Browse, desk: Desk, path: str) -> None:
    page = browse(desk.url)
    judge(page, lambda: page.goto(path))


def test_sign_in_page_is_accessible_when_it_refuses(browse: Browse, desk: Desk) -> None:
    page = browse(desk.url, provoked=(401,))

    def refused() -> None:
        page.goto("/sign-in")
        page.get_by_label("Username").fill("nobody")
        page.get_by_label("Password").fill("not the password")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_be_visible()

    judge(page, refused)


@pytest.mark.usefixtures("gallery")
@pytest.mark.parametrize("path", [*FILLED, *CALENDAR, *NOTHING_FOUND, *SETTINGS, *PLANNED])
def test_page_is_accessible(page: Page, path: str) -> None:
    judge(page, lambda: page.goto(path))


@pytest.mark.parametrize("state", ["scheduled", "published", "failed", "unconfirmed", "partially_published"])
def test_post_is_accessible_in_state(page: Page, gallery: Gallery, state: str) -> None:
    judge(page, lambda: page.goto(f"/schedule/posts/{gallery.posts[state]}"))


@pytest.mark.parametrize("form", ["edit", "reschedule", "cancel", "send-back"])
def test_form_about_a_post_is_accessible(page: Page, gallery: Gallery, form: str) -> None:
    judge(page, lambda: page.goto(f"/schedule/posts/{gallery.posts['scheduled']}/{form}"))


@pytest.mark.parametrize("act", ["Reschedule", "Cancel"])
def test_acts_on_many_posts_are_accessible(page: Page, gallery: Gallery, act: str) -> None:
    def asked() -> None:
        page.goto("/schedule/posts?status=pending")
        page.locator(f"#pick-{gallery.posts['scheduled']}").check()
        page.locator("#bulk").get_by_role("button", name=act).click()
        expect(page.locator("#dialog h2")).to_be_visible()

    judge(page, asked)


def test_asset_is_accessible(page: Page, gallery: Gallery) -> None:
    judge(page, lambda: page.goto(f"/library/{gallery.asset}"))


@pytest.mark.usefixtures("gallery")
def test_bar_for_chosen_videos_is_accessible(page: Page) -> None:
    def chosen() -> None:
        page.goto("/library")
        page.get_by_role("checkbox").first.check()
        expect(page.get_by_text("1 video chosen")).to_be_visible()

    judge(page, chosen)


def test_channel_is_accessible(page: Page, gallery: Gallery) -> None:
    judge(page, lambda: page.goto(f"/channels/{gallery.channel}"))


@pytest.mark.usefixtures("gallery")
@pytest.mark.parametrize("opener", ["Add post", "Reschedule", "Cancel"])
def test_dialog_is_accessible(page: Page, opener: str) -> None:
    def opened() -> None:
        page.goto("/schedule/posts?q=scheduled")
        page.get_by_role("link", name=opener).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()

    judge(page, opened)


def test_question_before_a_channel_is_switched_off_is_accessible(page: Page, gallery: Gallery) -> None:
    def asked() -> None:
        page.goto(f"/channels/{gallery.channel}")
        page.get_by_role("button", name="Deactivate").click()
        expect(page.get_by_role("dialog")).to_be_visible()

    judge(page, asked)


@pytest.mark.usefixtures("gallery")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_menu_of_the_phone_is_accessible(page: Page, scheme: Scheme) -> None:
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme=scheme)
    page.goto("/")
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("heading", name="Menu")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [("admin", "/nothing-here", 404), ("admin", "/schedule/posts/none", 404), ("viewer", "/settings", 403)],
)
def test_error_page_is_accessible(browse: Browse, desk: Desk, role: str, path: str, status: int) -> None:
    page = browse(desk.url, desk.session_of(role), provoked=(status,))

    def refused() -> None:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == status

    judge(page, refused)
