"""`daypart asset export-csv` and `daypart asset import-csv`."""

from pathlib import Path

import click

from app import csv_text, wording
from app.accounts.rules import Identity
from app.commands import Local, Said, command, table
from app.errors import Invalid, Unavailable, field_error
from app.library import rules, sheets
from app.library.listing import Filter
from app.library.sheet_api import told

# Whoever can read the data folder may do everything.
OPERATOR = Identity("system", "", "command line", "admin")


class RowsWrong(Invalid):
    """Rows of a file are wrong, so that nothing was stored; `facts["rows"]` tells of each."""


@click.command("export-csv")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--type", "kind", type=click.Choice(list(rules.TYPES)), default=None)
@click.option("--series", default="", help="By id or title.")
@click.option("--tag", default="")
@command
async def export_csv(local: Local, file: Path, kind: str | None, series: str, tag: str) -> Said:
    """Write the library, or what is wanted of it, into a CSV FILE."""
    data = await sheets.export(Filter(type=kind or "", series=series, tag=tag))
    try:
        file.write_bytes(data)
    except OSError as error:
        raise Unavailable("FILE_UNWRITABLE", f"{file} cannot be written: {error.strerror}.") from error
    return Said({"file": str(file), "bytes": len(data)}, f"{file}: {wording.size(len(data))}.")


@click.command("import-csv")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Tell what it would change, and store nothing.")
@command
async def import_csv(local: Local, file: Path, dry_run: bool) -> Said:
    """Change the assets that a CSV FILE names by id: all of them, or none while a row is wrong."""
    if file.stat().st_size > csv_text.BYTES_MOST:
        raise field_error("file", "CSV_LARGE", f"The file has more than {csv_text.BYTES_MOST // 1_000_000} MB.")
    done = await sheets.change_by(file.read_bytes(), by=OPERATOR, clock=local.clock, dry_run=dry_run)
    wrong = [(str(row.row.line), error.field, error.detail) for row in done.rows for error in row.errors]
    if wrong and not dry_run:
        said = "\n".join(f"line {line}: {detail}" for line, _, detail in wrong)
        raise RowsWrong("ROWS_WRONG", f"Nothing was stored.\n{said}", rows=_plain(done))
    words = "changed" if done.stored else "would be changed"
    said = f"{wording.count(done.count('changed'), 'asset')} {words}, {done.count('same')} without a change."
    return Said(told(done), said + ("\n" + table(("LINE", "FIELD", "WHAT IS WRONG"), wrong) if wrong else ""))


def _plain(done: sheets.Import) -> list[dict[str, object]]:
    return [
        {"line": one.row.line, "errors": [{"field": error.field, "code": error.code} for error in one.errors]}
        for one in done.rows
        if one.errors
    ]
