"""`daypart asrun`."""

from datetime import datetime
from pathlib import Path

import click

from app import wording
from app.asrun import exports, queries
from app.asrun.schemas import AsRunJson, row_json, rows_json
from app.channels import service as channels
from app.commands import Local, Said, command, table

_DATE = click.DateTime(["%Y-%m-%d"])


@click.group()
def asrun() -> None:
    """As-run: what really aired, with its evidence. CHANNEL is an id or slug."""


async def _found(local: Local, channel: str, day: datetime | None) -> queries.Found:
    of = await channels.channel(channel)
    return await queries.on(of.id, day.date() if day else queries.today(of, local.clock.now()))


@asrun.command("list")
@click.argument("channel")
@click.option("--date", "day", type=_DATE, help="A broadcast date, YYYY-MM-DD; today without it.")
@command
async def list_rows(local: Local, channel: str, day: datetime | None) -> Said:
    """What a channel aired on a broadcast date."""
    told = rows_json(await _found(local, channel, day))
    lines = [
        (f"{one.start:%H:%M:%S}", _length(one), one.title, one.status, one.evidence, one.reason or "") for one in told
    ]
    shown = table(("START", "LENGTH", "TITLE", "STATUS", "EVIDENCE", "REASON"), lines)
    return Said(told, shown if told else "Nothing is recorded for that day.")


def _length(one: AsRunJson) -> str:
    return "" if one.duration_ms is None else wording.length(one.duration_ms)


@asrun.command("show")
@click.argument("channel")
@click.argument("seq", type=int)
@command
async def show_row(local: Local, channel: str, seq: int) -> Said:
    """One row as it is stored."""
    found = await queries.one(channel, seq)
    told = row_json(found, found.rows[0])
    pairs = [(name.replace("_", " "), str(getattr(told, name))) for name in told.__struct_fields__]
    return Said(told, table(("", ""), [(name, value) for name, value in pairs if value not in ("None", "False")]))


@asrun.command("export")
@click.argument("channel")
@click.option("--date", "day", type=_DATE, help="A broadcast date, YYYY-MM-DD; today without it.")
@click.option("--format", "form", type=click.Choice(list(exports.FORMATS)), default="jsonl", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; without it, it is printed.")
@command
async def export_rows(local: Local, channel: str, day: datetime | None, form: str, output: Path | None) -> Said:
    """What a channel aired on a broadcast date, as a file."""
    rows = rows_json(await _found(local, channel, day))
    _, body = exports.written(form, rows)
    if output is None:
        return Said({"format": form, "rows": len(rows), "text": body.decode()}, body.decode().rstrip("\n"))
    output.write_bytes(body)
    said = f"{wording.count(len(rows), 'row')} in {output}."
    return Said({"format": form, "rows": len(rows), "path": str(output)}, said)
