"""The page that imports a folder tree: what is seen in it, and how its imports go."""

from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery

from app import wording
from app.clock import from_ms, zone
from app.errors import Conflict, DaypartError, Invalid, NotFound, TooLarge
from app.library import trees
from app.library.folder import has_folder
from app.library.trees import Look, Run, Seen
from app.library.views import LIST, number_label, tabs
from app.web import problems
from app.web.forms import form, form_errors
from app.web.guards import act, editor
from app.web.htmx import AnyRequest, after_post, render

PAGE = f"{LIST}/tree"
TOPIC = "arrivals"
SHOWN = 500
_STATES = {
    "new": ("New", "ok"), "waiting": ("Waiting", "info"), "running": ("On its way", "info"),
    "failed": ("Failed", "bad"), "imported": ("In the library", ""),
}  # fmt: skip
_REFUSED = (Invalid, NotFound, Conflict, TooLarge)


class TreePages(Controller):
    """`/library/tree`."""

    include_in_schema = False
    path = PAGE
    guards = [editor]  # noqa: RUF012 - Litestar's form

    @get()
    async def show(self, request: Request[Any, Any, Any], folder: FromQuery[str | None] = None) -> Response[str]:
        """The imports, and what a folder holds where one is named; the import folder itself has an empty name."""
        if folder is None:
            return await _page(request)
        try:
            return await _page(request, folder, await trees.look(folder, request.app.state.settings))
        except _REFUSED as refused:
            return await _page(request, folder, refused=refused)

    @post(status_code=303)
    async def begin(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Have a worker bring in what is understood."""
        folder = (await form(request)).text("folder")
        try:
            run = await trees.begin(folder, settings=request.app.state.settings, **act(request))
        except _REFUSED as refused:
            return await _page(request, folder, refused=refused)
        return after_post(request, PAGE, f"{wording.count(run.files, 'file')} will be taken in.")

    @post("/{tree_id:str}/cancel", status_code=303)
    async def cancel(self, request: Request[Any, Any, Any], tree_id: FromPath[str]) -> Response[str]:
        """Stop an import."""
        await trees.cancel(tree_id, **act(request))
        return after_post(request, PAGE, "It is stopped.", changed=TOPIC)

    @post("/{tree_id:str}/resume", status_code=303)
    async def resume(self, request: Request[Any, Any, Any], tree_id: FromPath[str]) -> Response[str]:
        """Go on with what failed or was stopped."""
        await trees.resume(tree_id, **act(request))
        return after_post(request, PAGE, "It goes on.", changed=TOPIC)


async def _page(
    request: AnyRequest, folder: str = "", look: Look | None = None, refused: DaypartError | None = None
) -> Response[str]:
    state, tz = request.app.state, zone((await request.app.state.shell.desk()).timezone)
    runs = [await _run(run, tz) for run in await trees.recent()]
    errors = form_errors(refused) if refused else {}
    context = {
        "title": "Folder trees",
        "tabs": tabs("Folder trees"),
        "has_folder": has_folder(state.settings),
        "folder": folder,
        "error": errors.get("folder") or errors.get("", ""),
        "look": _look(look) if look else None,
        "runs": runs,
        "moving": any(run["open"] for run in runs),
    }
    status = problems.of(refused).status if refused else 200
    return await render(request, "library/tree.html", context, status=status)


def _look(found: Look) -> dict[str, Any]:
    shown = found.seen[:SHOWN]
    groups = groupby(shown, key=lambda one: one.named.series)
    size = wording.size(sum(one.file.bytes for one in found.new))
    left = [
        wording.count(found.others, "other file") if found.others else "",
        wording.count(found.links, "link") if found.links else "",
    ]
    return {
        "new": len(found.new),
        "new_label": f"{wording.count(len(found.new), 'new file')}, {size}",
        "groups": [{"title": name or "Movies", "files": [_seen(one) for one in files]} for name, files in groups],
        "hidden": len(found.seen) - len(shown),
        "unclear": [one.path for one in found.unclear[:SHOWN]],
        "unclear_hidden": max(0, len(found.unclear) - SHOWN),
        "left": " and ".join(filter(None, left)),
    }


def _seen(one: Seen) -> dict[str, str]:
    label, tone = _STATES[one.file.state]
    number = number_label(one.named.season, one.named.episode)
    return {"path": one.file.path, "number": number, "title": one.named.title, "state_label": label, "tone": tone}


async def _run(run: Run, tz: ZoneInfo) -> dict[str, Any]:
    counts = {
        "in the library": run.done, "there before": run.existed, "failed": run.failed, "stopped": run.cancelled,
        "to come": run.open,
    }  # fmt: skip
    said = "On its way" if run.open else "Stopped" if run.cancelled else "Some failed" if run.failed else "Done"
    return {
        "id": run.id,
        "folder": run.folder or "The whole import folder",
        "begun": f"{run.actor}, {wording.local(from_ms(run.created_ms), tz)}",
        "open": run.is_open,
        "again": bool(run.failed or run.cancelled),
        "percent": min(100, run.bytes_done * 100 // run.bytes) if run.bytes else 100,
        "progress": f"{run.files - run.open} of {wording.count(run.files, 'file')}",
        "counts": ", ".join(f"{number} {words}" for words, number in counts.items() if number),
        "state_label": said,
        "tone": {"On its way": "info", "Done": "ok", "Some failed": "bad"}.get(said, ""),
        "failures": [{"path": one.path, "note": one.note} for one in await trees.failures(run.id)],
    }
