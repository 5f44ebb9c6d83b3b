"""Schedule days are made three full days ahead; a date that no plan applies to gets a day of filler, and is told."""

import logging
from datetime import timedelta

from app.accounts.rules import Identity
from app.clock import MasterClock, broadcast_date
from app.database import sql
from app.errors import Conflict
from app.plans import days
from app.plans.grids import Planned
from app.plans.rules import DAYS_AHEAD

log = logging.getLogger(__name__)
NO_PLAN = "NO_ACTIVE_PLAN"


async def make(of: Planned, *, by: Identity, clock: MasterClock) -> list[str]:
    """Make the days that are missing, and those of nothing but filler again once they have a programme by their plans.

    Gives the dates of both.
    """
    today = broadcast_date(clock.now(), of.grid.day_start, of.grid.tz)
    wanted = [(today + timedelta(days=number)).isoformat() for number in range(DAYS_AHEAD + 1)]
    made_of_filler = await _made(of, wanted)
    changed = []
    for date in wanted:
        if date not in made_of_filler:
            changed += [date] * await _new(of, date, by, clock)
        elif made_of_filler[date]:
            changed += [date] * await _again(of, date, by, clock)
    return changed


async def _made(of: Planned, dates: list[str]) -> dict[str, bool]:
    """Which of these dates have a day, and whether it has nothing but filler that nobody chose."""
    rows = await sql(
        "SELECT d.date, d.plan IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM day_event e WHERE e.day = d.id AND e.kind = 'program') AS of_filler"
        " FROM schedule_day d WHERE d.channel = ? AND d.current = 1 AND d.date BETWEEN ? AND ?",
        of.channel.id, dates[0], dates[-1],
    )  # fmt: skip
    return {row["date"]: bool(row["of_filler"]) for row in rows}


async def _new(of: Planned, date: str, by: Identity, clock: MasterClock) -> bool:
    try:
        await days.generate(of.channel.id, date, by=by, clock=clock)
    except Conflict as refused:
        if refused.code == NO_PLAN:
            log.warning("%s Filler airs all day.", refused.detail)
            return await _of_filler(of, date, by, clock)
        if refused.code != "DAY_EXISTS":  # another worker was quicker
            raise
        return False
    return True


async def _of_filler(of: Planned, date: str, by: Identity, clock: MasterClock) -> bool:
    try:
        await days.generate_filler(of.channel.id, date, by=by, clock=clock)
    except Conflict as refused:
        if refused.code != "DAY_EXISTS":
            raise
        return False
    return True


async def _again(of: Planned, date: str, by: Identity, clock: MasterClock) -> bool:
    try:
        looked = await days.generate(of.channel.id, date, force=True, dry_run=True, by=by, clock=clock)
        if not any(one.kind == "program" for one in looked.events):
            return False
        await days.generate(of.channel.id, date, force=True, by=by, clock=clock)
    except Conflict as refused:
        if refused.code != NO_PLAN:
            raise
        return False
    return True
