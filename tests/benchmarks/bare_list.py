"""The ceiling of a page: a Litestar route that renders the same template from memory.

The context is taken from the real app as it renders the page once, so both render the same. What the bare route
leaves out: session, roles, database, metrics, security headers, compression. The server and its settings are ours.
"""

import asyncio
import sys
from typing import Any

import httpx
from jinja2 import Environment, Template
from jinja2.runtime import Context
from litestar import Litestar, MediaType, Response, get
from litestar.datastructures import State

from app.main import create_app
from app.settings import Settings
from app.supervisor import watch_parent
from app.web.live import Feed
from app.web.server import serve
from app.web.templates import environment
from tests import cast


class _Recorded(Template):
    """Notes with which values the page, or a block of it, is rendered."""

    wanted = ""
    seen: dict[str, Any] = {}  # noqa: RUF012 - Jinja makes the instances

    def new_context(self, vars: Any = None, shared: bool = False, locals: Any = None) -> Context:
        if self.name == self.wanted:
            self.seen.update(vars or {})
        return super().new_context(vars, shared, locals)


async def _recorded(settings: Settings, path: str, template: str) -> tuple[Environment, dict[str, Any]]:
    app = create_app(settings)
    _Recorded.wanted = template
    app.state.shell.env.template_class = _Recorded
    async with app.lifespan(), cast.browser(app, "editor") as browser:
        response: httpx.Response = await browser.get(path)
        response.raise_for_status()
    # A block that was kept is rendered with the page here, from its own values.
    return environment(app.state.assets), {**_Recorded.seen, "fragment": None}


def _bare(env: Environment, context: dict[str, Any], template: str) -> Litestar:
    @get("/")
    async def page() -> Response[str]:
        return Response(env.get_template(template).render(context), media_type=MediaType.HTML)

    return Litestar([page], state=State({"feed": Feed(None)}), openapi_config=None, logging_config=None)


if __name__ == "__main__":
    watch_parent()
    found = Settings.from_env()
    address, name = sys.argv[1:]
    serve(_bare(*asyncio.run(_recorded(found, address, name)), name), found)
