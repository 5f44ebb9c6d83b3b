"""Acts and breaks: where programmes are interrupted, and that no millisecond of a break is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.plans.values import Part
from app.playlog.breaking import SHORTEST_MS, break_points, breaks, split
from tests.plans.values import MIN

POINTS = [
    # length, chapters, type, span, where it is interrupted, in minutes
    ("chapters strictly inside", 22, [0, 7, 15, 22], "EPI", 30, [7, 15]),
    ("half an hour has three acts", 24, [], "EPI", 30, [8, 16]),
    ("an hour has six", 48, [], "SHO", 60, [8, 16, 24, 32, 40]),
    ("what is short is not interrupted", 12, [], "EPI", 15, []),
    ("a movie is not, chapters or none", 80, [20, 40], "MOV", 90, []),
    ("nor is one without", 80, [], "MOV", 90, []),
    ("chapters outside do not count", 22, [0, 22, 30], "EPI", 30, [22 / 3, 44 / 3]),
]


@pytest.mark.parametrize("case", POINTS, ids=[case[0] for case in POINTS])
def test_c16_programmes_are_interrupted_at_chapters_or_between_equal_acts(case):
    _, length, chapters, type, span, expected = case
    part = Part("a", "a", 0, length * MIN)
    found = break_points([part], [[at * MIN for at in chapters]], [type], span * MIN)
    assert found == [pytest.approx(at * MIN, abs=1) for at in expected]


def test_a_package_is_interrupted_between_its_pieces_but_not_at_its_bumpers():
    parts = [
        Part("in", "in", 0, MIN, "intro"),
        Part("a", "a", MIN, 10 * MIN),
        Part("b", "b", 11 * MIN, 10 * MIN),
        Part("out", "out", 21 * MIN, MIN, "outro"),
    ]
    assert break_points(parts, [()] * 4, ["BMP", "EPI", "EPI", "BMP"], 30 * MIN) == [11 * MIN]


BREAKS = [
    (
        "equal shares, what is left over to the earliest",
        [10, 20, 30],
        100_000,
        [(10, 33_334), (20, 33_333), (30, 33_333)],
    ),
    ("no inventory, no breaks", [10, 20], 0, []),
    ("no points: all of it after the chain", [], 90_000, [(1000, 90_000)]),
    ("too little for a break: after the chain", [10, 20], 9_000, [(1000, 9_000)]),
    ("few long breaks rather than many short ones", [10, 20, 30, 40], 40_000, [(20, 20_000), (40, 20_000)]),
]


@pytest.mark.parametrize("case", BREAKS, ids=[case[0] for case in BREAKS])
def test_the_inventory_is_split_over_breaks(case):
    _, points, inventory, expected = case
    assert breaks(points, 1000, inventory) == expected


@given(st.lists(st.integers(1, 999), unique=True).map(sorted), st.integers(-5, 10_000_000))
def test_breaks_sum_up_exactly_and_none_is_needlessly_short(points, inventory):
    found = breaks(points, 1000, inventory)
    assert sum(length for _, length in found) == max(0, inventory)
    assert len({point for point, _ in found}) == len(found)
    assert all(length >= SHORTEST_MS for _, length in found) or len(found) == 1


@given(st.integers(0, 10**9), st.integers(1, 500))
def test_shares_are_equal_within_a_millisecond(total, count):
    shares = split(total, count)
    assert (sum(shares), len(shares)) == (total, count)
    assert shares == sorted(shares, reverse=True)
    assert shares[0] - shares[-1] <= 1
