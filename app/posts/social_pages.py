"""How a social channel is connected: its secret, its token, the workflow to copy, and a try of all that."""

from pathlib import Path
from typing import Any

from litestar import Controller, MediaType, Request, Response, get, post
from litestar.params import FromPath

from app import events, wording
from app.channels import service as channels
from app.channels.pages import context
from app.channels.views import LIST
from app.clock import from_ms, zone
from app.posts import connections, social
from app.posts.adapters import adapter
from app.posts.adapters.github_check import Finding
from app.posts.pages import HtmlResponse
from app.posts.social_part import CONNECTION
from app.web.guards import editor, viewer
from app.web.htmx import AnyRequest, render

WORKFLOW = Path(__file__).parents[2] / "docs" / "github-workflow.yml"


class ConnectionPages(Controller):
    """The tab of a social channel that tells how it reaches its platform."""

    include_in_schema = False
    path = LIST
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get("/{key:str}/connection")
    async def show(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """How a channel is connected."""
        return await _page(request, key)

    @post("/{key:str}/connection", guards=[editor], status_code=200)
    async def attempt(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """Ask the platform, and say what is wrong."""
        state = request.app.state
        found = await connections.attempt(key, by=request.user, clock=state.clock, keys=state.key_file)
        return await _page(request, key, found=found)

    @post("/{key:str}/secret", guards=[editor], status_code=200)
    async def renew_secret(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """Make a new signing secret, and show it this once."""
        state = request.app.state
        secret = await social.renew_secret(key, by=request.user, clock=state.clock, keys=state.key_file)
        return await _page(request, key, secret=secret)


@get(f"{LIST}/github-workflow.yml", guards=[viewer], include_in_schema=False, sync_to_thread=False)
def workflow_file() -> Response[bytes]:
    """The workflow to copy into a repository; no slug can have a dot, so no channel stands in its way."""
    headers = {"content-disposition": 'inline; filename="publish.yml"', "cache-control": "no-store"}
    return Response(WORKFLOW.read_bytes(), media_type=MediaType.TEXT, headers=headers)


async def _page(request: AnyRequest, key: str, *, secret: str = "", found: list[Finding] | None = None) -> HtmlResponse:
    one = await social.account((await channels.channel(key)).id)
    tz = zone((await request.app.state.shell.desk()).timezone)
    page = {
        **context(one.channel, CONNECTION.name),
        "channel": {"id": one.channel.id, "title": one.channel.title, "problem": one.needs_reconnect or ""},
        "platform": adapter(one.platform),
        "url": one.url,
        "repository": one.repository,
        "new_secret": secret,
        "secret_set": await _secret_set(one.channel.id, tz),
        "found": found,
        "desk_url": request.app.state.settings.url,
        "can_edit": request.user.can("editor"),
    }
    return await render(request, "posts/connection.html", page)


async def _secret_set(channel: str, tz: Any) -> str:
    made = next(row for row in await events.history("channel", channel) if row["verb"] in ("added", "secret renewed"))
    return wording.local(from_ms(made["at_ms"]), tz)
