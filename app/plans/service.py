"""Plans: adding, changing and deleting them; their zones have a module of their own."""

import re
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
from app.plans.values import Plan, Zone
from app.wording import count

BASE = "Base"
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
    return await plan_of(await planned(key), name)


async def plan_of(of: Planned, name: str) -> PlanView:
    """A plan, by id or name, of a channel that is looked up already. Raises PLAN_WRONG_CHANNEL or PLAN_NOT_FOUND."""
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
        before = await plan_of(of, name)
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
    """Refuse with VERSION_STALE what was asked of a plan as it no longer is; without a version nothing is refused."""
    if version is not None and version != before.version:
        detail = f"{before.plan.name} was changed by someone else meanwhile. Look at it again."
        raise Conflict("VERSION_STALE", detail, expected=version, actual=before.version)


async def remove_plan(key: str, name: str, *, by: Identity, clock: MasterClock) -> None:
    """Delete a plan that has no zones left but its first, and of which no day is made; others can be archived."""
    async with change(by.actor, clock) as happening:
        of = await planned(key)
        gone = await plan_of(of, name)
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
