"""The `daypart` command: thin, one group an area, each loaded when it is called."""

import contextlib
import gc
import importlib
import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import click

from app import __version__
from app.commands import REFUSED, Said, json_option, refusals, say, table
from app.settings import Settings

AREAS = {
    "asrun": "app.asrun.commands:asrun",
    "asset": "app.library.commands:asset",
    "backup": "app.backup.commands:backup",
    "booking": "app.plans.day_commands:booking",
    "channel": "app.channels.commands:channel",
    "day": "app.plans.day_commands:day",
    "guide": "app.guide.commands:guide",
    "key": "app.accounts.commands:key",
    "post": "app.posts.commands:post",
    "playlog": "app.playlog.commands:playlog",
    "plan": "app.plans.build_commands:plan",
    "program": "app.plans.program_commands:program",
    "series": "app.library.series_commands:series",
    "user": "app.accounts.commands:user",
    "wave": "app.posts.wave_commands:wave",
    "zone": "app.plans.zone_commands:zone",
}
# Areas above the one of a command that tell it what they know, by their `register`.
TELLING = {
    "asset": ("app.posts.uses", "app.plans.announcing", "app.playlog.announcing"),
    "booking": ("app.playlog.following",),
    "channel": ("app.posts.social_part", "app.plans.channel_part"),
}
DEMO_DATA = "./data-demo"


class Areas(click.Group):
    """Imports a command of an area only when it is called, so that `daypart up` starts at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        return sorted([*super().list_commands(ctx), *AREAS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in AREAS:
            return super().get_command(ctx, cmd_name)
        for told in TELLING.get(cmd_name, ()):
            importlib.import_module(told).register()
        module, _, name = AREAS[cmd_name].partition(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found


@click.group(cls=Areas, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="daypart")
def main() -> None:
    """One self-hosted desk for everything that airs.

    State lives in one folder, DAYPART_DATA (default ./data). Exit status: 0 done, 1 refused, 2 wrong usage.
    """


def _address(run: Callable[..., Any]) -> Callable[..., Any]:
    host = click.option("--host", help="Address to listen on, instead of DAYPART_HOST.")
    port = click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on, instead of DAYPART_PORT.")
    return host(port(run))


def _override(host: str | None, port: int | None) -> None:
    if host:
        os.environ["DAYPART_HOST"] = host
    if port:
        os.environ["DAYPART_PORT"] = str(port)


def _log() -> None:
    """Our own notes from INFO on, those of libraries only when something is wrong."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for name in ("app", "workers"):
        logging.getLogger(name).setLevel(logging.INFO)


@main.command()
@_address
@click.option("--demo", is_flag=True, help=f"Fill a desk with samples, in {DEMO_DATA} unless DAYPART_DATA is set.")
@json_option
def up(host: str | None, port: int | None, demo: bool, as_json: bool) -> None:
    """Run everything: web, worker, and a private Redis unless REDIS_URL is set."""
    _override(host, port)
    if demo and not os.environ.get("DAYPART_DATA"):
        os.environ["DAYPART_DATA"] = DEMO_DATA
    from app.supervisor import up as run  # noqa: PLC0415 - only when called

    with refusals(as_json=as_json):
        sys.exit(run(Settings.from_env(), demo=demo))


@main.command()
@_address
@json_option
def web(host: str | None, port: int | None, as_json: bool) -> None:
    """Run the web server alone."""
    _override(host, port)
    _begin()
    with refusals(as_json=as_json):
        with _loading():
            from app.main import create_app  # noqa: PLC0415
            from app.migrations.run import require_current  # noqa: PLC0415
            from app.web.server import serve  # noqa: PLC0415

            settings = Settings.from_env()
            require_current(settings.database)
            made = create_app(settings)
        serve(made, settings)


@main.command()
@click.option("--name", help="A stable name, with which a restarted worker takes up its own work at once.")
@json_option
def worker(name: str | None, as_json: bool) -> None:
    """Run a worker alone."""
    _begin()
    with _loading():
        from workers.main import run  # noqa: PLC0415

    with refusals(as_json=as_json):
        run(Settings.from_env(), name)


@main.command()
@json_option
def demo(as_json: bool) -> None:
    """Fill the desk with samples."""
    _begin()
    from app.demo import run  # noqa: PLC0415

    with refusals(as_json=as_json):
        run(Settings.from_env())


def _begin() -> None:
    """What processes of the tree have in common: they log, and end with their supervisor."""
    from app.supervisor import watch_parent  # noqa: PLC0415

    _log()
    watch_parent()


@contextlib.contextmanager
def _loading() -> Iterator[None]:
    """What is loaded before a process begins its work lives to its end, and is never looked through for garbage."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@main.command()
@json_option
def migrate(as_json: bool) -> None:
    """Bring the database to this program's version; a copy is made before."""
    import asyncio  # noqa: PLC0415

    from app import migrations  # noqa: PLC0415
    from app.migrations.run import migrate as run  # noqa: PLC0415

    with refusals(as_json=as_json):
        copies = asyncio.run(run(Settings.from_env().database))
    version = migrations.latest()
    told = [f"The database has version {version}.", *(f"Copied before: {path}" for path in copies)]
    say(Said({"version": version, "copies": [str(path) for path in copies]}, "\n".join(told)), as_json=as_json)


@main.command()
@json_option
def doctor(as_json: bool) -> None:
    """Look for what is missing on this machine; nothing is changed."""
    from app.doctor import examine  # noqa: PLC0415

    with refusals(as_json=as_json):
        found = examine(Settings.from_env())
    rows = [("ok" if one.ok else "BAD", one.name, one.detail) for one in found]
    well = all(one.ok for one in found)
    say(Said({"ok": well, "checks": [asdict(one) for one in found]}, table(("", "", ""), rows)), as_json=as_json)
    if not well:
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
