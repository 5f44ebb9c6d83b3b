"""What all commands share: the database they work on, JSON or plain words, and how they refuse.

Exit status 0: done. 1: refused, with the error's code. 2: wrong usage, which click tells by itself.
"""

import asyncio
import contextlib
import functools
import json
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import click

from app.clock import MasterClock
from app.errors import DaypartError
from app.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")
REFUSED = 1


@dataclass(frozen=True, slots=True)
class Said:
    """The outcome of a command: for programs, and in words."""

    data: Any
    text: str


def json_option(run: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(run)


def say(said: Said, *, as_json: bool) -> None:
    """Print the outcome."""
    if as_json:
        import msgspec  # noqa: PLC0415 - not needed by commands that only start processes

        click.echo(msgspec.json.format(msgspec.json.encode(said.data), indent=2))
    elif said.text:
        click.echo(said.text)


@contextlib.contextmanager
def refusals(*, as_json: bool) -> Iterator[None]:
    """Tell a refusal by its code and end with status 1."""
    try:
        yield
    except DaypartError as error:
        if as_json:
            problem = {"code": error.code, "detail": error.detail, "errors": error.errors, **error.facts}
            click.echo(json.dumps(problem, indent=2, default=str))
        else:
            click.echo(f"error: {error.code} {error.detail}", err=True)
        sys.exit(REFUSED)


def table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Rows in columns, for reading."""
    widths = [max(len(row[i]) for row in (headings, *rows)) for i in range(len(headings))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (headings, *rows))
    return "\n".join(line.rstrip() for line in lines)


@dataclass(frozen=True, slots=True)
class Local:
    """What a command works with."""

    settings: Settings
    clock: MasterClock


def command(body: Callable[Concatenate[Local, P], Awaitable[Said]]) -> Callable[..., None]:
    """Make a command of an async function: database open, refusals told, `--json` understood."""

    @json_option
    @functools.wraps(body)
    def run(*args: Any, as_json: bool, **kwargs: Any) -> None:
        with refusals(as_json=as_json):
            said = asyncio.run(with_database(body, *args, **kwargs))
        say(said, as_json=as_json)

    return run


async def with_database(body: Callable[Concatenate[Local, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do something with the database open; a new one is made first, one of another version is refused."""
    from app import database, migrations  # noqa: PLC0415 - `--help` stays quick
    from app.migrations.run import migrate, require_current  # noqa: PLC0415

    settings = Settings.from_env()
    if migrations.stored(settings.database) is None:
        await migrate(settings.database)
    require_current(settings.database)
    async with database.opened(settings.database):
        return await body(Local(settings, MasterClock()), *args, **kwargs)


def dry_run(body: Callable[Concatenate[Local, P], Awaitable[Said]]) -> Callable[..., Awaitable[Said]]:
    """Give a command its `--dry-run`: it does all it would, with the same refusals, tells it, and takes it back."""

    @click.option("--dry-run", "dry", is_flag=True, help="Tell what it would change, and store nothing.")
    @functools.wraps(body)
    async def run(local: Local, *args: Any, dry: bool, **kwargs: Any) -> Said:
        if not dry:
            return await body(local, *args, **kwargs)
        from app.database import rehearsal  # noqa: PLC0415 - `--help` stays quick

        if "yes" in kwargs:
            kwargs["yes"] = True  # nothing is lost that one would have to ask for
        async with rehearsal():
            said = await body(local, *args, **kwargs)
        return Said(said.data, f"{said.text}\nNothing is stored: this was a dry run.")

    return run
