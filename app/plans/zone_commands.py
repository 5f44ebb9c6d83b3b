"""`daypart zone`."""

from collections.abc import Callable
from typing import Any

import click
from msgspec import UNSET

from app.commands import Local, Said, command, dry_run
from app.plans import service, zones
from app.plans.commands import act, given, zones_table
from app.plans.schemas import zone_json
from app.plans.values import Zone
from app.plans.windows import DST_POLICIES
from app.plans.zones import WantedZone


@click.group()
def zone() -> None:
    """Zones of a plan: windows of the broadcast day with their programs. ZONE is an id or name."""


def zone_options(run: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what a zone is."""
    for option in (
        click.option("--day-filters", help="MON to SUN with commas between; '' for every day."),
        click.option("--effective-start", help="First day: YYYY-MM-DD, or MM-DD for every year; '' for none."),
        click.option("--effective-end", help="Last day, included."),
        click.option("--dst-policy", type=click.Choice(["", *DST_POLICIES])),
        click.option("--program", "items", multiple=True, help="By id or name, in order; again for more."),
        click.option("--enabled/--disabled", default=None),
    ):
        run = option(run)
    return run


def wanted_zone(options: dict[str, Any]) -> WantedZone:
    """A zone as those options say."""
    names = {
        "effective_start": "first", "effective_end": "last", "dst_policy": "dst", "items": "programs",
        "start_time": "start", "end_time": "end", "new_name": "name",
    }  # fmt: skip
    chosen = {names.get(option, option): given(value) for option, value in options.items()}
    filters = chosen.pop("day_filters", UNSET)
    chosen["days"] = filters if filters is UNSET else [day for day in filters.split(",") if day.strip()]
    chosen["programs"] = list(chosen["programs"]) or UNSET
    return WantedZone(**chosen)


@zone.command("list")
@click.argument("channel")
@click.argument("plan_name", metavar="PLAN")
@command
async def list_zones(local: Local, channel: str, plan_name: str) -> Said:
    """List the zones of a plan."""
    one = await service.plan(channel, plan_name)
    return Said([zone_json(each) for each in one.plan.zones], zones_table(one))


@zone.command("show")
@click.argument("channel")
@click.argument("plan_name", metavar="PLAN")
@click.argument("name", metavar="ZONE")
@command
async def show_zone(local: Local, channel: str, plan_name: str, name: str) -> Said:
    """One zone of a plan."""
    return zone_said(zones.zone_of(await service.plan(channel, plan_name), name))


def zone_said(one: Zone) -> Said:
    """A zone, told."""
    told = zone_json(one)
    listed = ", ".join(each.name for each in told.programs) or "no programs"
    return Said(told, f"{told.name}  {told.start} to {told.end}  {listed}")


@zone.command("add")
@click.argument("channel")
@click.argument("plan_name", metavar="PLAN")
@click.argument("name")
@click.option("--start-time", required=True, metavar="HH:MM")
@click.option("--end-time", required=True, metavar="HH:MM", help="Up to 24:00.")
@zone_options
@command
@dry_run
async def add_zone(local: Local, /, channel: str, plan_name: str, name: str, **options: Any) -> Said:
    """Add a zone to a plan."""
    asked = wanted_zone({"name": name, **options})
    return zone_said((await zones.add_zone(channel, plan_name, asked, **act(local)))[1])


@zone.command("update")
@click.argument("channel")
@click.argument("plan_name", metavar="PLAN")
@click.argument("name", metavar="ZONE")
@click.option("--name", "new_name")
@click.option("--start-time", metavar="HH:MM")
@click.option("--end-time", metavar="HH:MM")
@zone_options
@command
@dry_run
async def update_zone(local: Local, /, channel: str, plan_name: str, name: str, **options: Any) -> Said:
    """Change a zone."""
    asked = wanted_zone(options)
    return zone_said((await zones.edit_zone(channel, plan_name, name, asked, **act(local)))[1])


@zone.command("delete")
@click.argument("channel")
@click.argument("plan_name", metavar="PLAN")
@click.argument("name", metavar="ZONE")
@command
@dry_run
async def delete_zone(local: Local, channel: str, plan_name: str, name: str) -> Said:
    """Delete a zone."""
    await zones.remove_zone(channel, plan_name, name, **act(local))
    return Said({"deleted": name}, f"{name} is deleted.")
