"""Rules of groups and waves, over random groups, zones and the days on which clocks change."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import MINUTE_MS, from_ms, resolve, to_ms, zone
from app.errors import Invalid
from app.posts import wave_lanes, wave_rules
from app.posts.schemas import Wall, When
from app.posts.slots import CONFLICT_MS
from app.posts.states import STATES
from app.posts.wave_rules import Placed
from tests.clock.strategies import ZONES
from tests.planning.strategies import instants, night_walls

START_MS = to_ms(datetime(2026, 5, 14, tzinfo=UTC))
zones = st.sampled_from(ZONES)
days = st.sampled_from([date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1), date(2026, 5, 14)])
steps = st.integers(0, 3 * 24 * 3600)
channels = st.sampled_from("abcd")
# Near one another, so that most of them clash with something.
times = st.integers(0, 20 * MINUTE_MS).map(lambda ms: START_MS + ms)
placed = st.builds(Placed, channels, times, st.sampled_from([None, "x", "y"]), st.uuids().map(str))


@given(instants, st.integers(1, 60), steps)
def test_turns_are_one_step_apart_in_real_time(at: datetime, number: int, step_s: int) -> None:
    found = wave_rules.turns(When(at), number, timedelta(seconds=step_s))
    assert [when.at - at for when in found] == [place * timedelta(seconds=step_s) for place in range(number)]


@given(days, night_walls, zones, st.integers(1, 20), steps)
def test_turns_of_a_wall_clock_tell_what_it_shows_then(
    day: date, wall: time, timezone: str, number: int, step_s: int
) -> None:
    start = When.of_wall(Wall(day, wall, timezone))
    for when in wave_rules.turns(start, number, timedelta(seconds=step_s))[1:]:
        shown = when.at.astimezone(zone(timezone)).replace(tzinfo=None)
        assert when.wall is not None
        if step_s:
            assert datetime.fromisoformat(when.wall) == shown


@given(st.lists(placed, max_size=8), st.lists(placed, max_size=8))
def test_clashes_are_all_pairs_that_are_too_near_or_the_same_video(wanted: list[Placed], taken: list[Placed]) -> None:
    found = Counter((one.wanted, one.other) for one in wave_rules.clashes(wanted, taken))
    pairs = [(one, other) for place, one in enumerate(wanted) for other in [*taken, *wanted[:place]]]
    expected = Counter(
        (one, other)
        for one, other in pairs
        if one.channel == other.channel
        and (abs(one.at_ms - other.at_ms) < CONFLICT_MS or (one.asset is not None and one.asset == other.asset))
    )
    assert found == expected


@given(st.lists(placed, min_size=1, max_size=6), st.lists(placed, max_size=12), st.integers(0, 5 * MINUTE_MS))
def test_free_shift_is_the_first_whole_minute_at_which_nobody_is_near(
    wanted: list[Placed], taken: list[Placed], least_ms: int
) -> None:
    def near(shift_ms: int) -> bool:
        return any(
            one.channel == other.channel and abs(one.at_ms + shift_ms - other.at_ms) < CONFLICT_MS
            for one in wanted
            for other in taken
        )

    found = wave_rules.free_shift(wanted, taken, least_ms, START_MS + 24 * 60 * MINUTE_MS)
    assert found is not None
    assert not near(found)
    assert (found - least_ms) % MINUTE_MS == 0
    assert all(near(shift_ms) for shift_ms in range(least_ms, found, MINUTE_MS))


def test_there_may_be_no_free_shift_before_an_end() -> None:
    taken = [Placed("a", START_MS + n * MINUTE_MS) for n in range(100)]
    assert wave_rules.free_shift([Placed("a", START_MS)], taken, 0, START_MS + 50 * MINUTE_MS) is None


@given(days, night_walls, zones, st.lists(steps, min_size=1, max_size=8), days, night_walls)
def test_moved_group_keeps_its_gaps_on_the_wall_clock(
    day: date, wall: time, timezone: str, gaps: list[int], to_day: date, to_wall: time
) -> None:
    base = datetime.combine(day, wall)
    meant = sorted({base, *(base + timedelta(minutes=gap // 60) for gap in gaps)})
    old = [When.of_wall(Wall(one.date(), one.time(), timezone)) for one in meant]
    first = When.of_wall(Wall(to_day, to_wall, timezone))
    by = datetime.combine(to_day, to_wall) - base
    found = wave_rules.moved(old, first, "Etc/UTC")
    for one, when in zip(meant, found, strict=True):
        target = one + by
        assert when.wall == target.isoformat(timespec="minutes")
        assert when.at == resolve(target.date(), target.time(), zone(timezone)).at
    # What was meant is kept, so that the way back leads to where it began.
    assert wave_rules.moved(found, old[0], "Etc/UTC") == [
        When.of_wall(Wall(one.date(), one.time(), timezone)) for one in meant
    ]


@given(instants, st.lists(steps, min_size=1, max_size=6), zones, instants)
def test_moved_instants_keep_their_first_to_the_millisecond_and_stay_together(
    at: datetime, gaps: list[int], timezone: str, to: datetime
) -> None:
    old = [When(at), When(at), *(When(at + timedelta(seconds=gap)) for gap in gaps)]
    found = wave_rules.moved(old, When(to), timezone)
    assert found[0].at == found[1].at == to


@given(instants, st.lists(steps, min_size=1, max_size=8), zones, st.integers(0, 10**9))
def test_shifted_rest_keeps_its_gaps_to_the_millisecond(
    at: datetime, gaps: list[int], timezone: str, by_ms: int
) -> None:
    old = [When(at + timedelta(seconds=gap), None, timezone) for gap in gaps]
    assert {new.at - one.at for one, new in zip(old, wave_rules.shifted(old, by_ms), strict=True)} == {
        timedelta(milliseconds=by_ms)
    }


@given(st.integers(0, 12), st.lists(times, max_size=10))
def test_what_goes_out_late_fits_into_the_gaps_of_its_channel(number: int, taken_ms: list[int]) -> None:
    found = [to_ms(at) for at in wave_rules.in_gaps(number, taken_ms, START_MS)]
    assert len(found) == number
    assert found == sorted(found)
    for place, ms in enumerate(found):
        assert ms >= START_MS
        assert all(abs(ms - other) >= CONFLICT_MS for other in [*taken_ms, *found[:place]])


@given(st.permutations("abcde"))
def test_in_another_order_the_times_are_the_same(order: list[str]) -> None:
    whens = [When(from_ms(START_MS + place)) for place in range(5)]
    found = wave_rules.reordered(whens, "abcde", order)
    assert [found[target] for target in order] == whens


@pytest.mark.parametrize("order", ["", "abcd", "abcdd", "abcdf", "abcdef"])
def test_order_names_each_target_once(order: str) -> None:
    with pytest.raises(Invalid):
        wave_rules.reordered([When(from_ms(place)) for place in range(5)], list("abcde"), list(order))


@given(st.lists(st.sampled_from(STATES)))
def test_progress_counts_each_target_once(states: list[str]) -> None:
    found = wave_rules.progress(states)  # type: ignore[arg-type]
    assert found.total + found.cancelled == len(states)
    assert found.over <= found.total


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ([], "empty"),
        (["cancelled"], "cancelled"),
        (["scheduled", "published", "cancelled"], "1 of 2 posted"),
        (["failed", "missed", "unconfirmed"], "0 of 3 posted, 2 failed, 1 unknown"),
    ],
)
def test_outcome_in_words(states: list[str], words: str) -> None:
    assert wave_rules.outcome(wave_rules.progress(states)) == words  # type: ignore[arg-type]


@given(st.lists(instants, min_size=1, max_size=12), zones)
def test_every_pin_and_line_lies_in_the_picture(ats: list[datetime], timezone: str) -> None:
    times_ms = sorted(to_ms(at) for at in ats)
    over = wave_lanes.scale(times_ms)
    assert all(0 < over.x(ms) < 100 for ms in times_ms)
    found = [float(tick.x.removesuffix("%")) for tick in wave_lanes.ticks(over, zone(timezone))]
    assert all(0 <= x <= 100 for x in found)
    assert len(found) <= 9
    assert found == sorted(set(found))
