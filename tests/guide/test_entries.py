"""What viewers are shown of composed days: table cases of section 5, and what holds for any days and bookings."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import HOUR_MS, MINUTE_MS
from app.guide.entries import Day, Facts, Programme, Slot, display_duration, programmes, within
from app.plans.layering import Booked
from app.plans.values import Grid
from tests.plans.strategies import dates, grids

EPISODE = Facts("e", "The Quarry Line", "EPI", "Lost Railways", 1, 3)
FACTS = {"e": EPISODE, "film": Facts("film", "Low Water", "MOV"), "news": Facts("news", "Special report", "PRO")}
DAY_MS = 24 * HOUR_MS


def slot(hour: float, hours: float, asset: str | None = "film") -> Slot:
    title = {"e": "The Quarry Line", "film": "Low Water", None: "Filler"}[asset]
    return Slot(round(hour * HOUR_MS), round(hours * HOUR_MS), "program" if asset else "filler", title, asset)


def day(number: int, *slots: Slot) -> Day:
    return Day(f"day {number}", number * DAY_MS, (number + 1) * DAY_MS, list(slots))


def booked(hour: float, end: float, resume: str = "join") -> Booked:
    return Booked("b", round(hour * HOUR_MS), round(end * HOUR_MS), "news", "Special report", resume)  # type: ignore[arg-type]


def shown(days: list[Day], *bookings: Booked) -> list[Programme]:
    return programmes(days, bookings, FACTS, interlude="Harbour TV")


def told(found: list[Programme]) -> list[tuple[float, float, str]]:
    return [(one.start_ms / HOUR_MS, one.end_ms / HOUR_MS, one.heading) for one in found]


WHOLE = [slot(0, 20), slot(20, 4, "e")]


@pytest.mark.parametrize(
    ("days", "bookings", "expected"),
    [
        pytest.param([day(0, *WHOLE)], [], [(0, 20, "Low Water"), (20, 24, "Lost Railways")], id="one a programme"),
        pytest.param(
            [day(0, slot(0, 2), slot(2, 1, None), slot(3, 1, None), slot(4, 20, "e"))], [],
            [(0, 4, "Low Water"), (4, 24, "Lost Railways")], id="filler belongs to the programme before",
        ),
        pytest.param(
            [day(0, slot(0, 2, None), slot(2, 20), slot(22, 2, None))], [],
            [(0, 2, "Harbour TV"), (2, 24, "Low Water")], id="filler with nothing before it is an interlude",
        ),
        pytest.param(
            [day(0, slot(0, 26)), day(1, slot(26, 1, None), slot(27, 21, "e"))], [],
            [(0, 27, "Low Water"), (27, 48, "Lost Railways")], id="what runs on keeps its filler",
        ),
        pytest.param(
            [day(0, slot(0, 2), slot(2, 22, None)), day(1, slot(24, 3, None), slot(27, 21, "e"))], [],
            [(0, 24, "Low Water"), (24, 27, "Harbour TV"), (27, 48, "Lost Railways")],
            id="no programme of yesterday takes the filler of today",
        ),
        pytest.param(
            [day(0, slot(0, 26)), day(1, slot(24, 3, "e"), slot(27, 21))], [],
            [(0, 26, "Low Water"), (26, 27, "Lost Railways"), (27, 48, "Low Water")],
            id="a day made again that runs on further takes the time of the next",
        ),
        pytest.param(
            [day(0, slot(0, 24)), day(1, slot(26, 22, "e"))], [],
            [(0, 24, "Low Water"), (24, 26, "Harbour TV"), (26, 48, "Lost Railways")],
            id="a day made again that runs on less leaves an interlude",
        ),
        pytest.param(
            [day(0, *WHOLE)], [booked(6, 7)],
            [(0, 6, "Low Water"), (6, 7, "Special report"), (7, 20, "Low Water (continued)"), (20, 24, "Lost Railways")],
            id="what a booking cuts is adjusted and goes on",
        ),
        pytest.param(
            [day(0, *WHOLE)], [booked(6, 7, "filler")],
            [(0, 6, "Low Water"), (6, 20, "Special report"), (20, 24, "Lost Railways")],
            id="what does not go on is filler of the booking",
        ),
        pytest.param(
            [day(0, *WHOLE)], [booked(19, 21)],
            [(0, 19, "Low Water"), (19, 21, "Special report"), (21, 24, "Lost Railways (continued)")],
            id="what a booking covers in part",
        ),
        pytest.param(
            [day(0, *WHOLE), day(2, slot(48, 24))], [],
            [(0, 20, "Low Water"), (20, 24, "Lost Railways"), (48, 72, "Low Water")], id="a day that is not made",
        ),
        pytest.param([], [booked(6, 7)], [(6, 7, "Special report")], id="a booking before its day is made"),
    ],
)  # fmt: skip
def test_guide_shows_programmes(
    days: list[Day], bookings: list[Booked], expected: list[tuple[float, float, str]]
) -> None:
    assert told(shown(days, *bookings)) == expected


def test_episode_is_called_by_its_series_and_says_its_own_title() -> None:
    found = shown([day(0, slot(0, 24, "e"))])[0]
    assert (found.title, found.sub_title, found.is_episode, EPISODE.onscreen) == (
        "Lost Railways", "The Quarry Line", True, "S01E03",
    )  # fmt: skip
    assert Facts("x", "x", "PRO", episode=12).onscreen == "E12"
    assert Facts("x", "x", "PRO", season=1).onscreen == ""


@pytest.mark.parametrize(
    ("start_min", "length_ms", "expected"),
    [
        (0, 30 * MINUTE_MS, None), (30, 60 * MINUTE_MS, None), (15, 60 * MINUTE_MS, "1h"), (0, 45 * MINUTE_MS, "45m"),
        (0, 120 * MINUTE_MS, None), (5, 120 * MINUTE_MS, "2h"), (0, 125 * MINUTE_MS, "2h 5m"),
        (0, 45 * MINUTE_MS + 29_999, "45m"), (0, 45 * MINUTE_MS + 30_000, "46m"), (5, 29_000, "0m"),
        (0, 30 * MINUTE_MS + 20_000, None),
    ],
)  # fmt: skip
def test_length_is_shown_where_the_times_do_not_say_it(start_min: int, length_ms: int, expected: str | None) -> None:
    one = Programme(0, length_ms, "programme", "Film", "")
    end_min = (start_min + (length_ms + MINUTE_MS // 2) // MINUTE_MS) % 60
    assert display_duration(one, (start_min, end_min)) == expected
    assert display_duration(Programme(0, length_ms, "programme", "x", "", EPISODE), (start_min, end_min)) is None


@st.composite
def composed(draw: st.DrawFn) -> tuple[Grid, list[Day], list[Booked]]:
    """Broadcast days in a row on any grid, whose last events may run over, with bookings anywhere."""
    grid, first = draw(grids), draw(dates)
    found: list[Day] = []
    for number in range(draw(st.integers(1, 4))):
        start, end = grid.day(first + timedelta(days=number))
        at, slots = start, []
        while at < end:
            span = draw(st.integers(1, 12)) * grid.block_ms
            asset = draw(st.sampled_from(["film", "e", None]))
            kind = "program" if asset else "filler"
            span = span if asset else min(span, end - at)
            slots.append(Slot(at, span, kind, asset or "", asset))  # type: ignore[arg-type]
            at += span
        found.append(Day(str(first + timedelta(days=number)), start, end, slots))
    starts = sorted(draw(st.sets(st.integers(found[0].start_ms, found[-1].end_ms), max_size=4)))
    bookings = []
    for start, limit in pairwise([*starts, found[-1].end_ms + DAY_MS]):
        end = start + draw(st.integers(1, min(limit - start, 20 * HOUR_MS)))
        resume = draw(st.sampled_from(["join", "filler"]))
        bookings.append(Booked(f"b{start}", start, end, "news", "Special report", resume))
    return grid, found, bookings


@given(composed())
def test_entries_touch_and_never_overlap_and_every_programme_and_booking_is_there(
    given_days: tuple[Grid, list[Day], list[Booked]],
) -> None:
    _, days, bookings = given_days
    found = shown(days, *bookings)
    assert found[0].start_ms == days[0].start_ms
    assert found[-1].end_ms >= days[-1].end_ms
    assert all(one.start_ms < one.end_ms for one in found)
    assert all(one.end_ms == other.start_ms for one, other in pairwise(found))
    assert [one.start_ms for one in found if one.kind == "booking"] == [one.start_ms for one in bookings]
    assert len({one.start_ms for one in found}) == len(found)


@given(composed())
def test_what_is_shown_of_a_day_depends_on_it_and_the_day_before_alone(
    given_days: tuple[Grid, list[Day], list[Booked]],
) -> None:
    _, days, bookings = given_days
    whole = shown(days, *bookings)
    # What runs over two seams at once is held by its own day, which a shorter look does not know.
    for before, one in pairwise(days):
        if any(slot.end_ms > one.start_ms for day in days if day.start_ms < before.start_ms for slot in day.slots):
            continue
        near = [each for each in bookings if each.end_ms > before.start_ms and each.start_ms < one.end_ms]
        begins = within(shown([before, one], *near), one.start_ms, one.end_ms)[:-1]
        assert begins == within(whole, one.start_ms, one.end_ms)[: len(begins)]


@given(composed())
def test_without_bookings_an_event_is_an_entry_as_the_composed_day_has_it(
    given_days: tuple[Grid, list[Day], list[Booked]],
) -> None:
    _, days, _ = given_days
    far = Booked("far", 2**50, 2**50 + 1, "news", "Special report")
    assert shown(days) == shown(days, far)[:-1]
