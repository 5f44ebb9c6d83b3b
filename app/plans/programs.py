"""Programs: adding, changing and deleting them, and where they are used."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import new_id, sql
from app.errors import Conflict, NotFound, field_error
from app.events import Change, change
from app.plans import queries, rules, specs
from app.plans.grids import planned
from app.plans.specs import Mode, RuleSpec, Spec
from app.plans.tables import ProgramRow
from app.plans.values import Program
from app.wording import count


@dataclass(frozen=True, slots=True)
class ProgramView:
    """A program as pages and API show it; `zones` tells how many it fills."""

    program: Program
    channel: str
    version: int
    zones: int

    @property
    def kind(self) -> str:
        """The word for its kind."""
        return specs.kind_of(self.program.spec)


@dataclass(frozen=True, slots=True)
class Use:
    """A zone that a program fills, and the zone's plan."""

    zone: str
    zone_name: str
    plan: str
    plan_name: str


class WantedProgram(Struct, frozen=True):
    """What is to be different about a program, or what a new one is; what is not set stays."""

    name: str | UnsetType = UNSET
    spec: Spec | UnsetType = UNSET
    mode: Mode | UnsetType = UNSET
    bleed: bool | UnsetType = UNSET
    slots: int | UnsetType = UNSET


_SELECT = "SELECT p.*, (SELECT count(*) FROM zone_item i WHERE i.program = p.id) AS zones FROM program p"


async def programs(key: str) -> list[ProgramView]:
    """All programs of a channel, by name."""
    of = await planned(key)
    return [_view(row) for row in await sql(f"{_SELECT} WHERE p.channel = ? ORDER BY p.name", of.channel.id)]


async def program(key: str, name: str) -> ProgramView:
    """A program of a channel, by id or name."""
    of = await planned(key)
    rows = await sql(
        f"{_SELECT} WHERE p.channel = ? AND (p.id = ? OR p.name = ?)", of.channel.id, name, " ".join(name.split())
    )
    if not rows:
        raise NotFound("PROGRAM_NOT_FOUND", f"{of.channel.title} has no program {name}.")
    return _view(rows[0])


async def uses(key: str) -> dict[str, list[Use]]:
    """Which zones each program of a channel fills, by the program's id."""
    of = await planned(key)
    rows = await sql(
        "SELECT DISTINCT i.program, z.id AS zone, z.name AS zone_name, n.id AS plan, n.name AS plan_name"
        " FROM zone_item i JOIN zone z ON z.id = i.zone JOIN plan n ON n.id = z.plan WHERE n.channel = ?"
        " ORDER BY n.name, z.start_min, z.name",
        of.channel.id,
    )
    found: dict[str, list[Use]] = defaultdict(list)
    for row in rows:
        found[row.pop("program")].append(Use(**row))
    return found


def _view(row: dict[str, Any]) -> ProgramView:
    return ProgramView(queries.program(row), row["channel"], row["version"], row["zones"])


async def add_program(key: str, wanted: WantedProgram, *, by: Identity, clock: MasterClock) -> ProgramView:
    """Add a program; without a mode, rules go at random and all else in order."""
    made = made_of(wanted)
    async with change(by.actor, clock) as happening:
        of = await planned(key)
        await insert_program(happening, of.channel.id, made)
    return await program(of.channel.id, made.id)


def made_of(wanted: WantedProgram) -> Program:
    """A new program as somebody wants it, unless it could never mean anything."""
    if wanted.name is UNSET or wanted.spec is UNSET:
        raise field_error("name" if wanted.name is UNSET else "spec", "MISSING_FIELD", "Give a name and what it airs.")
    usual: Mode = "random" if isinstance(wanted.spec, RuleSpec | specs.ClockSpec) else "sequential"
    return _changed(Program(new_id(), "", wanted.spec, usual), wanted)


async def insert_program(happening: Change, channel: str, made: Program) -> None:
    """Store a new program inside of a transaction that may do more."""
    await _refuse_named(channel, made)
    await ProgramRow.insert(ProgramRow(**_values(made), channel=channel)).run()
    await _store_named(made)
    await happening.happened("plans", "program", made.id, "added", after={"name": made.name})


def _changed(before: Program, wanted: WantedProgram) -> Program:
    fields = ("name", "spec", "mode", "bleed", "slots")
    after = replace(
        before, **{name: getattr(wanted, name) for name in fields if getattr(wanted, name) is not UNSET}
    )  # fmt: skip
    rules.checked_program(after)
    return replace(after, name=rules.checked_name(after.name))


def _values(made: Program) -> dict[str, Any]:
    return {
        "id": made.id, "name": made.name, "kind": specs.kind_of(made.spec), "spec": specs.encoded(made.spec),
        "mode": made.mode, "bleed": made.bleed, "slots": made.slots,
    }  # fmt: skip


async def _refuse_named(channel: str, made: Program) -> None:
    if await sql("SELECT 1 FROM program WHERE channel = ? AND name = ? AND id <> ?", channel, made.name, made.id):
        raise name_taken(made)


def name_taken(made: Program) -> Conflict:
    """The refusal of a second program of a name."""
    detail = f"This channel already has a program {made.name}."
    return Conflict("PROGRAM_NAME_DUPLICATE", detail, errors={"name": detail})


async def _store_named(made: Program) -> None:
    """Keep what the program names from being deleted; refuse names of nothing."""
    for kind, table, ids in (
        ("asset", "program_asset", specs.named_assets(made.spec)),
        ("series", "program_series", specs.named_series(made.spec)),
    ):
        await sql(f"DELETE FROM {table} WHERE program = ?", made.id)
        for id in dict.fromkeys(ids):
            if not await sql(f"SELECT 1 FROM {kind} WHERE id = ?", id):
                raise field_error("spec", f"{kind.upper()}_UNKNOWN", f"There is no {kind} {id}.")
            await sql(f"INSERT INTO {table} (program, {kind}) VALUES (?, ?)", made.id, id)


async def edit_program(
    key: str, name: str, wanted: WantedProgram, version: int | None, *, by: Identity, clock: MasterClock
) -> ProgramView:
    """Change a program, unless somebody else changed it since that version; its cursors stay."""
    if wanted == WantedProgram():
        raise field_error("", "NO_FIELDS_PROVIDED", "Say what is to change.")
    async with change(by.actor, clock) as happening:
        before = await program(key, name)
        if version is not None and version != before.version:
            detail = f"{before.program.name} was changed by someone else meanwhile. Look at it again."
            raise Conflict("VERSION_STALE", detail, expected=version, actual=before.version)
        made = _changed(before.program, wanted)
        await _refuse_named(before.channel, made)
        values, stored = _values(made), _values(before.program)
        after = {field: value for field, value in values.items() if value != stored[field]}
        if after:
            columns = ", ".join(f"{field} = ?" for field in after)
            await sql(f"UPDATE program SET {columns}, version = version + 1 WHERE id = ?", *after.values(), made.id)
            await _store_named(made)
            then = {field: stored[field] for field in after}
            await happening.happened("plans", "program", made.id, "changed", before=then, after=after)
    return await program(before.channel, made.id)


async def remove_program(key: str, name: str, *, by: Identity, clock: MasterClock) -> None:
    """Delete a program that no zone has."""
    async with change(by.actor, clock) as happening:
        gone = await program(key, name)
        refuse_used(gone.program, (await uses(gone.channel)).get(gone.program.id, []))
        await delete_program(happening, gone.program)


def refuse_used(gone: Program, used: Sequence[Use]) -> None:
    """Refuse to delete a program that fills zones, naming them."""
    if used:
        named = [{"kind": "zone", "id": use.zone, "title": f"{use.zone_name} of {use.plan_name}"} for use in used]
        detail = f"{gone.name} fills {count(len(used), 'zone')}. Take it out of there first."
        raise Conflict("PROGRAM_USED", detail, conflicts=named)


async def delete_program(happening: Change, gone: Program) -> None:
    """Delete a program that no zone has, inside of a transaction that may do more."""
    await sql("DELETE FROM program WHERE id = ?", gone.id)
    await happening.happened("plans", "program", gone.id, "removed", before={"name": gone.name})
