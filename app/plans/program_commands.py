"""`daypart program`."""

from collections.abc import Callable, Sequence
from typing import Any, get_args

import click
import msgspec
from msgspec import UNSET

from app.clock import parse_instant
from app.commands import Local, Said, command, dry_run, table
from app.errors import Invalid
from app.plans import cursors, naming, programs, rule_text, specs, trying
from app.plans.commands import act, given
from app.plans.program_schemas import SourceJson, program_json, standing_json, tried_json
from app.plans.programs import ProgramView, WantedProgram
from app.plans.specs import AssetSpec, Mode, RuleSpec, SeriesSpec, Spec

_MODES: tuple[Mode, ...] = get_args(Mode)


@click.group()
def program() -> None:
    """Programs: what fills zones. PROGRAM is an id or name."""


@program.command("list")
@click.argument("channel")
@command
async def list_programs(local: Local, channel: str) -> Said:
    """List the programs of a channel."""
    found = await programs.programs(channel)
    return Said([program_json(one) for one in found], programs_table(found))


def programs_table(found: Sequence[ProgramView]) -> str:
    """Programs, for reading."""
    rows = [(one.program.name, one.kind, one.program.mode, str(one.zones), one.program.id) for one in found]
    return table(("NAME", "KIND", "MODE", "ZONES", "ID"), rows)


def program_said(one: ProgramView) -> Said:
    """A program, told."""
    return Said(
        program_json(one), f"{one.program.name}  {one.kind}, {one.program.mode}\n{specs.encoded(one.program.spec)}"
    )


@program.command("show")
@click.argument("channel")
@click.argument("name", metavar="PROGRAM")
@command
async def show_program(local: Local, channel: str, name: str) -> Said:
    """One program."""
    return program_said(await programs.program(channel, name))


def content_options(run: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what a program is made of."""
    for option in (
        click.option("--asset", help="The asset that airs, by id or title."),
        click.option("--series", help="The series whose episodes air, by id or title."),
        click.option("--season", type=int, help="Only this season of the series."),
        click.option("--rule", help="A rule, such as 'types: MOV; tags: noir', or the same as JSON."),
        click.option("--random", "at_random", metavar="TYPE", help="Anything of a type, at random, such as MOV."),
        click.option("--spec", metavar="JSON", help="Any kind, as the API takes it; packages and hour clocks too."),
        click.option("--mode", type=click.Choice(_MODES)),
        click.option("--bleed/--no-bleed", default=None, help="It may run on after its zone's end."),
        click.option("--slots", type=int, help="The least number of blocks it takes."),
    ):
        run = option(run)
    return run


def wanted_program(name: str | None, options: dict[str, Any]) -> WantedProgram:
    """A program as those options say."""
    contents = [options[kind] for kind in ("asset", "series", "rule", "at_random", "spec")]
    if sum(content is not None for content in contents) > 1:
        raise click.UsageError("Give one of --asset, --series, --rule, --random and --spec.")
    return WantedProgram(
        name=given(name), spec=given(_spec(options)), mode=given(options["mode"]), bleed=given(options["bleed"]),
        slots=given(options["slots"]),
    )  # fmt: skip


def _spec(options: dict[str, Any]) -> Spec | None:
    if options["asset"] is not None:
        return AssetSpec(options["asset"])
    if options["series"] is not None:
        return SeriesSpec(options["series"], options["season"])
    if options["at_random"] is not None:
        return RuleSpec(types=(options["at_random"],))
    text, kind = (options["rule"], "--rule") if options["rule"] is not None else (options["spec"], "--spec")
    return None if text is None else _read_spec(text, kind)


def _read_spec(text: str, option: str) -> Spec:
    try:
        if option == "--spec":
            return specs.decoded(text)
        if not text.lstrip().startswith("{"):
            return rule_text.read(text)
        rule: RuleSpec = msgspec.convert({**msgspec.json.decode(text), "type": "rule"}, RuleSpec)
        return rule
    except (msgspec.MsgspecError, TypeError, Invalid) as error:
        raise click.BadParameter(f"it is not what {option} takes: {error}") from error


async def meant(wanted: WantedProgram) -> WantedProgram:
    """The same with ids in the place of titles."""
    spec = wanted.spec
    if isinstance(spec, AssetSpec):
        spec = AssetSpec(await naming.asset_named(spec.asset, "asset"))
    elif isinstance(spec, SeriesSpec):
        spec = msgspec.structs.replace(spec, series=await naming.series_named(spec.series, "series"))
    elif isinstance(spec, RuleSpec):
        ids = tuple([await naming.series_named(name, "rule") for name in spec.series])
        spec = msgspec.structs.replace(spec, series=ids)
    return msgspec.structs.replace(wanted, spec=spec)


@program.command("add")
@click.argument("channel")
@click.argument("name")
@content_options
@command
@dry_run
async def add_program(local: Local, /, channel: str, name: str, **options: Any) -> Said:
    """Add a program, made of exactly one of --asset, --series, --rule, --random or --spec."""
    return program_said(await programs.add_program(channel, await meant(wanted_program(name, options)), **act(local)))


@program.command("update")
@click.argument("channel")
@click.argument("name", metavar="PROGRAM")
@click.option("--name", "new_name")
@content_options
@command
@dry_run
async def update_program(local: Local, /, channel: str, name: str, new_name: str | None, **options: Any) -> Said:
    """Change a program."""
    asked = await meant(wanted_program(new_name, options))
    return program_said(await programs.edit_program(channel, name, asked, None, **act(local)))


@program.command("delete")
@click.argument("channel")
@click.argument("name", metavar="PROGRAM")
@command
@dry_run
async def delete_program(local: Local, channel: str, name: str) -> Said:
    """Delete a program that no zone has."""
    await programs.remove_program(channel, name, **act(local))
    return Said({"deleted": name}, f"{name} is deleted.")


@program.command("try")
@click.argument("channel")
@click.argument("name", metavar="[PROGRAM]", required=False)
@click.option("--at", metavar="TIME", help="An instant such as 2026-05-14T20:00Z; now, unless given.")
@content_options
@command
async def try_program(local: Local, /, channel: str, name: str | None, at: str | None, **options: Any) -> Said:
    """What a program, or what is given instead of one, resolves to, and why candidates fall out; nothing is stored."""
    when = parse_instant(at) if at else None
    wanted = await meant(wanted_program(None, options))
    if (name is None) == (wanted.spec is UNSET):
        raise click.UsageError("Give a program, or one of --asset, --series, --rule, --random and --spec.")
    if name is not None:
        found = await trying.try_program(channel, name, at=when, clock=local.clock)
    else:
        mode = options["mode"] or "random"
        found = await trying.try_spec(channel, wanted.spec, mode, at=when, clock=local.clock)  # type: ignore[arg-type]
    told = tried_json(found)
    head = f"picks {told.pick.title}" if told.pick else "finds nothing"
    lines = [f"{head}, at {told.at.isoformat(timespec='minutes')}", *(one.detail for one in told.findings)]
    return Said(told, "\n".join([*lines, *(_source_said(one) for one in told.sources)]))


def _source_said(one: SourceJson) -> str:
    rests = f", of which {len(one.resting)} rest" if one.resting else ""
    rows = [(out.words, str(out.count), out.example) for out in one.out]
    return f"{one.words}: {one.matched} match{rests}\n{table(('FALLS OUT', 'COUNT', 'SUCH AS'), rows)}"


@program.command("next")
@click.argument("channel")
@click.argument("name", metavar="PROGRAM")
@click.option("--asset", help="Let this asset be next.")
@click.option("--seat", type=int, default=0, help="The number of the source within a package.")
@command
@dry_run
async def next_of(local: Local, channel: str, name: str, asset: str | None, seat: int) -> Said:
    """What airs next of a program that goes in order, or which asset shall; days that are made stay."""
    if asset is None:
        found = await cursors.standing(channel, name, clock=local.clock)
    else:
        found = await cursors.put_next(channel, name, asset, seat, **act(local))
    lines = [f"{one.words}: next {cursors.episode_label(one.next) if one.next else 'nothing'}" for one in found]
    return Said([standing_json(one) for one in found], "\n".join(lines) or "Nothing in it goes in order.")
