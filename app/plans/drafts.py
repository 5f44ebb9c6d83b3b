"""A plan as somebody is building it: its zones and programs as they are to be, beside what is stored of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.errors import Conflict, DaypartError, NotFound, field_error
from app.plans import programs, rules
from app.plans.furnishing import finds_nothing
from app.plans.grids import Planned
from app.plans.matching import Library
from app.plans.programs import ProgramView, Use, WantedProgram
from app.plans.service import PlanView
from app.plans.specs import sources_of
from app.plans.values import Finding, Plan, Program, Zone
from app.plans.zones import WantedZone, check_zone, new_zone, programs_named, wanted_zone, zone_of


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be of a plan; `stored` is the plan as it was read, `known` the programs that the channel had then.

    `elsewhere` has the zones of other plans that each program fills, by its id.
    """

    of: Planned
    stored: PlanView
    known: Mapping[str, ProgramView]
    elsewhere: Mapping[str, Sequence[Use]]
    zones: tuple[Zone, ...]
    programs: tuple[Program, ...]

    @property
    def plan(self) -> Plan:
        """The plan as it is to be."""
        return replace(self.stored.plan, zones=self.zones)

    @property
    def view(self) -> PlanView:
        """The same as it is shown, with what it leaves to others."""
        gaps = tuple(rules.uncovered(self.zones, self.of.day_start_min))
        return replace(self.stored, plan=self.plan, uncovered=gaps)

    @property
    def zones_changed(self) -> bool:
        """Whether its zones are others than what is stored."""
        return self.zones != self.stored.plan.zones

    @property
    def new_programs(self) -> list[Program]:
        """The programs that are to be added."""
        return [one for one in self.programs if one.id not in self.known]

    @property
    def gone_programs(self) -> list[str]:
        """The ids of the programs that are to be deleted."""
        return [id for id in self.known if id not in {one.id for one in self.programs}]

    @property
    def changed(self) -> bool:
        """Whether saving it would change anything."""
        return bool(self.zones_changed or self.new_programs or self.gone_programs)


Act = Callable[[Draft], Draft]
"""Changes a draft, or refuses to; it can be done again on another one."""


def program_views(draft: Draft) -> list[ProgramView]:
    """The programs of the channel as they are to be, by name."""
    return [program_view(draft, one) for one in sorted(draft.programs, key=lambda one: one.name.casefold())]


def program_view(draft: Draft, one: Program) -> ProgramView:
    """One of them, with the number of zones that it is to fill."""
    number = sum(one in zone.programs for zone in draft.zones) + len(draft.elsewhere.get(one.id, ()))
    version = draft.known[one.id].version if one.id in draft.known else 1
    return ProgramView(one, draft.of.channel.id, version, number)


def program_of(draft: Draft, name: str) -> Program:
    """A program of the channel as it is to be, by id or name."""
    return programs_named(draft.programs, [name])[0]


def zone_added(wanted: WantedZone) -> Act:
    """Add a zone."""

    def act(draft: Draft) -> Draft:
        return _with_zone(draft, wanted_zone(new_zone(), wanted, draft.programs))

    return act


def zone_edited(name: str, wanted: WantedZone) -> Act:
    """Change a zone; what is not set stays."""
    if wanted == WantedZone():
        raise field_error("", "NO_FIELDS_PROVIDED", "Say what is to change.")

    def act(draft: Draft) -> Draft:
        return _with_zone(draft, wanted_zone(zone_of(draft.view, name), wanted, draft.programs))

    return act


def zone_removed(name: str) -> Act:
    """Delete a zone."""

    def act(draft: Draft) -> Draft:
        gone = zone_of(draft.view, name)
        return replace(draft, zones=tuple(one for one in draft.zones if one.id != gone.id))

    return act


def programs_listed(zone: str, names: Sequence[str]) -> Act:
    """Add programs at the end of a zone's list."""

    def act(draft: Draft) -> Draft:
        before = zone_of(draft.view, zone)
        added = programs_named(draft.programs, names)
        return _with_zone(draft, replace(before, programs=(*before.programs, *added)))

    return act


def program_unlisted(zone: str, name: str) -> Act:
    """Take a program out of a zone's list, as often as it is there."""

    def act(draft: Draft) -> Draft:
        before, gone = zone_of(draft.view, zone), program_of(draft, name)
        if gone not in before.programs:
            raise NotFound("PROGRAM_NOT_IN_ZONE", f"{before.name} has no program {gone.name}.")
        return _with_zone(draft, replace(before, programs=tuple(one for one in before.programs if one != gone)))

    return act


def program_added(wanted: WantedProgram) -> Act:
    """Add a program to the channel."""

    def act(draft: Draft) -> Draft:
        made = programs.made_of(wanted)
        if any(one.name.casefold() == made.name.casefold() for one in draft.programs):
            raise programs.name_taken(made)
        return replace(draft, programs=(*draft.programs, made))

    return act


def program_removed(name: str) -> Act:
    """Delete a program that no zone is to have."""

    def act(draft: Draft) -> Draft:
        gone, plan = program_of(draft, name), draft.plan
        here = [Use(one.id, one.name, plan.id, plan.name) for one in draft.zones if gone in one.programs]
        programs.refuse_used(gone, [*here, *draft.elsewhere.get(gone.id, ())])
        return replace(draft, programs=tuple(one for one in draft.programs if one.id != gone.id))

    return act


def _with_zone(draft: Draft, made: Zone) -> Draft:
    check_zone(draft.of, draft.view, made)
    others = (one for one in draft.zones if one.id != made.id)
    return replace(draft, zones=tuple(sorted((*others, made), key=lambda one: (one.start_min, one.name))))


def refuse_unsound(draft: Draft, programs_now: Sequence[Program]) -> None:
    """Refuse zones that break a rule by now, or have programs that somebody deleted meanwhile."""
    there = {one.id for one in programs_now}
    for zone in draft.zones:
        if zone not in draft.stored.plan.zones:
            check_zone(draft.of, draft.view, zone)
        for one in zone.programs:
            if one.id not in there:
                detail = f"{one.name} was deleted meanwhile. Take it out of {zone.name}."
                raise NotFound("PROGRAM_NOT_FOUND", detail, errors={"programs": detail})


def findings(draft: Draft, library: Library) -> list[Finding]:
    """What is wrong with a draft, and what is to be known of it: gaps, empty zones, programs that find nothing."""
    used = {one.id: one for zone in draft.zones for one in zone.programs}
    return [
        *(one for zone in draft.zones for one in _of_zone(draft, zone)),
        *(_gap(start, end) for start, end in draft.view.uncovered),
        *(
            finds_nothing(one, source)
            for one in used.values()
            for source in sources_of(one.spec)
            if not library.pool(source)
        ),
    ]


def _of_zone(draft: Draft, zone: Zone) -> list[Finding]:
    found: list[Finding] = []
    try:
        check_zone(draft.of, draft.view, zone)
    except DaypartError as error:
        found.append(Finding(error.code, "error", error.detail, zone=zone.name))
    if not (zone.programs or zone.whole):
        found.append(Finding("ZONE_EMPTY", "warning", f"{zone.name} has no programs; filler airs.", zone=zone.name))
    return found


def _gap(start: int, end: int) -> Finding:
    told = f"{rules.written_wall(start)} to {rules.written_wall(end)} is left to other plans."
    return Finding("GAP", "warning", told)


def rebased(draft: Draft, acts: Sequence[tuple[str, Act]]) -> Draft:
    """A fresh draft with acts done again, each with the words that it was told by; one that does not fit is named."""
    for words, act in acts:
        try:
            draft = act(draft)
        except DaypartError as error:
            facts: dict[str, Any] = {"act": words, "reason": error.code}
            raise Conflict("DRAFT_DOES_NOT_FIT", f"“{words}” does not fit any more: {error.detail}", **facts) from error
    return draft
