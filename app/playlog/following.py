"""Bookings inside the horizon preempt: they are in the playlog as soon as they are made, or are refused."""

from app.clock import from_ms
from app.database import sql
from app.errors import Conflict
from app.events import Change
from app.plans import following as plans_following
from app.plans.grids import Planned
from app.playlog import horizon, queries, service
from app.playlog.stock import Stock
from app.wording import local


def register() -> None:
    """Let the playlog follow bookings."""
    plans_following.register(follow)


async def follow(happening: Change, of: Planned, begins_ms: int | None) -> None:
    """Rebuild what a booking changes; refuse one before the commit edge, and one over a locked event."""
    frontier = await queries.frontier_ms(of.channel.id)
    edge = horizon.commit_edge(happening.at_ms)
    if frontier is None or frontier <= happening.at_ms:
        return
    if begins_ms is not None and begins_ms < edge:
        _refuse_near(of, edge)
    await service.follow(happening, of, await Stock.take())
    await _refuse_locked(of, edge)


def _refuse_near(of: Planned, edge_ms: int) -> None:
    earliest = from_ms(-(-edge_ms // 1000) * 1000)
    detail = f"What airs before {local(earliest, of.grid.tz)}:{earliest:%S} is on its way already. Begin then or later."
    raise Conflict("BEFORE_COMMIT_EDGE", detail, earliest=earliest.isoformat())


async def _refuse_locked(of: Planned, edge_ms: int) -> None:
    rows = await sql(
        "SELECT p.id, p.title, p.start_ms FROM playlog p JOIN booking b ON b.channel = p.channel AND b.state = 'live'"
        " AND b.start_ms < p.end_ms AND p.start_ms < b.end_ms WHERE p.channel = ? AND p.state <> 'superseded'"
        " AND p.start_ms >= ? AND p.locked = 1 ORDER BY p.start_ms LIMIT 1",
        of.channel.id, edge_ms,
    )  # fmt: skip
    if rows:
        one = rows[0]
        detail = f"{one['title']} at {local(from_ms(one['start_ms']), of.grid.tz)} is locked. Unlock it first."
        conflicts = [{"kind": "event", "id": one["id"], "title": one["title"]}]
        raise Conflict("EVENT_LOCKED", detail, conflicts=conflicts)
