"""From plans to the events of one broadcast day: every millisecond has one, and programmes begin on the grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.clock import HOUR_MS, from_ms
from app.plans import hour_clock
from app.plans.choosing import Draw, Nothing
from app.plans.composing import Pick, blocks, filled_up, package, single
from app.plans.matching import Library
from app.plans.specs import ClockSpec, PackageSpec, kind_of
from app.plans.values import CursorKey, Cursors, Event, Finding, Grid, Plan, Program, Zone
from app.plans.windows import Stretch, grid_line, stretches

FILLER = "Filler"
HOLES = ("GAP", "ZONE_EMPTY")


@dataclass(frozen=True, slots=True)
class Given:
    """All that a day is built from; the same gives the same.

    `carried_ms` is where the last event of the day before ends, `used` when each asset was last scheduled before.
    """

    channel: str
    day: date
    grid: Grid
    plans: Sequence[Plan]
    library: Library
    cursors: Cursors
    used: Mapping[str, int]
    carried_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A day: its half-open interval, where its own events begin and end, and the cursors after it."""

    start_ms: int
    end_ms: int
    own_start_ms: int
    events: tuple[Event, ...]
    stretches: tuple[Stretch, ...]
    findings: tuple[Finding, ...]
    cursors: Cursors


def build(given: Given) -> Built:
    """Build a day without storing anything."""
    start, end = given.grid.day(given.day)
    found, findings = stretches(given.day, given.grid, given.plans)
    builder = _Builder(given, findings)
    builder.cursor = own_start = max(start, given.carried_ms or start)
    for one in found:
        builder.fill(one)
    told = tuple(one for one in builder.findings if _holds(one, builder.events))
    return Built(start, end, own_start, tuple(builder.events), tuple(found), told, builder.draw.cursors)


def _holds(finding: Finding, events: Sequence[Event]) -> bool:
    """Whether a hole is still one: a programme before it may have run on over all of it."""
    if finding.code not in HOLES or finding.start_ms is None or finding.end_ms is None:
        return True
    start, end = finding.start_ms, finding.end_ms
    return any(one.kind == "filler" and one.start_ms < end and start < one.end_ms for one in events)


class _Builder:
    """Goes through the day once, from its start to its end."""

    def __init__(self, given: Given, findings: list[Finding]) -> None:
        self.given = given
        self.draw = Draw(given.channel, given.day, given.library, dict(given.cursors), dict(given.used))
        self.findings = findings
        self.events: list[Event] = []
        self.cursor = 0
        self._turns: dict[str, int] = {}
        self._told: set[tuple[str, str]] = set()

    def fill(self, stretch: Stretch) -> None:
        """Fill a stretch, as far as what came before leaves of it."""
        if self.cursor >= stretch.end_ms:
            self._overrun(stretch)
            return
        if stretch.plan and stretch.zone and stretch.zone.programs:
            self._programmes(stretch, stretch.plan, stretch.zone)
        if self.cursor < stretch.end_ms:
            self._filler(stretch.end_ms, stretch)

    def _overrun(self, stretch: Stretch) -> None:
        if stretch.zone and stretch.zone.programs:
            detail = f"Nothing of {stretch.zone.name} airs here, since what is before it runs on."
            self.findings.append(Finding("ZONE_OVERRUN", "warning", detail, stretch.start_ms, stretch.end_ms))

    def _programmes(self, stretch: Stretch, plan: Plan, zone: Zone) -> None:
        while True:
            at = grid_line(max(self.cursor, stretch.start_ms), self.given.grid)
            if at >= stretch.end_ms:
                return
            placed = self._next(at, stretch, plan, zone)
            if placed is None:
                return
            if at > self.cursor:
                self._filler(at, stretch)
            self.events.append(placed)
            self.cursor = placed.end_ms

    def _next(self, at: int, stretch: Stretch, plan: Plan, zone: Zone) -> Event | None:
        """The next of the zone's programs that has something which fits; each in turn."""
        turn = self._turns.get(zone.id, 0)
        for step in range(len(zone.programs)):
            position = (turn + step) % len(zone.programs)
            program = zone.programs[position]
            found = self._pick(program, at, stretch.end_ms)
            if isinstance(found, Nothing):
                self._tell_nothing(found, program, zone, at, stretch)
                continue
            self._turns[zone.id] = position + 1
            return self._placed(found, program, at, self._lineage(plan, zone, program, position))
        return None

    def _pick(self, program: Program, at: int, end: int) -> Pick | Nothing:
        if isinstance(program.spec, ClockSpec):
            into, span = self._hour(at, end)
            return hour_clock.hour(self.draw, program, program.spec, at, into, span)

        def fits(length: int) -> bool:
            return program.bleed or at + self._span(length, program) <= end

        if isinstance(program.spec, PackageSpec):
            return package(self.draw, program, program.spec, at, fits, self.given.grid.block_ms)
        return single(self.draw, program, program.spec, at, fits)

    def _hour(self, at: int, end: int) -> tuple[int, int]:
        """How far the wall clock is into its hour, and how much of it is left within the zone."""
        local = from_ms(at).astimezone(self.given.grid.tz)
        into = (local.minute * 60 + local.second) * 1000
        return into, min(HOUR_MS - into, end - at)

    def _span(self, length: int, program: Program) -> int:
        """The blocks that a length takes, at least those that the program asks for; never cut."""
        block = self.given.grid.block_ms
        return max(program.slots, blocks(length, block)) * block

    def _placed(self, found: Pick, program: Program, at: int, lineage: dict[str, object]) -> Event:
        span = found.duration_ms if isinstance(program.spec, ClockSpec) else self._span(found.duration_ms, program)
        self.draw.cursors.update(found.cursors)
        for part in found.parts:
            self.draw.used[part.asset] = at + part.at_ms
        self.findings += found.findings
        self._tell_filled_up(found, program, at)
        return Event(
            at, span, found.duration_ms, "program", found.title, program.id, found.asset, found.parts,
            {**lineage, "why": dict(found.why)},
        )  # fmt: skip

    def _tell_filled_up(self, found: Pick, program: Program, at: int) -> None:
        """Say once of a package that it fills the blocks it asks for; one block is what all ask for at least."""
        told = filled_up(program, found.duration_ms, self.given.grid.block_ms, at) if program.slots > 1 else None
        if told is not None and (told.code, program.id) not in self._told:
            self._told.add((told.code, program.id))
            self.findings.append(told)

    def _lineage(self, plan: Plan, zone: Zone, program: Program, position: int) -> dict[str, object]:
        return {
            "channel": self.given.channel,
            "date": self.given.day.isoformat(),
            "plan": {"id": plan.id, "name": plan.name},
            "zone": {"id": zone.id, "name": zone.name},
            "program": {"id": program.id, "name": program.name, "kind": kind_of(program.spec), "position": position},
        }

    def _tell_nothing(self, found: Nothing, program: Program, zone: Zone, at: int, stretch: Stretch) -> None:
        """Say once a zone that a program has nothing; that it is too long for the rest is no news."""
        self.findings += [one for one in found.findings if (one.code, zone.id) not in self._told]
        if found.code == "RULE_EMPTY" and (program.id, zone.id) not in self._told:
            detail = f"{program.name} in {zone.name} finds nothing that may air: {found.detail}."
            self.findings.append(Finding("RULE_EMPTY", "error", detail, at, stretch.end_ms))
            self._told |= {(program.id, zone.id), *((one.code, zone.id) for one in found.findings)}

    def _filler(self, until: int, stretch: Stretch) -> None:
        reason = "gap" if stretch.zone is None else "empty" if not stretch.zone.programs else "rest"
        lineage = {
            "channel": self.given.channel, "date": self.given.day.isoformat(), "reason": reason,
            "plan": {"id": stretch.plan.id, "name": stretch.plan.name} if stretch.plan else None,
            "zone": {"id": stretch.zone.id, "name": stretch.zone.name} if stretch.zone else None,
        }  # fmt: skip
        last = self.events[-1] if self.events else None
        if last and last.kind == "filler" and last.lineage == lineage:
            self.events[-1] = replace(last, span_ms=until - last.start_ms, duration_ms=until - last.start_ms)
        else:
            span = until - self.cursor
            self.events.append(Event(self.cursor, span, span, "filler", FILLER, lineage=lineage))
        self.cursor = until


def changed_cursors(before: Cursors, after: Cursors) -> dict[CursorKey, str]:
    """The cursors that a day moved on."""
    return {key: value for key, value in after.items() if before.get(key) != value}
