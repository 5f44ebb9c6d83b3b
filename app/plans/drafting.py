"""Drafts of plans: taken up, looked at, and stored in one transaction."""

from collections.abc import Sequence
from dataclasses import replace

from piccolo.engine.sqlite import TransactionType

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import DB
from app.events import Change, change
from app.plans import days, drafts, programs, queries, service
from app.plans.days import DayView
from app.plans.drafts import Act, Draft
from app.plans.grids import planned
from app.plans.service import PlanView
from app.plans.values import Finding
from app.plans.zones import replace_zones
from app.wording import count

BUILT = "built"


async def draft(key: str, name: str) -> Draft:
    """A plan as it is stored, to be built on."""
    async with DB.transaction(TransactionType.deferred):
        of = await planned(key)
        stored = await service.plan(of.channel.id, name)
        known = await programs.programs(of.channel.id)
        used = await programs.uses(of.channel.id)
    elsewhere = {id: [use for use in found if use.plan != stored.id] for id, found in used.items()}
    return Draft(
        of, stored, {one.program.id: one for one in known}, elsewhere, stored.plan.zones,
        tuple(one.program for one in known),
    )  # fmt: skip


async def again(before: Draft, acts: Sequence[tuple[str, Act]]) -> Draft:
    """A draft on the plan as it is stored by now; raises DRAFT_DOES_NOT_FIT where that is not possible."""
    return drafts.rebased(await draft(before.of.channel.id, before.stored.id), acts)


async def findings(wanted: Draft) -> list[Finding]:
    """What is wrong with a draft, and what is to be known of it."""
    return drafts.findings(wanted, await queries.on_air_library())


async def preview(wanted: Draft, date_text: str) -> DayView:
    """A date as it would resolve with a draft in the place of its plan; nothing is stored."""
    return await days.preview(wanted.of.channel.id, date_text, wanted.plan)


async def save(wanted: Draft, *, by: Identity, clock: MasterClock) -> PlanView:
    """Store a draft, all of it or nothing, unless somebody else changed the plan since the draft was taken up."""
    channel = wanted.of.channel.id
    async with change(by.actor, clock) as happening:
        before = await service.plan(channel, wanted.stored.id)
        service.refuse_stale(before, wanted.stored.version)
        if wanted.changed:
            await _store(happening, wanted, before)
    return await service.plan(channel, before.id)


async def _store(happening: Change, wanted: Draft, before: PlanView) -> None:
    channel = wanted.of.channel.id
    for one in wanted.new_programs:
        await programs.insert_program(happening, channel, one)
    drafts.refuse_unsound(replace(wanted, of=await planned(channel)), await queries.programs(channel))
    if wanted.zones_changed:
        told = count(len(wanted.zones), "zone")
        await replace_zones(happening, before, wanted.zones, BUILT, told)
    stored = {one.program.id: one.program for one in await programs.programs(channel)}
    used = await programs.uses(channel)
    for id in wanted.gone_programs:
        if id in stored:
            programs.refuse_used(stored[id], used.get(id, ()))
            await programs.delete_program(happening, stored[id])
