"""`daypart asset mark` and `daypart asset unmark`."""

import click

from app.accounts.rules import Identity
from app.commands import Local, Said, command
from app.library import markers, marking, queries
from app.library.marker_api import marker_json
from app.library.queries import Marker

# Whoever can read the data folder may do everything.
OPERATOR = Identity("system", "", "command line", "admin")


@click.command("mark")
@click.argument("asset_id", metavar="ID")
@click.argument("start")
@click.argument("end", required=False)
@click.option("--kind", type=click.Choice(list(marking.KINDS)), default="chapter", show_default=True)
@click.option("--title", default="")
@click.option("--number", type=int, help="Changes the marker of that number instead of adding one.")
@command
async def mark_asset(
    local: Local, asset_id: str, start: str, end: str | None, kind: str, title: str, number: int | None
) -> Said:
    """Mark a place from START to END, such as 1:02:03.5."""
    end_ms = marking.time_of("end", end) if end else None
    wanted = Marker(number or 0, kind, title, marking.time_of("start", start), end_ms)
    store, version = markers.add if number is None else markers.alter, (await queries.asset(asset_id)).version
    made = await store(asset_id, wanted, version, by=OPERATOR, clock=local.clock)
    return Said(marker_json(made), f"{made.number}  {made.kind}  {marking.time_text(made.start_ms)}")


@click.command("unmark")
@click.argument("asset_id", metavar="ID")
@click.argument("number", type=int)
@command
async def unmark_asset(local: Local, asset_id: str, number: int) -> Said:
    """Delete the marker of that number."""
    version = (await queries.asset(asset_id)).version
    await markers.remove(asset_id, number, version, by=OPERATOR, clock=local.clock)
    return Said({"asset": asset_id, "number": number}, "Deleted.")
