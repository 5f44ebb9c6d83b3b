"""Review on pages: submit a post, approve it, send it back with a note."""

from typing import Any

from litestar import Controller, Request, get, post
from litestar.params import FromPath

from app.errors import Invalid
from app.posts import approval, queries
from app.posts.approving import NOTE_MOST
from app.posts.pages import LIST, HtmlResponse
from app.web.forms import form, form_errors
from app.web.guards import admin, editor
from app.web.htmx import AnyRequest, after_post, render


class ReviewPages(Controller):
    """`submit`, `approve` and `send-back` below each post."""

    include_in_schema = False
    path = f"{LIST}/{{post_id:str}}"

    @post("/submit", guards=[editor], status_code=303)
    async def submit(self, request: Request[Any, Any, Any], post_id: FromPath[str]) -> HtmlResponse:
        """Ask for review."""
        await approval.submit(post_id, by=request.user, clock=request.app.state.clock)
        return after_post(request, f"{LIST}/{post_id}", "Submitted for review.", changed="posts")

    @post("/approve", guards=[admin], status_code=303)
    async def approve(self, request: Request[Any, Any, Any], post_id: FromPath[str]) -> HtmlResponse:
        """Let a post go out as it was read."""
        version = (await form(request)).integer("version", 0) or 0
        await approval.approve(post_id, version, by=request.user, clock=request.app.state.clock)
        return after_post(request, f"{LIST}/{post_id}", "Approved.", changed="posts")

    @get("/send-back", guards=[admin])
    async def ask_note(self, request: Request[Any, Any, Any], post_id: FromPath[str]) -> HtmlResponse:
        """The form that says what should change."""
        return await _page(request, post_id, "", {})

    @post("/send-back", guards=[admin], status_code=303)
    async def send_back(self, request: Request[Any, Any, Any], post_id: FromPath[str]) -> HtmlResponse:
        """Ask for changes."""
        fields, clock = await form(request), request.app.state.clock
        version, note = fields.integer("version", 0) or 0, fields.text("note")
        try:
            await approval.send_back(post_id, version, note, by=request.user, clock=clock)
        except Invalid as refused:
            return await _page(request, post_id, note, form_errors(refused), status=422)
        return after_post(request, f"{LIST}/{post_id}", "Sent back.", changed="posts")


async def _page(
    request: AnyRequest, post_id: str, note: str, errors: dict[str, str], status: int = 200
) -> HtmlResponse:
    found = await queries.post(post_id)
    shown = {"id": found.id, "title": found.title, "version": found.version, "href": f"{LIST}/{found.id}"}
    context = {"title": "Ask for changes", "post": shown, "note": note, "most": NOTE_MOST, "errors": errors}
    return await render(request, "posts/send_back.html", context, status=status)
