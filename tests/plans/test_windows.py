"""Where zones lie on a date, and which plan wins each stretch (Z-ACT, Z-BEH, Z-STOR)."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import DAY_MINUTES, from_ms, to_ms, zone
from app.plans.values import Grid
from app.plans.windows import active, grid_line, instant, minutes_of_day, on_grid, stretches
from tests.clock.strategies import instants
from tests.plans.strategies import dates, grids
from tests.plans.values import DAY, LISBON, MIN, clock, fixed, local, plan, window

A, B = fixed("a"), fixed("b")
SPRING, AUTUMN = date(2026, 3, 28), date(2026, 10, 24)  # broadcast days in whose night the clocks change


def drawn(found):
    return [(clock(one.start_ms), clock(one.end_ms), one.plan and one.plan.name) for one in found]


@pytest.mark.parametrize(
    ("start", "end", "pieces"),
    [
        ("22:00", "05:00", [(960, 1380)]),
        ("00:00", "24:00", [(0, 1440)]),
        ("19:00", "06:00", [(780, 1440)]),
        ("06:00", "19:00", [(0, 780)]),
        ("05:00", "07:00", [(0, 60), (1380, 1440)]),
        ("02:00", "24:00", [(0, 1080), (1200, 1440)]),
    ],
)
def test_zones_are_counted_from_the_start_of_the_broadcast_day(start, end, pieces):
    found = minutes_of_day(window(start, end), 360)
    assert found == pieces
    if (start, end) == ("22:00", "05:00"):
        assert sum(high - low for low, high in found) == 420


def test_zone_is_active_by_switch_then_dates_then_weekday_of_the_broadcast_date():
    assert active(window("02:00", "03:00", A, days=frozenset({"THU"})), DAY)
    assert not active(window("02:00", "03:00", A, days=frozenset({"FRI"})), DAY)
    assert not active(window("02:00", "03:00", A, enabled=False), DAY)
    assert not active(window("02:00", "03:00", A, first="2026-05-15"), DAY)
    assert not active(window("02:00", "03:00", A, last="2026-05-13"), DAY)
    assert active(window("02:00", "03:00", A, first="05-14", last="05-14"), DAY)


def test_two_in_the_morning_of_a_saturday_is_friday():
    friday = date(2026, 5, 15)
    found, _ = stretches(friday, LISBON, [plan("p", window("02:00", "03:00", A, days=frozenset({"FRI"})))])
    assert [f"{local(one.start_ms):%a %H:%M}" for one in found if one.zone] == ["Sat 02:00"]


def test_higher_plans_replace_only_the_minutes_they_cover():
    weekday = plan("weekday", window("00:00", "24:00", A), priority=10)
    christmas = plan("christmas", window("19:00", "22:00", B), priority=30, first="12-25", last="12-25")
    found, findings = stretches(date(2026, 12, 25), LISBON, [weekday, christmas])
    assert drawn(found) == [
        ("06:00", "19:00", "weekday"),
        ("19:00", "22:00", "christmas"),
        ("22:00", "06:00", "weekday"),
    ]
    assert found[1].over == (("weekday", "priority 30 over 10"),)
    assert findings == []
    assert drawn(stretches(date(2026, 12, 24), LISBON, [weekday, christmas])[0]) == [("06:00", "06:00", "weekday")]


def test_a_zone_without_programs_is_transparent_to_weaker_plans():
    base = plan("base", window("00:00", "24:00"), window("20:00", "21:00", B, days=frozenset({"MON"})), priority=9)
    weak = plan("weak", window("08:00", "09:00", A))
    found, findings = stretches(DAY, LISBON, [base, weak])
    assert drawn(found) == [("06:00", "08:00", "base"), ("08:00", "09:00", "weak"), ("09:00", "06:00", "base")]
    assert [one.code for one in findings] == ["ZONE_EMPTY", "ZONE_EMPTY"]


def test_what_no_plan_covers_is_a_gap_with_a_warning():
    found, findings = stretches(DAY, LISBON, [plan("p", window("08:00", "09:00", A))])
    assert drawn(found) == [("06:00", "08:00", None), ("08:00", "09:00", "p"), ("09:00", "06:00", None)]
    assert [(one.code, clock(one.start_ms)) for one in findings] == [("GAP", "06:00"), ("GAP", "09:00")]
    assert [one.code for one in stretches(DAY, LISBON, [])[1]] == ["GAP"]


def test_equal_priorities_have_an_order_and_a_warning():
    old, new = plan("old", window("08:00", "10:00", A), id="1"), plan("new", window("09:00", "11:00", B), id="2")
    for plans in ([old, new], [new, old]):
        found, findings = stretches(DAY, LISBON, plans)
        assert drawn(found)[1:3] == [("08:00", "09:00", "old"), ("09:00", "11:00", "new")]
        assert [one.code for one in findings if one.code != "GAP"] == ["EQUAL_PRIORITY"]


def test_the_broadcast_day_has_23_and_25_hours():
    for day, hours in ((SPRING, 23), (AUTUMN, 25), (DAY, 24)):
        found, _ = stretches(day, LISBON, [plan("p", window("00:00", "24:00", A))])
        assert sum(one.end_ms - one.start_ms for one in found) == hours * 60 * MIN


def test_edges_that_are_skipped_move_forward_and_repeated_ones_mean_the_first():
    # Lisbon: 01:00 to 02:00 is skipped on 29 March, and comes twice on 25 October.
    assert clock(instant(SPRING, 19 * 60 + 30, LISBON)) == "02:00"
    first = instant(AUTUMN, 19 * 60 + 30, LISBON)
    assert (clock(first), local(first).utcoffset()) == ("01:30", timedelta(hours=1))


@pytest.mark.parametrize(
    ("day", "dst", "length", "codes"),
    [
        (SPRING, None, 60, ["DST_CHANGE"]),
        (SPRING, "shrink_one_block", 60, []),
        (SPRING, "expand_one_block", 60, ["DST_CHANGE"]),
        (SPRING, "reject", 0, ["DST_REJECTED"]),
        (AUTUMN, None, 180, ["DST_CHANGE"]),
        (AUTUMN, "expand_one_block", 180, []),
        (AUTUMN, "shrink_one_block", 180, ["DST_CHANGE"]),
        (AUTUMN, "reject", 0, ["DST_REJECTED"]),
        (DAY, "reject", 120, []),
    ],
)
def test_what_a_zone_does_when_the_clocks_change(day, dst, length, codes):
    found, findings = stretches(day, LISBON, [plan("p", window("00:30", "02:30", A, dst=dst))])
    assert sum(one.end_ms - one.start_ms for one in found if one.zone) == length * MIN
    assert [one.code for one in findings if one.code != "GAP"] == codes


def test_zone_inside_the_skipped_hour_is_told_and_the_day_stays_whole():
    found, findings = stretches(SPRING, LISBON, [plan("p", window("01:00", "02:00", A))])
    assert [one.code for one in findings] == ["DST_GAP", "GAP"]
    assert [(one.start_ms, one.end_ms) for one in found] == [LISBON.day(SPRING)]


@given(dates, grids, st.integers(0, DAY_MINUTES))
def test_minutes_of_the_day_become_instants_in_order_within_it(day, grid, minute):
    start, end = grid.day(day)
    assert instant(day, 0, grid) == start <= instant(day, minute, grid) <= end == instant(day, DAY_MINUTES, grid)


@given(instants, grids)
def test_grid_lines_are_the_next_on_the_wall_clock(at, grid):
    line = grid_line(to_ms(at), grid)
    assert on_grid(line, grid)
    assert 0 <= line - to_ms(at) < 2 * grid.block_ms
    assert grid_line(line, grid) == line
    step = range(-(-to_ms(at) // MIN) * MIN, line, MIN)
    assert not any(on_grid(minute, grid) for minute in step)


@pytest.mark.parametrize(
    ("name", "minutes", "at", "line"),
    [
        ("Asia/Kathmandu", 60, "2026-05-14T10:01+00:00", "2026-05-14T10:15+00:00"),
        ("Europe/Lisbon", 30, "2026-05-14T10:00:00.001+00:00", "2026-05-14T10:30+00:00"),
        # Lord Howe goes back by half an hour at 02:00: the hour after 01:30 is 02:00 of the new time.
        ("Australia/Lord_Howe", 60, "2026-04-04T14:40+00:00", "2026-04-04T15:30+00:00"),
    ],
)
def test_grid_is_of_the_wall_clock_and_not_of_utc(name, minutes, at, line):
    grid = Grid(minutes, 0, time(6), zone(name))
    assert from_ms(grid_line(to_ms(datetime.fromisoformat(at)), grid)) == datetime.fromisoformat(line)


def test_offset_grid_begins_its_blocks_past_the_hour():
    grid = Grid(30, 5, time(6, 5), zone("Europe/Lisbon"))
    start, _ = grid.day(DAY)
    assert clock(start) == "06:05"
    assert clock(grid_line(start + 1, grid)) == "06:35"
