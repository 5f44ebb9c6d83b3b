"""Whatever plans, libraries, zones and dates: a day is full, on the grid, of what may air, and always the same."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.plans.building import Given, build
from app.plans.matching import Library, unfit_for_air
from app.plans.verifying import verify
from tests.plans.strategies import dates, grids, libraries, plans


@st.composite
def situations(draw):
    grid = draw(grids)
    day = draw(dates)
    start, _ = grid.day(day)
    carried = draw(st.sampled_from([None, start - 60_000, start, start + 90 * 60_000, start + 30 * 3_600_000]))
    return Given("ch", day, grid, draw(plans(grid)), Library(draw(libraries)), {}, {}, carried)


@settings(max_examples=100)
@given(situations())
def test_every_millisecond_is_covered_once_on_the_grid_by_what_may_air(given):
    day = build(given)
    at = day.own_start_ms
    for event in day.events:
        assert event.start_ms == at
        assert 0 < event.duration_ms <= event.span_ms
        at = event.end_ms
    assert at >= day.end_ms
    assert (
        verify(
            day.events, day.start_ms, day.end_ms, grid=given.grid, library=given.library, carried_ms=given.carried_ms
        )
        == []
    )
    for event in day.events:
        for part in event.parts:
            assert unfit_for_air(given.library.by_id[part.asset]) is None
            assert part.at_ms + part.duration_ms <= event.duration_ms


@settings(max_examples=30)
@given(situations())
def test_the_same_gives_the_same(given):
    assert build(given) == build(given)


@settings(max_examples=30)
@given(situations())
def test_only_programs_that_may_run_on_pass_the_end_of_the_day(given):
    day = build(given)
    by_id = {one.id: one for each in given.plans for zone in each.zones for one in zone.programs}
    for event in day.events:
        if event.end_ms > day.end_ms:
            assert by_id[event.program].bleed


@settings(max_examples=30)
@given(situations())
def test_days_follow_one_another_without_a_seam(given):
    day = build(given)
    ends = max([day.own_start_ms, *(event.end_ms for event in day.events)])
    following = Given(
        "ch", given.day + timedelta(days=1), given.grid, given.plans, given.library, day.cursors, {}, ends
    )
    after = build(following)
    assert after.own_start_ms == max(ends, after.start_ms)
    if after.events:
        assert after.events[0].start_ms == after.own_start_ms
