"""A booking that is moved, ended earlier or put back is followed by the playlog at once."""

from app import events
from app.clock import from_ms
from app.plans import bookings, rebooking
from app.plans.bookings import WantedBooking
from app.plans.rebooking import WantedMove
from app.playlog import following, horizon, rolling
from tests.plans.desk import MIN, Desk
from tests.plans.test_service import refused
from tests.playlog.test_rolling import contiguous, lines


async def taken(desk: Desk) -> tuple[int, int]:
    """From when to when the booking airs."""
    found = await lines(desk)
    assert contiguous(found)
    booked = [one for one in found if one.booking]
    return booked[0].start_ms, booked[-1].end_ms


async def test_the_playlog_follows_a_booking_that_is_moved_shortened_and_put_back(desk: Desk) -> None:
    following.register()
    rebooking.register()
    await desk.furnish()
    await rolling.look(desk.clock)
    edge = horizon.commit_edge(desk.clock.now_ms())
    news = await desk.asset("Breaking", 7, "NEW")
    at = edge + 5 * MIN
    one = (await bookings.book("one", WantedBooking(news, from_ms(at)), **desk.act)).booking
    moved = await rebooking.move(one.id, WantedMove(from_ms(at + 20 * MIN)), one.version, **desk.act)
    assert await taken(desk) == (at + 20 * MIN, at + 27 * MIN)
    end = WantedMove(end=from_ms(at + 23 * MIN))
    shorter = await rebooking.move(one.id, end, moved.booking.version, **desk.act)
    assert await taken(desk) == (at + 20 * MIN, at + 23 * MIN)
    assert shorter.event
    await events.undo(shorter.event, desk.by.actor, desk.clock, {"booking"})
    assert await taken(desk) == (at + 20 * MIN, at + 27 * MIN)
    version = (await rebooking.booking(one.id)).booking.version
    stored = desk.stored()
    near = rebooking.move(one.id, WantedMove(from_ms(edge - 1000)), version, **desk.act)
    await refused(desk, "BEFORE_COMMIT_EDGE", near)
    assert desk.stored() == stored
