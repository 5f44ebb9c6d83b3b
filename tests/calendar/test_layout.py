"""Pins that do not cover each other, clashes that are all found, and times that mend them."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from app.calendar import layout
from app.calendar.items import Item
from app.clock import MINUTE_MS

starts = st.lists(st.integers(0, 299), max_size=40).map(sorted)


def item(start_ms: int, takes_ms: int = MINUTE_MS, name: str = "") -> Item:
    return Item(
        "post", name or str(start_ms), "c", "Title", start_ms, None, takes_ms, "pending", "scheduled", "Pending",
        "clock", "", 1, True,
    )  # fmt: skip


@given(starts, st.integers(1, 40))
def test_pins_of_a_row_do_not_cover_each_other(at: list[int], length: int) -> None:
    rows, count = layout.stagger(at, length, most=100)
    for row in range(1, count + 1):
        own = [start for start, of in zip(at, rows, strict=True) if of == row]
        assert all(following - one >= length for one, following in itertools.pairwise(own))


@given(starts, st.integers(1, 40))
def test_no_more_rows_than_pins_stand_at_one_place(at: list[int], length: int) -> None:
    _, count = layout.stagger(at, length, most=100)
    deepest = max((sum(start <= place < start + length for start in at) for place in at), default=1)
    assert count == max(1, deepest)


@given(starts, st.integers(1, 40), st.integers(1, 4))
def test_rows_end_somewhere(at: list[int], length: int, most: int) -> None:
    rows, count = layout.stagger(at, length, most)
    assert count <= most
    assert all(1 <= row <= count for row in rows)


@given(starts, st.sampled_from((204, 288, 300)))
def test_pins_of_a_lane_stay_on_its_track_and_cover_no_other(at: list[int], width: int) -> None:
    at = [start for start in at if start < width]
    found = layout.rows(at, width)
    length = layout.SMALL_UNITS if found.small else layout.PIN_UNITS
    lefts = [start - length if flips else start for start, flips in zip(at, found.flipped, strict=True)]
    assert all(0 <= left <= width - length for left in lefts)
    if found.count < layout.ROWS_MOST:
        for row in range(1, found.count + 1):
            own = sorted(left for left, of in zip(lefts, found.of, strict=True) if of == row)
            assert all(following - one >= length for one, following in itertools.pairwise(own))


@given(starts)
def test_crowded_lane_has_small_pins(at: list[int]) -> None:
    found = layout.rows(at, 300)
    assert found.small or found.count <= layout.CROWDED_ROWS


@given(st.lists(st.integers(0, 600), max_size=12, unique=True).map(sorted))
def test_times_less_than_a_minute_apart_clash_and_others_do_not(seconds: list[int]) -> None:
    items = [item(second * 1000) for second in seconds]
    named = {clash.other.key for clash in layout.clashes(items)}
    assert named == {other.key for one, other in itertools.pairwise(items) if other.start_ms - one.start_ms < MINUTE_MS}


def test_clash_spans_what_both_need() -> None:
    (clash,) = layout.clashes([item(0), item(45_000)])
    assert (clash.from_ms, clash.to_ms) == (45_000, 60_000)


def test_what_failed_or_is_over_clashes_with_nothing() -> None:
    assert list(layout.clashes([item(0), item(1000, takes_ms=0), item(60_000)])) == []


@given(st.lists(st.integers(0, 1200), max_size=12, unique=True), st.integers(0, 1200))
def test_mended_time_is_the_first_whole_minute_that_is_free(seconds: list[int], after: int) -> None:
    own, others = item(10**9, name="own"), [item(second * 1000) for second in seconds]
    at = layout.free_from([own, *others], own, after * 1000)

    def free(ms: int) -> bool:
        return all(abs(other.start_ms - ms) >= MINUTE_MS for other in others)

    assert at % MINUTE_MS == 0
    assert at >= after * 1000
    assert free(at)
    first = -(-after * 1000 // MINUTE_MS) * MINUTE_MS
    assert not any(free(ms) for ms in range(first, at, MINUTE_MS))
