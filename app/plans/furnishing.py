"""Adding a preset to a channel: its plan or its zones with their programs, in one transaction, or only looked at."""

from dataclasses import dataclass, replace

from piccolo.engine.sqlite import TransactionType

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import DB, new_id
from app.errors import Conflict
from app.events import Change, change
from app.plans import queries, rules, service
from app.plans.choosing import described
from app.plans.copying import adopted
from app.plans.grids import Planned, planned
from app.plans.matching import Library
from app.plans.presets import on_grid, preset
from app.plans.programs import insert_program
from app.plans.service import PlanView
from app.plans.specs import Source
from app.plans.values import Candidate, Finding, Plan, Program, Zone
from app.plans.zones import check_zone, insert_zone

PRIORITY_STEP = 10


@dataclass(frozen=True, slots=True)
class Furnished:
    """What a preset adds, or would add: zones in a plan, and which of their programs are new there.

    A new plan has priority over those that are there. `matched` has what each program chooses from, by its id; without
    an id of the plan nothing is stored.
    """

    of: Planned
    plan: str
    plan_id: str | None
    new_plan: bool
    zones: tuple[Zone, ...]
    new_programs: tuple[Program, ...]
    priority: int
    matched: dict[str, tuple[Candidate, ...]]
    findings: tuple[Finding, ...]


async def add_preset(
    key: str, preset_key: str, *, plan: str | None = None, name: str | None = None, dry_run: bool = False,
    by: Identity, clock: MasterClock,
) -> Furnished:  # fmt: skip
    """Add a preset as zones of a plan, or without one as a new plan, called like the preset unless told otherwise.

    Programs that the channel has as they are, by name and content, are used again. A dry run does the same, tells the
    same refusals, and stores nothing.
    """
    if dry_run:
        async with DB.transaction(TransactionType.deferred):
            return await _planned(key, preset_key, plan, name)
    async with change(by.actor, clock) as happening:
        wanted = await _planned(key, preset_key, plan, name)
        for one in wanted.new_programs:
            await insert_program(happening, wanted.of.channel.id, one)
        stored = await _store(happening, wanted)
    return replace(wanted, plan_id=stored)


async def _planned(key: str, preset_key: str, plan: str | None, name: str | None) -> Furnished:
    chosen = preset(preset_key)
    of = await planned(key)
    zones, new = await _adopted(of, on_grid(chosen, of.grid))
    if plan:
        within = await service.plan(of.channel.id, plan)
        _check(of, within, zones)
    else:
        title = rules.checked_name(name or chosen.title)
        within = PlanView(new_id(), of.channel.id, "", 1, Plan(new_id(), title), ())
        await _refuse_taken(of, title)
        _check(of, within, zones)
    library = await queries.on_air_library()
    used = {one.id: one for zone in zones for one in zone.programs}
    matched = {id: _pool(library, one) for id, one in used.items()}
    findings = tuple(
        finds_nothing(one, one.spec) for id, one in used.items() if isinstance(one.spec, Source) and not matched[id]
    )
    priority = within.plan.priority if plan else await _over_all(of)
    return Furnished(
        of, within.plan.name, within.id if plan else None, not plan, zones, new, priority, matched, findings
    )  # fmt: skip


async def _over_all(of: Planned) -> int:
    """A priority over that of all plans there, so that what is added is seen."""
    highest = max((one.priority for one in await queries.plans(of.channel.id)), default=-PRIORITY_STEP)
    return min(highest + PRIORITY_STEP, rules.PRIORITY_MOST)


async def _refuse_taken(of: Planned, title: str) -> None:
    if any(one.name.casefold() == title.casefold() for one in await queries.plans(of.channel.id)):
        detail = f"This channel already has a plan {title}. Give another name, or add the zones to that plan."
        raise Conflict("PLAN_NAME_DUPLICATE", detail, errors={"name": detail})


def _check(of: Planned, within: PlanView, zones: tuple[Zone, ...]) -> None:
    for one in zones:
        check_zone(of, within, one)


async def _adopted(of: Planned, zones: tuple[Zone, ...]) -> tuple[tuple[Zone, ...], tuple[Program, ...]]:
    known = await queries.programs(of.channel.id)
    found: dict[str, Program] = {}
    new: list[Program] = []
    for one in {program.id: program for zone in zones for program in zone.programs}.values():
        found[one.id], is_new = adopted(one, known)
        if is_new:
            new.append(found[one.id])
            known.append(found[one.id])
    changed = (replace(zone, programs=tuple(found[one.id] for one in zone.programs)) for zone in zones)
    return tuple(changed), tuple(new)


def _pool(library: Library, one: Program) -> tuple[Candidate, ...]:
    return library.pool(one.spec) if isinstance(one.spec, Source) else ()


def finds_nothing(one: Program, source: Source) -> Finding:
    """What is told of a program with a source that nothing of the library matches."""
    detail = f"{one.name} finds nothing yet that may air: {described(source)}. Filler airs until something does."
    return Finding("RULE_EMPTY", "warning", detail)


async def _store(happening: Change, wanted: Furnished) -> str:
    if wanted.new_plan:
        made = Plan(new_id(), wanted.plan, wanted.zones, wanted.priority)
        await service.insert_plan(happening, wanted.of, made)
        return made.id
    for one in wanted.zones:
        within = await service.plan(wanted.of.channel.id, wanted.plan_id or "")
        await insert_zone(happening, wanted.of, within, one)
    return wanted.plan_id or ""
