"""Debian's Chromium on a real desk; every page is watched for what must never happen."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.browser.gallery import Gallery
from tests.system.desk import Desk, open_desk
from tests.system.films import Films

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDE = ViewportSize(width=1280, height=900)
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
_OWN_SCHEMES = ("data", "blob")

expect.set_options(timeout=30_000)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert path, "These tests need Chromium (Debian: apt install chromium-headless-shell, or chromium)."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def films(tmp_path_factory: pytest.TempPathFactory) -> Films:
    return Films(tmp_path_factory.mktemp("films"))


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("desk") / "data") as opened:
        yield opened


@pytest.fixture(scope="package")
def gallery(desk: Desk, films: Films) -> Gallery:
    """The desk with a post in every state."""
    return Gallery.hang(desk, films)


@dataclass
class Watch:
    """Notes every error of a page and every request to another host; tests name the statuses they provoke."""

    host: str
    faults: list[str] = field(default_factory=list)
    provoked: set[int] = field(default_factory=set)

    def over(self, context: BrowserContext) -> None:
        context.on("console", self._told)
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))
        context.on("request", self._asked)

    def _told(self, message: ConsoleMessage) -> None:
        refused = "Failed to load resource" in message.text
        if message.type in ("error", "warning") and not refused:
            self.faults.append(f"console: {message.text}")
        elif refused and not any(f"status of {status}" in message.text for status in self.provoked):
            self.faults.append(f"console: {message.text} {message.location['url']}")

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in _OWN_SCHEMES and address.netloc != self.host:
            self.faults.append(f"request to {request.url}")


Browse = Callable[..., Page]


@pytest.fixture
def watches() -> list[Watch]:
    return []


@pytest.fixture
def browse(chromium: Browser, watches: list[Watch]) -> Iterator[Browse]:
    """Opens browsers; `session` signs in. Their zone is far from the desk's, since it must not matter."""
    opened: list[BrowserContext] = []

    def browser(url: str, session: str = "", provoked: tuple[int, ...] = (), **options: Any) -> Page:
        settings = {"viewport": WIDE, "timezone_id": "Pacific/Auckland", "reduced_motion": "reduce", **options}
        context = chromium.new_context(base_url=url, **settings)
        if session:
            context.add_cookies([{"name": "daypart_session", "value": session, "url": url}])
        watch = Watch(urlsplit(url).netloc, provoked=set(provoked))
        watch.over(context)
        watches.append(watch)
        opened.append(context)
        return context.new_page()

    yield browser
    for context in opened:
        context.close()
    assert [fault for watch in watches for fault in watch.faults] == []


@pytest.fixture
def page(browse: Browse, desk: Desk) -> Page:
    """A page of the administrator, who is signed in."""
    return browse(desk.url, desk.session)
