"""Copying plans, within a channel or to another one, and the zones of one weekday to others."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import new_id
from app.errors import field_error
from app.events import Change, change
from app.plans import queries, rules, service
from app.plans.grids import Planned, planned
from app.plans.programs import insert_program
from app.plans.service import PlanView
from app.plans.values import WEEKDAYS, Plan, Program, Zone
from app.plans.zones import replace_zones


@dataclass(frozen=True, slots=True)
class Copied:
    """The copy of a plan; `programs` are those that came along, `kept` those that the channel had already."""

    plan: PlanView
    programs: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


async def copy_plan(
    key: str, name: str, new_name: str, *, to: str | None = None, by: Identity, clock: MasterClock
) -> Copied:
    """Add a plan with the same dates and zones under another name, archived so that nothing changes yet.

    On another channel its zones have to fit the grid; its programs come along, but for those that are there as they
    are, by name and content.
    """
    checked = rules.checked_name(new_name)
    async with change(by.actor, clock) as happening:
        of = await planned(key)
        before = await service.plan(of.channel.id, name)
        goal = await planned(to) if to else of
        copy = replace(before.plan, id=new_id(), name=checked, active=False)
        copy = replace(copy, zones=tuple(replace(one, id=new_id()) for one in copy.zones))
        brought: list[str] = []
        kept: list[str] = []
        if goal.channel.id != of.channel.id:
            _check_fits(goal, copy)
            copy = await _with_programs(happening, goal, copy, brought, kept)
        await service.insert_plan(happening, goal, copy, before.description, "copied")
    return Copied(await service.plan(goal.channel.id, copy.id), tuple(brought), tuple(kept))


def _check_fits(goal: Planned, copy: Plan) -> None:
    for one in copy.zones:
        rules.checked_zone(one, grid_minutes=goal.grid.minutes, grid_offset=goal.grid.offset)
        if not one.whole:
            others = [other for other in copy.zones if not other.whole]
            rules.checked_overlaps(one, others, goal.day_start_min)


async def _with_programs(
    happening: Change, goal: Planned, copy: Plan, brought: list[str], kept: list[str]
) -> Plan:  # fmt: skip
    known = await queries.programs(goal.channel.id)
    found: dict[str, Program] = {}
    for one in {program.id: program for zone in copy.zones for program in zone.programs}.values():
        found[one.id], new = adopted(one, known)
        if new:
            await insert_program(happening, goal.channel.id, found[one.id])
            known.append(found[one.id])
        (brought if new else kept).append(found[one.id].name)
    zones = (replace(zone, programs=tuple(found[one.id] for one in zone.programs)) for zone in copy.zones)
    return replace(copy, zones=tuple(zones))


def adopted(wanted: Program, known: Iterable[Program]) -> tuple[Program, bool]:
    """The program of a channel that is the wanted one but for its id, or a new one under a name that is free."""
    by_name = {one.name.casefold(): one for one in known}
    name, number = wanted.name, 1
    while same := by_name.get(name.casefold()):
        if replace(same, id=wanted.id, name=wanted.name) == wanted:
            return same, False
        number += 1
        name = f"{wanted.name[: rules.NAME_MOST - 8]} {number}"
    return replace(wanted, id=new_id(), name=name), True


async def copy_day(
    key: str, name: str, day: str, to: Iterable[str], *, by: Identity, clock: MasterClock
) -> PlanView:  # fmt: skip
    """Let other weekdays of a plan have the zones that one weekday has, in the place of their own."""
    first, goals = _weekday(day, "day"), frozenset(_weekday(one, "to") for one in to)
    if not goals - {first}:
        raise field_error("to", "DAY_COPY_EMPTY", "Choose another day that the zones are copied to.")
    async with change(by.actor, clock) as happening:
        of = await planned(key)
        before = await service.plan(of.channel.id, name)
        zones = days_copied(before.plan.zones, first, goals)
        if zones != before.plan.zones:
            told = f"{first} to {', '.join(one for one in WEEKDAYS if one in goals)}"
            await replace_zones(happening, before, zones, "days copied", told)
    return await service.plan(of.channel.id, before.id)


def _weekday(text: str, field: str) -> str:
    word = text.strip().upper()
    if word not in WEEKDAYS:
        raise field_error(field, "Z-VAL-06", f"Name weekdays as {', '.join(WEEKDAYS)}.")
    return word


def days_copied(zones: Iterable[Zone], day: str, goals: frozenset[str]) -> tuple[Zone, ...]:
    """Zones as they are once some weekdays have what another one has; those of every day stay as they are.

    A zone that is left with no day is gone. What overlapped nowhere before does not now.
    """
    found = []
    for one in zones:
        days = one.days | goals if day in one.days else one.days - goals
        if not one.days or days:
            found.append(replace(one, days=days if one.days else one.days))
    return tuple(found)
