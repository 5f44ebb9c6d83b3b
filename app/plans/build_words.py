"""The words of a session in which a plan is built; those of zones and programs are the ones of the command line."""

from typing import Any

import click
import msgspec

from app.commands import Local, Said, command, table
from app.errors import Conflict, DaypartError, Invalid
from app.plans import drafting, drafts
from app.plans.build_session import Session
from app.plans.commands import OPERATOR, plan_said, zones_table
from app.plans.day_commands import day_said
from app.plans.drafts import Act
from app.plans.program_commands import content_options, meant, program_said, programs_table, wanted_program
from app.plans.program_schemas import program_json
from app.plans.schemas import finding_json, zone_json
from app.plans.values import Finding
from app.plans.zone_commands import wanted_zone, zone_options, zone_said
from app.plans.zones import zone_of


@click.group()
def words() -> None:
    """What can be said in a session."""


@words.group()
def zone() -> None:
    """The zones of the plan. ZONE is an id or name."""


@zone.command("list")
@click.pass_obj
@command
async def list_zones(local: Local, session: Session) -> Said:
    """List the zones."""
    view = session.draft.view
    return Said([zone_json(each) for each in view.plan.zones], zones_table(view))


@zone.command("show")
@click.argument("name", metavar="ZONE")
@click.pass_obj
@command
async def show_zone(local: Local, session: Session, name: str) -> Said:
    """One zone."""
    return zone_said(zone_of(session.draft.view, name))


@zone.command("add")
@click.argument("name")
@click.option("--start-time", required=True, metavar="HH:MM")
@click.option("--end-time", required=True, metavar="HH:MM", help="Up to 24:00.")
@zone_options
@click.pass_obj
@command
async def add_zone(local: Local, session: Session, /, name: str, **options: Any) -> Said:
    """Add a zone."""
    draft = session.do(drafts.zone_added(wanted_zone({"name": name, **options})))
    return zone_said(zone_of(draft.view, name))


@zone.command("update")
@click.argument("name", metavar="ZONE")
@click.option("--name", "new_name")
@click.option("--start-time", metavar="HH:MM")
@click.option("--end-time", metavar="HH:MM")
@zone_options
@click.pass_obj
@command
async def update_zone(local: Local, session: Session, /, name: str, **options: Any) -> Said:
    """Change a zone; its programs are replaced where some are given."""
    return _changed_zone(session, name, drafts.zone_edited(name, wanted_zone(options)))


def _changed_zone(session: Session, name: str, act: Act) -> Said:
    id = zone_of(session.draft.view, name).id
    return zone_said(zone_of(session.do(act).view, id))


@zone.command("delete")
@click.argument("name", metavar="ZONE")
@click.pass_obj
@command
async def delete_zone(local: Local, session: Session, name: str) -> Said:
    """Delete a zone."""
    session.do(drafts.zone_removed(name))
    return Said({"deleted": name}, f"{name} is deleted.")


@zone.group("asset")
def listed() -> None:
    """What a zone airs: the programs in its list. PROGRAM is an id or name."""


@listed.command("add")
@click.argument("name", metavar="ZONE")
@click.argument("programs", metavar="PROGRAM...", nargs=-1, required=True)
@click.pass_obj
@command
async def add_programs(local: Local, session: Session, name: str, programs: tuple[str, ...]) -> Said:
    """Add programs at the end of a zone's list."""
    return _changed_zone(session, name, drafts.programs_listed(name, programs))


@listed.command("remove")
@click.argument("name", metavar="ZONE")
@click.argument("program_name", metavar="PROGRAM")
@click.pass_obj
@command
async def remove_program(local: Local, session: Session, name: str, program_name: str) -> Said:
    """Take a program out of a zone's list."""
    return _changed_zone(session, name, drafts.program_unlisted(name, program_name))


@words.group()
def program() -> None:
    """The programs of the channel, which fill zones. PROGRAM is an id or name."""


@program.command("list")
@click.pass_obj
@command
async def list_programs(local: Local, session: Session) -> Said:
    """List the programs."""
    found = drafts.program_views(session.draft)
    return Said([program_json(one) for one in found], programs_table(found))


@program.command("show")
@click.argument("name", metavar="PROGRAM")
@click.pass_obj
@command
async def show_program(local: Local, session: Session, name: str) -> Said:
    """One program."""
    draft = session.draft
    return program_said(drafts.program_view(draft, drafts.program_of(draft, name)))


@program.command("create")
@click.argument("name")
@content_options
@click.pass_obj
@command
async def create_program(local: Local, session: Session, /, name: str, **options: Any) -> Said:
    """Add a program, made of exactly one of --asset, --series, --rule, --random or --spec."""
    draft = session.do(drafts.program_added(await meant(wanted_program(name, options))))
    return program_said(drafts.program_view(draft, draft.programs[-1]))


@program.command("delete")
@click.argument("name", metavar="PROGRAM")
@click.pass_obj
@command
async def delete_program(local: Local, session: Session, name: str) -> Said:
    """Delete a program that no zone has."""
    session.do(drafts.program_removed(name))
    return Said({"deleted": name}, f"{name} is deleted.")


@words.command()
@click.pass_obj
@command
async def validate(local: Local, session: Session) -> Said:
    """What is wrong with the plan as it is here, and what it leaves open."""
    found = await drafting.findings(session.draft)
    told = [finding_json(one, session.draft.of.grid.tz) for one in found]
    if any(one.level == "error" for one in found):
        raise Invalid("PLAN_INVALID", _lines(found), findings=msgspec.to_builtins(told))
    return Said({"valid": True, "findings": told}, _lines(found) or "All is well.")


def _lines(found: list[Finding]) -> str:
    return "\n".join(f"{one.level}: {one.code}: {one.detail}" for one in found)


@words.group()
def preview() -> None:
    """What the plan as it is here would lead to; nothing is stored."""


@preview.command("day")
@click.argument("date_text", metavar="DATE")
@click.pass_obj
@command
async def preview_day(local: Local, session: Session, date_text: str) -> Said:
    """A date, YYYY-MM-DD, as it would resolve."""
    return day_said(await drafting.preview(session.draft, date_text))


@words.command()
@click.pass_obj
@command
async def save(local: Local, session: Session) -> Said:
    """Store all changes, or none of them; days that are made stay as they are."""
    try:
        stored = await drafting.save(session.draft, by=OPERATOR, clock=local.clock)
    except DaypartError as refused:
        raise await _kept(session, refused) from refused
    session.begin(await drafting.draft(stored.channel, stored.id))
    return plan_said(stored)


async def _kept(session: Session, refused: DaypartError) -> DaypartError:
    """The refusal; where the plan was changed meanwhile, the changes are put on it as it is now, if they fit."""
    if refused.code != "VERSION_STALE":
        return refused
    head = f"{refused.detail.partition('. ')[0]}. Nothing is stored."
    try:
        session.draft = await drafting.again(session.draft, session.acts)
    except DaypartError as error:
        return Conflict(refused.code, f"{head} {error.detail} Discard what you did, and begin again.", **refused.facts)
    detail = f"{head} What you did stands on it as it is now: look at it, then save again, or discard."
    return Conflict(refused.code, detail, **refused.facts)


@words.command()
@click.pass_obj
@command
async def discard(local: Local, session: Session) -> Said:
    """Give up what is not saved, and go on with the plan as it is stored."""
    gone = session.unsaved
    session.begin(await drafting.draft(session.draft.of.channel.id, session.draft.stored.id))
    return Said({"discarded": bool(gone)}, f"{gone or 'Nothing'} given up.")


@words.command()
@click.pass_obj
def quit(session: Session) -> None:
    """End the session."""
    session.leave()


@words.command("help")
@click.argument("asked", metavar="[WORD]...", nargs=-1)
@click.pass_context
def tell_help(context: click.Context, asked: tuple[str, ...]) -> None:
    """All words, or what one of them takes."""
    if asked:
        words.main([*asked, "--help"], prog_name="", standalone_mode=False, obj=context.obj)
        return
    click.echo(table(("SAY", "TO"), _rows(words, context)))


def _rows(group: click.Group, context: click.Context, *path: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, one in group.commands.items():
        if isinstance(one, click.Group):
            found += _rows(one, context, *path, name)
        else:
            taken = [each for each in one.collect_usage_pieces(context) if each != "[OPTIONS]"]
            found.append((" ".join((*path, name, *taken)), one.get_short_help_str(90)))
    return found
