"""`daypart plan`."""

from collections.abc import Callable
from typing import Any

import click
from msgspec import UNSET

from app.accounts.rules import Identity
from app.commands import Local, Said, command, dry_run, table
from app.errors import Invalid
from app.plans import copying, grids, rules, service
from app.plans.furnishing import add_preset
from app.plans.grids import WantedGrid
from app.plans.presets import PRESETS
from app.plans.program_schemas import copied_json, furnished_json, preset_json
from app.plans.schemas import grid_json, plan_json
from app.plans.service import PlanView, WantedPlan
from app.plans.values import WEEKDAYS, Zone

# Whoever can read the data folder may do everything.
OPERATOR = Identity("system", "", "command line", "admin")


def act(local: Local) -> dict[str, Any]:
    """Who does it, and by which clock."""
    return {"by": OPERATOR, "clock": local.clock}


def given(value: Any) -> Any:
    """An option that was not given leaves as it is; an empty one takes away."""
    return UNSET if value is None else value


@click.group()
def plan() -> None:
    """Plans: when they apply, and their zones. CHANNEL is an id or slug, PLAN an id or name."""


def _plan_options(run: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--description"),
        click.option("--cron", help="Five fields of which the day ones count, such as '0 0 * * MON-FRI'; '' for none."),
        click.option("--start-date", help="First day: YYYY-MM-DD, or MM-DD for every year; '' for none."),
        click.option("--end-date", help="Last day, included."),
        click.option("--priority", type=int),
        click.option("--active/--inactive", default=None),
    ):
        run = option(run)
    return run


def _wanted_plan(name: str | None, options: dict[str, Any]) -> WantedPlan:
    names = {"start_date": "first", "end_date": "last"}
    chosen = {names.get(option, option): given(value) for option, value in options.items()}
    return WantedPlan(name=given(name), **chosen)


@plan.command("list")
@click.argument("channel")
@command
async def list_plans(local: Local, channel: str) -> Said:
    """List the plans of a channel."""
    found = await service.plans(channel)
    rows = [
        (one.plan.name, str(one.plan.priority), _when(one), str(len(one.plan.zones)), _archived(one)) for one in found
    ]
    return Said([plan_json(one) for one in found], table(("NAME", "PRIORITY", "APPLIES", "ZONES", ""), rows))


def _archived(one: PlanView) -> str:
    return "" if one.plan.active else "(archived)"


def _when(one: PlanView) -> str:
    dates = f"{one.plan.first or ''} to {one.plan.last or ''}".strip() if one.plan.first or one.plan.last else ""
    return ", ".join(filter(None, [dates, one.plan.cron])) or "every day"


@plan.command("show")
@click.argument("channel")
@click.argument("name", metavar="PLAN")
@command
async def show_plan(local: Local, channel: str, name: str) -> Said:
    """One plan with its zones, and what it leaves to others."""
    return plan_said(await service.plan(channel, name))


def plan_said(one: PlanView) -> Said:
    """A plan with its zones, told."""
    said = f"{one.plan.name}  priority {one.plan.priority}, {_when(one)} {_archived(one)}".rstrip()
    gaps = [f"left to others: {rules.written_wall(a)} to {rules.written_wall(b)}" for a, b in one.uncovered]
    return Said(plan_json(one), "\n".join([said, zones_table(one), *gaps]))


def zones_table(one: PlanView) -> str:
    """The zones of a plan, for reading."""
    rows = [
        (rules.written_wall(each.start_min), rules.written_wall(each.end_min), each.name, _days(each),
         ", ".join(program.name for program in each.programs), "" if each.enabled else "off")
        for each in one.plan.zones
    ]  # fmt: skip
    return table(("START", "END", "ZONE", "DAYS", "PROGRAMS", ""), rows)


def _days(one: Zone) -> str:
    return ",".join(day for day in WEEKDAYS if day in one.days)


@plan.command("add")
@click.argument("channel")
@click.argument("name")
@_plan_options
@click.option("--empty", is_flag=True, help="Without the zone over the whole day.")
@command
@dry_run
async def add_plan(local: Local, /, channel: str, name: str, empty: bool, **options: Any) -> Said:
    """Add a plan."""
    made = await service.add_plan(channel, _wanted_plan(name, options), empty=empty, **act(local))
    return plan_said(made)


@plan.command("update")
@click.argument("channel")
@click.argument("name", metavar="PLAN")
@click.option("--name", "new_name")
@_plan_options
@command
@dry_run
async def update_plan(local: Local, /, channel: str, name: str, new_name: str | None, **options: Any) -> Said:
    """Change a plan; days that are made stay as they are."""
    changed = await service.edit_plan(channel, name, _wanted_plan(new_name, options), None, **act(local))
    return plan_said(changed)


@plan.command("copy")
@click.argument("channel")
@click.argument("name", metavar="PLAN")
@click.argument("new_name")
@click.option("--to", metavar="CHANNEL", help="Copy it to another channel; its programs come along.")
@command
@dry_run
async def copy_plan(local: Local, channel: str, name: str, new_name: str, to: str | None) -> Said:
    """Copy a plan with its zones; the copy is archived at first."""
    done = await copying.copy_plan(channel, name, new_name, to=to, **act(local))
    lines = [plan_said(done.plan).text]
    lines += [
        f"{words}: {', '.join(names)}" for words, names in (("added", done.programs), ("kept", done.kept)) if names
    ]
    return Said(copied_json(done), "\n".join(lines))


@plan.command("copy-day")
@click.argument("channel")
@click.argument("name", metavar="PLAN")
@click.argument("day")
@click.argument("to", nargs=-1, required=True)
@command
@dry_run
async def copy_day(local: Local, channel: str, name: str, day: str, to: tuple[str, ...]) -> Said:
    """Let the weekdays TO (MON to SUN) have the zones of the weekday DAY, in the place of their own."""
    return plan_said(await copying.copy_day(channel, name, day, to, **act(local)))


@plan.command("delete")
@click.argument("channel")
@click.argument("name", metavar="PLAN")
@click.option("--yes", is_flag=True, help="Do not ask.")
@command
@dry_run
async def delete_plan(local: Local, channel: str, name: str, yes: bool) -> Said:
    """Delete a plan without zones and days; others can be archived."""
    gone = await service.plan(channel, name)
    if not yes:
        click.confirm(f"Delete {gone.plan.name}?", abort=True, err=True)
    await service.remove_plan(channel, gone.id, **act(local))
    return Said({"deleted": gone.id}, f"{gone.plan.name} is deleted.")


@plan.command("grid")
@click.argument("channel")
@click.option("--grid-size-minutes", type=int)
@click.option("--grid-offset-minutes", type=int)
@click.option("--broadcast-day-start", metavar="HH:MM")
@click.option("--strict", is_flag=True, help="End with status 1 when there is anything to look at.")
@command
@dry_run
async def show_grid(
    local: Local,
    channel: str,
    grid_size_minutes: int | None,
    grid_offset_minutes: int | None,
    broadcast_day_start: str | None,
    strict: bool,
) -> Said:
    """Show the grid of a channel, or set it."""
    of = await grids.planned(channel)
    findings = rules.grid_warnings(of.grid)
    if (grid_size_minutes, grid_offset_minutes, broadcast_day_start) != (None, None, None):
        minutes = of.grid.minutes if grid_size_minutes is None else grid_size_minutes
        offset = of.grid.offset if grid_offset_minutes is None else grid_offset_minutes
        starts = broadcast_day_start or f"{of.grid.day_start:%H:%M}"
        asked = WantedGrid(minutes, offset, starts, of.filler_asset)
        of, findings = await grids.put_grid(channel, asked, **act(local))
    if strict and findings:
        raise Invalid("WARNINGS", " ".join(one.detail for one in findings))
    said = f"blocks of {of.grid.minutes} minutes, {of.grid.offset} past; days begin at {of.grid.day_start:%H:%M}"
    return Said(grid_json(of, findings), "\n".join([said, *(one.detail for one in findings)]))


@plan.group()
def preset() -> None:
    """Presets: zones with programs for usual hours, added as a plan or into one."""


@preset.command("list")
@command
async def list_presets(local: Local) -> Said:
    """The presets that can be added."""
    rows = [(one.key, one.text) for one in PRESETS.values()]
    return Said([preset_json(one) for one in PRESETS.values()], table(("PRESET", "WHAT IT IS"), rows))


@preset.command("add")
@click.argument("channel")
@click.argument("name", metavar="PRESET")
@click.option("--plan", "plan_name", help="Add its zones to this plan, instead of making a new one.")
@click.option("--name", "new_name", help="What the new plan is called.")
@click.option("--dry-run", is_flag=True, help="Tell what it would add, and store nothing.")
@command
async def add_preset_to(
    local: Local, channel: str, name: str, plan_name: str | None, new_name: str | None, dry_run: bool
) -> Said:
    """Add a preset to a channel, all of it or nothing."""
    done = await add_preset(channel, name, plan=plan_name, name=new_name, dry_run=dry_run, **act(local))
    told = furnished_json(done)
    rows = [(one.start, one.end, one.name, ",".join(one.days), ", ".join(p.name for p in one.programs))
            for one in told.zones]  # fmt: skip
    head = f"{done.plan}, priority {done.priority}{' (new)' if done.new_plan else ''}{', nothing is stored' * dry_run}"
    lines = [head, table(("START", "END", "ZONE", "DAYS", "PROGRAMS"), rows)]
    lines += [f"{program} finds {number}" for program, number in told.matched.items()]
    return Said(told, "\n".join([*lines, *(one.detail for one in done.findings)]))
