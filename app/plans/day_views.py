"""Finished values for the templates of schedule days: dates as they stand, and a day as a rundown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app import wording
from app.clock import from_ms, to_ms
from app.plans import drawing, reasons
from app.plans.changes import Changed
from app.plans.days import DayView
from app.plans.grids import Planned
from app.plans.layering import Entry
from app.plans.outlook import Line
from app.plans.values import Event, Finding

KINDS = {"program": ("Programme", ""), "filler": ("Filler", "idle"), "booking": ("Booking", "info")}


_NAMED_MOST = 3


def days_path(of: Planned) -> str:
    """Where the days of a channel are."""
    return f"/channels/{of.channel.slug}/days"


def outdated(of: Planned, dates: Sequence[date]) -> dict[str, str] | None:
    """What is told of days that do not follow the plans as they are by now, and what makes them do so."""
    if not dates:
        return None
    many, first = len(dates) > 1, wording.day(dates[0])
    return {
        "head": f"The plans were changed after {wording.count(len(dates), 'day')} had been made.",
        "text": f"{_spoken(dates)} {'stay as they are' if many else 'stays as it is'} until made again.",
        "action": f"{days_path(of)}/{dates[0]}/follow",
        "label": "Make them again" if many else "Make it again",
        "ask": f"Make all days from {first} again?",
        "ask_text": "Each is replaced whole, so that every series goes on from day to day. An overridden day keeps its "
        "plan, and bookings and what has aired stay.",
        "ask_label": "Make again",
    }


def _spoken(dates: Sequence[date]) -> str:
    """Dates in words: as a range where none is left out, and else the first of them."""
    named = [wording.day(one) for one in dates]
    if len(dates) > 1 and (dates[-1] - dates[0]).days == len(dates) - 1:
        return f"{named[0]} to {named[-1]}"
    if len(named) > _NAMED_MOST:
        return f"{', '.join(named[:_NAMED_MOST])} and {len(named) - _NAMED_MOST} more"
    return " and ".join(filter(None, [", ".join(named[:-1]), named[-1]]))


@dataclass(frozen=True, slots=True)
class DateRow:
    """A date in the list of days."""

    href: str
    label: str
    when: str
    note: str
    state: str
    tone: str
    icon: str
    plans: str
    errors: str
    warnings: str
    bookings: str
    can_make: bool
    outdated: bool


@dataclass(frozen=True, slots=True)
class PartRow:
    """One asset within a programme."""

    at: str
    title: str
    role: str
    length: str


@dataclass(frozen=True, slots=True)
class Row:
    """A stretch of the rundown; `day` heads the rows of another date on the wall clock."""

    anchor: str
    day: str
    start: str
    end: str
    span: str
    plays: str
    kind: str
    label: str
    tone: str
    title: str
    note: str
    source: str
    why: str
    when: str
    parts: list[PartRow]
    booking: str
    book: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding in words."""

    code: str
    tone: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What another version of a day has at a stretch."""

    at: str
    before: str
    after: str


class Times:
    """Wall-clock times of one day; on days of the clock change with their offset, so that none is read twice."""

    def __init__(self, tz: ZoneInfo, start_ms: int, end_ms: int) -> None:
        self.tz = tz
        self.note = drawing.change_note(start_ms, end_ms)

    def at(self, ms: int) -> str:
        """A time to the minute, or to the second where there is one."""
        there = from_ms(ms).astimezone(self.tz)
        text = f"{there:%H:%M:%S}" if there.second else f"{there:%H:%M}"
        return f"{text} {wording.offset(there, self.tz)}" if self.note else text

    def between(self, start_ms: int, end_ms: int) -> str:
        """An interval."""
        return f"{self.at(start_ms)} – {self.at(end_ms)}"


def times_of(day: DayView) -> Times:
    """The wall clock of a day."""
    return Times(day.channel.grid.tz, day.start_ms, day.end_ms)


def date_row(of: Planned, line: Line, today: date, *, may_edit: bool, outdated: Collection[date] = ()) -> DateRow:
    """A date as the list shows it; `outdated` are those that plans have left behind."""
    state, tone, icon = _state(line, today)
    found = line.made.findings if line.made else ()
    errors = sum(one.level == "error" for one in found)
    warnings = len(found) - errors
    when = "today" if line.date == today else "past" if line.date < today else ""
    return DateRow(
        f"{days_path(of)}/{line.date.isoformat()}", wording.day_label(line.date, today), when,
        Times(of.grid.tz, line.start_ms, line.end_ms).note, state, tone, icon, _plans(line, today),
        wording.count(errors, "error") if errors else "", wording.count(warnings, "warning") if warnings else "",
        wording.count(line.bookings, "booking") if line.bookings else "",
        may_edit and line.made is None and line.date >= today and bool(line.plans) and of.channel.active,
        line.date in outdated,
    )  # fmt: skip


def _state(line: Line, today: date) -> tuple[str, str, str]:
    if line.made is not None:
        return ("Overridden", "info", "edit") if line.made.overridden else ("Made", "ok", "done")
    return ("Never made", "", "cancelled") if line.date < today else ("Not made", "", "clock")


def _plans(line: Line, today: date) -> str:
    names = ", ".join(line.plans)
    if line.made is not None:
        return names or "No plan"
    if line.date < today:
        return ""
    return f"{names} would apply" if names else "No plan applies"


def rundown(day: DayView, now: datetime, *, may_edit: bool) -> list[Row]:
    """A day from its first row to its last, with bookings over its programmes."""
    times, now_ms, held = times_of(day), to_ms(now), day.date
    rows = []
    for one in day.entries:
        there = from_ms(one.start_ms).astimezone(times.tz).date()
        rows.append(_row(day, one, times, now_ms, wording.day(there) if there != held else "", may_edit=may_edit))
        held = there
    return rows


def _row(day: DayView, one: Entry, times: Times, now_ms: int, heading: str, *, may_edit: bool) -> Row:
    label, tone = KINDS[one.kind]
    event = one.event if one.kind != "booking" else None
    source, why = (_source(event), reasons.told(event.lineage, times.tz)) if event else ("", "")
    when = "past" if one.end_ms <= now_ms else "now" if one.start_ms <= now_ms else ""
    path = f"/channels/{day.channel.channel.slug}/bookings"
    there = from_ms(one.start_ms).astimezone(times.tz)
    book = f"{path}/new?date={there.date()}&time={there:%H:%M}" if may_edit and one.start_ms > now_ms else ""
    return Row(
        f"e-{one.start_ms}", heading, times.at(one.start_ms), times.at(one.end_ms),
        wording.length(one.end_ms - one.start_ms), _plays(one), one.kind, label, tone, one.title, _note(one), source,
        why, when, _parts(event) if one.kind == "program" and event else [],
        f"{path}/{one.booking.id}" if one.booking else "", book if not one.booking else "",
    )  # fmt: skip


def _plays(one: Entry) -> str:
    """How much of its span a whole programme plays, where that is less."""
    event = one.event
    if one.kind != "program" or event is None or one.into_ms or event.end_ms != one.end_ms:
        return ""
    return f"plays {wording.length(event.duration_ms)}" if event.duration_ms < event.span_ms else ""


def _note(one: Entry) -> str:
    if one.kind == "booking" and one.booking:
        goes_on = "what it cuts goes on where it would be" if one.booking.resume == "join" else "filler follows"
        return f"booked; {goes_on}"
    if one.kind == "filler" and one.event and one.event.kind == "program":
        return f"to the end of {one.event.title}, which a booking cut"
    if one.into_ms:
        return f"goes on, {wording.length(one.into_ms)} in"
    if one.event and one.kind == "program" and one.end_ms < one.event.end_ms:
        return "cut by a booking"
    return ""


def _source(event: Event) -> str:
    """The plan, zone and program that an event comes from."""
    return ", ".join(event.lineage[key]["name"] for key in ("plan", "zone", "program") if event.lineage.get(key))


def _parts(event: Event) -> list[PartRow]:
    if len(event.parts) < 2:
        return []
    return [
        PartRow(wording.length(one.at_ms), one.title, one.role, wording.length(one.duration_ms)) for one in event.parts
    ]


def findings(found: Sequence[Finding], times: Times) -> list[FindingRow]:
    """Findings, errors first."""
    ordered = sorted(found, key=lambda one: one.level != "error")
    return [
        FindingRow(one.code, "bad" if one.level == "error" else "warn", _span(one, times), one.detail)
        for one in ordered
    ]  # fmt: skip


def _span(one: Finding, times: Times) -> str:
    if one.start_ms is None:
        return ""
    return times.at(one.start_ms) if one.end_ms is None else times.between(one.start_ms, one.end_ms)


def change_rows(found: Sequence[Changed], times: Times) -> list[ChangeRow]:
    """What would change, in words."""
    return [
        ChangeRow(times.between(one.start_ms, one.end_ms), _named(one.before), _named(one.after)) for one in found
    ]  # fmt: skip


def _named(one: Event | None) -> str:
    return one.title if one else "nothing"


def header(day: DayView, carried: Event | None) -> dict[str, Any]:
    """What stands above a rundown: how long the day is, and what runs over its borders."""
    times, last = times_of(day), day.events[-1] if day.events else None
    start, end = (from_ms(ms).astimezone(times.tz) for ms in (day.start_ms, day.end_ms - 1))
    runs_on = last if last and last.end_ms > day.end_ms else None
    return {
        "span": f"{wording.day(start)}, {start:%H:%M} – {wording.day(end)}, {end:%H:%M}",
        "length": times.note or "24 h",
        "changes_clock": bool(times.note),
        "carried": f"{carried.title} runs on from the day before until {times.at(carried.end_ms)}." if carried else "",
        "runs_on": f"{runs_on.title} runs on into the next day until {times.at(runs_on.end_ms)}." if runs_on else "",
    }
