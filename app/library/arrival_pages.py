"""The page for files that the desk fetches itself: from an address, or from the import folder."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath

from app import wording
from app.errors import Invalid, NotFound
from app.library import arrivals, folder
from app.library.arrivals import Arrival
from app.library.folder import Listed
from app.library.views import LIST
from app.web import problems
from app.web.forms import form, form_errors
from app.web.guards import act, editor
from app.web.htmx import AnyRequest, after_post, render

PAGE = f"{LIST}/arrivals"
TOPIC = "arrivals"
_STATES = {
    "new": ("New", ""), "waiting": ("Waiting", ""), "running": ("On its way", "info"),
    "done": ("In the library", "ok"), "imported": ("In the library", "ok"), "failed": ("Failed", "bad"),
    "cancelled": ("Stopped", ""),
}  # fmt: skip


class ArrivalPages(Controller):
    """`/library/arrivals`."""

    include_in_schema = False
    path = PAGE
    guards = [editor]  # noqa: RUF012 - Litestar's form

    @get()
    async def show(self, request: Request[Any, Any, Any]) -> Response[str]:
        """What is on its way, and what could be."""
        return await _page(request)

    @post("/fetch", status_code=303)
    async def fetch(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Have a worker fetch the file at an address."""
        url = (await form(request)).text("url")
        try:
            await arrivals.ask_url(url, **act(request))
        except Invalid as refused:
            return await _page(request, {"url": url}, form_errors(refused), status=422)
        return after_post(request, PAGE, "The file will be fetched.")

    @post("/import", status_code=303)
    async def take(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Have a worker copy files of the import folder: those that were chosen, or all new ones."""
        fields, state = await form(request), request.app.state
        told = {"settings": state.settings, **act(request)}
        try:
            asked = await (folder.ask_new(**told) if fields.flag("all") else folder.ask(fields.list("path"), **told))
        except (Invalid, NotFound) as refused:
            errors = {"paths": form_errors(refused).get("paths", refused.detail)}
            return await _page(request, {}, errors, status=problems.of(refused).status)
        said = f"{wording.count(len(asked), 'file')} will be taken in." if asked else "All files are in already."
        return after_post(request, PAGE, said)

    @post("/{arrival_id:str}/cancel", status_code=303)
    async def cancel(self, request: Request[Any, Any, Any], arrival_id: FromPath[str]) -> Response[str]:
        """Stop one."""
        await arrivals.cancel(arrival_id, **act(request))
        return after_post(request, PAGE, "It is stopped.", changed=TOPIC)

    @post("/{arrival_id:str}/retry", status_code=303)
    async def retry(self, request: Request[Any, Any, Any], arrival_id: FromPath[str]) -> Response[str]:
        """Try one again."""
        await arrivals.retry(arrival_id, **act(request))
        return after_post(request, PAGE, "It is tried again.", changed=TOPIC)

    @post("/{arrival_id:str}/dismiss", status_code=303)
    async def dismiss(self, request: Request[Any, Any, Any], arrival_id: FromPath[str]) -> Response[str]:
        """Take one off the list."""
        await arrivals.dismiss(arrival_id, **act(request))
        return after_post(request, PAGE, changed=TOPIC)


async def _page(
    request: AnyRequest,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response[str]:
    state = request.app.state
    found = await arrivals.recent(state.clock.now_ms())
    has_folder = folder.has_folder(state.settings)
    files = await folder.listed(state.settings) if has_folder else []
    context = {
        "title": "Link or folder",
        "arrivals": [_row(one) for one in found],
        "moving": any(one.is_open for one in found),
        "has_folder": has_folder,
        "files": [_file(one) for one in files],
        "new_count": sum(one.state in ("new", "failed") for one in files),
        "values": {"url": "", **(values or {})},
        "errors": errors or {},
    }
    return await render(request, "library/arrivals.html", context, status=status)


def _row(one: Arrival) -> dict[str, Any]:
    label, tone = _STATES[one.state]
    size = wording.size(one.bytes)
    return {
        "id": one.id,
        "source": one.source,
        "state": one.state,
        "state_label": "Was in the library already" if one.state == "done" and one.existed else label,
        "tone": tone,
        "note": one.note or "",
        "open": one.is_open,
        "again": one.state in ("failed", "cancelled"),
        "percent": min(100, one.bytes * 100 // one.total) if one.total else None,
        "progress": f"{size} of {wording.size(one.total)}" if one.total else size,
        "href": f"{LIST}/{one.asset}" if one.asset else None,
    }


def _file(one: Listed) -> dict[str, Any]:
    label, tone = _STATES[one.state]
    return {
        "path": one.path,
        "size": wording.size(one.bytes),
        "state_label": label,
        "tone": tone,
        "note": one.note or "",
        "open": one.state in ("waiting", "running"),
        "href": f"{LIST}/{one.asset}" if one.asset else None,
    }
