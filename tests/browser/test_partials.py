"""Each partial that README lists is fetched by key: the block alone comes, in the element that asked for it."""

import re
from datetime import UTC, datetime

import pytest

from tests.browser.gallery import Gallery
from tests.supervisor.conftest import ROOT
from tests.system.desk import Desk

README = ROOT / "README.md"
TEMPLATES = ROOT / "templates"
_ROW = re.compile(r"^\| `(?P<address>/[^`]*)` \| `(?P<target>[a-z]+#[a-z-]+)` \|", re.M)
# Blocks that are parts of a page's frame. What a dialog shows is a page of its own, in another frame.
FRAME = {"crumb", "subtitle", "actions", "main_attributes", "content", "heading", "lede", "dialog"}


def listed() -> list[tuple[str, str]]:
    """Addresses and targets of the table below the heading Partials."""
    _, _, section = README.read_text().partition("# Partials\n")
    return [(row["address"], row["target"]) for row in _ROW.finditer(section.partition("\n#")[0])]


def filled(address: str, gallery: Gallery) -> str:
    """An address with the placeholder of the table replaced by something that is there."""
    if re.match(r"/channels/{slug}/(plans|days|bookings)", address):
        more = {"plan": gallery.plan, "date": datetime.now(UTC).date(), "booking": gallery.booking}
        return address.format(slug=gallery.linear, **more)
    things = {
        "/schedule/posts/": gallery.posts["scheduled"], "/schedule/waves/": gallery.wave,
        "/channels/{slug}/programs": gallery.linear, "/channels/": gallery.channel, "/guide/": gallery.linear,
    }  # fmt: skip
    if address.startswith("/logs/"):
        return address.format(slug=gallery.linear, date=datetime.now(UTC).date())
    known = [thing for prefix, thing in things.items() if address.startswith(prefix)]
    return re.sub(r"\{\w+\}", known[0] if known else "", address)


@pytest.mark.parametrize(("address", "target"), listed())
def test_listed_partial_comes_alone(desk: Desk, gallery: Gallery, address: str, target: str) -> None:
    headers = {"HX-Request": "true", "HX-Target": target}
    answer = desk.api.get(filled(address, gallery), headers=headers)
    assert answer.status_code == 200
    assert answer.headers["vary"].startswith("HX-Request, HX-Target, Accept")
    assert "<html" not in answer.text
    tag, _, name = target.partition("#")
    assert re.match(rf'\s*<{tag} id="{name}"', answer.text)


def test_same_address_without_the_headers_is_a_whole_page(desk: Desk, gallery: Gallery) -> None:
    for address, _ in listed():
        answer = desk.api.get(filled(address, gallery), headers={"Accept": "text/html"})
        assert answer.text.lstrip().startswith("<!doctype html>")


def test_every_block_that_pages_fetch_is_listed() -> None:
    pages = [path for path in TEMPLATES.rglob("*.html") if path.parent != TEMPLATES]
    blocks = {name for path in pages for name in re.findall(r"{% block (\w+) %}", path.read_text())}
    assert blocks - FRAME == {target.partition("#")[2].replace("-", "_") for _, target in listed()}
