"""From an entry to playlog events: chain, breaks, joining late, hour clocks, and the ladder where media is missing."""

from dataclasses import replace

import pytest

from app.plans.layering import Entry
from app.plans.specs import PackageSpec, RuleSpec
from app.plans.values import Event, Part, Program
from app.playlog.expanding import Expanded, expand
from tests.plans.values import MIN, asset, episodes, fixed, rule
from tests.playlog.values import START, adverts, airings, booked, covers, entry, programme, shelf, spots, told

ASSETS = [
    asset("in", 0.5, type="BMP"), asset("out", 0.5, type="BMP"), asset("news", 10, type="NEW"),
    asset("film", 80, type="MOV"), asset("waves", 1, type="FIL"), *episodes("show", 4, 22),
]  # fmt: skip


def expanded(one: Entry, with_spots=(), programs=(), **fields) -> Expanded:
    on = shelf([*ASSETS, *with_spots], programs, **{"filler_asset": "waves", **fields})
    made = expand(one, on, spots(with_spots), airings())
    assert covers(made.lines, one.start_ms, one.end_ms)
    return made


def test_c16_a_package_has_its_bumpers_around_it_and_breaks_filled_exactly():
    event = programme(
        [("in", MIN // 2), ("show-1", 22 * MIN), ("out", MIN // 2)], 30, roles=("intro", "content", "outro")
    )
    made = expanded(entry(event), adverts(40), chapters={"show-1": (0, 7 * MIN, 15 * MIN, 22 * MIN)})
    kinds = [(one.kind, one.asset) for one in made.lines if one.kind in ("bumper", "program")]
    assert kinds == [("bumper", "in"), *[("program", "show-1")] * 3, ("bumper", "out")]
    acts = [(one.in_ms, one.out_ms) for one in made.lines if one.kind == "program"]
    assert acts == [(0, 7 * MIN), (7 * MIN, 15 * MIN), (15 * MIN, 22 * MIN)]
    assert [sum(one.length_ms for one in made.lines if one.break_no == n) for n in (1, 2)] == [3.5 * MIN] * 2
    assert made.lines[-1].asset == "out"


def test_zero_inventory_has_no_breaks_and_zero_breaks_keep_the_time():
    assert told(expanded(entry(programme([("film", 80 * MIN)], 80))).lines) == [("program", "film", 80 * 60)]
    made = expanded(entry(programme([("film", 80 * MIN)], 90)), adverts(9, type="PSA")).lines
    assert made[0].length_ms == 80 * MIN
    assert {one.break_no for one in made[1:]} == {1}
    assert sum(one.kind == "spot" for one in made) == 9


def test_a_movie_has_no_commercials():
    made = expanded(entry(programme([("film", 80 * MIN)], 90)), adverts(9)).lines
    assert {one.kind for one in made} == {"program", "filler"}


def test_joined_late_a_programme_goes_on_where_it_would_be_by_then():
    event = programme([("film", 80 * MIN)], 90)
    late = replace(entry(event), start_ms=START + 30 * MIN, into_ms=30 * MIN)
    line = expanded(late).lines[0]
    assert (line.in_ms, line.out_ms, line.hard) == (30 * MIN, 80 * MIN, False)


def test_what_is_left_of_a_break_is_filled_anew_so_that_no_spot_is_cut():
    event = programme([("show-1", 22 * MIN)], 30)
    whole = expanded(entry(event), adverts(30)).lines
    breaks = [one for one in whole if one.break_no == 1]
    cut = breaks[0].start_ms + 10_000
    made = expanded(replace(entry(event), start_ms=cut, into_ms=cut - START), adverts(30)).lines
    assert made[0].start_ms == cut
    assert all(one.length_ms == 30_000 for one in made if one.kind == "spot")


def test_a_booking_is_hard_and_what_is_left_of_it_is_filler():
    made = expanded(booked("b", START, 12)).lines
    assert (made[0].kind, made[0].hard, made[0].booking, made[0].length_ms) == ("program", True, "b", 10 * MIN)
    assert {one.kind for one in made[1:]} == {"filler"}


def test_elements_of_a_clock_stay_where_they_are_and_silence_is_filled_in_place():
    parts = (Part("in", "in", 0, MIN // 2, "IDS", True), Part("news", "news", 5 * MIN, 10 * MIN, "NEW", True))
    event = Event(START, 30 * MIN, 30 * MIN, "program", "Hour", "p", None, parts, {"program": {"kind": "clock"}})
    made = expanded(entry(event)).lines
    assert [(one.asset, one.start_ms - START, one.hard) for one in made if one.kind != "filler"] == [
        ("in", 0, True), ("news", 5 * MIN, True),
    ]  # fmt: skip


LADDER = [
    ("another of the same program", [rule("all", types=("EPI",))], "waves", "alternative", ("program", "show-2")),
    ("the channel's filler", [fixed("show-1")], "waves", "filler", ("filler", "waves")),
    ("the slate", [fixed("show-1")], None, "slate", ("pad", None)),
]


@pytest.mark.parametrize("case", LADDER, ids=[case[0] for case in LADDER])
def test_c41_missing_media_is_replaced_step_by_step_and_told(case):
    _, programs, filler, step, airs = case
    event = replace(programme([("show-1", 22 * MIN)], 22), program=programs[0].id)
    made = expanded(entry(event), programs=programs, missing=frozenset({"show-1"}), filler_asset=filler)
    first = made.lines[0]
    assert (first.kind, first.asset, first.fallback, first.instead_of) == (*airs, step, "show-1")
    assert [(one.step, one.asset) for one in made.fallen] == [(step, "show-1")]


def test_c41_in_a_package_another_of_the_same_source_airs():
    program = Program("p", "p", PackageSpec((RuleSpec(types=("NEW",)), RuleSpec(types=("EPI",))), "block"))
    event = programme([("news", 10 * MIN), ("show-4", 22 * MIN)], 35)
    made = expanded(entry(event), programs=[program], missing=frozenset({"show-4"}))
    assert [one.asset for one in made.lines if one.kind == "program"] == ["news", "show-1"]


def test_without_filler_a_chain_goes_on_without_what_is_missing():
    event = programme([("in", MIN), ("show-1", 22 * MIN)], 30, roles=("intro", "content"))
    made = expanded(entry(event), missing=frozenset({"in"}), filler_asset=None)
    assert made.lines[0].asset == "show-1"
    assert [one.step for one in made.fallen] == ["skipped"]


def test_what_may_not_air_any_more_is_missing_too_and_so_may_be_the_filler():
    event = programme([("gone", 10 * MIN)], 15)
    made = expanded(entry(event), missing=frozenset({"waves"}))
    assert told(made.lines) == [("pad", None, 600), ("pad", None, 300)]
