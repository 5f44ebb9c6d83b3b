"""Grid lines are counted in real minutes from an anchor."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import grid_ceil, grid_floor
from tests.clock.strategies import instants

ANCHOR = datetime(2026, 5, 14, 5, 0, tzinfo=UTC)
CASES = [
    ("05:00:00", 30, "05:00", "05:00"),
    ("05:00:00.001", 30, "05:00", "05:30"),
    ("05:29:59", 30, "05:00", "05:30"),
    ("05:45:00", 15, "05:45", "05:45"),
    ("05:45:00", 60, "05:00", "06:00"),
    ("04:59:00", 15, "04:45", "05:00"),
]
grids = st.sampled_from([15, 30, 60])


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-05-14T{text}+00:00")


@pytest.mark.parametrize(("instant", "minutes", "floor", "ceil"), CASES)
def test_grid_lines_around_an_instant(instant: str, minutes: int, floor: str, ceil: str) -> None:
    assert grid_floor(at(instant), minutes, ANCHOR) == at(floor)
    assert grid_ceil(at(instant), minutes, ANCHOR) == at(ceil)


def test_grid_goes_on_in_real_minutes_over_a_clock_change() -> None:
    anchor = datetime.fromisoformat("2026-03-29T00:00:00+00:00")
    assert grid_ceil(anchor + timedelta(minutes=61), 30, anchor) == anchor + timedelta(minutes=90)


@given(instants, instants, grids)
def test_instant_lies_between_two_neighbouring_lines(instant: datetime, anchor: datetime, minutes: int) -> None:
    floor, ceil = grid_floor(instant, minutes, anchor), grid_ceil(instant, minutes, anchor)
    step = timedelta(minutes=minutes)
    assert floor <= instant <= ceil
    assert (floor - anchor) % step == timedelta(0)
    assert ceil - floor == (timedelta(0) if floor == instant else step)
