"""Bookings over a day."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.plans.layering import Booked, compose, overlapping
from app.plans.values import Event

FILM = Event(0, 100, 90, "program", "Film")
NEXT = Event(100, 50, 50, "program", "Next")


def told(entries):
    return [(one.start_ms, one.end_ms, one.kind, one.title, one.into_ms) for one in entries]


def test_a_booking_takes_its_time_and_the_programme_is_joined_where_it_would_be():
    found = compose([FILM, NEXT], [Booked("b", 30, 50, "news", "News")])
    assert told(found) == [
        (0, 30, "program", "Film", 0), (30, 50, "booking", "News", 0), (50, 100, "program", "Film", 50),
        (100, 150, "program", "Next", 0),
    ]  # fmt: skip


def test_filler_airs_after_a_booking_that_asks_for_it():
    found = compose([FILM, NEXT], [Booked("b", 30, 50, "news", "News", "filler")])
    assert [(one.start_ms, one.kind) for one in found] == [
        (0, "program"),
        (30, "booking"),
        (50, "filler"),
        (100, "program"),
    ]


def test_a_booking_over_two_programmes_takes_the_first_end_and_the_second_beginning():
    found = compose([FILM, NEXT], [Booked("b", 90, 120, "news", "News")])
    assert [(one.start_ms, one.title, one.into_ms) for one in found] == [
        (0, "Film", 0),
        (90, "News", 0),
        (120, "Next", 20),
    ]


def test_touching_is_no_overlap():
    booked = [Booked("a", 10, 20, "x"), Booked("b", 30, 40, "y")]
    assert overlapping(20, 30, booked) == []
    assert [one.id for one in overlapping(19, 31, booked)] == ["a", "b"]


@given(st.lists(st.integers(0, 149), max_size=8, unique=True), st.sampled_from(["join", "filler"]))
def test_the_composed_day_covers_every_millisecond_once(edges, resume):
    edges = sorted(edges)
    booked = [Booked(str(a), a, b, "x", resume=resume) for a, b in list(pairwise(edges))[::2]]
    found = compose([FILM, NEXT], booked)
    assert found[0].start_ms == 0
    assert found[-1].end_ms == 150
    assert all(one.end_ms == other.start_ms for one, other in pairwise(found))
    assert [one.booking for one in found if one.booking] == booked
