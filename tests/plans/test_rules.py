"""What grids, zones and programs may be, by the codes that scripts know."""

from dataclasses import replace
from datetime import time

import pytest

from app.errors import DaypartError
from app.plans import rules
from app.plans.matching import Library
from app.plans.specs import AssetSpec, ClockSpec, Element, PackageSpec, RuleSpec, SeriesSpec
from app.plans.values import Event, Grid, Part, Plan, Program
from app.plans.verifying import verify
from tests.plans.values import DAY, LISBON, MIN, asset, fixed, window

A = fixed("a")


def refused(check, *args, **kwargs):
    with pytest.raises(DaypartError) as error:
        check(*args, **kwargs)
    assert error.value.errors
    assert error.value.detail.endswith(".")
    return error.value.code


@pytest.mark.parametrize(
    ("minutes", "offset", "code"), [(20, 0, "CHN-003"), (0, 0, "CHN-003"), (30, 30, "CHN-004"), (30, -1, "CHN-004")]
)
def test_grids_that_are_refused(minutes, offset, code):
    assert refused(rules.checked_grid, minutes, offset) == code


@pytest.mark.parametrize("text", ["06:10", "06:00:30", "24:00", "6:00", "", "06:61"])
def test_day_starts_that_are_refused(text):
    assert refused(rules.checked_day_start, text, 30, 0) == "CHN-006"


def test_hourly_grid_with_an_offset_is_unusual():
    rules.checked_grid(60, 15)
    assert rules.checked_day_start("06:15", 60, 15).minute == 15
    found = {minute: rules.grid_warnings(Grid(60, 15, time(6, minute), LISBON.tz)) for minute in (0, 15)}
    assert {minute: [one.code for one in told] for minute, told in found.items()} == {
        0: ["CHN-014", "CHN-006"],
        15: ["CHN-014"],
    }
    assert rules.grid_warnings(Grid(30, 5, time(6, 5), LISBON.tz)) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"end_min": 19 * 60 + 45}, "Z-VAL-01"),
        ({"start_min": 19 * 60 + 15, "end_min": 19 * 60 + 45}, "Z-VAL-02"),
        ({"name": " "}, "Z-VAL-04"),
        ({"name": "x" * 256}, "Z-VAL-04"),
        ({"end_min": 19 * 60}, "Z-VAL-05"),
        ({"start_min": 0, "end_min": 0}, "Z-VAL-05"),
        ({"start_min": 1440}, "Z-VAL-05"),
        ({"end_min": 1441}, "Z-VAL-05"),
        ({"days": frozenset({"FUNDAY"})}, "Z-VAL-06"),
        ({"first": "2026-06-01", "last": "2026-05-01"}, "Z-VAL-07"),
        ({"dst": "ignore"}, "Z-VAL-08"),
    ],
)
def test_zones_that_are_refused(change, code):
    zone = replace(window("19:00", "22:00", A), **change)
    assert refused(rules.checked_zone, zone, grid_minutes=30, grid_offset=0) == code


@pytest.mark.parametrize(
    ("text", "code"), [("19:00:30", "Z-VAL-02"), ("24:30", "Z-VAL-05"), ("7pm", "Z-VAL-05"), ("19:60", "Z-VAL-05")]
)
def test_wall_times_that_are_refused(text, code):
    assert refused(rules.checked_wall, text, "start") == code


def test_z_stor_01_midnight_at_the_end_comes_back_as_it_was():
    assert rules.written_wall(rules.checked_wall("24:00", "end")) == "24:00"


@pytest.mark.parametrize("span", [("00:00", "24:00"), ("22:00", "05:00"), ("19:00", "24:00"), ("06:00", "06:30")])
def test_zones_that_are_fine(span):
    rules.checked_zone(window(*span, A), grid_minutes=30, grid_offset=0)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (("19:00", "22:00"), ("21:30", "23:00"), True),
        (("19:00", "22:00"), ("22:00", "23:00"), False),
        (("22:00", "05:00"), ("04:00", "06:00"), True),
        (("05:00", "07:00"), ("06:30", "08:00"), True),
        (("00:00", "24:00"), ("08:00", "09:00"), True),
    ],
)
def test_zones_of_a_plan_must_not_overlap(one, other, meet):
    first, second = window(*one, A), window(*other, A)
    for zone, rest in ((first, second), (second, first)):
        if meet:
            assert refused(rules.checked_overlaps, zone, [zone, rest], 360) == "Z-VAL-09"
        else:
            rules.checked_overlaps(zone, [zone, rest], 360)


def test_zones_of_other_days_dates_or_switched_off_do_not_clash():
    week = window("19:00", "22:00", A, days=frozenset({"MON", "FRI"}))
    rules.checked_overlaps(week, [window("19:00", "22:00", A, days=frozenset({"SAT", "SUN"}))], 360)
    rules.checked_overlaps(week, [window("19:00", "22:00", A, enabled=False)], 360)
    spring = window("19:00", "22:00", A, first="2026-03-01", last="2026-05-31")
    rules.checked_overlaps(spring, [window("19:00", "22:00", A, first="2026-06-01")], 360)
    assert (
        refused(rules.checked_overlaps, spring, [window("19:00", "22:00", A, first="05-31", last="06-30")], 360)
        == "Z-VAL-09"
    )


def test_what_a_plan_leaves_uncovered_is_a_hint():
    zones = [window("08:00", "10:00", A), window("09:00", "12:00", A), window("20:00", "06:00", A)]
    assert [tuple(map(rules.written_wall, gap)) for gap in rules.uncovered(zones, 360)] == [
        ("06:00", "08:00"),
        ("12:00", "20:00"),
    ]
    assert rules.uncovered([window("00:00", "24:00", A)], 360) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"priority": -1}, "INVALID_PRIORITY"),
        ({"cron": "daily"}, "INVALID_CRON"),
        ({"last": "2026-02-30"}, "INVALID_DATE_RANGE"),
    ],
)
def test_plans_that_are_refused(change, code):
    assert refused(rules.checked_plan, replace(Plan("1", "p"), **change)) == code


@pytest.mark.parametrize(
    "spec",
    [
        RuleSpec(types=("XYZ",)), RuleSpec(rest_hours=-1), RuleSpec(seasons=(2, 1)), RuleSpec(longest_s=0),
        RuleSpec(shortest_s=60, longest_s=59), RuleSpec(tags=("x" * 300,)), PackageSpec(()),
        PackageSpec((SeriesSpec("s"),), compose="sequence"), PackageSpec((AssetSpec("a"),), compose="pair"),
        PackageSpec((SeriesSpec("s"), SeriesSpec("t")), compose="pair"),
        PackageSpec((SeriesSpec("s"),), compose="pair", count=1), PackageSpec((RuleSpec(types=("XYZ",)),)),
        ClockSpec(()), ClockSpec((Element("XYZ"),)), ClockSpec((Element("MUS", 0),)),
        ClockSpec((Element("MUS", at_s=3600),)), ClockSpec((Element("MUS", hard=True),)),
    ],
)  # fmt: skip
def test_programs_that_mean_nothing_are_refused(spec):
    assert refused(rules.checked_program, Program("1", "p", spec)) == "SPEC_BAD"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": ""}, "PROGRAM_NAME_BAD"),
        ({"slots": 0}, "SLOTS_BAD"),
        ({"mode": "shuffle"}, "MODE_BAD"),
        ({"mode": "manual"}, "MODE_BAD"),
    ],
)
def test_names_modes_and_blocks_that_are_refused(fields, code):
    assert refused(rules.checked_program, replace(Program("1", "p", AssetSpec("a")), **fields)) == code


START, END = LISBON.day(DAY)
HALF = 30 * MIN


def entry(start, span, duration=None, parts=()):
    return Event(START + start * MIN, span * MIN, (duration or span) * MIN, "program", "x", parts=parts)


@pytest.mark.parametrize(
    ("events", "codes"),
    [
        ([entry(0, 1440)], []),
        ([entry(0, 1410)], ["DAY_GAP"]),
        ([entry(30, 1410)], ["DAY_GAP"]),
        ([entry(0, 30), entry(60, 1380)], ["DAY_GAP"]),
        ([entry(0, 60), entry(30, 1410)], ["DAY_OVERLAP"]),
        ([entry(-30, 1470)], ["SEAM_OVERLAP"]),
        ([entry(0, 45), entry(45, 1395)], ["OFF_GRID"]),
        ([entry(0, 1440, 1441)], ["BAD_LENGTH"]),
        ([], ["DAY_GAP"]),
    ],
)
def test_days_that_break_a_rule_are_told(events, codes):
    found = verify(events, START, END, grid=LISBON, library=Library([]), carried_ms=None)
    assert [one.code for one in found] == codes


def test_a_day_whose_asset_may_not_air_any_more_is_told():
    events = [entry(0, 1440, parts=(Part("a", "A", 0, MIN),))]
    for library, codes in (
        (Library([asset("a", 1)]), []),
        (Library([asset("a", 1, approved=False)]), ["NOT_ELIGIBLE"]),
    ):
        found = verify(events, START, END, grid=LISBON, library=library, carried_ms=START)
        assert [one.code for one in found] == codes
