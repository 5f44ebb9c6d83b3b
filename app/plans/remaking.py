"""Days that are to follow their plans again: which are older than the last change, and making them again in a row."""

from collections.abc import Sequence
from datetime import date

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import Row, sql
from app.errors import Conflict, NotFound
from app.plans import days, queries
from app.plans.applying import applies, checked_day
from app.plans.days import DayView
from app.plans.grids import Planned, planned


async def outdated(of: Planned, today: date) -> list[date]:
    """Days from today on that were made before what they follow was changed: the grid, programs in zones, and plans
    that apply to them or did so; overridden ones are left."""
    made = await sql(
        "SELECT id, date, made_ms FROM schedule_day WHERE channel = ? AND current = 1 AND plan IS NULL AND date >= ?"
        " ORDER BY date",
        of.channel.id, today.isoformat(),
    )  # fmt: skip
    if not made:
        return []
    changed, plans = await _changed(of.channel.id), await queries.plans(of.channel.id)
    used = await _used(of.channel.id, today)
    found = []
    for row in made:
        on = date.fromisoformat(row["date"])
        follows = {plan.id for plan in plans if applies(plan, on)} | used.get(row["id"], set())
        if row["made_ms"] < max((changed.get(one, 0) for one in ("", *follows)), default=0):
            found.append(on)
    return found


async def _changed(channel: str) -> dict[str, int]:
    """When each plan was last changed; by an empty id, when what all of them share was."""
    rows = await sql(
        "SELECT subject_id AS id, max(at_ms) AS at_ms FROM event WHERE subject_type = 'plan'"
        " AND subject_id IN (SELECT id FROM plan WHERE channel = ?) GROUP BY subject_id"
        " UNION ALL SELECT '', max(at_ms) FROM ("
        "  SELECT at_ms FROM event WHERE subject_type = 'channel' AND subject_id = ? AND topic = 'plans'"
        "  UNION ALL SELECT at_ms FROM event WHERE subject_type = 'program' AND verb = 'changed' AND subject_id IN"
        "   (SELECT i.program FROM zone_item i JOIN program p ON p.id = i.program WHERE p.channel = ?))",
        channel, channel, channel,
    )  # fmt: skip
    return {row["id"]: row["at_ms"] or 0 for row in rows}


async def _used(channel: str, today: date) -> dict[str, set[str]]:
    rows = await sql(
        "SELECT DISTINCT e.day, e.plan FROM schedule_day d JOIN day_event e ON e.day = d.id"
        " WHERE d.channel = ? AND d.current = 1 AND d.date >= ? AND e.plan IS NOT NULL",
        channel, today.isoformat(),
    )  # fmt: skip
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["day"], set()).add(row["plan"])
    return found


async def remake_from(key: str, date_text: str, *, by: Identity, clock: MasterClock) -> list[DayView]:
    """Make a stored day and all later ones again, so that each series goes on where the day before leaves it.

    Overridden days are made again by the plan that they were overridden with; those to which no plan applies stay.
    Each day is a transaction of its own. Raises what making a day again does.
    """
    of, first = await planned(key), checked_day(date_text)
    rows = await sql(
        "SELECT date, plan, cursors_before FROM schedule_day"
        " WHERE channel = ? AND current = 1 AND date >= ? ORDER BY date",
        of.channel.id, first.isoformat(),
    )  # fmt: skip
    if not rows or rows[0]["date"] != first.isoformat():
        raise NotFound("DAY_NOT_FOUND", f"{of.channel.title} has no schedule day for {first}.")
    return await _in_a_row(of, rows, by, clock)


async def _in_a_row(of: Planned, rows: Sequence[Row], by: Identity, clock: MasterClock) -> list[DayView]:
    made: list[DayView] = []
    cursors = days.decoded_cursors(rows[0]["cursors_before"])
    for row in rows:
        try:
            day, cursors = await days.make(
                of.channel.id, row["date"], row["plan"], force=True, cursors=cursors, by=by, clock=clock
            )
        except Conflict as refused:
            if refused.code != "NO_ACTIVE_PLAN":
                raise
        else:
            made.append(day)
    return made
