"""`daypart backup`: making backups, checking them, and making a desk of one again."""

import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import click

from app.backup import reports
from app.backup.making import create
from app.backup.progress import Step, steps
from app.backup.restoring import restore
from app.backup.verifying import verify
from app.clock import MasterClock
from app.commands import Said, json_option, refusals, say
from app.settings import Settings

_path = click.Path(path_type=Path)
_folder = click.Path(path_type=Path, exists=True, file_okay=False)


@click.group()
def backup() -> None:
    """Backups of the desk, each one file."""


@backup.command("create")
@click.argument("target", type=_path, default=".")
@click.option("--media", is_flag=True, help="Keep the media themselves, not only a list of them.")
@json_option
def create_backup(target: Path, media: bool, as_json: bool) -> None:
    """Write a backup to the file TARGET, or into the folder TARGET (default: the current one).

    The desk may go on working meanwhile.
    """
    with _working(as_json=as_json) as step:
        made = create(Settings.from_env(), target, whole=media, clock=MasterClock(), step=step)
    told = {"path": str(made.path), "bytes": made.bytes, **reports.facts(made.manifest)}
    say(Said(told, reports.of_made(made)), as_json=as_json)


@backup.command("restore")
@click.argument("source", type=_path)
@click.option("--media-from", type=_folder, help="Take media that the backup only lists from this folder.")
@json_option
def restore_backup(source: Path, media_from: Path | None, as_json: bool) -> None:
    """Make a desk of the backup SOURCE, in a data folder that is empty or not there yet."""
    with _working(as_json=as_json) as step:
        settings = Settings.from_env()
        done = restore(source, settings, media_from=media_from, clock=MasterClock(), step=step)
    told = {
        "data": str(settings.data),
        **reports.facts(done.manifest),
        "unconfirmed": done.settled.unconfirmed,
        "ahead": done.settled.ahead,
        "missing": [{"path": row.path, "title": row.title, "sha256": row.sha256} for row in done.missing],
    }
    say(Said(told, reports.of_restored(done, settings)), as_json=as_json)


@backup.command("verify")
@click.argument("source", type=_path)
@json_option
def verify_backup(source: Path, as_json: bool) -> None:
    """Read all of the backup SOURCE and tell whether it can be restored."""
    with _working(as_json=as_json) as step:
        manifest = verify(source, step)
    told = {"path": str(source), **reports.facts(manifest)}
    say(Said(told, reports.of_verified(str(source), manifest)), as_json=as_json)


@contextlib.contextmanager
def _working(*, as_json: bool) -> Iterator[Step]:
    """Show progress, tell refusals, and clean up at a signal that asks for the end, as Ctrl-C does by itself."""

    def end(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        # nohup and its like start us with SIGHUP ignored, and mean it.
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, end)
    with refusals(as_json=as_json), steps(quiet=as_json) as step:
        yield step
