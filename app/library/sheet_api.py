"""The library as CSV, for programs: out of it, and changes by it."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter

from app.csv_text import BYTES_MOST
from app.library import sheets
from app.library.filtered import FILTERED, Wanted
from app.library.sheet import Judged, Status, shown
from app.library.sheets import Import
from app.web.documented import documented
from app.web.guards import editor, viewer

CSV = "text/csv"
_SHEET = ResponseSpec(bytes, description="The file.", media_type=CSV, generate_examples=False)


class SheetErrorJson(msgspec.Struct):
    """What is wrong with one field of a row."""

    field: str
    code: str
    detail: str


class SheetRowJson(msgspec.Struct):
    """A row of the file, by the line that it begins on; `changes` says in words what becomes of the asset."""

    line: int
    asset: str
    status: Status
    changes: list[str]
    errors: list[SheetErrorJson]


class SheetJson(msgspec.Struct):
    """What became of the rows; `stored`: the assets are changed now; `ignored`: columns that mean nothing here."""

    stored: bool
    changed: int
    same: int
    wrong: int
    ignored: list[str]
    rows: list[SheetRowJson]


class SheetApi(Controller):
    """`/api/assets/csv`."""

    path = "/api/assets/csv"
    tags = ["Library"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses={**documented(401, 403), 200: _SHEET}, dependencies=FILTERED)
    async def export(self, wanted: Wanted) -> Response[bytes]:
        """Assets as a CSV file; cells that a spreadsheet would take for a formula begin with an apostrophe."""
        return Response(await sheets.export(wanted), media_type=CSV)

    @post(
        guards=[editor], status_code=200, request_max_body_size=BYTES_MOST,
        responses=documented(400, 401, 403, 409, 413, 422),
    )  # fmt: skip
    async def change(
        self,
        request: Request[Any, Any, Any],
        dry_run: Annotated[bool, QueryParameter(description="Tell what it would do, and store nothing.")] = False,
    ) -> SheetJson:
        """Change the assets that the rows of a CSV file name by `id`; one wrong row keeps all out."""
        clock = request.app.state.clock
        return told(await sheets.change_by(await request.body(), by=request.user, clock=clock, dry_run=dry_run))


def told(done: Import) -> SheetJson:
    """An import as programs see it."""
    rows = [_row(one) for one in done.rows]
    return SheetJson(done.stored, done.count("changed"), done.count("same"), done.count("wrong"), done.ignored, rows)


def _row(one: Judged) -> SheetRowJson:
    errors = [SheetErrorJson(error.field, error.code, error.detail) for error in one.errors]
    return SheetRowJson(one.row.line, one.row.cells.get("id", ""), one.status, shown(one), errors)
