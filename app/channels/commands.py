"""`daypart channel`: the options of a kind are the fields of its schemas, which the areas above register."""

import sys
from collections.abc import Callable
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import click
import msgspec

from app.accounts.rules import Identity
from app.accounts.secrets import KeyFile
from app.channels import acts, deleting, kinds, service, shapes, validating
from app.channels.acts import Verb
from app.channels.kinds import Past
from app.channels.schemas import ChannelJson
from app.channels.service import ChannelView
from app.channels.views import STATES, switched_words
from app.commands import Local, Said, command, dry_run, table
from app.errors import Invalid, NotFound

# Whoever can read the data folder may do everything.
OPERATOR = Identity("system", "", "command line", "admin")
# Options of their own form.
_OWN = frozenset({"title", "kind", "version"})
_ALIASES = {"add": "create", "update": "edit"}


class Channels(click.Group):
    """Also answers to the verbs of other groups."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or the one that it means."""
        return super().get_command(ctx, _ALIASES.get(cmd_name, cmd_name))


@click.group(cls=Channels)
def channel() -> None:
    """What airs: social, linear and radio channels."""


def _fields(shape: shapes.Shape) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option for each field of a schema; of a secret, a flag that reads it from standard input."""

    def add(run: Callable[..., Any]) -> Callable[..., Any]:
        secrets = frozenset().union(*(part.secret_fields for part in kinds.parts()))
        for field in reversed(msgspec.structs.fields(shape)):
            if field.name in _OWN:
                continue
            name = field.name.replace("_", "-")
            if field.name in secrets:
                run = click.option(f"--{name}-stdin", is_flag=True, help=f"Read the {name} from standard input.")(run)
            else:
                run = click.option(f"--{name}", type=_type(field.type), default=None)(run)
        return run

    return add


def _type(annotation: Any) -> Any:
    options = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    for one in options:
        if get_origin(one) is Literal:
            return click.Choice(get_args(one))
        if one in (bool, int):
            return click.BOOL if one is bool else click.INT
    return click.STRING


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, with what standard input tells."""
    found = {name: value for name, value in options.items() if not name.endswith("_stdin") and value is not None}
    asked = [name.removesuffix("_stdin") for name, value in options.items() if name.endswith("_stdin") and value]
    if len(asked) > 1:
        raise click.UsageError("Standard input tells only one secret.")
    return found | {name: sys.stdin.readline().rstrip("\r\n") for name in asked}


async def _view(key: str) -> ChannelView:
    try:
        return await service.channel(key)
    except NotFound as error:
        raise NotFound(
            "CHANNEL_NOT_FOUND", f"There is no channel {key!r}. List them with: daypart channel list"
        ) from error


async def _told(key: str) -> ChannelJson:
    return (await acts.json([await _view(key)]))[0]


@channel.command("create")
@click.argument("title")
@click.option("--kind", type=click.Choice(list(kinds.KINDS)), required=True)
@_fields(shapes.new())
@command
async def create_channel(local: Local, /, title: str, kind: str, **options: Any) -> Said:
    """Add a channel; the time zone is an IANA name such as Europe/Lisbon. A signing secret is printed this once."""
    fields = {"timezone": "", **_given(options), "title": title, "kind": kind}
    wanted: Any = msgspec.convert(fields, shapes.new())
    made = await acts.create(wanted, by=OPERATOR, clock=local.clock, keys=KeyFile(local.settings.key_file))
    told = await _told(made.channel)
    secret = f"\nSigning secret, shown this once: {made.secret}" if made.secret else ""
    data = {"channel": told} | ({"secret": made.secret} if made.secret else {})
    return Said(data, f"{told.title} is added as {told.slug}.{secret}")


@channel.command("list")
@click.option("--kind", type=click.Choice(list(kinds.KINDS)), default=None)
@command
async def list_channels(local: Local, kind: str | None) -> Said:
    """All channels by title, with how they stand."""
    views = await service.channels(kind)
    health = await acts.health(views)
    rows = [
        (one.slug, one.title, health[one.id][0].label, one.timezone, STATES[one.state], health[one.id][1].problem)
        for one in views
    ]
    return Said(await acts.json(views), table(("SLUG", "TITLE", "KIND", "ZONE", "STATE", "PROBLEM"), rows))


@channel.command("show")
@click.argument("key", metavar="SLUG")
@command
async def show_channel(local: Local, key: str) -> Said:
    """Everything about one of them, but no secret."""
    told = await _told(key)
    facts = [(name, "" if value is None else str(value)) for name, value in msgspec.to_builtins(told).items()]
    return Said(told, table(("", ""), facts).lstrip("\n"))


@channel.command("edit")
@click.argument("key", metavar="SLUG")
@click.option("--title")
@click.option("--version", type=int, help="Refuse if it was changed since this version.")
@_fields(shapes.changed())
@command
@dry_run
async def edit_channel(local: Local, /, key: str, title: str | None, version: int | None, **options: Any) -> Said:
    """Change what is given."""
    found = _given({"title": title, **options})
    if not found:
        raise Invalid("NO_FIELDS_PROVIDED", "Give at least one option that says what shall be different.")
    before = await _view(key)
    fields = {**found, "version": before.version if version is None else version}
    wanted: Any = msgspec.convert(fields, shapes.changed())
    keys = KeyFile(local.settings.key_file)
    one = await acts.edit(before.id, wanted, by=OPERATOR, clock=local.clock, keys=keys)
    return Said(await _told(one.id), f"{one.title} is saved.")


@channel.command("validate")
@click.argument("key", metavar="SLUG")
@click.option("--strict", is_flag=True, help="End with status 1 also when there are only warnings.")
@command
async def validate_channel(local: Local, key: str, strict: bool) -> Said:
    """What is wrong or unusual about a channel as it is stored."""
    told = shapes.validated(await validating.validate((await _view(key)).id), strict=strict)
    if not told.valid:
        words = " ".join(f"{one.code}: {one.detail}" for one in told.findings)
        raise Invalid("CHANNEL_INVALID", words, findings=[msgspec.to_builtins(one) for one in told.findings])
    lines = [f"{one.code} {one.level}: {one.detail}" for one in told.findings]
    return Said(told, "\n".join(lines) or "All is well.")


@channel.command("delete")
@click.argument("key", metavar="SLUG")
@click.option("--yes", is_flag=True, help="Do not ask.")
@command
@dry_run
async def delete(local: Local, key: str, yes: bool) -> Said:
    """Delete a channel for good, if nothing depends on it; others can be deactivated."""
    gone = await _view(key)
    if not yes:
        click.confirm(f"Delete {gone.title}?", abort=True, err=True)
    await deleting.delete_channel(gone.id, by=OPERATOR, clock=local.clock)
    return Said({"deleted": gone.id}, f"{gone.title} is deleted.")


def _switch(verb: Verb, words: str) -> None:
    @channel.command(verb, help=words)
    @click.argument("key", metavar="SLUG")
    @command
    async def switch(local: Local, key: str) -> Said:
        return await _switched(local, key, verb)


async def _switched(local: Local, key: str, verb: Verb, past: Past | None = None) -> Said:
    done = await acts.switch((await _view(key)).id, verb, by=OPERATOR, clock=local.clock, past=past)
    return Said(shapes.switched_json(done, await _told(done.channel.id)), switched_words(done, verb))


@channel.command("resume")
@click.argument("key", metavar="SLUG")
@click.option("--past", type=click.Choice(get_args(Past)), help="What becomes of posts whose time passed meanwhile.")
@command
async def resume(local: Local, key: str, past: Past | None) -> Said:
    """Let a paused channel go on; tells how many posts that releases."""
    return await _switched(local, key, "resume", past)


_switch("pause", "Let everything planned on a channel wait; tells how many posts that holds.")
_switch("deactivate", "Switch a channel off; what is planned there is kept, and told.")
_switch("activate", "Switch a channel on again.")
