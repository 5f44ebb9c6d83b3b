"""Any date as it will resolve once the clock shows some instant: the days before it are made in between, unstored."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from piccolo.engine.sqlite import TransactionType

from app.clock import MasterClock, aware, broadcast_date
from app.database import DB, sql
from app.errors import field_error
from app.plans import days, queries
from app.plans.applying import checked_day
from app.plans.building import Built, Given, build
from app.plans.days import DayView
from app.plans.grids import Planned, planned
from app.plans.rules import DAYS_AHEAD

WALKED_MOST = 60


async def preview_at(key: str, date_text: str, at: datetime, *, clock: MasterClock) -> DayView:
    """A date as it would resolve with the clock set to an instant; nothing is stored.

    By then the days up to three after that instant's are made, each from where the one before left series and
    rotation. Raises Invalid CLOCK_FAR where that is more than 60 days from now on.
    """
    on, at = checked_day(date_text), aware(at)
    async with DB.transaction(TransactionType.deferred):
        of = await planned(key)
        before = await days.stored(of, on)
        first = on if before else await _first_to_make(of, on, clock)
        given = await days.given_for(of, first, await queries.plans(of.channel.id), before)
    made_until = broadcast_date(at, of.grid.day_start, of.grid.tz) + timedelta(days=DAYS_AHEAD)
    until = min(on, made_until + timedelta(days=1))
    if until - first > timedelta(days=WALKED_MOST):
        raise field_error("now", "CLOCK_FAR", f"Set the clock and the date to at most {WALKED_MOST} days from now.")
    while given.day < until:
        given = _after(given, build(given))
    given = replace(given, day=on, carried_ms=given.carried_ms if given.day == on else None)
    return await days.looked_at(of, given)


async def _first_to_make(of: Planned, on: date, clock: MasterClock) -> date:
    """The first day that is not made yet, from today on; the date itself where that is later, or it is over."""
    today = broadcast_date(clock.now(), of.grid.day_start, of.grid.tz)
    rows = await sql(
        "SELECT max(date) AS date FROM schedule_day WHERE channel = ? AND date < ? AND current = 1",
        of.channel.id, on.isoformat(),
    )  # fmt: skip
    made = rows[0]["date"]
    after = date.fromisoformat(made) + timedelta(days=1) if made else today
    return min(on, max(after, today))


def _after(given: Given, built: Built) -> Given:
    """What the next day is built from, once this one is made."""
    used = {part.asset: one.start_ms + part.at_ms for one in built.events for part in one.parts}
    ends = built.events[-1].end_ms if built.events else built.own_start_ms
    return replace(
        given, day=given.day + timedelta(days=1), cursors=built.cursors, used={**given.used, **used}, carried_ms=ends
    )
