"""The forms of an asset's page that mark places in it; each works without scripts."""

from typing import Any

from litestar import Controller, Request, Response, post
from litestar.params import FromPath

from app.errors import Conflict, Invalid
from app.library import markers, marking, queries
from app.library.pages import detail_page
from app.library.queries import Marker
from app.library.views import LIST
from app.web import problems
from app.web.forms import Form, form, form_errors, problems_of
from app.web.guards import editor
from app.web.htmx import AnyRequest, after_post


class MarkerPages(Controller):
    """`/library/{asset_id}/markers`."""

    include_in_schema = False
    path = f"{LIST}/{{asset_id:str}}/markers"
    guards = [editor]  # noqa: RUF012 - Litestar's form

    @post(status_code=303)
    async def add(self, request: Request[Any, Any, Any], asset_id: FromPath[str]) -> Response[str]:
        """Mark a place."""
        return await _stored(request, asset_id, None)

    @post("/{number:int}", status_code=303)
    async def alter(
        self, request: Request[Any, Any, Any], asset_id: FromPath[str], number: FromPath[int]
    ) -> Response[str]:
        """Change a marker."""
        return await _stored(request, asset_id, number)

    @post("/{number:int}/delete", status_code=303)
    async def remove(
        self, request: Request[Any, Any, Any], asset_id: FromPath[str], number: FromPath[int]
    ) -> Response[str]:
        """Delete a marker."""
        version = (await form(request)).integer("version", 0) or 0
        await markers.remove(asset_id, number, version, by=request.user, clock=request.app.state.clock)
        return after_post(request, _back(asset_id), "The marker is deleted.")


async def _stored(request: AnyRequest, asset_id: str, number: int | None) -> Response[str]:
    """Add a marker or change that one; else the page again, with what is wrong at its form."""
    fields = await form(request)
    store = markers.add if number is None else markers.alter
    try:
        version, wanted = fields.integer("version", 0) or 0, _marker(fields, number or 0)
        made = await store(asset_id, wanted, version, by=request.user, clock=request.app.state.clock)
    except (Invalid, Conflict) as refused:
        typed = {name: fields.text(name) for name in ("kind", "title", "start", "end")}
        again = {"number": "new" if number is None else number, "values": typed, "errors": form_errors(refused)}
        asset, status = await queries.asset(asset_id), problems.of(refused).status
        return await detail_page(request, asset, marker=again, status=status)
    return after_post(request, _back(asset_id), f"Marked at {marking.time_text(made.start_ms)}.")


def _marker(fields: Form, number: int) -> Marker:
    start, end = fields.text("start"), fields.text("end")
    errors = problems_of(lambda: marking.time_of("start", start), lambda: end and marking.time_of("end", end))
    if errors:
        raise Invalid("TIME_BAD", "A time is wrong.", errors=errors)
    end_ms = marking.time_of("end", end) if end else None
    return Marker(number, fields.text("kind"), fields.text("title"), marking.time_of("start", start), end_ms)


def _back(asset_id: str) -> str:
    return f"{LIST}/{asset_id}#markers"
