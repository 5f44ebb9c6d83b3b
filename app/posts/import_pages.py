"""Importing posts from a CSV file: the choice of a file, what it would do, and doing it. Nothing is kept between."""

from typing import Any

from litestar import Controller, Request, Response, get, post

from app import wording
from app.clock import zone
from app.errors import DaypartError, Invalid, TooLarge
from app.posts import csv_import
from app.posts.importing import Import, Judged, import_csv
from app.posts.pages import LIST, HtmlResponse
from app.web import problems, sheets
from app.web.forms import form_errors
from app.web.guards import editor
from app.web.htmx import PRIVATE, AnyRequest, after_post, render
from app.web.shell import timezone_of

PATH = f"{LIST}/import"
SHOWN = 200
_WORDS = {
    "new": {"label": "New", "tone": "ok", "icon": "plus"},
    "known": {"label": "There already", "tone": "", "icon": "done"},
    "wrong": {"label": "Wrong", "tone": "bad", "icon": "fail"},
}


class ImportPages(Controller):
    """`/schedule/posts/import`."""

    path = PATH
    include_in_schema = False
    guards = [editor]  # noqa: RUF012 - Litestar's form

    @get()
    async def ask(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """The form that takes a file."""
        return await _form_page(request)

    @post(status_code=303, request_max_body_size=sheets.FORM_MOST)
    async def take(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Show what a file would do; or, sent from there, import it or give its wrong rows back."""
        form = await sheets.sent(request)
        try:
            data = form.file
            done = await _import(request, data, dry_run=form.act != "import")
        except (Invalid, TooLarge) as refused:
            return await _form_page(request, refused)
        if form.act == "import":
            return after_post(request, LIST, _message(done), tone="warn" if done.wrong else "ok")
        return _wrong_rows(done) if form.act == "wrong" else await _preview(request, data, done)


async def _import(request: AnyRequest, data: bytes, *, dry_run: bool) -> Import:
    state = request.app.state
    return await import_csv(
        data, by=request.user, clock=state.clock, timezone=await timezone_of(request), queue=state.queue,
        dry_run=dry_run,
    )  # fmt: skip


async def _form_page(request: AnyRequest, refused: DaypartError | None = None) -> HtmlResponse:
    errors = form_errors(refused) if refused else {}
    timezone = await timezone_of(request)
    context = {
        "title": "Import posts",
        "columns": csv_import.COLUMNS,
        "hint": sheets.HINT,
        "zone": timezone,
        "error": errors.get("file") or errors.get("", ""),
    }
    return await render(request, "posts/import.html", context, status=problems.of(refused).status if refused else 200)


async def _preview(request: AnyRequest, data: bytes, done: Import) -> HtmlResponse:
    timezone = await timezone_of(request)
    rows = sorted(done.rows, key=lambda one: one.status != "wrong")
    context = {
        "title": "Import posts",
        "new": done.count("new"),
        "known": done.count("known"),
        "wrong": done.count("wrong"),
        "ignored": done.ignored,
        "rows": [_shown(one, timezone) for one in rows[:SHOWN]],
        "hidden": max(0, len(rows) - SHOWN),
        "zone": timezone,
        "kept": sheets.kept(data),
    }
    return await render(request, "posts/import_preview.html", context)


def _shown(one: Judged, timezone: str) -> dict[str, Any]:
    return {
        "line": one.row.line,
        "title": one.row.cells.get("title", ""),
        "channels": one.row.cells.get("channels", ""),
        "due_label": wording.local(one.due, zone(timezone)) if one.due else one.row.cells.get("scheduled_time", ""),
        "status": _WORDS[one.status],
        "errors": [error.detail for error in one.row.errors],
        "note": one.made.note if one.made else None,
    }


def _message(done: Import) -> str:
    parts = [_counted(done.count("new"), "post") + " imported."]
    if known := done.count("known"):
        parts.append(f"{_counted(known, 'row')} there already.")
    if wrong := done.count("wrong"):
        parts.append(f"{_counted(wrong, 'wrong row')} left out.")
    return " ".join(parts)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _wrong_rows(done: Import) -> Response[bytes]:
    headers = {**PRIVATE, "content-disposition": 'attachment; filename="wrong-rows.csv"'}
    body = csv_import.write_wrong(done.wrong)
    return Response(body, status_code=200, media_type="text/csv; charset=utf-8", headers=headers)
