"""The report: a row over the start of a broadcast day is told once for each day, and stays one row."""

from datetime import date, time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.asrun.reporting import ROLLOVER, report
from app.asrun.rules import LONGEST_MS
from app.clock import broadcast_date, from_ms, to_ms, zone
from tests.asrun.rows import MIN, at, recorded
from tests.clock.strategies import instants, zones

LISBON = zone("Europe/Lisbon")  # an hour ahead of UTC in May
SIX = time(6)
ROLL = at("05:00")


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("04:00", "04:59", [(14, False)]),
        ("04:00", "05:00", [(14, False)]),
        ("05:00", "06:00", [(15, False)]),
        ("04:00", "06:15", [(14, True), (15, True)]),
        ("04:00", None, [(14, False)]),
        ("2026-05-14T04:00", "2026-05-16T05:01", [(13, True), (14, True), (15, True), (16, True)]),
    ],
)
def test_rows_are_split_where_a_broadcast_day_begins(start, end, told):
    row = recorded(start_ms=at(start), end_ms=at(end) if end else None)
    found = report([row], SIX, LISBON)
    assert [(one.date.day, one.is_split_entry) for one in found] == told
    assert {one.split_reason for one in found} == {ROLLOVER if len(told) > 1 else None}
    assert all(one.row is row for one in found)
    if len(told) == 2:
        assert [(one.start_ms, one.end_ms) for one in found] == [(row.start_ms, ROLL), (ROLL, row.end_ms)]


def test_rows_come_in_order_of_time_and_then_of_recording():
    rows = [recorded(3, start_ms=at("11:00")), recorded(2), recorded(1)]
    assert [one.row.seq for one in report(rows, SIX, LISBON)] == [3, 1, 2]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 23), ("2026-10-24", 25)])
def test_days_on_which_the_clocks_change_are_split_at_their_own_edges(day, hours):
    start = at(f"{day}T05:00") + (MIN * 60 if day == "2026-03-28" else 0)  # 06:00 in Lisbon
    found = report([recorded(start_ms=start - MIN, end_ms=start + 26 * 60 * MIN)], SIX, LISBON)
    assert [(one.end_ms - one.start_ms) / (60 * MIN) for one in found[1:2]] == [hours]
    assert found[1].date == date.fromisoformat(day)


@given(instants, zones, st.integers(1, LONGEST_MS), st.integers(0, 23))
def test_the_parts_of_a_row_are_the_row_and_each_lies_in_its_date(start, tz, length, hour):
    begins = to_ms(start)
    found = report([recorded(start_ms=begins, end_ms=begins + length)], time(hour), tz)
    assert (found[0].start_ms, found[-1].end_ms) == (begins, begins + length)
    assert all(one.end_ms == other.start_ms for one, other in pairwise(found))
    for one in found:
        assert broadcast_date(from_ms(one.start_ms), time(hour), tz) == one.date
        assert broadcast_date(from_ms(one.end_ms - 1), time(hour), tz) == one.date
