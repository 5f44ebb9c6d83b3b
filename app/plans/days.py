"""Schedule days: making, remaking and overriding them, looking at them, and checking what is stored.

A day is frozen once it is made. Making it again restores the cursors that it was built from, and replaces it whole.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import msgspec
from piccolo.engine.sqlite import TransactionType

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import DB, Row, new_id, sql, sql_many
from app.errors import Conflict, NotFound, field_error
from app.events import change
from app.plans import queries
from app.plans import service as plans
from app.plans.applying import applies, checked_day
from app.plans.building import Built, Given, build
from app.plans.grids import Planned, planned
from app.plans.layering import Booked, Entry, compose
from app.plans.on_disk import gone
from app.plans.tables import ScheduleDay
from app.plans.values import Cursors, Event, Finding, Plan
from app.plans.verifying import verify
from app.plans.windows import Stretch

LISTED_MOST = 400


@dataclass(frozen=True, slots=True)
class DayView:
    """A schedule day; one without an id is not stored. `own_start_ms` is after what runs on from the day before."""

    channel: Planned
    date: date
    start_ms: int
    end_ms: int
    own_start_ms: int
    events: tuple[Event, ...]
    findings: tuple[Finding, ...]
    id: str | None = None
    supersedes: str | None = None
    plan: str | None = None
    made_ms: int | None = None
    stretches: tuple[Stretch, ...] = ()
    bookings: tuple[Booked, ...] = field(default=())

    @property
    def overridden(self) -> bool:
        """Whether a person chose its plan."""
        return self.plan is not None

    @property
    def entries(self) -> list[Entry]:
        """The day as it is seen: its events, and the bookings over them."""
        return compose(self.events, self.bookings)

    @property
    def errors(self) -> list[Finding]:
        """The findings that want somebody to act."""
        return [one for one in self.findings if one.level == "error"]


async def generate(
    key: str, date_text: str, *, force: bool = False, dry_run: bool = False, by: Identity, clock: MasterClock
) -> DayView:
    """Make a day from the plans that apply.

    Raises Conflict DAY_EXISTS where there is one, unless forced, DAY_PAST where it is over, and NO_ACTIVE_PLAN. A dry
    run does the same and stores nothing.
    """
    return (await make(key, date_text, None, force=force, dry_run=dry_run, by=by, clock=clock))[0]


async def generate_filler(key: str, date_text: str, *, by: Identity, clock: MasterClock) -> DayView:
    """Make a day of filler for a date to which no plan applies, so that the channel has one all the same."""
    return (await make(key, date_text, None, of_filler=True, by=by, clock=clock))[0]


async def regenerate(key: str, date_text: str, *, dry_run: bool = False, by: Identity, clock: MasterClock) -> DayView:
    """Make a stored day again; it is replaced whole, or stays as it was."""
    await day(key, date_text)
    return (await make(key, date_text, None, force=True, dry_run=dry_run, by=by, clock=clock))[0]


async def override(
    key: str, date_text: str, plan_name: str, *, dry_run: bool = False, by: Identity, clock: MasterClock
) -> DayView:
    """Make a day from one plan that a person chooses, whether it applies or not; the old day is kept aside."""
    return (await make(key, date_text, plan_name, force=True, dry_run=dry_run, by=by, clock=clock))[0]


async def preview(key: str, date_text: str, instead: Plan | None = None) -> DayView:
    """A date as it would resolve now, whether it is stored or over; nothing is stored.

    With another version of a plan, as it would with that one in the place of what is stored of it.
    """
    on = checked_day(date_text)
    async with DB.transaction(TransactionType.deferred):
        of = await planned(key)
        before = await stored(of, on)
        known = [one for one in await queries.plans(of.channel.id) if instead is None or one.id != instead.id]
        given = await given_for(of, on, known if instead is None else [*known, instead], before)
    return await looked_at(of, given)


async def looked_at(of: Planned, given: Given) -> DayView:
    """A day built from all that is given, with what is wrong about it; it is not stored."""
    made = _view_of(of, given, build(given), None)
    return replace(made, findings=(*made.findings, *await gone(made.events)))


async def make(
    key: str, date_text: str, plan_name: str | None, *, force: bool = False, dry_run: bool = False,
    of_filler: bool = False, cursors: Cursors | None = None, by: Identity, clock: MasterClock,
) -> tuple[DayView, Cursors]:  # fmt: skip
    """Make a day of one plan, of those that apply, or of filler; gives it with the cursors that it leaves.

    It starts from the cursors given, else from those that the stored day started from, else from how things stand.
    """
    on = checked_day(date_text)
    if dry_run:
        async with DB.transaction(TransactionType.deferred):
            made, _, _, built = await _prepared(key, on, plan_name, cursors, force=force, now_ms=clock.now_ms())
        return made, built.cursors
    async with change(by.actor, clock) as happening:
        made, before, given, built = await _prepared(
            key, on, plan_name, cursors, force=force, now_ms=clock.now_ms(), of_filler=of_filler
        )
        if before is not None:
            await sql("UPDATE schedule_day SET current = 0 WHERE id = ?", before["id"])
        stored_id = await _store(made, given.cursors, before, happening.at_ms)
        if before is None or not await _later(made):
            await _store_cursors(made.channel.channel.id, built.cursors)
        verb = "overridden" if plan_name else "made again" if before else "made"
        verb = "made of filler" if of_filler else verb
        said = {"channel": made.channel.channel.title, "date": on.isoformat(), "plan": plan_name}
        await happening.happened(
            "plans", "day", stored_id, verb, before={"id": before["id"]} if before else None, after=said
        )
    return await day(key, date_text), built.cursors


_Prepared = tuple[DayView, Row | None, Given, Built]


async def _prepared(
    key: str, on: date, plan_name: str | None, cursors: Cursors | None, *, force: bool, now_ms: int,
    of_filler: bool = False,
) -> _Prepared:  # fmt: skip
    of = await planned(key)
    if not of.channel.active:
        raise Conflict("CHANNEL_INACTIVE", f"{of.channel.title} is switched off; no days are made for it.")
    before = await stored(of, on)
    if before is not None and not force:
        detail = f"{of.channel.title} already has a schedule day for {on}. Use --force to make it again."
        raise Conflict("DAY_EXISTS", detail, conflicts=[{"kind": "day", "id": before["id"], "title": str(on)}])
    if of.grid.day(on)[1] <= now_ms:
        raise Conflict("DAY_PAST", f"{on} is over on {of.channel.title}; what aired stays as it is.")
    chosen = [] if of_filler else await _chosen(of, on, plan_name)
    given = await given_for(of, on, chosen, before)
    given = given if cursors is None else replace(given, cursors=cursors)
    built = build(given)
    made = _view_of(of, given, built, chosen[0].id if plan_name else None)
    made = replace(made, findings=(*made.findings, *await gone(made.events)))
    if of_filler:
        made = replace(made, findings=(Finding("NO_ACTIVE_PLAN", "error", _no_plan(of, on)), *made.findings))
    if before is not None and cursors is None and await _later(made):
        detail = "Later days are made already; make them again if they are to follow this one."
        made = replace(made, findings=(*made.findings, Finding("LATER_DAYS", "warning", detail)))
    return made, before, given, built


async def _chosen(of: Planned, on: date, plan_name: str | None) -> list[Plan]:
    if plan_name is not None:
        one = (await plans.plan(of.channel.id, plan_name)).plan
        return [Plan(one.id, one.name, one.zones, one.priority)]
    found = [one for one in await queries.plans(of.channel.id) if applies(one, on)]
    if not found:
        raise Conflict("NO_ACTIVE_PLAN", _no_plan(of, on))
    return found


def _no_plan(of: Planned, on: date) -> str:
    return f"No active plan found for {of.channel.title} on {on}. Add one that applies."


async def given_for(of: Planned, on: date, chosen: list[Plan], before: Row | None) -> Given:
    """What a day is built from: the state before the stored one, where there is one, else how things stand."""
    channel = of.channel.id
    cursors = decoded_cursors(before["cursors_before"]) if before else await queries.cursors(channel)
    carried = await _carried(of, on)
    return Given(
        channel, on, of.grid, chosen, await queries.on_air_library(), cursors,
        await queries.used_before(channel, on.isoformat()), carried,
    )  # fmt: skip


async def stored(of: Planned, on: date) -> Row | None:
    """The row of the day that holds for a date."""
    rows = await sql(
        "SELECT * FROM schedule_day WHERE channel = ? AND date = ? AND current = 1", of.channel.id, on.isoformat()
    )
    return rows[0] if rows else None


async def _carried(of: Planned, on: date) -> int | None:
    """Where the last event of the day before ends, if that day is made."""
    before = await stored(of, on - timedelta(days=1))
    if before is None:
        return None
    rows = await sql("SELECT max(start_ms + span_ms) AS ends FROM day_event WHERE day = ?", before["id"])
    return int(rows[0]["ends"] or before["own_start_ms"])


async def _later(made: DayView) -> bool:
    """Whether later days are made already, whose cursors are ahead."""
    rows = await sql(
        "SELECT 1 FROM schedule_day WHERE channel = ? AND date > ? AND current = 1 LIMIT 1",
        made.channel.channel.id, made.date.isoformat(),
    )  # fmt: skip
    return bool(rows)


def _view_of(of: Planned, given: Given, built: Built, plan: str | None) -> DayView:
    broken = verify(
        built.events, built.start_ms, built.end_ms, grid=of.grid, library=given.library, carried_ms=given.carried_ms
    )
    return DayView(
        of, given.day, built.start_ms, built.end_ms, built.own_start_ms, built.events,
        (*built.findings, *broken), plan=plan, stretches=built.stretches,
    )  # fmt: skip


async def _store(made: DayView, cursors: Cursors, before: Row | None, at_ms: int) -> str:
    day_id = new_id()
    row = ScheduleDay(
        id=day_id, channel=made.channel.channel.id, date=made.date.isoformat(), start_ms=made.start_ms,
        end_ms=made.end_ms, own_start_ms=made.own_start_ms, plan=made.plan,
        cursors_before=_encoded_cursors(cursors), findings=_json(made.findings),
        supersedes=before["id"] if before else None, current=True, made_ms=at_ms,
    )  # fmt: skip
    await ScheduleDay.insert(row).run()
    await sql_many(
        "INSERT INTO day_event (id, day, start_ms, span_ms, duration_ms, kind, program, plan, asset, title, parts,"
        " lineage) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_event_row(day_id, one) for one in made.events],
    )
    await sql_many(
        "INSERT INTO day_asset (day, asset, start_ms) VALUES (?, ?, ?)",
        [(day_id, part.asset, one.start_ms + part.at_ms) for one in made.events for part in one.parts],
    )
    return day_id


def _event_row(day_id: str, one: Event) -> tuple[object, ...]:
    plan = one.lineage.get("plan")
    return (
        new_id(), day_id, one.start_ms, one.span_ms, one.duration_ms, one.kind, one.program,
        plan["id"] if plan else None, one.asset, one.title, _json(one.parts), _json(one.lineage),
    )  # fmt: skip


async def _store_cursors(channel: str, cursors: Cursors) -> None:
    await sql("DELETE FROM cursor WHERE channel = ?", channel)
    await sql_many(
        "INSERT INTO cursor (channel, program, seat, value) SELECT ?, id, ?, ? FROM program WHERE id = ?",
        [(channel, seat, value, program) for (program, seat), value in cursors.items()],
    )


async def days(key: str, first: str, last: str) -> list[DayView]:
    """The stored days of a channel from one date to another, both included; without their events."""
    on, until = checked_day(first, "from"), checked_day(last, "to")
    if not timedelta(0) <= until - on < timedelta(days=LISTED_MOST):
        raise field_error("to", "INVALID_DATE_RANGE", f"Ask for 1 to {LISTED_MOST} days, in order.")
    of = await planned(key)
    rows = await sql(
        "SELECT * FROM schedule_day WHERE channel = ? AND current = 1 AND date BETWEEN ? AND ? ORDER BY date",
        of.channel.id, first, last,
    )  # fmt: skip
    return [_view(of, row, (), ()) for row in rows]


async def day(key: str, date_text: str) -> DayView:
    """One stored day with its events and the bookings over it."""
    on = checked_day(date_text)
    of = await planned(key)
    row = await stored(of, on)
    if row is None:
        raise NotFound("DAY_NOT_FOUND", f"{of.channel.title} has no schedule day for {on}.")
    rows = await sql("SELECT * FROM day_event WHERE day = ? ORDER BY start_ms", row["id"])
    events = [queries.event(one) for one in rows]
    ends = max([row["end_ms"], *(one.end_ms for one in events)])
    booked = await queries.bookings(of.channel.id, row["own_start_ms"], ends)
    return _view(of, row, tuple(events), tuple(booked))


def _view(of: Planned, row: Row, events: tuple[Event, ...], booked: tuple[Booked, ...]) -> DayView:
    findings = tuple(msgspec.json.decode(row["findings"], type=list[Finding]))
    return DayView(
        of, date.fromisoformat(row["date"]), row["start_ms"], row["end_ms"], row["own_start_ms"], events, findings,
        row["id"], row["supersedes"], row["plan"], row["made_ms"], bookings=booked,
    )  # fmt: skip


async def validate(key: str, date_text: str) -> list[Finding]:
    """What is wrong with a stored day by now: cover, grid, seam, and assets that may not or cannot air any more."""
    found = await day(key, date_text)
    broken = verify(
        found.events, found.start_ms, found.end_ms, grid=found.channel.grid,
        library=await queries.on_air_library(), carried_ms=await _carried(found.channel, found.date),
    )  # fmt: skip
    return [*broken, *await gone(found.events)]


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _encoded_cursors(cursors: Cursors) -> str:
    return _json([(program, seat, value) for (program, seat), value in sorted(cursors.items())])


def decoded_cursors(text: str) -> Cursors:
    """The cursors that a stored day was built from."""
    return {
        (program, seat): value for program, seat, value in msgspec.json.decode(text, type=list[tuple[str, int, str]])
    }
