"""Zones of a plan: adding, changing and deleting them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from app.accounts.rules import Identity
from app.clock import DAY_MINUTES, MasterClock
from app.database import new_id, sql
from app.errors import Conflict, NotFound, field_error
from app.events import Change, change
from app.plans import queries, rules, service
from app.plans.grids import Planned, planned
from app.plans.service import PlanView
from app.plans.values import WEEKDAYS, Program, Zone

ZONE_ADDED, ZONE_CHANGED, ZONE_REMOVED = "zone added", "zone changed", "zone removed"


class WantedZone(Struct, frozen=True):
    """What is to be different about a zone, or what a new one is; times are HH:MM, programs by id or name."""

    name: str | UnsetType = UNSET
    start: str | UnsetType = UNSET
    end: str | UnsetType = UNSET
    days: list[str] | UnsetType = UNSET
    first: str | UnsetType | None = UNSET
    last: str | UnsetType | None = UNSET
    dst: str | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET
    programs: list[str] | UnsetType = UNSET


async def add_zone(
    key: str, name: str, wanted: WantedZone, version: int | None = None, *, by: Identity, clock: MasterClock
) -> tuple[PlanView, Zone]:
    """Add a zone to a plan, unless somebody else changed the plan since that version."""
    for field in ("name", "start", "end"):
        if getattr(wanted, field) is UNSET:
            raise field_error(field, "MISSING_FIELD", f"Give the zone's {field}.")
    async with change(by.actor, clock) as happening:
        of = await planned(key)
        within = await service.plan_of(of, name)
        service.refuse_stale(within, version)
        made = wanted_zone(new_zone(), wanted, await queries.programs(of.channel.id))
        await insert_zone(happening, of, within, made)
    return await _with_zone(of, within.id, made.id)


async def insert_zone(happening: Change, of: Planned, within: PlanView, made: Zone) -> None:
    """Store a new zone of a plan inside of a transaction that may do more, unless it breaks a rule."""
    check_zone(of, within, made)
    await service.store_zone(within.id, made)
    await _changed(happening, within, ZONE_ADDED, None, made)


async def replace_zones(happening: Change, within: PlanView, zones: Sequence[Zone], verb: str, told: str) -> None:
    """Store other zones in the place of all that a plan has; they are sound."""
    await sql("DELETE FROM zone WHERE plan = ?", within.id)
    for one in zones:
        await service.store_zone(within.id, one)
    await sql("UPDATE plan SET version = version + 1 WHERE id = ?", within.id)
    await happening.happened("plans", "plan", within.id, verb, after={"zone": told})


async def edit_zone(
    key: str,
    name: str,
    zone_name: str,
    wanted: WantedZone,
    version: int | None = None,
    *,
    by: Identity,
    clock: MasterClock,
) -> tuple[PlanView, Zone]:
    """Change a zone of a plan, unless somebody else changed the plan since that version."""
    if wanted == WantedZone():
        raise field_error("", "NO_FIELDS_PROVIDED", "Say what is to change.")
    async with change(by.actor, clock) as happening:
        of = await planned(key)
        within = await service.plan_of(of, name)
        service.refuse_stale(within, version)
        before = zone_of(within, zone_name)
        after = wanted_zone(before, wanted, await queries.programs(of.channel.id))
        check_zone(of, within, after)
        if after != before:
            await sql("DELETE FROM zone WHERE id = ?", before.id)
            await service.store_zone(within.id, after)
            await _changed(happening, within, ZONE_CHANGED, before, after)
    return await _with_zone(of, within.id, before.id)


async def remove_zone(
    key: str, name: str, zone_name: str, version: int | None = None, *, by: Identity, clock: MasterClock
) -> PlanView:
    """Delete a zone of a plan, unless somebody else changed the plan since that version."""
    async with change(by.actor, clock) as happening:
        of = await planned(key)
        within = await service.plan_of(of, name)
        service.refuse_stale(within, version)
        gone = zone_of(within, zone_name)
        await sql("DELETE FROM zone WHERE id = ?", gone.id)
        await _changed(happening, within, ZONE_REMOVED, gone, None)
    return await service.plan(of.channel.id, within.id)


async def _changed(happening: Change, within: PlanView, verb: str, before: Zone | None, after: Zone | None) -> None:
    """Tell of a zone all that undoing needs."""
    await sql("UPDATE plan SET version = version + 1 WHERE id = ?", within.id)
    left = {**_told_zone(after), "version": within.version + 1}
    await happening.happened(
        "plans", "plan", within.id, verb, before=_told_zone(before) if before else None, after=left
    )


def _told_zone(one: Zone | None) -> dict[str, Any]:
    if one is None:
        return {}
    return {
        "id": one.id, "zone": one.name, "start": rules.written_wall(one.start_min),
        "end": rules.written_wall(one.end_min), "days": [day for day in WEEKDAYS if day in one.days],
        "first": one.first, "last": one.last, "dst": one.dst, "enabled": one.enabled,
        "programs": [each.name for each in one.programs],
    }  # fmt: skip


async def _with_zone(of: Planned, plan_id: str, zone_id: str) -> tuple[PlanView, Zone]:
    after = await service.plan_of(of, plan_id)
    return after, zone_of(after, zone_id)


def zone_of(within: PlanView, name: str) -> Zone:
    """A zone of a plan, by id or name."""
    wanted = " ".join(name.split()).casefold()
    for one in within.plan.zones:
        if one.id == name or one.name.casefold() == wanted:
            return one
    raise NotFound("ZONE_NOT_FOUND", f"{within.plan.name} has no zone {name}.")


def new_zone() -> Zone:
    """A zone that nothing is said of yet."""
    return Zone(new_id(), "", 0, DAY_MINUTES)


def wanted_zone(before: Zone, wanted: WantedZone, known: Sequence[Program]) -> Zone:
    """A zone as somebody wants it, of the programs that its channel has."""
    given: dict[str, Any] = {
        name: getattr(wanted, name)
        for name in ("first", "last", "dst", "enabled")
        if getattr(wanted, name) is not UNSET
    }
    for field, column in (("start", "start_min"), ("end", "end_min")):
        if (text := getattr(wanted, field)) is not UNSET:
            given[column] = rules.checked_wall(text, field)
    if wanted.name is not UNSET:
        given["name"] = rules.checked_name(wanted.name, "Z-VAL-04")
    if wanted.days is not UNSET:
        given["days"] = frozenset(day.strip().upper() for day in wanted.days)
    if wanted.programs is not UNSET:
        given["programs"] = programs_named(known, wanted.programs)
    for name in ("first", "last", "dst"):
        if name in given:
            given[name] = given[name] or None
    return replace(before, **given)


def check_zone(of: Planned, within: PlanView, after: Zone) -> None:
    """Refuse a zone that breaks a rule of its own, has a name that is taken, or overlaps another of its plan."""
    rules.checked_zone(after, grid_minutes=of.grid.minutes, grid_offset=of.grid.offset)
    _refuse_zone_named(within, after)
    if not after.whole:
        rules.checked_overlaps(after, [one for one in within.plan.zones if not one.whole], of.day_start_min)


def _refuse_zone_named(within: PlanView, after: Zone) -> None:
    for one in within.plan.zones:
        if one.id != after.id and one.name.casefold() == after.name.casefold():
            detail = f"{within.plan.name} already has a zone {after.name}."
            raise Conflict("Z-VAL-04", detail, errors={"name": detail})


async def named_programs(channel: str, names: Sequence[str]) -> tuple[Program, ...]:
    """Programs of a channel by id or name, in that order; an unknown one is refused with PROGRAM_NOT_FOUND."""
    return programs_named(await queries.programs(channel), names)


def programs_named(known: Sequence[Program], names: Sequence[str]) -> tuple[Program, ...]:
    """The same among programs that are known."""
    by_key = {key: one for one in known for key in (one.id, one.name.casefold())}
    found = []
    for name in names:
        one = by_key.get(name) or by_key.get(" ".join(name.split()).casefold())
        if one is None:
            detail = f"This channel has no program {name}."
            raise NotFound("PROGRAM_NOT_FOUND", detail, errors={"programs": detail})
        found.append(one)
    return tuple(found)
