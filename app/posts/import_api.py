"""Importing posts from a CSV file, for programs."""

from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import QueryParameter

from app.csv_text import BYTES_MOST
from app.posts.importing import Import, Judged, Status, import_csv
from app.web.documented import documented
from app.web.guards import editor


class RowErrorJson(msgspec.Struct):
    """What is wrong with one field of a row."""

    field: str
    code: str
    detail: str


class RowJson(msgspec.Struct):
    """A row of the file, by the line that it begins on; a new one that was stored has its post."""

    line: int
    key: str | None
    status: Status
    post: str | None
    errors: list[RowErrorJson]


class ImportJson(msgspec.Struct):
    """What became of the rows; `stored`: the new ones are posts now; `ignored`: columns that mean nothing here."""

    stored: bool
    new: int
    known: int
    wrong: int
    ignored: list[str]
    rows: list[RowJson]


@post(
    "/api/schedule/import", guards=[editor], status_code=200, tags=["Schedule"], request_max_body_size=BYTES_MOST,
    responses=documented(400, 401, 403, 413, 422),
)  # fmt: skip
async def import_posts(
    request: Request[Any, Any, Any],
    dry_run: Annotated[bool, QueryParameter(description="Tell what the import would do, and store nothing.")] = False,
    all_or_nothing: Annotated[bool, QueryParameter(description="Store nothing if a row is wrong.")] = False,
) -> ImportJson:
    """Schedule a post for each new row of a CSV file, which is the body; importing it again adds nothing."""
    state = request.app.state
    done = await import_csv(
        await request.body(), by=request.user, clock=state.clock, timezone=(await state.shell.desk()).timezone,
        queue=state.queue, dry_run=dry_run, all_or_nothing=all_or_nothing,
    )  # fmt: skip
    return told(done)


def told(done: Import) -> ImportJson:
    """An import as programs see it."""
    rows = [_row(one, done.stored) for one in done.rows]
    return ImportJson(done.stored, done.count("new"), done.count("known"), done.count("wrong"), done.ignored, rows)


def _row(one: Judged, stored: bool) -> RowJson:
    errors = [RowErrorJson(error.field, error.code, error.detail) for error in one.row.errors]
    made = one.made.post if one.made and stored else None
    return RowJson(one.row.line, one.row.key or None, one.status, made, errors)
