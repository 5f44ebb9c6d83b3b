"""Giving a booking another time, end or way to go on, unless somebody else changed it first, and putting that back."""

from dataclasses import dataclass, replace
from datetime import datetime

from app import events
from app.accounts.rules import Identity
from app.clock import MasterClock, to_ms
from app.database import Row, sql
from app.errors import Conflict, NotFound, field_error
from app.events import Change, change
from app.plans import following, queries
from app.plans.bookings import checked_range, checked_resume, refuse_overlaps
from app.plans.grids import Planned, planned
from app.plans.layering import Booked, Resume

MOVED = "moved"


@dataclass(frozen=True, slots=True)
class WantedMove:
    """What is to be different; a new start alone keeps the length."""

    start: datetime | None = None
    end: datetime | None = None
    resume: Resume | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A booking as it stands, whether it is live, and the event that can be undone if it was moved."""

    channel: Planned
    booking: Booked
    live: bool = True
    event: int | None = None


async def booking(id: str) -> Kept:
    """One booking of any channel, also one that was cancelled."""
    rows = await sql(f"SELECT b.channel, b.state, {queries.BOOKED} WHERE b.id = ?", id)
    if not rows:
        raise NotFound("BOOKING_NOT_FOUND", "There is no such booking.")
    row = rows[0]
    of, state = await planned(row.pop("channel")), row.pop("state")
    return Kept(of, Booked(**row), state == "live")


async def of_channel(key: str, id: str) -> Kept:
    """One booking of a channel."""
    of, found = await planned(key), await booking(id)
    if found.channel.channel.id != of.channel.id:
        raise NotFound("BOOKING_NOT_FOUND", f"{of.channel.title} has no such booking.")
    return found


async def move(id: str, wanted: WantedMove, version: int, *, by: Identity, clock: MasterClock) -> Kept:
    """Change a booking; what is so already changes nothing.

    Raises BOOKING_CANCELLED, BOOKING_PAST, BOOKING_ON_AIR, VERSION_STALE, INVALID_TIME_RANGE, TRACK_OVERLAP and
    SLOT_OVERLAP.
    """
    async with change(by.actor, clock) as happening:
        kept = await booking(id)
        before = kept.booking
        after = _moved(before, wanted)
        if _values(before) == _values(after) and kept.live:
            return kept
        _refuse_over(kept, clock.now_ms())
        if before.version != version:
            detail = f"{before.title} was changed by someone else meanwhile. Look at it again."
            raise Conflict("VERSION_STALE", detail, version=before.version)
        await _store(kept.channel, before, after, clock.now_ms())
        told = {"title": before.title}
        event = await happening.happened(
            "plans", "booking", id, MOVED, before=told | _values(before), after=told | _values(after)
        )
        await _followed(happening, kept.channel, before, after)
    return Kept(kept.channel, replace(after, version=event), event=event)


def _moved(before: Booked, wanted: WantedMove) -> Booked:
    resume = wanted.resume or before.resume
    checked_resume(resume)
    start = to_ms(wanted.start) if wanted.start else before.start_ms
    end = to_ms(wanted.end) if wanted.end else before.end_ms + start - before.start_ms
    checked_range(start, end)
    return replace(before, start_ms=start, end_ms=end, resume=resume)


def _values(one: Booked) -> dict[str, object]:
    return {"start_ms": one.start_ms, "end_ms": one.end_ms, "resume": one.resume}


def _refuse_over(kept: Kept, now_ms: int) -> None:
    if not kept.live:
        raise Conflict("BOOKING_CANCELLED", "That booking was cancelled. Book it again.")
    if kept.booking.end_ms <= now_ms:
        raise Conflict("BOOKING_PAST", "That booking is over; what aired stays as it is.")


async def _store(of: Planned, before: Booked, after: Booked, now_ms: int) -> None:
    if after.start_ms != before.start_ms and before.start_ms <= now_ms:
        raise Conflict("BOOKING_ON_AIR", f"{before.title} has begun; only its end can change.")
    if after.start_ms != before.start_ms and after.start_ms < now_ms:
        raise field_error("start", "BOOKING_PAST", "That time is past; book from now on.")
    if after.end_ms <= now_ms:
        raise field_error("end", "BOOKING_PAST", "That time is past; a booking ends from now on.")
    await refuse_overlaps(of, after, now_ms)
    await sql(
        "UPDATE booking SET start_ms = ?, end_ms = ?, resume = ? WHERE id = ?",
        after.start_ms, after.end_ms, after.resume, before.id,
    )  # fmt: skip


async def _followed(happening: Change, of: Planned, before: Booked, after: Booked) -> None:
    """Let the playlog follow; only another start is something new that begins."""
    await following.booked(happening, of, after.start_ms if after.start_ms != before.start_ms else None)


async def _put_back(happening: Change, event: Row) -> None:
    kept = await booking(event["subject_id"])
    _refuse_over(kept, happening.at_ms)
    if any(event["after"][name] != value for name, value in _values(kept.booking).items()):
        raise Conflict("VERSION_STALE", f"{kept.booking.title} was changed meanwhile, so it stays as it is.")
    old = event["before"]
    before = replace(kept.booking, start_ms=old["start_ms"], end_ms=old["end_ms"], resume=old["resume"])
    await _store(kept.channel, kept.booking, before, happening.at_ms)
    await _followed(happening, kept.channel, kept.booking, before)


def register() -> None:
    """Let moves be undone."""
    events.register_undo("booking", MOVED, _put_back)
