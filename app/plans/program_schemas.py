"""What leaves planning about programs, presets and copies by API and command line."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from app.plans.composing import Pick
from app.plans.copying import Copied
from app.plans.cursors import Standing
from app.plans.furnishing import Furnished
from app.plans.presets import Preset
from app.plans.programs import ProgramView, Use
from app.plans.schemas import (
    FindingJson,
    NamedJson,
    PartJson,
    PlanJson,
    ZoneJson,
    finding_json,
    parts_json,
    plan_json,
    zone_json,
)
from app.plans.trying import Fallen, Tried, TriedSource
from app.plans.values import Candidate


class UseJson(Struct):
    """A zone that a program fills, and the plan it is in."""

    plan: NamedJson
    zone: NamedJson


class ProgramJson(Struct):
    """A program; `zones` tells how many it fills, and `used` which."""

    id: str
    name: str
    kind: str
    spec: dict[str, Any]
    mode: str
    bleed: bool
    slots: int
    zones: int
    version: int
    used: list[UseJson]


class PickJson(Struct):
    """What would air: its first asset, all of its parts, and why."""

    asset: str | None
    title: str
    duration_ms: int
    parts: list[PartJson]
    why: dict[str, Any]


class OutJson(Struct):
    """Why assets fall out: how many, one of them, and the first few."""

    reason: str
    words: str
    count: int
    example: str
    assets: list[NamedJson]


class SourceJson(Struct):
    """What one source matches: the first of its pool, those that rest since they were used lately, and the others."""

    words: str
    matched: int
    pool: list[NamedJson]
    resting: list[NamedJson]
    out: list[OutJson]


class TriedJson(Struct):
    """What a program would air at an instant, and what each of its sources matches."""

    at: datetime
    pick: PickJson | None
    sources: list[SourceJson]
    findings: list[FindingJson]


class StandingJson(Struct):
    """Where a source of a program stands; without a next one nothing may air. `moved`: it aired, or was chosen."""

    seat: int
    words: str
    next: NamedJson | None
    moved: bool


class CopiedJson(PlanJson):
    """A copied plan; `programs` came along to the other channel, `kept` were there as they are."""

    programs: list[str]
    kept: list[str]


class PresetJson(Struct):
    """A preset that can be added."""

    key: str
    title: str
    text: str


class FurnishedJson(Struct):
    """What a preset adds; `plan_id` is null where nothing is stored and the plan would be new."""

    plan: str
    plan_id: str | None
    new_plan: bool
    priority: int
    zones: list[ZoneJson]
    new_programs: list[str]
    matched: dict[str, int]
    findings: list[FindingJson]


def program_json(one: ProgramView, used: Iterable[Use] = ()) -> ProgramJson:
    """A program as programs see it."""
    made = one.program
    spec = msgspec.to_builtins(made.spec)
    told = [UseJson(NamedJson(use.plan, use.plan_name), NamedJson(use.zone, use.zone_name)) for use in used]
    return ProgramJson(
        made.id, made.name, one.kind, spec, made.mode, made.bleed, made.slots, one.zones, one.version, told
    )  # fmt: skip


def tried_json(found: Tried) -> TriedJson:
    """What trying a program found."""
    tz, chosen = found.of.grid.tz, found.chosen
    pick = None
    if isinstance(chosen, Pick):
        pick = PickJson(
            chosen.asset, chosen.title, chosen.duration_ms, parts_json(chosen.parts), dict(chosen.why)
        )  # fmt: skip
    told = [finding_json(one, tz) for one in found.findings]
    return TriedJson(found.at.astimezone(tz), pick, [_source_json(one) for one in found.sources], told)


def _source_json(one: TriedSource) -> SourceJson:
    out = [_out_json(each) for each in sorted(one.out, key=lambda each: -each.number)]
    return SourceJson(one.words, one.matched, _titled(one.pool), _titled(one.resting), out)


def _out_json(one: Fallen) -> OutJson:
    return OutJson(one.reason, one.words, one.number, one.assets[0].title, _titled(one.assets))


def _titled(assets: Iterable[Candidate]) -> list[NamedJson]:
    return [NamedJson(one.id, one.title) for one in assets]


def standing_json(one: Standing) -> StandingJson:
    """Where a program stands, told to programs."""
    return StandingJson(one.seat, one.words, _titled([one.next])[0] if one.next else None, one.moved)


def copied_json(done: Copied) -> CopiedJson:
    """A copied plan as programs see it."""
    fields = msgspec.structs.asdict(plan_json(done.plan))
    return CopiedJson(**fields, programs=list(done.programs), kept=list(done.kept))


def preset_json(one: Preset) -> PresetJson:
    """A preset as programs see it."""
    return PresetJson(one.key, one.title, one.text)


def furnished_json(done: Furnished) -> FurnishedJson:
    """What a preset adds, told to programs."""
    names = {one.id: one.name for zone in done.zones for one in zone.programs}
    return FurnishedJson(
        done.plan, done.plan_id, done.new_plan, done.priority, [zone_json(one) for one in done.zones],
        [one.name for one in done.new_programs], {names[id]: len(pool) for id, pool in done.matched.items()},
        [finding_json(one, done.of.grid.tz) for one in done.findings],
    )  # fmt: skip
