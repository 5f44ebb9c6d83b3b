"""Bookings: hard-timed programmes as a layer over the schedule days of a channel."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import get_args

from app.accounts.rules import Identity
from app.clock import MasterClock, from_ms, to_ms
from app.database import new_id, sql
from app.errors import Conflict, NotFound, field_error
from app.events import change
from app.library import queries as library
from app.plans import following, queries
from app.plans.applying import LAST_YEAR
from app.plans.grids import Planned, planned
from app.plans.layering import Booked, Resume, free_from, overlapping
from app.plans.tables import Booking
from app.wording import local

LONGEST_MS = 24 * 60 * 60_000
LISTED_MOST = 1000
FREE_WITHIN_MS = 7 * LONGEST_MS
LAST_MS = to_ms(datetime(LAST_YEAR, 12, 31, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class WantedBooking:
    """An asset at a time; without an end, for as long as it is."""

    asset: str
    start: datetime
    end: datetime | None = None
    resume: Resume = "join"


@dataclass(frozen=True, slots=True)
class Made:
    """A booking, and whether the same one was there before."""

    channel: Planned
    booking: Booked
    idempotent: bool


async def book(key: str, wanted: WantedBooking, *, dry_run: bool = False, by: Identity, clock: MasterClock) -> Made:
    """Book an asset; the same again changes nothing, an overlap is refused, and touching is legal.

    Raises INVALID_TIME_RANGE, BOOKING_PAST, ASSET_NOT_ELIGIBLE, TRACK_OVERLAP (the same asset) and SLOT_OVERLAP.
    """
    start = to_ms(wanted.start)
    checked_resume(wanted.resume)
    async with change(by.actor, clock) as happening:
        of = await planned(key)
        asset = await library.asset(wanted.asset)
        end = to_ms(wanted.end) if wanted.end else start + (asset.duration_ms or 0)
        checked_range(start, end)
        one = Booked(new_id(), start, end, asset.id, asset.title, wanted.resume)
        near = await queries.bookings(of.channel.id, start, end)
        if same := _same(one, near):
            return Made(of, same, idempotent=True)
        if start < clock.now_ms():
            raise field_error("start", "BOOKING_PAST", "That time is past; book from now on.")
        if asset.state != "ready" or not asset.approved:
            raise Conflict("ASSET_NOT_ELIGIBLE", f"{asset.title} is not ready and approved for broadcast.")
        await refuse_overlaps(of, one, clock.now_ms())
        if not dry_run:
            row = Booking(
                id=one.id, channel=of.channel.id, start_ms=start, end_ms=end, asset=asset.id, resume=one.resume,
                state="live", created_ms=happening.at_ms,
            )  # fmt: skip
            await Booking.insert(row).run()
            after = {"title": asset.title, "start_ms": start, "end_ms": end, "resume": one.resume}
            one = replace(one, version=await happening.happened("plans", "booking", one.id, "added", after=after))
            await following.booked(happening, of, start)
    return Made(of, one, idempotent=False)


def _same(one: Booked, near: list[Booked]) -> Booked | None:
    wanted = (one.start_ms, one.end_ms, one.asset, one.resume)
    return next((each for each in near if (each.start_ms, each.end_ms, each.asset, each.resume) == wanted), None)


def checked_resume(resume: str) -> None:
    """Refuse what is no way for a programme to go on."""
    if resume not in get_args(Resume):
        raise field_error("resume", "RESUME_BAD", "Choose join or filler.")


def checked_range(start_ms: int, end_ms: int) -> None:
    """Refuse a booking without a length, and one of more than a day."""
    if not start_ms < end_ms <= start_ms + LONGEST_MS:
        raise field_error("end", "INVALID_TIME_RANGE", "A booking ends after it starts, within a day.")
    if end_ms > LAST_MS:
        raise field_error("start", "INVALID_TIME_RANGE", f"A booking ends by the year {LAST_YEAR}.")


async def refuse_overlaps(of: Planned, one: Booked, now_ms: int) -> None:
    """Refuse a booking over another, naming what it hits and the next time that is free; to be asked in its change."""
    until = one.end_ms + FREE_WITHIN_MS
    others = [each for each in await queries.bookings(of.channel.id, one.start_ms, until) if each.id != one.id]
    found = overlapping(one.start_ms, one.end_ms, others)
    if not found:
        return
    hit, free = found[0], from_ms(free_from(max(one.start_ms, now_ms), one.end_ms - one.start_ms, others))
    named = [
        {"kind": "booking", "id": each.id, "title": each.title, "start": from_ms(each.start_ms).isoformat(),
         "end": from_ms(each.end_ms).isoformat()}
        for each in found
    ]  # fmt: skip
    detail = (
        f"{hit.title} is booked from {_said(from_ms(hit.start_ms), of)} to {_said(from_ms(hit.end_ms), of)}."
        f" {_said(free, of)} is free."
    )
    code = "TRACK_OVERLAP" if any(each.asset == one.asset for each in found) else "SLOT_OVERLAP"
    raise Conflict(code, detail, errors={"start": detail}, conflicts=named, free=free.isoformat())


def _said(at: datetime, of: Planned) -> str:
    return f"{local(at, of.grid.tz)}{f':{at:%S}' if at.second else ''}"


async def bookings(key: str, start: datetime, end: datetime) -> tuple[Planned, list[Booked]]:
    """The live bookings of a channel that an interval overlaps, in order."""
    if end <= start:
        raise field_error("to", "INVALID_TIME_RANGE", "The end is after the start.")
    of = await planned(key)
    return of, (await queries.bookings(of.channel.id, to_ms(start), to_ms(end)))[:LISTED_MOST]


async def cancel(key: str, booking_id: str, *, by: Identity, clock: MasterClock) -> bool:
    """Take a booking back, if it is not over; False where that was done before."""
    async with change(by.actor, clock) as happening:
        of = await planned(key)
        rows = await sql("SELECT state, end_ms FROM booking WHERE id = ? AND channel = ?", booking_id, of.channel.id)
        if not rows:
            raise NotFound("BOOKING_NOT_FOUND", f"{of.channel.title} has no such booking.")
        if rows[0]["state"] != "live":
            return False
        if rows[0]["end_ms"] <= clock.now_ms():
            raise Conflict("BOOKING_PAST", "That booking is over; what aired stays as it is.")
        await sql("UPDATE booking SET state = 'cancelled' WHERE id = ?", booking_id)
        await happening.happened("plans", "booking", booking_id, "cancelled")
        await following.booked(happening, of)
    return True
