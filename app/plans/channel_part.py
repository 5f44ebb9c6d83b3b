"""What planning tells channels: what depends on one, and whether its grid and its zones are sound."""

from app.channels import deleting, validating
from app.channels.service import ChannelView
from app.channels.validating import Fault
from app.database import sql
from app.errors import Invalid
from app.plans import queries, rules
from app.plans.grids import USUAL, planned


def register() -> None:
    """Keep channels that are planned, and look at their grids."""
    for one, many, table in (
        ("plan", "plans", "plan"), ("program", "programs", "program"), ("booking", "bookings", "booking"),
        ("schedule day", "schedule days", "schedule_day"), ("as-run record", "as-run records", "as_run"),
    ):  # fmt: skip
        deleting.register_dependent(one, many, f"SELECT count(*) AS n FROM {table} WHERE channel = ?")
    homes = "SELECT count(*) AS n FROM series WHERE home_channel = ?"
    deleting.register_dependent("series with its home there", "series with their home there", homes)
    deleting.register_own("grid")
    validating.register("plans", faults)


async def faults(one: ChannelView) -> list[Fault]:
    """What is wrong or unusual about the grid of a channel, and which zones are off it."""
    if one.kind not in USUAL:
        return []
    of = await planned(one.id)
    found = [Fault(each.code, each.level, each.detail) for each in rules.grid_warnings(of.grid)]
    try:
        rules.checked_grid(of.grid.minutes, of.grid.offset)
    except Invalid as error:
        found.append(Fault(error.code, "error", error.detail))
    for plan in await queries.plans(one.id):
        for zone in plan.zones:
            try:
                rules.checked_zone(zone, grid_minutes=of.grid.minutes, grid_offset=of.grid.offset)
            except Invalid as error:
                found.append(Fault(error.code, "error", f"{zone.name} of {plan.name}: {error.detail}"))
    return [*found, *await _missing(one)]


async def _missing(one: ChannelView) -> list[Fault]:
    if not await sql("SELECT 1 FROM plan WHERE channel = ? AND active = 1 LIMIT 1", one.id):
        return [Fault("NO_ACTIVE_PLAN", "warning", "No plan is active, so only filler can air.")]
    rows = await sql("SELECT filler_asset FROM grid WHERE channel = ?", one.id)
    if one.kind == "linear" and not (rows and rows[0]["filler_asset"]):
        return [Fault("NO_FILLER", "warning", "No filler is chosen for what plans leave open.")]
    return []
