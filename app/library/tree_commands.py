"""`daypart asset import-tree`."""

import asyncio
import os

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from app import wording
from app.accounts.rules import Identity
from app.commands import Local, Said, command, table
from app.errors import Invalid
from app.library import trees
from app.library.bringing import Bringer
from app.library.tree_api import look_json, run_json
from app.library.trees import Look, Run
from app.library.views import number_label

# Whoever can read the data folder may do everything.
OPERATOR = Identity("system", "", "command line", "admin")
_LOOK_S = 0.2


class NotAllCame(Invalid):
    """Some files did not come; `facts["tree"]` tells of the import."""


@click.command("import-tree")
@click.argument("folder", default="")
@click.option("--dry-run", is_flag=True, help="Tell what is seen, and bring nothing.")
@click.option("--resume", metavar="ID", help="Go on with an import that was stopped or failed in part.")
@command
async def import_tree(local: Local, folder: str, dry_run: bool, resume: str | None) -> Said:
    """Bring in a tree of the import folder, FOLDER below it, by how its files are named.

    Ctrl-C stops, and a worker goes on.
    """
    if dry_run:
        found = await trees.look(folder, local.settings)
        return Said(look_json(found), _seen(found))
    if resume:
        run = await trees.show(resume)
        if not run.is_open:
            run = await trees.resume(resume, by=OPERATOR, clock=local.clock)
    else:
        run = await trees.begin(folder, settings=local.settings, by=OPERATOR, clock=local.clock)
    run = await _brought(local, run)
    told = await run_json(run)
    if run.failed or run.cancelled:
        said = "; ".join(f"{one.path}: {one.note}" for one in told.failures) or "It was stopped."
        raise NotAllCame("NOT_ALL_CAME", said, tree=msgspec.to_builtins(told))
    return Said(told, f"{wording.count(run.done, 'file')} in the library, {run.existed} of them were there before.")


def _seen(found: Look) -> str:
    rows = [
        (one.named.series or "", number_label(one.named.season, one.named.episode), one.named.title, one.file.state,
         one.file.path)
        for one in found.seen
    ]  # fmt: skip
    rows += [("not understood", "", "", one.state, one.path) for one in found.unclear]
    return table(("SERIES", "NUMBER", "TITLE", "STATE", "PATH"), rows)


async def _brought(local: Local, run: Run) -> Run:
    """See a run through, here or as workers do it."""
    bringer = Bringer(local.settings, local.clock, f"command-{os.getpid()}")
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    try:
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            bar = bars.add_task(run.folder or "import folder", total=run.bytes)
            while run.is_open:
                await bringer.look()
                await asyncio.sleep(_LOOK_S)
                run = await trees.show(run.id)
                bars.update(bar, completed=run.bytes_done)
    finally:
        await bringer.close()
    return run
