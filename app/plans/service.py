"""Plans and their zones: adding, changing and deleting them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from app.accounts.rules import Identity
from app.clock import DAY_MINUTES, MasterClock
from app.database import Row, new_id, sql
from app.errors import Conflict, NotFound, field_error
from app.events import Change, change
from app.plans import queries, rules
from app.plans.grids import Planned, planned
from app.plans.tables import PlanRow
from app.plans.values import WEEKDAYS, Plan, Program, Zone
from app.wording import count

BASE = "Base"
ZONE_ADDED, ZONE_CHANGED, ZONE_REMOVED = "zone added", "zone changed", "zone removed"
DESCRIPTION_MOST = 2000
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan as pages and API show it; `uncovered` are wall-clock minutes that it leaves to others."""

    id: str
    channel: str
    description: str
    version: int
    plan: Plan
    uncovered: tuple[tuple[int, int], ...]


class WantedPlan(Struct, frozen=True):
    """What is to be different about a plan, or what a new one is; what is not set stays."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    cron: str | UnsetType | None = UNSET
    first: str | UnsetType | None = UNSET
    last: str | UnsetType | None = UNSET
    priority: int | UnsetType = UNSET
    active: bool | UnsetType = UNSET


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


async def plans(key: str) -> list[PlanView]:
    """All plans of a channel, by name."""
    of = await planned(key)
    return await _views(of)


async def _views(of: Planned) -> list[PlanView]:
    rows = {row["id"]: row for row in await sql("SELECT * FROM plan WHERE channel = ?", of.channel.id)}
    return [_view(of, rows[one.id], one) for one in await queries.plans(of.channel.id)]


def _view(of: Planned, row: Row, plan: Plan) -> PlanView:
    gaps = tuple(rules.uncovered(plan.zones, of.day_start_min))
    return PlanView(plan.id, of.channel.id, row["description"], row["version"], plan, gaps)


async def plan(key: str, name: str) -> PlanView:
    """A plan of a channel, by id or name; one of another channel is refused as such."""
    return await _plan(await planned(key), name)


async def _plan(of: Planned, name: str) -> PlanView:
    wanted = " ".join(name.split()).casefold()
    for one in await _views(of):
        if one.id == name or one.plan.name.casefold() == wanted:
            return one
    if _UUID.fullmatch(name) and await sql("SELECT 1 FROM plan WHERE id = ?", name):
        raise Conflict("PLAN_WRONG_CHANNEL", f"That plan is not one of {of.channel.title}.")
    raise NotFound("PLAN_NOT_FOUND", f"{of.channel.title} has no plan {name}.")


async def add_plan(key: str, wanted: WantedPlan, *, empty: bool = False, by: Identity, clock: MasterClock) -> PlanView:
    """Add a plan; unless it is to be empty, with a zone over the whole day that leaves its time to others."""
    if wanted.name is UNSET:
        raise field_error("name", "NAME_BAD", "Give a name.")
    zones = () if empty else (Zone(new_id(), BASE, 0, DAY_MINUTES),)
    made = _changed_plan(Plan(new_id(), "", zones), wanted)
    async with change(by.actor, clock) as happening:
        of = await planned(key)
        await insert_plan(happening, of, made, wanted.description or "")
    return await plan(of.channel.id, made.id)


async def insert_plan(happening: Change, of: Planned, made: Plan, description: str = "", verb: str = "added") -> None:
    """Store a new plan with its zones, which are sound, inside of a transaction that may do more."""
    values = _plan_values(made, description)
    await _refuse_named(of.channel.id, made.name, made.id)
    await PlanRow.insert(PlanRow(**values, channel=of.channel.id, created_ms=happening.at_ms)).run()
    for one in made.zones:
        await store_zone(made.id, one)
    await happening.happened("plans", "plan", made.id, verb, after={"name": made.name})


def _changed_plan(before: Plan, wanted: WantedPlan) -> Plan:
    fields = ("name", "cron", "first", "last", "priority", "active")
    given = {name: getattr(wanted, name) for name in fields if getattr(wanted, name) is not UNSET}
    for name in ("cron", "first", "last"):
        if name in given:
            given[name] = (given[name] or "").strip() or None
    if "name" in given:
        given["name"] = rules.checked_name(given["name"])
    after = replace(before, **given)
    rules.checked_plan(after)
    return after


def _plan_values(plan: Plan, description: str) -> dict[str, Any]:
    if len(description) > DESCRIPTION_MOST:
        raise field_error("description", "DESCRIPTION_LONG", f"Use at most {DESCRIPTION_MOST} characters.")
    return {
        "id": plan.id, "name": plan.name, "description": description, "cron": plan.cron, "first_day": plan.first,
        "last_day": plan.last, "priority": plan.priority, "active": plan.active,
    }  # fmt: skip


async def _refuse_named(channel: str, name: str, own: str) -> None:
    rows = await sql("SELECT id FROM plan WHERE channel = ? AND name = ? AND id <> ?", channel, name, own)
    if rows:
        detail = f"This channel already has a plan {name}."
        raise Conflict("PLAN_NAME_DUPLICATE", detail, errors={"name": detail})


async def edit_plan(
    key: str, name: str, wanted: WantedPlan, version: int | None, *, by: Identity, clock: MasterClock
) -> PlanView:
    """Change a plan, unless somebody else changed it since that version; days that are made stay as they are."""
    if wanted == WantedPlan():
        raise field_error("", "NO_FIELDS_PROVIDED", "Say what is to change.")
    async with change(by.actor, clock) as happening:
        of = await planned(key)
        before = await _plan(of, name)
        refuse_stale(before, version)
        description = before.description if wanted.description is UNSET else wanted.description
        values = _plan_values(_changed_plan(before.plan, wanted), description)
        await _refuse_named(of.channel.id, values["name"], before.id)
        stored = _plan_values(before.plan, before.description)
        after = {field: value for field, value in values.items() if value != stored[field]}
        if after:
            columns = ", ".join(f"{field} = ?" for field in after)
            await sql(f"UPDATE plan SET {columns}, version = version + 1 WHERE id = ?", *after.values(), before.id)
            then = {field: stored[field] for field in after}
            await happening.happened("plans", "plan", before.id, "changed", before=then, after=after)
    return await plan(of.channel.id, before.id)


def refuse_stale(before: PlanView, version: int | None) -> None:
    """Refuse to change a plan that somebody else changed since a version."""
    if version is not None and version != before.version:
        detail = f"{before.plan.name} was changed by someone else meanwhile. Look at it again."
        raise Conflict("VERSION_STALE", detail, expected=version, actual=before.version)


async def remove_plan(key: str, name: str, *, by: Identity, clock: MasterClock) -> None:
    """Delete a plan that has no zones left but its first, and of which no day is made; others can be archived."""
    async with change(by.actor, clock) as happening:
        of = await planned(key)
        gone = await _plan(of, name)
        await _refuse_depended(gone)
        await sql("DELETE FROM zone WHERE plan = ?", gone.id)
        await sql("DELETE FROM plan WHERE id = ?", gone.id)
        await happening.happened("plans", "plan", gone.id, "removed", before={"name": gone.plan.name})


async def _refuse_depended(gone: PlanView) -> None:
    kept = [one for one in gone.plan.zones if one.programs or one.name != BASE]
    days = (
        await sql(
            "SELECT count(DISTINCT d.id) AS days FROM schedule_day d LEFT JOIN day_event e ON e.day = d.id"
            " WHERE e.plan = ? OR d.plan = ?",
            gone.id, gone.id,
        )
    )[0]["days"]  # fmt: skip
    if kept or days:
        said = " and ".join([*([count(len(kept), "zone")] if kept else []), *([count(days, "day")] if days else [])])
        raise Conflict("PLAN_HAS_DEPENDENCIES", f"{gone.plan.name} has {said}. Archive it instead.")


async def add_zone(
    key: str, name: str, wanted: WantedZone, version: int | None = None, *, by: Identity, clock: MasterClock
) -> tuple[PlanView, Zone]:
    """Add a zone to a plan, unless somebody else changed the plan since that version."""
    for field in ("name", "start", "end"):
        if getattr(wanted, field) is UNSET:
            raise field_error(field, "MISSING_FIELD", f"Give the zone's {field}.")
    async with change(by.actor, clock) as happening:
        of = await planned(key)
        within = await _plan(of, name)
        refuse_stale(within, version)
        made = wanted_zone(new_zone(), wanted, await queries.programs(of.channel.id))
        await insert_zone(happening, of, within, made)
    return await _with_zone(of, within.id, made.id)


async def insert_zone(happening: Change, of: Planned, within: PlanView, made: Zone) -> None:
    """Store a new zone of a plan inside of a transaction that may do more, unless it breaks a rule."""
    check_zone(of, within, made)
    await store_zone(within.id, made)
    await _zones_changed(happening, within, ZONE_ADDED, None, made)


async def replace_zones(happening: Change, within: PlanView, zones: Sequence[Zone], verb: str, told: str) -> None:
    """Store other zones in the place of all that a plan has; they are sound."""
    await sql("DELETE FROM zone WHERE plan = ?", within.id)
    for one in zones:
        await store_zone(within.id, one)
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
        within = await _plan(of, name)
        refuse_stale(within, version)
        before = zone_of(within, zone_name)
        after = wanted_zone(before, wanted, await queries.programs(of.channel.id))
        check_zone(of, within, after)
        if after != before:
            await sql("DELETE FROM zone WHERE id = ?", before.id)
            await store_zone(within.id, after)
            await _zones_changed(happening, within, ZONE_CHANGED, before, after)
    return await _with_zone(of, within.id, before.id)


async def remove_zone(
    key: str, name: str, zone_name: str, version: int | None = None, *, by: Identity, clock: MasterClock
) -> PlanView:
    """Delete a zone of a plan, unless somebody else changed the plan since that version."""
    async with change(by.actor, clock) as happening:
        of = await planned(key)
        within = await _plan(of, name)
        refuse_stale(within, version)
        gone = zone_of(within, zone_name)
        await sql("DELETE FROM zone WHERE id = ?", gone.id)
        await _zones_changed(happening, within, ZONE_REMOVED, gone, None)
    return await plan(of.channel.id, within.id)


async def _zones_changed(
    happening: Change, within: PlanView, verb: str, before: Zone | None, after: Zone | None
) -> None:
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
    after = await _plan(of, plan_id)
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


async def store_zone(plan_id: str, one: Zone) -> None:
    """Store a zone of a plan that is sound, inside of a transaction."""
    await sql(
        "INSERT INTO zone (id, plan, name, start_min, end_min, days, first_day, last_day, dst, enabled)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        one.id, plan_id, one.name, one.start_min, one.end_min, ",".join(sorted(one.days)), one.first, one.last,
        one.dst, one.enabled,
    )  # fmt: skip
    for position, each in enumerate(one.programs):
        await sql("INSERT INTO zone_item (zone, position, program) VALUES (?, ?, ?)", one.id, position, each.id)
