"""Which part of a playlog no longer follows from the days and bookings of its channel."""

from dataclasses import dataclass

from app.database import Row, sql
from app.plans import queries as plans
from app.plans.bookings import LONGEST_MS
from app.plans.grids import Planned
from app.plans.layering import Booked
from app.playlog import queries


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is to be rebuilt, and why: a day was made again, or a booking came, went or moved."""

    start_ms: int
    end_ms: int
    why: str


async def stretches(of: Planned, edge_ms: int) -> list[Stretch]:
    """The stretches from the commit edge to the frontier that are to be rebuilt, in order."""
    channel = of.channel.id
    frontier = await queries.frontier_ms(channel)
    if frontier is None or frontier <= edge_ms:
        return []
    found = await _of_days(channel, edge_ms)
    if found is not None:
        # What is on air by then ends by itself; bookings within are composed anew with the rest.
        return [Stretch(await _after(channel, edge_ms), frontier, "day")]
    booked = await _of_bookings(channel, edge_ms, frontier)
    return [] if booked is None else [await _whole(channel, booked, edge_ms, frontier)]


async def ahead(of: Planned, edge_ms: int) -> Stretch | None:
    """All that can still change, for an operator who wants it anew."""
    frontier = await queries.frontier_ms(of.channel.id)
    start = await _after(of.channel.id, edge_ms)
    return Stretch(start, frontier, "operator") if frontier is not None and start < frontier else None


async def _of_days(channel: str, edge_ms: int) -> int | None:
    """Where the first event begins that comes from a day which was replaced."""
    rows = await sql(
        "SELECT min(p.start_ms) AS start FROM playlog p JOIN day_event e ON e.id = p.day_event"
        " JOIN schedule_day d ON d.id = e.day WHERE p.channel = ? AND p.state <> 'superseded' AND p.start_ms >= ?"
        " AND p.locked = 0 AND d.current = 0",
        channel, edge_ms,
    )  # fmt: skip
    return rows[0]["start"] if rows else None


async def _after(channel: str, edge_ms: int) -> int:
    on = await queries.at_ms(channel, edge_ms)
    return edge_ms if on is None or on.start_ms == edge_ms else on.end_ms


async def _of_bookings(channel: str, edge_ms: int, frontier_ms: int) -> tuple[int, int] | None:
    """From where to where bookings and events differ, of all that differ."""
    live = {one.id: one for one in await plans.bookings(channel, edge_ms, frontier_ms)}
    rows = await sql(
        "SELECT booking, min(start_ms) AS start_ms, max(end_ms) AS end_ms FROM playlog WHERE channel = ?"
        " AND state <> 'superseded' AND booking IS NOT NULL AND start_ms > ? AND end_ms > ?"
        " GROUP BY booking",
        channel, edge_ms - LONGEST_MS, edge_ms,
    )  # fmt: skip
    aired = {row["booking"]: row for row in rows}
    ends = [
        part
        for booking in {*live, *aired}
        if (part := _difference(live.get(booking), aired.get(booking), edge_ms, frontier_ms)) is not None
    ]
    return (min(start for start, _ in ends), max(end for _, end in ends)) if ends else None


def _difference(booked: Booked | None, row: Row | None, edge_ms: int, frontier_ms: int) -> tuple[int, int] | None:
    """What a booking holds and what its events hold, both as far as they can still change, where these differ."""
    wanted = (max(booked.start_ms, edge_ms), min(booked.end_ms, frontier_ms)) if booked else None
    has = (max(row["start_ms"], edge_ms), row["end_ms"]) if row else None
    if wanted == has:
        return None
    both = [one for one in (wanted, has) if one is not None]
    return min(start for start, _ in both), max(end for _, end in both)


async def _whole(channel: str, part: tuple[int, int], edge_ms: int, frontier_ms: int) -> Stretch:
    """That part with what is left of the block in which it ends, and from the start of a spot that it would cut."""
    start, end = part
    on = await queries.at_ms(channel, start)
    if on is not None and on.kind == "spot" and on.start_ms >= edge_ms:
        start = on.start_ms
    later = await queries.beginning(channel, end, frontier_ms)
    ends = next((one.start_ms for one in later if one.block_ms == one.start_ms), frontier_ms)
    return Stretch(start, ends, "booking")
