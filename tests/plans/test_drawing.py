"""A week as it is drawn: tracks, stretches with their reasons, gaps with what mends them, and where plans meet."""

from datetime import date, time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import DAY_MINUTES, zone
from app.plans import drawing, week_views, zone_drawing
from app.plans.drawing import Drawn
from app.plans.values import WEEKDAYS, Grid, Plan
from tests.plans.values import LISBON, fixed, plan, window

DAY = date(2026, 5, 14)  # a Thursday
FILM, NEWS = fixed("film"), fixed("news")
BASE = plan("base", window("00:00", "24:00", name="Base"))


def drawn(*plans: Plan, day: date = DAY, grid: Grid = LISBON) -> Drawn:
    return drawing.drawn(day, grid, plans)


def week(*plans: Plan) -> list[Drawn]:
    return [drawing.drawn(day, LISBON, plans) for day in drawing.week_of(DAY)]


def test_week_of_any_of_its_days_goes_from_monday_to_sunday() -> None:
    for day in (date(2026, 5, 11), DAY, date(2026, 5, 17)):
        assert [drawing.week_of(day)[at] for at in (0, -1)] == [date(2026, 5, 11), date(2026, 5, 17)]


def test_pieces_cover_the_track_in_order_with_their_windows() -> None:
    day = drawn(plan("week", window("19:00", "22:00", NEWS), window("22:00", "19:00", FILM)))
    assert [(one.unit, one.units, one.begins, one.ends) for one in day.pieces] == [
        (0, 156, "06:00", "19:00"), (156, 36, "19:00", "22:00"), (192, 96, "22:00", "06:00"),
    ]  # fmt: skip
    # A zone that goes over the day's start is cut there.
    assert [one.cut for one in day.pieces] == [False, False, True]
    assert [tick.label for tick in day.ticks][:2] == ["06:00", "08:00"]
    assert (day.ticks[-1].unit, day.ticks[-1].label) == (288, "06:00")


@pytest.mark.parametrize(
    ("day", "units", "note", "width"),
    [
        (date(2026, 3, 28), 276, "23 h, clocks go forward", 276),
        (date(2026, 10, 24), 300, "25 h, clocks go back", 300),
        (DAY, 288, "", 288),
    ],
)
def test_day_of_the_clock_change_is_drawn_as_long_as_it_is(day: date, units: int, note: str, width: int) -> None:
    found = drawn(plan("week", window("00:00", "03:00", NEWS), window("03:00", "24:00", FILM)), day=day)
    assert (found.units, found.note, drawing.width([found])) == (units, note, width)
    assert sum(one.units for one in found.pieces) == units
    labels = [tick.label for tick in found.ticks]
    assert len(set(labels[:-1])) == len(labels) - 1
    assert ("02:00" in labels) == (day.month != 3 or found.pieces[0].begins == "06:00")


def test_half_hour_of_a_clock_change_fits_a_track_too() -> None:
    island = Grid(30, 0, time(6), zone("Australia/Lord_Howe"))
    found = drawn(BASE, day=date(2026, 4, 4), grid=island)
    assert (found.units, drawing.width([found]), found.note) == (294, 294, "24.5 h, clocks go back")


def test_every_stretch_says_why_it_is_whose() -> None:
    christmas = plan("christmas", window("19:00", "22:00", FILM), priority=30, first="2026-05-14", last="2026-05-14")
    usual = plan("usual", window("00:00", "24:00", NEWS), priority=10)
    late = plan("late", window("02:00", "04:00", FILM), priority=10, cron="0 0 * * THU")
    told = {one.begins: one.why for one in drawn(usual, christmas, late).pieces}
    assert told["19:00"] == "christmas wins over usual: priority 30 over 10."
    assert told["02:00"] == "late wins over usual: weekdays or days of the month before every day."
    assert told["06:00"] == "usual is the only one of 3 plans with programs here."
    assert drawn(usual).pieces[0].why == "usual is the only plan that applies on this day."
    assert drawn().pieces[0].why == "No plan applies, so filler airs."
    assert drawn(plan("short", window("06:00", "07:00", NEWS))).pieces[1].why == "No zone covers it, so filler airs."


def test_where_plans_meet_is_told_once_as_far_as_both_want_it() -> None:
    usual = plan("usual", window("12:00", "24:00", NEWS), cron="0 0 * * MON-FRI")
    late = plan("late", window("23:00", "02:00", FILM))
    (one,) = drawing.contests(week(usual, late), LISBON, [usual, late])
    assert (one.days, one.window, one.loser, one.tie) == ("Mon to Fri", "23:00 – 24:00", "late", True)
    above = plan("above", window("12:00", "13:00", FILM), priority=1, first="2026-05-14", last="2026-05-14")
    (other,) = drawing.contests(week(usual, above), LISBON, [usual, above])
    assert (other.days, other.window, other.tie) == ("Thu 14 May", "12:00 – 13:00", False)


def test_gap_is_told_once_with_what_mends_it() -> None:
    usual = plan(
        "usual",
        window("00:00", "24:00", name="Base"),
        window("06:00", "22:00", NEWS, name="Day"),
        cron="0 0 * * MON-FRI",
    )
    festival = plan(
        "festival",
        window("00:00", "24:00", name="Base"),
        window("19:00", "20:00", FILM),
        priority=9,
        first="2026-05-14",
    )
    plans = [usual, festival]
    found = drawing.gaps(week(*plans)[:4])
    assert [(one.code, one.days, one.window, one.length) for one in found] == [
        ("ZONE_EMPTY", "Mon to Thu", "22:00 – 06:00", "8 h")
    ]
    mends = week_views.gap_mends(found[0], "/p", {"usual": 3, "festival": 1})
    zone_id = usual.zones[1].id
    assert [(one.href, one.label) for one in mends] == [
        (f"/p/usual/zones/{zone_id}/move", "Let Day go on until 06:00"),
        ("/p/usual/zones/new?start=22%3A00&end=06%3A00&days=MON&days=TUE&days=WED&days=THU", "Add zone"),
    ]
    assert dict(mends[0].values) == {"start": "06:00", "end": "06:00", "version": 3}


def test_gap_without_any_plan_wants_a_plan_and_an_empty_zone_programs() -> None:
    (bare,) = drawing.gaps([drawn()])
    assert (bare.code, [one.label for one in week_views.gap_mends(bare, "/p", {})]) == ("GAP", ["Add plan"])
    hollow = plan("hollow", window("06:00", "20:00", NEWS), window("20:00", "06:00", name="Late"))
    (empty,) = drawing.gaps([drawn(hollow)])
    (mend,) = week_views.gap_mends(empty, "/p", {"hollow": 1})
    assert (empty.code, mend.href, mend.label) == (
        "ZONE_EMPTY",
        f"/p/hollow/zones/{hollow.zones[1].id}",
        "Choose programs",
    )


def test_what_the_clock_change_does_to_a_zone_leads_to_it() -> None:
    usual = plan("usual", window("00:00", "06:00", NEWS, name="Night", dst="reject"), window("06:00", "24:00", FILM))
    (told,) = drawing.clock_changes([drawn(usual, day=date(2026, 3, 28))], [usual])
    assert (told.code, told.level, told.day, told.zone.name) == ("DST_REJECTED", "error", "Sat 28 Mar", "Night")
    look = week_views.Look("/p", date(2026, 3, 1), may_edit=True)
    notices = week_views.notices([drawn(usual, day=date(2026, 3, 28))], LISBON, [usual], look)
    assert [(one.code, one.tone) for one in notices] == [("GAP", "warn"), ("DST_REJECTED", "bad")]
    assert notices[1].mends[0].href == f"/p/usual/zones/{usual.zones[0].id}"


def test_what_is_over_wants_no_mending() -> None:
    look = week_views.Look("/p", date(2026, 5, 16), may_edit=True, hues=drawing.hues(["base"]))
    own = week_views.week(week(BASE), LISBON, [BASE], look)
    assert [one.head for one in own["notices"]] == ["Sat and Sun, 06:00 – 06:00: 24 h without programmes."]
    assert [band["when"] for band in own["bands"]][4:] == ["past", "today", ""]


def test_only_editors_drag_and_only_what_is_ahead() -> None:
    usual = plan("usual", window("06:00", "24:00", NEWS), id="a1")
    for may_edit, day, movable in ((True, DAY, True), (False, DAY, False), (True, date(2026, 5, 13), False)):
        look = week_views.Look("/p", DAY, may_edit=may_edit, versions={"a1": 4}, hues={"a1": "1"})
        (band,) = week_views.week([drawn(usual, day=day)], LISBON, [usual], look)["bands"]
        assert bool(band["blocks"][0]["zone"]) == movable


def test_zones_of_a_plan_lie_on_their_weekdays_and_wrap_at_the_start_of_the_day() -> None:
    night = window("22:00", "08:00", FILM, name="Night", days=frozenset({"FRI"}))
    found = zone_drawing.weekdays(plan("week", window("00:00", "24:00", name="Base"), night), 360)
    friday = found[4]
    assert [(one.unit, one.units, one.last) for one in friday.windows] == [(0, 24, True), (192, 96, False)]
    assert [(one.start, one.end) for one in friday.holes] == [("08:00", "22:00")]
    assert [(one.start, one.end) for one in found[0].holes] == [("00:00", "24:00")]


def test_zones_that_meet_stand_in_rows_and_days_that_cron_leaves_out_are_empty() -> None:
    one = window("19:00", "21:00", NEWS, first="2026-01-01", last="2026-06-30")
    other = window("20:00", "22:00", FILM, first="2026-07-01", last="2026-12-31")
    found = zone_drawing.weekdays(plan("week", one, other, cron="0 0 * * MON"), 360)
    assert ([window.row for window in found[0].windows], found[0].rows) == ([1, 2], 2)
    assert found[0].windows[0].note == "1 Jan 2026 to 30 Jun 2026"
    assert [(day.idle, len(day.windows)) for day in found[1:3]] == [(True, 0), (True, 0)]


_edges = st.integers(0, DAY_MINUTES // 15 - 1).map(lambda quarter: quarter * 15)


@given(
    st.lists(st.tuples(_edges, _edges).filter(lambda ends: ends[0] != ends[1]), max_size=6),
    st.sampled_from([0, 360, 1425]),
)
def test_windows_and_holes_of_a_day_stay_on_its_track(ends: list[tuple[int, int]], day_start: int) -> None:
    def text(minute: int) -> str:
        return f"{minute // 60:02}:{minute % 60:02}"

    zones = [window(text(start), text(end), NEWS, name=f"z{number}") for number, (start, end) in enumerate(ends)]
    for day in zone_drawing.weekdays(plan("week", *zones), day_start):
        assert day.day in WEEKDAYS
        drawn_units = [*day.windows, *day.holes]
        assert all(0 <= one.unit < one.unit + one.units <= 288 for one in drawn_units)
        covered = {unit for one in drawn_units for unit in range(one.unit, one.unit + one.units)}
        assert covered == set(range(288))
        for row in range(1, day.rows + 1):
            there = sorted((one.unit, one.unit + one.units) for one in day.windows if one.row == row)
            assert all(a[1] <= b[0] for a, b in pairwise(there))
        assert sum(one.last for one in day.windows) == len(zones)
