"""What every page shows around its content, kept for a second so that pages stay cheap."""

from typing import Any

from jinja2 import Environment
from litestar.connection import Request

from app.accounts import desk
from app.accounts.desk import DeskView
from app.clock import MasterClock, zone
from app.web import flash, nav, sessions, station

THEME_COOKIE = "daypart_theme"
THEMES = ("light", "dark")
_KEPT_MS = 1000


class Shell:
    """The templates, and the parts of the base context that all pages share."""

    def __init__(self, env: Environment, clock: MasterClock) -> None:
        self.env = env
        self._clock = clock
        self._counts = nav.Counts(clock)
        self._desk: DeskView | None = None
        self._until_ms = 0

    async def desk(self) -> DeskView:
        """The desk's name and zone, at most a second old."""
        now = self._clock.now_ms()
        if self._desk is None or now >= self._until_ms:
            self._desk, self._until_ms = await desk.desk(), now + _KEPT_MS
        return self._desk

    def forget(self) -> None:
        """Read the desk again: it has just been changed here."""
        self._desk = None

    async def context(self, request: Request[Any, Any, Any]) -> dict[str, Any]:
        """What base.html and bare.html need."""
        now_ms = self._clock.now_ms()
        now, path = self._clock.now(), request.url.path
        view = await self.desk()
        me = await sessions.identify(request.scope)
        theme = request.cookies.get(THEME_COOKIE, "")
        return {
            "title": "Daypart",
            "desk": view,
            "me": me,
            "nav": nav.groups(path, await self._counts.now()) if me else [],
            "now": now,
            "now_ms": now_ms,
            "station": station.view(now, zone(view.timezone)),
            "flash": flash.read(request),
            "path": path,
            "theme": theme if theme in THEMES else "",
        }


async def timezone_of(request: Request[Any, Any, Any]) -> str:
    """The name of the station's zone, as the shell of the page has it."""
    shell: Shell = request.app.state.shell
    return (await shell.desk()).timezone
