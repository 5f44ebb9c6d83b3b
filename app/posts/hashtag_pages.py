"""The page of the saved hashtag sets."""

from typing import Any

from litestar import Controller, Request, get, post
from litestar.params import FromPath

from app.errors import Conflict, Invalid
from app.posts import hashtag_sets
from app.posts.pages import HtmlResponse
from app.web.forms import Form, form, form_errors
from app.web.guards import editor, viewer
from app.web.htmx import AnyRequest, after_post, render

LIST = "/schedule/hashtags"


class HashtagPages(Controller):
    """`/schedule/hashtags` and what hangs below it."""

    include_in_schema = False
    path = LIST
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get()
    async def show(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """All sets, each with its form."""
        return await _page(request)

    @post(guards=[editor], status_code=303)
    async def add(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """Save a set."""
        fields, clock = await form(request), request.app.state.clock
        try:
            made = await hashtag_sets.add(fields.text("name"), fields.text("hashtags"), by=request.user, clock=clock)
        except (Invalid, Conflict) as refused:
            return await _page(request, fields, form_errors(refused), status=422)
        return after_post(request, LIST, f"{made.name} is saved.")

    @post("/{set_id:str}", guards=[editor], status_code=303)
    async def edit(self, request: Request[Any, Any, Any], set_id: FromPath[str]) -> HtmlResponse:
        """Change a set."""
        fields, clock = await form(request), request.app.state.clock
        name, hashtags = fields.text("name"), fields.text("hashtags")
        try:
            version = fields.integer("version", 0) or 0
            made = await hashtag_sets.edit(set_id, name, hashtags, version, by=request.user, clock=clock)
        except (Invalid, Conflict) as refused:
            return await _page(request, fields, form_errors(refused), of=set_id, status=422)
        return after_post(request, LIST, f"{made.name} is saved.")

    @post("/{set_id:str}/remove", guards=[editor], status_code=303)
    async def remove(self, request: Request[Any, Any, Any], set_id: FromPath[str]) -> HtmlResponse:
        """Forget a set."""
        await hashtag_sets.remove(set_id, by=request.user, clock=request.app.state.clock)
        return after_post(request, LIST, "Hashtag set removed.")


async def _page(
    request: AnyRequest, typed: Form | None = None, errors: dict[str, str] | None = None, *, of: str = "",
    status: int = 200,
) -> HtmlResponse:  # fmt: skip
    """`typed` and `errors` are of the set `of`, or of a new one."""
    given = {} if typed is None else {"name": typed.text("name"), "hashtags": typed.text("hashtags")}
    rows = [
        {
            "id": one.id, "name": one.name, "hashtags": one.text, "version": one.version,
            **(given if one.id == of else {}), "errors": (errors or {}) if one.id == of else {},
        }
        for one in await hashtag_sets.all_sets()
    ]  # fmt: skip
    context = {
        "title": "Hashtag sets",
        "sets": rows,
        "new": {"name": "", "hashtags": "", **({} if of else given), "errors": {} if of else errors or {}},
        "can_edit": request.user.can("editor"),
    }
    return await render(request, "posts/hashtags.html", context, status=status)
