"""`daypart asset`."""

import asyncio
import os
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from app import wording
from app.accounts.rules import Identity
from app.commands import Local, Said, command, table
from app.errors import Invalid
from app.library import arrivals, editing, folder, listing, marking, queries, rules, service, uses
from app.library.arrivals import Arrival
from app.library.bringing import Bringer
from app.library.editing import BulkEdit, Edit
from app.library.listing import Filter, Sort
from app.library.marker_api import marker_json
from app.library.marker_commands import mark_asset, unmark_asset
from app.library.queries import AssetView
from app.library.schemas import arrival_json, asset_json, file_json
from app.library.sheet_commands import export_csv, import_csv
from app.library.tree_commands import import_tree
from app.library.views import place_label

# Whoever can read the data folder may do everything.
OPERATOR = Identity("system", "", "command line", "admin")
_LOOK_S = 0.2


class NotAllCame(Invalid):
    """Some files did not come; `facts["arrivals"]` tells of each."""


@click.group()
def asset() -> None:
    """Videos and sound of the library."""


@asset.command("list")
@click.argument("words", nargs=-1)
@click.option("--type", "kind", type=click.Choice(list(rules.TYPES)), default=None)
@click.option("--state", type=click.Choice(list(rules.STATES)), default=None)
@click.option("--tag", default="")
@click.option("--approved/--not-approved", default=None)
@click.option("--used/--unused", default=None)
@click.option("--series", default="", help="By id or title.")
@click.option("--genre", default="")
@click.option("--rating", default="")
@click.option("--sort", type=click.Choice(listing.SORTS), default="newest", show_default=True)
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True)
@click.option("--after", help="Where the page before ended.")
@command
async def list_assets(
    local: Local,
    words: tuple[str, ...],
    kind: str | None,
    state: str | None,
    tag: str,
    approved: bool | None,
    used: bool | None,
    series: str,
    genre: str,
    rating: str,
    sort: Sort,
    limit: int,
    after: str | None,
) -> Said:
    """List what is there; WORDS are looked for in titles and file names."""
    wanted = Filter(" ".join(words), kind or "", state or "", tag, approved, used, series, genre, rating)
    page = await listing.assets(wanted, after, limit, sort)
    rows = [_row(one) for one in page.assets]
    more = f"\nMore with: --after '{page.after}'" if page.after else ""
    told = {"assets": [asset_json(one) for one in page.assets], "after": page.after}
    return Said(told, table(("ID", "TITLE", "TYPE", "LENGTH", "SIZE", "STATE"), rows) + more)


def _row(one: AssetView) -> tuple[str, ...]:
    length = wording.length(one.duration_ms) if one.duration_ms else ""
    state = f"{one.state}, approved" if one.approved else one.state
    return one.id, one.title, one.type, length, wording.size(one.bytes or 0), state


@asset.command("show")
@click.argument("asset_id", metavar="ID")
@command
async def show_asset(local: Local, asset_id: str) -> Said:
    """Everything about one of them."""
    found = await queries.asset(asset_id)
    marked, used = await queries.markers(asset_id), await uses.find(asset_id)
    facts = [
        ("title", found.title), ("file", found.name), ("type", found.type), ("state", found.state),
        ("approved", "yes" if found.approved else "no"), ("tags", ", ".join(found.tags)), ("holds", found.codecs),
        ("series", place_label(found)), ("genre", found.genre or ""), ("rating", found.rating or ""),
        ("description", found.description or ""),
        ("length", wording.length(found.duration_ms or 0)), ("size", wording.size(found.bytes or 0)),
        *((one.kind, f"{marking.time_text(one.start_ms)} {one.title}") for one in marked),
        *(("used by", f"{one['kind']} {one['title']}") for one in used),
    ]  # fmt: skip
    told = {
        "asset": asset_json(found), "chapters": [one for one in marked if one.kind == "chapter"],
        "markers": [marker_json(one) for one in marked], "uses": used,
    }  # fmt: skip
    return Said(told, table(("", ""), facts).lstrip("\n"))


@asset.command("add")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@command
async def add_assets(local: Local, files: tuple[Path, ...]) -> Said:
    """Copy files of this machine into the library."""
    added = []
    with _bars() as bars:
        for path in files:
            size = path.stat().st_size if path.is_file() else None
            bar = bars.add_task(path.name, total=size)
            added.append(
                await service.add_file(
                    path, progress=lambda step, bar=bar: bars.advance(bar, step),  # type: ignore[misc]
                    settings=local.settings, by=OPERATOR, clock=local.clock,
                )
            )  # fmt: skip
    rows = [(one.asset.id, one.asset.title, "was there already" if one.existed else "added") for one in added]
    return Said([asset_json(one.asset) for one in added], table(("ID", "TITLE", ""), rows))


@asset.command("import")
@click.argument("paths", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All files that are not in the library yet.")
@command
async def import_assets(local: Local, paths: tuple[str, ...], everything: bool) -> Said:
    """Copy files of the import folder, PATHS below it, into the library; without any, list what is there."""
    if not paths and not everything:
        found = await folder.listed(local.settings)
        rows = [(one.path, wording.size(one.bytes), one.state) for one in found]
        return Said([file_json(one) for one in found], table(("PATH", "SIZE", "STATE"), rows))
    if everything:
        asked = await folder.ask_new(settings=local.settings, by=OPERATOR, clock=local.clock)
    else:
        asked = await folder.ask(list(paths), settings=local.settings, by=OPERATOR, clock=local.clock)
    return await _brought(local, asked)


@asset.command("fetch")
@click.argument("urls", nargs=-1, required=True)
@command
async def fetch_assets(local: Local, urls: tuple[str, ...]) -> Said:
    """Fetch files from addresses on the web; Ctrl-C stops, and a worker goes on."""
    asked = [await arrivals.ask_url(url, by=OPERATOR, clock=local.clock) for url in urls]
    return await _brought(local, asked)


async def _brought(local: Local, asked: list[Arrival]) -> Said:
    """See arrivals through, here or as a worker does it."""
    bringer = Bringer(local.settings, local.clock, f"command-{os.getpid()}")
    try:
        with _bars() as bars:
            rows = {one.id: bars.add_task(one.source, total=one.total) for one in asked}
            over = await asyncio.gather(*(_see_through(bringer, one, bars, rows[one.id]) for one in asked))
    finally:
        await bringer.close()
    told = [arrival_json(one) for one in over]
    failed = [one for one in over if one.state != "done"]
    if failed:
        said = "; ".join(f"{one.source}: {one.note or one.state}" for one in failed)
        raise NotAllCame("NOT_ALL_CAME", said, arrivals=msgspec.to_builtins(told))
    return Said(told, table(("ASSET", "FROM"), [(one.asset or "", one.source) for one in over]))


async def _see_through(bringer: Bringer, one: Arrival, bars: Progress, bar: object) -> Arrival:
    while one.is_open:
        working = asyncio.create_task(bringer.bring(one.id))
        try:
            await asyncio.wait([working], timeout=_LOOK_S)
            while not working.done():
                one = await arrivals.show(one.id)
                bars.update(bar, completed=one.bytes, total=one.total)  # type: ignore[arg-type]
                await asyncio.wait([working], timeout=_LOOK_S)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
        one = await arrivals.show(one.id)
        if one.is_open:
            await asyncio.sleep(_LOOK_S)
    return one


def _bars() -> Progress:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


@asset.command("edit")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--title", help="Only for one of them.")
@click.option("--type", "kind", type=click.Choice(list(rules.TYPES)), default=None)
@click.option("--add-tag", multiple=True)
@click.option("--remove-tag", multiple=True)
@click.option("--approve/--withdraw", default=None)
@click.option("--retire/--bring-back", default=None)
@click.option("--series", help="By id or title; '' takes them out.")
@click.option("--season", type=int)
@click.option("--genre", help="'' for none.")
@click.option("--rating", help="'' for none.")
@click.option("--description", help="Only for one of them; '' for none.")
@command
async def edit_assets(
    local: Local,
    ids: tuple[str, ...],
    title: str | None,
    kind: str | None,
    add_tag: tuple[str, ...],
    remove_tag: tuple[str, ...],
    approve: bool | None,
    retire: bool | None,
    series: str | None,
    season: int | None,
    genre: str | None,
    rating: str | None,
    description: str | None,
) -> Said:
    """Change one or several of them, all or none."""
    state = None if retire is None else "retired" if retire else "ready"
    own: dict[str, Any] = {
        name: text for name, text in (("title", title), ("description", description)) if text is not None
    }
    if own and len(ids) != 1:
        raise click.UsageError("--title and --description are for one asset.")
    place = {"series": series, "season": season, "genre": genre, "rating": rating}
    given: dict[str, Any] = {name: value for name, value in place.items() if value is not None}
    wanted = BulkEdit(kind, list(add_tag), list(remove_tag), approve, state, **given)
    changed = 0
    if wanted != BulkEdit() or not own:
        changed = await editing.edit_all(ids, wanted, by=OPERATOR, clock=local.clock)
    if own:
        version = (await queries.asset(ids[0])).version
        await editing.edit(ids[0], Edit(**own), version, by=OPERATOR, clock=local.clock)
        changed = 1
    return Said({"changed": changed}, f"{wording.count(changed, 'asset')} changed.")


@asset.command("delete")
@click.argument("asset_id", metavar="ID")
@command
async def delete_asset(local: Local, asset_id: str) -> Said:
    """Delete one that nothing uses, with its file."""
    await service.remove(asset_id, settings=local.settings, by=OPERATOR, clock=local.clock)
    return Said({"id": asset_id}, "Deleted.")


for _command in (mark_asset, unmark_asset, export_csv, import_csv, import_tree):
    asset.add_command(_command)
