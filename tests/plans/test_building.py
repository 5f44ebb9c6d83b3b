"""Days as they are built: the golden cases, what runs on, what is empty, and cursors (C-GRID, C-ZONE, C-LF, C-BD)."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest

from app.clock import zone
from app.plans.building import changed_cursors
from app.plans.specs import PackageSpec, SeriesSpec
from app.plans.values import Grid, Program
from tests.plans.values import (
    DAY,
    LISBON,
    MIN,
    asset,
    built,
    clock,
    codes,
    episodes,
    fixed,
    local,
    plan,
    rule,
    series,
    told,
    window,
)  # fmt: skip

FILL = asset("a", 30)


def whole(*programs, **fields):
    return plan("whole", window("00:00", "24:00", *programs), **fields)


def test_c_grid_01_programmes_begin_on_the_grid():
    day = built([whole(fixed("a"))], [asset("a", 22)])
    assert len(day.events) == 48
    assert {clock(one.start_ms)[3:] for one in day.events} == {"00", "30"}
    assert {(one.span_ms, one.duration_ms) for one in day.events} == {(30 * MIN, 22 * MIN)}


def test_c_zone_01_items_take_turns_until_the_window_is_full():
    day = built(
        [plan("p", window("19:00", "22:00", series("cheers"), series("bbt")))],
        episodes("cheers", 9) + episodes("bbt", 9),
    )
    assert told(day)[1:-1] == [
        ("19:00", "cheers-1"), ("19:30", "bbt-1"), ("20:00", "cheers-2"), ("20:30", "bbt-2"), ("21:00", "cheers-3"),
        ("21:30", "bbt-3"),
    ]  # fmt: skip


def test_c_zone_02_a_window_that_is_not_full_ends_at_its_end_and_content_is_not_stretched():
    day = built(
        [plan("p", window("19:00", "22:00", fixed("film")), window("22:00", "23:00", fixed("a")))],
        [asset("film", 100), FILL],
    )
    assert told(day)[1:5] == [("19:00", "film"), ("21:00", "filler"), ("22:00", "a"), ("22:30", "a")]


def test_c_zone_03_an_item_that_does_not_fit_leaves_room_for_one_that_does():
    day = built([plan("p", window("19:00", "21:30", fixed("film"), fixed("a")))], [asset("film", 100), FILL])
    assert told(day)[1:-1] == [("19:00", "film"), ("21:00", "a")]


def test_c_lf_01_a_film_runs_on_and_the_next_zone_begins_softly():
    zones = window("19:00", "20:00", fixed("film", bleed=True)), window("20:00", "22:00", fixed("a"))
    day = built([plan("p", *zones)], [asset("film", 135), FILL])
    assert told(day)[1:-1] == [("19:00", "film"), ("21:30", "a")]
    assert next(one for one in day.events if one.asset == "film").span_ms == 150 * MIN


def test_a_zone_that_is_run_over_is_told():
    zones = window("19:00", "20:00", fixed("film", bleed=True)), window("20:00", "21:00", fixed("a"))
    day = built([plan("p", *zones)], [asset("film", 135), FILL])
    assert told(day)[1:] == [("19:00", "film"), ("21:30", "filler")]
    assert "ZONE_OVERRUN" in codes(day)


@pytest.mark.parametrize(
    ("start", "length", "first"),
    [("04:00", 165, "07:00"), ("05:00", 80, "06:30"), ("05:00", 120, "07:00"), ("05:00", 60, "06:00")],
)
def test_c_bd_01_a_film_over_the_start_of_the_day_belongs_to_the_day_before(start, length, first):
    zones = window(start, "06:00", fixed("film", bleed=True)), window("06:00", start, fixed("a"))
    plans, assets = [plan("p", *zones)], [asset("film", length), FILL]
    yesterday = built(plans, assets)
    last = yesterday.events[-1]
    assert (last.asset, clock(last.start_ms), clock(last.end_ms)) == ("film", start, first)
    today = built(plans, assets, DAY + timedelta(days=1), carried_ms=last.end_ms)
    assert today.own_start_ms == last.end_ms == today.events[0].start_ms
    assert (clock(today.events[0].start_ms), today.events[0].asset) == (first, "a")


def test_a_hole_that_a_film_runs_over_is_not_told():
    zones = window("00:00", "19:00", fixed("a")), window("19:00", "20:00", fixed("film", bleed=True))
    later = window("21:30", "24:00", fixed("a"))
    assert codes(built([plan("p", *zones, later)], [asset("film", 135), FILL])) == []
    assert codes(built([plan("p", *zones, later)], [asset("film", 80), FILL])) == ["GAP"]


def test_blocks_that_are_asked_for_grow_with_the_film():
    day = built([plan("p", window("19:00", "23:00", fixed("film", slots=4)))], [asset("film", 150)])
    assert [one.span_ms // (30 * MIN) for one in day.events if one.asset] == [5]
    day = built([plan("p", window("19:00", "23:00", fixed("film", slots=4)))], [asset("film", 20)])
    assert [one.span_ms // (30 * MIN) for one in day.events if one.asset] == [4, 4]


def test_christmas_takes_its_hours_out_of_the_weekday():
    weekday = plan("weekday", window("00:00", "24:00", fixed("a")), priority=10)
    christmas = plan("christmas", window("19:00", "22:00", fixed("b")), priority=30, cron="0 0 25 12 *")
    day = built([weekday, christmas], [FILL, asset("b", 30)], date(2026, 12, 25))
    assert {clock(one.start_ms) for one in day.events if one.asset == "b"} == {
        "19:00", "19:30", "20:00", "20:30", "21:00", "21:30",
    }  # fmt: skip
    assert [one.plan.name for one in day.stretches] == ["weekday", "christmas", "weekday"]


def test_no_plan_gives_a_full_day_of_filler_with_a_warning():
    day = built([], [])
    assert [(one.kind, one.start_ms, one.end_ms) for one in day.events] == [("filler", *LISBON.day(DAY))]
    assert codes(day) == ["GAP"]


def test_a_rule_that_matches_nothing_is_an_error_once_a_zone_and_the_day_is_full():
    day = built([whole(rule(types=("MOV",), tags=("noir",)))], [FILL])
    assert [(one.code, one.level) for one in day.findings] == [("RULE_EMPTY", "error")]
    assert "noir" in day.findings[0].detail
    assert [one.kind for one in day.events] == ["filler"]


def test_what_is_not_ready_not_approved_or_of_unknown_length_never_airs():
    bad = [
        replace(FILL, id="new", state="enriching"), replace(FILL, id="no", approved=False),
        replace(FILL, id="long", duration_ms=None), replace(FILL, id="none", duration_ms=0),
    ]  # fmt: skip
    day = built([whole(rule(rest_hours=0))], [*bad, FILL])
    assert {one.asset for one in day.events} == {"a"}


def test_a_series_goes_on_the_next_day_and_begins_again_after_its_end():
    plans, assets = [plan("p", window("19:00", "21:00", series("s")))], episodes("s", 5)
    cursors, aired = {}, []
    for number in range(3):
        day = built(plans, assets, DAY + timedelta(days=number), cursors=cursors)
        aired += [one.asset for one in day.events if one.asset]
        cursors = day.cursors
    assert aired == [f"s-{1 + n % 5}" for n in range(12)]


def test_a_series_keeps_its_place_when_episodes_come_and_go():
    plans, assets = [plan("p", window("19:00", "20:00", series("s")))], episodes("s", 6)
    cursors = built(plans, assets).cursors
    without_second = [one for one in assets if one.episode != 2]
    assert [one.asset for one in built(plans, without_second, cursors=cursors).events if one.asset] == ["s-3", "s-4"]


def test_the_same_film_over_three_blocks_moves_its_cursor_once():
    day = built([plan("p", window("19:00", "22:00", series("s")))], episodes("s", 3, length_min=80))
    assert [one.asset for one in day.events if one.asset] == ["s-1", "s-2"]


def test_the_same_gives_the_same_and_a_foreign_program_changes_nothing():
    assets = [asset(f"m{n}", 25, type="MOV") for n in range(20)] + [FILL]
    morning = window("08:00", "12:00", rule("films", types=("MOV",)))
    day, again = built([plan("p", morning)], assets), built([plan("p", morning)], list(reversed(assets)))
    assert day == again
    other = built([plan("p", morning, window("20:00", "21:00", fixed("a")))], assets)
    picks = [one.asset for one in day.events if one.asset]
    assert [one.asset for one in other.events if one.asset and one.asset != "a"] == picks
    assert len(set(picks)) == 8  # nothing again within the rest
    assert [
        one.asset for one in built([plan("p", morning)], assets, DAY + timedelta(days=1)).events if one.asset
    ] != picks


def test_lineage_tells_where_each_pick_comes_from():
    day = built([plan("p", window("19:00", "20:00", series("s"), name="Prime"))], episodes("s", 3))
    first = next(one for one in day.events if one.asset)
    assert first.lineage["plan"] == {"id": "p", "name": "p"}
    assert first.lineage["zone"]["name"] == "Prime"
    assert first.lineage["program"] == {"id": "p-s", "name": "s", "kind": "series", "position": 0}
    assert first.lineage["why"] == {"by": "sequential", "of": 3, "wrapped": False}


@pytest.mark.parametrize(("day", "count"), [(date(2026, 3, 28), 46), (date(2026, 10, 24), 50)])
def test_no_block_is_lost_or_doubled_when_the_clocks_change(day, count):
    found = built([whole(fixed("a"))], [FILL], day)
    assert len(found.events) == len({one.start_ms for one in found.events}) == count
    assert sum(one.span_ms for one in found.events) == count * 30 * MIN


def test_yesterday_may_run_over_a_whole_day():
    _, end = LISBON.day(DAY)
    day = built([whole(fixed("a"))], [FILL], carried_ms=end + 90 * MIN)
    assert (day.events, day.own_start_ms) == ((), end + 90 * MIN)


def test_package_airs_as_one_programme_with_its_parts_in_a_row():
    spec = PackageSpec((SeriesSpec("s"),), intro=("in",), outro=("out",))
    package = Program("p", "Double", spec)
    assets = [*episodes("s", 3, 20), asset("in", 1), asset("out", 0.5)]
    day = built([plan("p", window("19:00", "20:00", package))], assets)
    first = next(one for one in day.events if one.parts)
    assert [(part.asset, part.role, part.at_ms) for part in first.parts] == [
        ("in", "intro", 0), ("s-1", "content", MIN), ("out", "outro", 21 * MIN),
    ]  # fmt: skip
    assert (first.duration_ms, first.span_ms, first.title) == (round(21.5 * MIN), 30 * MIN, "s-1")


def test_blocks_of_an_offset_grid_and_their_day():
    grid = Grid(60, 15, time(5, 15), zone("Asia/Kathmandu"))
    day = built([whole(fixed("a"))], [FILL], grid=grid)
    assert {local(one.start_ms, grid).minute for one in day.events if one.kind == "program"} == {15}


def test_only_what_a_day_moved_counts_as_changed():
    assert changed_cursors({("a", 0): "1", ("b", 0): "2"}, {("a", 0): "1", ("b", 0): "3", ("c", 0): "4"}) == {
        ("b", 0): "3", ("c", 0): "4",
    }  # fmt: skip


def test_a_marathon_repeats_no_film_until_all_were_shown():
    films = [asset(f"m{n}", 25, type="MOV") for n in range(30)]
    picks = [one.asset for one in built([whole(rule(types=("MOV",)))], films).events]
    assert (len(picks), len(set(picks[:30]))) == (48, 30)
    assert all(one != other for one, other in pairwise(picks))
