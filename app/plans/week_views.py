"""Finished values for the week of plans: its blocks, what is to be mended with what mends it, and one stretch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from app import wording
from app.plans import drawing, telling
from app.plans.drawing import Contest, Drawn, Gap, Piece, Told
from app.plans.rules import written_wall
from app.plans.values import Grid, Plan, Zone

NOTICES_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Look:
    """What a week is shown with besides its plans: their address, versions and colours, today, and days made."""

    home: str
    today: date
    made: set[date] = field(default_factory=set)
    may_edit: bool = False
    versions: Mapping[str, int] = field(default_factory=dict)
    hues: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mend:
    """What ends a gap or a doubt: a page to open, or with values a form to send at once."""

    href: str
    label: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to mend."""

    code: str
    tone: str
    head: str
    text: str
    mends: list[Mend]


def week(days: Sequence[Drawn], grid: Grid, plans: Sequence[Plan], look: Look) -> dict[str, Any]:
    """The week as it resolves: its bands, what is to be mended, and where plans meet."""
    width, monday = drawing.width(days), days[0].date
    ruler = next((day for day in days if not day.note), days[0])
    found = drawing.contests(days, grid, plans)
    told = notices([day for day in days if day.date >= look.today], grid, plans, look)
    return {
        "name": _range(monday, days[-1].date),
        "previous": f"{look.home}?{urlencode({'date': monday - timedelta(weeks=1)})}",
        "next": f"{look.home}?{urlencode({'date': monday + timedelta(weeks=1)})}",
        "width": width,
        "ticks": ruler.ticks,
        "bands": [_band(day, width, look) for day in days],
        "notices": told[:NOTICES_AT_ONCE],
        "more_notices": told[NOTICES_AT_ONCE:],
        "contests": found,
        "no_plans": not plans,
    }


def _range(first: date, last: date) -> str:
    begins = f"{first.day}" if first.month == last.month else f"{first.day} {first:%b}"
    return f"{begins} – {last.day} {last:%b} {last.year}"


def _band(day: Drawn, width: int, look: Look) -> dict[str, Any]:
    past = day.date < look.today
    return {
        "date": day.date, "name": f"{day.date:%a}", "number": day.date.day,
        "label": wording.day_label(day.date, look.today), "when": "past" if past else _today(day, look),
        "href": f"{look.home}/preview?date={day.date}", "note": day.note, "made": day.date in look.made,
        "start_ms": day.start_ms, "end_ms": day.end_ms, "units": day.units, "missing": width - day.units,
        "ticks": day.ticks if day.note else [],
        "blocks": [_block(piece, look, movable=look.may_edit and not past) for piece in day.pieces],
    }  # fmt: skip


def _today(day: Drawn, look: Look) -> str:
    return "today" if day.date == look.today else ""


def _block(piece: Piece, look: Look, *, movable: bool) -> dict[str, Any]:
    gap = piece.zone is None or piece.whole
    name = "Gap" if piece.zone is None or piece.whole else piece.zone.name
    plan = f" · {piece.plan.name}" if piece.plan and not gap else ""
    drag = movable and not gap and piece.zone is not None
    return {
        "id": f"s-{piece.id}", "unit": piece.unit, "units": piece.units, "name": name,
        "programs": "Filler airs" if gap else f"{piece.programs}{plan}", "begins": piece.begins, "ends": piece.ends,
        "hue": look.hues[piece.plan.id] if piece.plan and not gap else "", "empty": piece.empty,
        "gap": gap, "why": piece.why, "row": 1,
        "over": bool(piece.stretch.over), "off": False, "zone": "", "edge": False,
        "href": f"{look.home}/stretch?at={piece.stretch.start_ms}",
        **(_drag(piece.zone, piece.plan, look, edge=not piece.cut) if drag and piece.zone and piece.plan else {}),
    }  # fmt: skip


def _drag(zone: Zone, plan: Plan, look: Look, *, edge: bool) -> dict[str, Any]:
    return {
        "zone": zone.id, "move": f"{look.home}/{plan.id}/zones/{zone.id}/move", "start": zone.start_min,
        "end": zone.end_min, "version": look.versions[plan.id], "edge": edge,
    }  # fmt: skip


def notices(days: Sequence[Drawn], grid: Grid, plans: Sequence[Plan], look: Look) -> list[Notice]:
    """What is to be mended on some days: their gaps, doubts about who wins, and what the clock change does to zones."""
    return [
        *(_of_gap(one, look) for one in drawing.gaps(days)),
        *(_of_tie(one, look) for one in drawing.contests(days, grid, plans) if one.tie),
        *(_of_change(one, look) for one in drawing.clock_changes(days, plans)),
    ]


def _of_gap(gap: Gap, look: Look) -> Notice:
    zone = gap.piece.zone
    head = f"{gap.days[0].upper()}{gap.days[1:]}, {gap.window}: {gap.length} without programmes."
    if zone is not None and not gap.piece.whole:
        text = f"{zone.name} has no programs, so filler airs."
    else:
        text = "No zone with programs covers it, so filler airs." if gap.plan else "No plan applies, so filler airs."
    return Notice(gap.code, "warn", head, text, gap_mends(gap, look.home, look.versions) if look.may_edit else [])


def gap_mends(gap: Gap, home: str, versions: Mapping[str, int]) -> list[Mend]:
    """What ends a gap: the zone before it goes on (at its plan's version), another fills it, or it gets programs."""
    if gap.plan is None:
        return [Mend(f"{home}/new", "Add plan")]
    zone = gap.piece.zone
    if zone is not None and not gap.piece.whole:
        return [Mend(f"{home}/{gap.plan.id}/zones/{zone.id}", "Choose programs")]
    asked = [("start", gap.start), ("end", gap.end)]
    if len(gap.weekdays) < len(telling.DAY_NAMES):
        asked += [("days", day) for day in gap.weekdays]
    return [*_longer(gap, home, versions), Mend(f"{home}/{gap.plan.id}/zones/new?{urlencode(asked)}", "Add zone")]


def _longer(gap: Gap, home: str, versions: Mapping[str, int]) -> list[Mend]:
    before = gap.before
    if before is None or before.zone is None or before.plan is None or before.plan.id not in versions:
        return []
    values = {"start": written_wall(before.zone.start_min), "end": gap.end, "version": versions[before.plan.id]}
    action = f"{home}/{before.plan.id}/zones/{before.zone.id}/move"
    return [Mend(action, f"Let {before.zone.name} go on until {gap.end}", values)]


def _of_tie(one: Contest, look: Look) -> Notice:
    plan = one.piece.plan
    name = plan.name if plan else ""
    mends = [Mend(f"{look.home}/{plan.id}/edit", f"Set priority of {name}")] if plan and look.may_edit else []
    head = f"{one.days[0].upper()}{one.days[1:]}, {one.window}: {name} and {one.loser} have the same priority."
    return Notice("EQUAL_PRIORITY", "warn", head, f"{name} wins: {one.reason}.", mends)


def _of_change(one: Told, look: Look) -> Notice:
    mends = [Mend(f"{look.home}/{one.plan.id}/zones/{one.zone.id}", "Change zone")] if look.may_edit else []
    return Notice(one.code, "bad" if one.level == "error" else "warn", f"{one.day}: {one.detail}", "", mends)


def stretch(day: Drawn, piece: Piece, home: str) -> dict[str, Any]:
    """One stretch of a day, and what can be done about it."""
    gap = next((one for one in drawing.gaps([day]) if one.piece == piece), None)
    plan, zone = piece.plan, None if piece.whole else piece.zone
    mends = gap_mends(gap, home, {}) if gap and zone is None else []
    on = wording.day(day.date)
    return {
        "title": zone.name if zone else "Gap",
        "when": f"{on}, {piece.begins} – {piece.ends}",
        "piece": piece,
        "zone": zone,
        "zone_told": f"{telling.zone_told(zone)}, {telling.window_told(zone)}" if zone else "",
        "plan": {"name": plan.name, "href": f"{home}/{plan.id}", "when": telling.applies_told(plan)} if plan else None,
        "zone_href": f"{home}/{plan.id}/zones/{zone.id}" if plan and zone else "",
        "preview": f"{home}/preview?date={day.date}",
        "mends": [one for one in mends if not one.values],
        "back": f"{home}?date={day.date}",
    }
