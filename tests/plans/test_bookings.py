"""Bookings: a layer over the day, each once, none over another."""

from datetime import UTC, datetime, timedelta

import pytest

from app.clock import from_ms
from app.database import sql
from app.plans import bookings, days
from app.plans.bookings import WantedBooking
from tests.plans.desk import Desk
from tests.plans.test_service import refused

AT = datetime(2026, 5, 15, 18, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def test_a_booking_takes_its_time_of_the_day_and_the_day_itself_stays(desk: Desk) -> None:
    await desk.furnish()
    news = await desk.asset("News", 10, "NEW")
    made = await desk.generate("2026-05-15")
    booked = await bookings.book("one", WantedBooking(news, AT), **desk.act)
    day = await days.day("one", "2026-05-15")
    assert (day.events, day.bookings) == (made.events, (booked.booking,))
    taken = [(one.kind, from_ms(one.start_ms).strftime("%H:%M"), one.into_ms // 60_000) for one in day.entries]
    at = next(index for index, one in enumerate(taken) if one[0] == "booking")
    assert taken[at - 1 : at + 2] == [("program", "18:00", 0), ("booking", "18:10", 0), ("program", "18:20", 20)]
    assert await days.validate("one", "2026-05-15") == []


async def test_the_same_again_is_one_booking_and_touching_is_fine(desk: Desk) -> None:
    news, film = await desk.asset("News", 60, "NEW"), await desk.asset("Film", 60)
    first = await bookings.book("one", WantedBooking(news, AT), **desk.act)
    again = await bookings.book("one", WantedBooking(news, AT, AT + HOUR), **desk.act)
    assert (first.idempotent, again.idempotent, again.booking) == (False, True, first.booking)
    await bookings.book("one", WantedBooking(film, AT + HOUR), **desk.act)
    assert len(await sql("SELECT 1 FROM booking")) == 2
    _, found = await bookings.bookings("one", AT, AT + HOUR)
    assert found == [first.booking]


async def test_overlaps_are_refused_with_what_they_hit(desk: Desk) -> None:
    news, film = await desk.asset("News", 60, "NEW"), await desk.asset("Film", 60)
    await bookings.book("one", WantedBooking(news, AT), **desk.act)
    told = await refused(desk, "SLOT_OVERLAP", bookings.book("one", WantedBooking(film, AT + HOUR / 2), **desk.act))
    assert [one["title"] for one in told.facts["conflicts"]] == ["News"]
    await refused(desk, "TRACK_OVERLAP", bookings.book("one", WantedBooking(news, AT - HOUR / 2), **desk.act))
    await desk.channel("two")
    await bookings.book("two", WantedBooking(film, AT + HOUR / 2), **desk.act)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"end": AT}, "INVALID_TIME_RANGE"),
        ({"end": AT - HOUR}, "INVALID_TIME_RANGE"),
        ({"end": AT + 25 * HOUR}, "INVALID_TIME_RANGE"),
        ({"start": datetime(9999, 12, 31, 23, 59, tzinfo=UTC)}, "INVALID_TIME_RANGE"),
        ({"start": datetime(2026, 5, 14, 11, 59, tzinfo=UTC)}, "BOOKING_PAST"),
        ({"start": datetime(2026, 5, 15, 18)}, "NAIVE_TIME"),  # noqa: DTZ001 - what is refused
        ({"asset": "nothing"}, "ASSET_UNKNOWN"),
        ({"resume": "never"}, "RESUME_BAD"),
    ],
)
async def test_bookings_that_are_refused(desk: Desk, change: dict, code: str) -> None:
    news = await desk.asset("News", 10, "NEW")
    await refused(desk, code, bookings.book("one", WantedBooking(**{"asset": news, "start": AT} | change), **desk.act))


@pytest.mark.parametrize("fields", [{"approved": False}, {"state": "retired"}])
async def test_what_may_not_air_is_not_booked(desk: Desk, fields: dict) -> None:
    news = await desk.asset("News", 10, "NEW", **fields)
    await refused(desk, "ASSET_NOT_ELIGIBLE", bookings.book("one", WantedBooking(news, AT), **desk.act))


async def test_a_dry_run_books_nothing(desk: Desk) -> None:
    news = await desk.asset("News", 10, "NEW")
    before = desk.stored()
    looked = await bookings.book("one", WantedBooking(news, AT), dry_run=True, **desk.act)
    assert (looked.booking.title, looked.idempotent, desk.stored() == before) == ("News", False, True)


async def test_a_booking_is_taken_back_once_and_not_when_it_is_over(desk: Desk) -> None:
    news = await desk.asset("News", 10, "NEW")
    one = (await bookings.book("one", WantedBooking(news, AT), **desk.act)).booking
    assert await bookings.cancel("one", one.id, **desk.act)
    assert not await bookings.cancel("one", one.id, **desk.act)
    other = (await bookings.book("one", WantedBooking(news, AT), **desk.act)).booking
    assert other.id != one.id
    desk.clock.set(AT + HOUR)
    await refused(desk, "BOOKING_PAST", bookings.cancel("one", other.id, **desk.act))
    await refused(desk, "BOOKING_NOT_FOUND", bookings.cancel("one", "nothing", **desk.act))
