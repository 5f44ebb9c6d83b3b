"""The form that changes what a post says."""

from typing import Any

from litestar import Controller, Request, get, post
from litestar.params import FromPath

from app.errors import Conflict, Invalid, NotFound
from app.posts import editing, forms, queries, views
from app.posts.editing import Edit
from app.posts.pages import LIST, HtmlResponse
from app.posts.planning_pages import at_form_fields, status_of
from app.posts.schemas import PostView
from app.posts.states import OPEN
from app.web.forms import form
from app.web.guards import editor
from app.web.htmx import AnyRequest, after_post, render
from app.web.shell import timezone_of


class EditingPages(Controller):
    """`/schedule/posts/{id}/edit` and its preview."""

    include_in_schema = False
    path = f"{LIST}/{{post_id:str}}"
    guards = [editor]  # noqa: RUF012 - Litestar's form

    @get("/edit")
    async def show(self, request: Request[Any, Any, Any], post_id: FromPath[str]) -> HtmlResponse:
        """The form, with what the post says."""
        found = await queries.post(post_id)
        if not editing.editable(found.targets):
            raise Conflict("STATE", editing.REFUSAL)
        return await _page(request, found, {}, {})

    @post("/edit", status_code=303)
    async def edit(self, request: Request[Any, Any, Any], post_id: FromPath[str]) -> HtmlResponse:
        """Change the post."""
        fields, found = await form(request), await queries.post(post_id)
        values, state = await forms.typed(fields), request.app.state
        try:
            version = fields.integer("version", 0) or 0
            await editing.edit(
                post_id, _wanted(values), version, by=request.user, clock=state.clock,
                timezone=await timezone_of(request),
            )  # fmt: skip
        except (Invalid, Conflict, NotFound) as refused:
            return await _page(request, found, values, at_form_fields(refused), status=status_of(refused))
        return after_post(request, f"{LIST}/{post_id}", "Post saved.")

    @post("/preview", status_code=200)
    async def preview(self, request: Request[Any, Any, Any], post_id: FromPath[str]) -> HtmlResponse:
        """The form as it stands, with what each platform would be sent."""
        return await _page(request, await queries.post(post_id), await forms.typed(await form(request)), {})


def _wanted(values: dict[str, Any]) -> Edit:
    given = {name: values[name] for name in ("title", "description", "hashtags", "asset") if name in values}
    return Edit(**given, tags=forms.tags(values), overrides=values["own"])


async def _page(
    request: AnyRequest, found: PostView, typed: dict[str, Any], errors: dict[str, str], status: int = 200
) -> HtmlResponse:
    still = {target.channel: target for target in found.targets if target.state in OPEN}.values()
    stored = forms.stored(found)
    # A post stays on its channels: the form names none, and a preview is for all of them.
    values = {**stored, **typed, "channels": stored["channels"]}
    chips = [views.chip(target.channel, target.channel_title, target.platform) for target in still]
    context = {
        "title": "Edit post",
        "post": {"id": found.id, "title": found.title, "href": f"{LIST}/{found.id}"},
        "form": {**await forms.choices(chips), "preview_url": f"{LIST}/{found.id}/preview"},
        "is_draft": all(target.state == "draft" for target in found.targets),
        "values": values,
        "errors": errors,
        "previews": await forms.previews(values),
    }
    return await render(request, "posts/edit.html", context, status=status)
