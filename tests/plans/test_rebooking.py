"""Bookings get another time, end or way to go on: by whoever saw how they stood, and back within ten seconds."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import events
from app.clock import from_ms
from app.errors import Conflict
from app.plans import bookings, rebooking
from app.plans.bookings import WantedBooking
from app.plans.layering import Booked, free_from, overlapping
from app.plans.rebooking import WantedMove
from tests.plans.desk import MIN, Desk
from tests.plans.test_bookings import AT, HOUR
from tests.plans.test_service import refused


async def booked(desk: Desk, title: str = "News", at: object = AT, minutes: int = 10) -> Booked:
    asset = await desk.asset(title, minutes, "NEW")
    return (await bookings.book("one", WantedBooking(asset, at), **desk.act)).booking  # type: ignore[arg-type]


async def test_a_booking_is_moved_with_its_length_resized_and_undone(desk: Desk) -> None:
    rebooking.register()
    one = await booked(desk)
    moved = await rebooking.move(one.id, WantedMove(AT + HOUR), one.version, **desk.act)
    assert (moved.booking.start_ms, moved.booking.end_ms) == (one.start_ms + 60 * MIN, one.end_ms + 60 * MIN)
    end = from_ms(moved.booking.end_ms - 4 * MIN)
    cut = await rebooking.move(one.id, WantedMove(end=end, resume="filler"), moved.booking.version, **desk.act)
    assert (cut.booking.end_ms - cut.booking.start_ms, cut.booking.resume) == (6 * MIN, "filler")
    assert (await rebooking.booking(one.id)).booking == cut.booking
    again = await rebooking.move(one.id, WantedMove(end=end), 0, **desk.act)
    assert (again.event, again.booking) == (None, cut.booking)
    assert cut.event
    await events.undo(cut.event, desk.by.actor, desk.clock, {"booking"})
    assert (await rebooking.booking(one.id)).booking.end_ms == moved.booking.end_ms


async def test_moves_that_are_refused(desk: Desk) -> None:
    one, other = await booked(desk), await booked(desk, "Film", AT + HOUR, 60)

    async def tried(code: str, wanted: WantedMove, version: int = one.version) -> Conflict:
        return await refused(desk, code, rebooking.move(one.id, wanted, version, **desk.act))  # type: ignore[return-value]

    told = await tried("SLOT_OVERLAP", WantedMove(AT + HOUR + HOUR / 2))
    assert [each["id"] for each in told.facts["conflicts"]] == [other.id]
    assert told.facts["free"] == (AT + 2 * HOUR).isoformat()
    assert "Fri 15 May, 21:10 is free" in told.detail
    await tried("VERSION_STALE", WantedMove(AT + 2 * HOUR), one.version - 1)
    await tried("INVALID_TIME_RANGE", WantedMove(end=AT))
    await tried("INVALID_TIME_RANGE", WantedMove(end=AT + 25 * HOUR))
    await tried("BOOKING_PAST", WantedMove(desk.clock.now() - HOUR))
    await tried("RESUME_BAD", WantedMove(resume="never"))  # type: ignore[arg-type]
    await tried("NAIVE_TIME", WantedMove(AT.replace(tzinfo=None)))
    await refused(desk, "BOOKING_NOT_FOUND", rebooking.move("nothing", WantedMove(AT), 0, **desk.act))
    await desk.channel("two")
    await refused(desk, "BOOKING_NOT_FOUND", rebooking.of_channel("two", one.id))
    desk.clock.set(AT + timedelta(minutes=5))
    await tried("BOOKING_ON_AIR", WantedMove(AT + 3 * HOUR))
    await tried("BOOKING_PAST", WantedMove(end=AT + timedelta(minutes=4)))
    await rebooking.move(one.id, WantedMove(end=AT + timedelta(minutes=6)), one.version, **desk.act)
    desk.clock.set(AT + HOUR)
    await tried("BOOKING_PAST", WantedMove(end=AT + 2 * HOUR))


async def test_what_was_cancelled_or_changed_since_is_not_put_back(desk: Desk) -> None:
    rebooking.register()
    one = await booked(desk)
    moved = await rebooking.move(one.id, WantedMove(AT + HOUR), one.version, **desk.act)
    later = await rebooking.move(one.id, WantedMove(AT + 2 * HOUR), moved.booking.version, **desk.act)
    assert moved.event
    assert later.event
    with pytest.raises(Conflict, match="was changed meanwhile"):
        await events.undo(moved.event, desk.by.actor, desk.clock, {"booking"})
    await bookings.cancel("one", one.id, **desk.act)
    with pytest.raises(Conflict, match="was cancelled"):
        await events.undo(later.event, desk.by.actor, desk.clock, {"booking"})
    await refused(
        desk, "BOOKING_CANCELLED", rebooking.move(one.id, WantedMove(AT), later.booking.version + 1, **desk.act)
    )


async def test_a_move_is_not_put_back_over_another_booking(desk: Desk) -> None:
    rebooking.register()
    one = await booked(desk)
    moved = await rebooking.move(one.id, WantedMove(AT + HOUR), one.version, **desk.act)
    await booked(desk, "Film", AT, 30)
    assert moved.event
    with pytest.raises(Conflict, match="Film is booked"):
        await events.undo(moved.event, desk.by.actor, desk.clock, {"booking"})


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=12), st.integers(0, 50), st.integers(1, 20))
def test_the_free_time_is_the_first_that_overlaps_nothing(
    taken: list[tuple[int, int]], start: int, length: int
) -> None:
    others, ends = [], 0
    for at, lasts in sorted(taken):
        begins = max(at * 1000, ends)
        others.append(Booked(str(at), begins, begins + lasts * 1000 - 1, "a"))
        ends = others[-1].end_ms
    free = free_from(start * 1000, length * 1000, others)
    tries = (at * 1000 for at in range(start, 300) if not overlapping(at * 1000, (at + length) * 1000, others))
    assert free == next(tries)
