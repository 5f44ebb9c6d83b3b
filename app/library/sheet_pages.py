"""The pages of the library as CSV: taking it out, and changing it by a file, with a preview."""

from typing import Any

from litestar import Controller, Request, Response, get, post

from app import wording
from app.errors import Conflict, DaypartError, Invalid, TooLarge
from app.library import sheet, sheets
from app.library.listing import Filter
from app.library.sheet import Judged
from app.library.sheet_api import CSV
from app.library.sheets import Import
from app.library.views import LIST, tabs
from app.web import problems
from app.web import sheets as forms
from app.web.forms import form_errors
from app.web.guards import editor, viewer
from app.web.htmx import PRIVATE, AnyRequest, after_post, render

PAGE = f"{LIST}/csv"
SHOWN = 200
_CHOICES = {"yes": True, "no": False}
_WORDS = {
    "changed": {"label": "Changed", "tone": "ok", "icon": "edit"},
    "same": {"label": "No change", "tone": "", "icon": "done"},
    "wrong": {"label": "Wrong", "tone": "bad", "icon": "fail"},
}
_TEXTS = ("q", "type", "state", "tag", "series", "genre", "rating")
_ORDER = ("wrong", "changed", "same")


@get(f"{LIST}/export.csv", guards=[viewer], include_in_schema=False)
async def export_csv(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What the library's list of the same filters shows, all of it, as a table."""
    asked = request.query_params
    texts: dict[str, str] = {name: asked.get(name) or "" for name in _TEXTS}
    approved, used = (_CHOICES.get(asked.get(name) or "") for name in ("approved", "used"))
    headers = {**PRIVATE, "content-disposition": 'attachment; filename="library.csv"'}
    return Response(await sheets.export(Filter(**texts, approved=approved, used=used)), media_type=CSV, headers=headers)


class SheetPages(Controller):
    """`/library/csv`."""

    include_in_schema = False
    path = PAGE
    guards = [editor]  # noqa: RUF012 - Litestar's form

    @get()
    async def ask(self, request: Request[Any, Any, Any]) -> Response[str]:
        """The way out, and the form that takes a file."""
        return await _form_page(request)

    @post(status_code=303, request_max_body_size=forms.FORM_MOST)
    async def take(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Show what a file would change; or, sent from there, change it."""
        form = await forms.sent(request)
        try:
            data, wanted = form.file, form.act == "import"
            done = await sheets.change_by(data, by=request.user, clock=request.app.state.clock, dry_run=not wanted)
        except (Invalid, TooLarge, Conflict) as refused:
            return await _form_page(request, refused)
        if wanted and not done.count("wrong"):
            return after_post(request, LIST, f"{wording.count(done.count('changed'), 'video')} changed.")
        return await _preview(request, data, done)


async def _form_page(request: AnyRequest, refused: DaypartError | None = None) -> Response[str]:
    errors = form_errors(refused) if refused else {}
    context = {
        "title": "Library as CSV",
        "tabs": tabs("CSV"),
        "columns": sheet.COLUMNS,
        "facts": sheet.FACTS,
        "hint": forms.HINT,
        "export_href": f"{LIST}/export.csv",
        "error": errors.get("file") or errors.get("", ""),
    }
    return await render(request, "library/csv.html", context, status=problems.of(refused).status if refused else 200)


async def _preview(request: AnyRequest, data: bytes, done: Import) -> Response[str]:
    rows = sorted(done.rows, key=lambda one: _ORDER.index(one.status))
    context = {
        "title": "Change the library by CSV",
        **{status: done.count(status) for status in ("changed", "same", "wrong")},
        "ignored": done.ignored,
        "rows": [_shown(one) for one in rows[:SHOWN]],
        "hidden": max(0, len(rows) - SHOWN),
        "kept": forms.kept(data),
    }
    return await render(request, "library/csv_preview.html", context, status=200)


def _shown(one: Judged) -> dict[str, Any]:
    return {
        "line": one.row.line,
        "title": one.change.before.title if one.change else one.row.cells.get("title", ""),
        "status": _WORDS[one.status],
        "changes": sheet.shown(one),
        "errors": [error.detail for error in one.errors],
    }
