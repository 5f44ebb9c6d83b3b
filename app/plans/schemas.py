"""What leaves planning by API and command line; instants carry the offset of the channel's clock."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.clock import from_ms
from app.plans import rules
from app.plans.days import DayView
from app.plans.grids import Planned
from app.plans.layering import Booked, Entry
from app.plans.service import PlanView
from app.plans.values import WEEKDAYS, Event, Finding, Part, Plan, Zone


class FindingJson(Struct):
    """Something to know of a day or a grid: a stable code, and plain words."""

    code: str
    level: str
    detail: str
    start: datetime | None
    end: datetime | None


class GridJson(Struct):
    """A channel's grid."""

    minutes: int
    offset: int
    day_start: str
    timezone: str
    filler_asset: str | None
    findings: list[FindingJson]


class NamedJson(Struct):
    """A thing by id and name."""

    id: str
    name: str


class ZoneJson(Struct):
    """A window of the broadcast day, by the wall clock."""

    id: str
    name: str
    start: str
    end: str
    days: list[str]
    first: str | None
    last: str | None
    dst: str | None
    enabled: bool
    programs: list[NamedJson]


class StretchJson(Struct):
    """A stretch of the wall clock."""

    start: str
    end: str


class PlanJson(Struct):
    """When a plan applies, and its zones; `uncovered` is what it leaves to other plans."""

    id: str
    name: str
    description: str
    cron: str | None
    first: str | None
    last: str | None
    priority: int
    active: bool
    version: int
    zones: list[ZoneJson]
    uncovered: list[StretchJson]


class PartJson(Struct):
    """One asset within a programme, `at_ms` after its start."""

    asset: str
    title: str
    at_ms: int
    duration_ms: int
    role: str
    hard: bool


class EventJson(Struct):
    """One programme of a day, or filler; it holds `span_ms` of the day and plays `duration_ms` of that."""

    start: datetime
    end: datetime
    span_ms: int
    duration_ms: int
    kind: str
    title: str
    program: str | None
    asset: str | None
    parts: list[PartJson]
    lineage: dict[str, Any]


class EntryJson(Struct):
    """A stretch of the day as it is seen, with bookings over it; `into_ms` of its programme are over at its start."""

    start: datetime
    end: datetime
    kind: str
    title: str
    into_ms: int
    booking: str | None


class WonJson(Struct):
    """A stretch of the day, the plan and zone that have it, and the plans that lost it with the reason."""

    start: datetime
    end: datetime
    plan: NamedJson | None
    zone: NamedJson | None
    over: dict[str, str]


class DayJson(Struct):
    """A schedule day; without an id it is not stored. `begins` is after what runs on from the day before."""

    id: str | None
    channel: str
    date: str
    start: datetime
    end: datetime
    begins: datetime
    overridden: bool
    supersedes: str | None
    made: datetime | None
    findings: list[FindingJson]
    events: list[EventJson]
    entries: list[EntryJson]
    stretches: list[WonJson]


class CheckedJson(Struct):
    """Whether a stored day is well by now, and what is wrong."""

    valid: bool
    findings: list[FindingJson]


class BookingJson(Struct):
    """A booking; `idempotent` when it was there before."""

    id: str
    channel: str
    asset: str
    title: str
    start: datetime
    end: datetime
    resume: str
    version: int
    idempotent: bool


def _at(ms: int, tz: ZoneInfo) -> datetime:
    return from_ms(ms).astimezone(tz)


def finding_json(one: Finding, tz: ZoneInfo) -> FindingJson:
    """A finding as programs see it."""
    start, end = (None if ms is None else _at(ms, tz) for ms in (one.start_ms, one.end_ms))
    return FindingJson(one.code, one.level, one.detail, start, end)


def grid_json(of: Planned, findings: list[Finding]) -> GridJson:
    """A grid as programs see it."""
    grid = of.grid
    told = [finding_json(one, grid.tz) for one in findings]
    return GridJson(grid.minutes, grid.offset, f"{grid.day_start:%H:%M}", grid.tz.key, of.filler_asset, told)


def zone_json(one: Zone) -> ZoneJson:
    """A zone as programs see it."""
    return ZoneJson(
        one.id, one.name, rules.written_wall(one.start_min), rules.written_wall(one.end_min),
        [day for day in WEEKDAYS if day in one.days], one.first, one.last, one.dst, one.enabled,
        [NamedJson(each.id, each.name) for each in one.programs],
    )  # fmt: skip


def plan_json(one: PlanView) -> PlanJson:
    """A plan as programs see it."""
    plan = one.plan
    gaps = [StretchJson(rules.written_wall(start), rules.written_wall(end)) for start, end in one.uncovered]
    return PlanJson(
        one.id, plan.name, one.description, plan.cron, plan.first, plan.last, plan.priority, plan.active, one.version,
        [zone_json(each) for each in plan.zones], gaps,
    )  # fmt: skip


def parts_json(parts: Iterable[Part]) -> list[PartJson]:
    """The assets of a programme as programs see them."""
    return [PartJson(each.asset, each.title, each.at_ms, each.duration_ms, each.role, each.hard) for each in parts]


def _event_json(one: Event, tz: ZoneInfo) -> EventJson:
    return EventJson(
        _at(one.start_ms, tz), _at(one.end_ms, tz), one.span_ms, one.duration_ms, one.kind, one.title, one.program,
        one.asset, parts_json(one.parts), dict(one.lineage),
    )  # fmt: skip


def _entry_json(one: Entry, tz: ZoneInfo) -> EntryJson:
    booking = one.booking.id if one.booking else None
    return EntryJson(_at(one.start_ms, tz), _at(one.end_ms, tz), one.kind, one.title, one.into_ms, booking)


def _named(one: Plan | Zone | None) -> NamedJson | None:
    return None if one is None else NamedJson(one.id, one.name)


def day_json(day: DayView) -> DayJson:
    """A schedule day as programs see it."""
    tz = day.channel.grid.tz
    won = [
        WonJson(_at(one.start_ms, tz), _at(one.end_ms, tz), _named(one.plan), _named(one.zone), dict(one.over))
        for one in day.stretches
    ]
    made = None if day.made_ms is None else _at(day.made_ms, tz)
    return DayJson(
        day.id, day.channel.channel.slug, day.date.isoformat(), _at(day.start_ms, tz), _at(day.end_ms, tz),
        _at(day.own_start_ms, tz), day.overridden, day.supersedes, made,
        [finding_json(one, tz) for one in day.findings], [_event_json(one, tz) for one in day.events],
        [_entry_json(one, tz) for one in day.entries], won,
    )  # fmt: skip


def booking_json(of: Planned, one: Booked, *, idempotent: bool = False) -> BookingJson:
    """A booking as programs see it."""
    tz = of.grid.tz
    return BookingJson(
        one.id, of.channel.slug, one.asset, one.title, _at(one.start_ms, tz), _at(one.end_ms, tz), one.resume,
        one.version, idempotent,
    )  # fmt: skip
