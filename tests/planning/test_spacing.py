"""The next free slot, and several at a distance."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.clock import HOUR_MS, MINUTE_MS, from_ms, to_ms, zone
from app.errors import Invalid
from app.posts.slots import conflicts
from app.posts.spacing import jointly, next_free, probe, spaced, steps
from app.posts.weekly import Slot, Timetable, candidates, hourly, parse_slots
from tests.planning.strategies import instants, timetables

LISBON = zone("Europe/Lisbon")
NOW = datetime(2026, 5, 14, 14, 20, tzinfo=LISBON)
FAR = NOW + timedelta(days=730)
HOUR = timedelta(hours=1)
# from 14:20: taken, spacing in hours, the slots of three videos
SPACED = [
    ([], 1, ["15:00", "16:00", "17:00"]),
    ([], 2, ["15:00", "17:00", "19:00"]),
    (["15:00"], 1, ["16:00", "17:00", "18:00"]),
    (["16:00"], 1, ["15:00", "17:00", "18:00"]),
    (["16:00", "17:00"], 2, ["15:00", "18:00", "20:00"]),
    (["15:59:01"], 1, ["15:00", "17:00", "18:00"]),
    (["15:59:00", "16:01:00"], 1, ["15:00", "16:00", "17:00"]),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-05-14T{text}").replace(tzinfo=LISBON)


def ms(*times: str) -> list[int]:
    return [to_ms(at(text)) for text in times]


def shown(slots: Sequence[Slot | None]) -> list[str]:
    return [f"{slot.at.astimezone(LISBON):%H:%M}" for slot in slots if slot]


def test_next_free_slot_of_each_platform_and_of_both() -> None:
    youtube, tiktok = probe(ms("15:00")), probe([])
    found = [next_free(hourly(LISBON, NOW), free, FAR) for free in (youtube, tiktok, jointly([youtube, tiktok]))]
    assert shown(found) == ["16:00", "15:00", "16:00"]


def test_slot_that_is_free_on_one_channel_only_is_not_taken_for_both() -> None:
    one, other = probe(ms("15:00", "17:00")), probe(ms("16:00"))
    assert shown([next_free(hourly(LISBON, NOW), jointly([one, other]), FAR)]) == ["18:00"]


def test_channels_that_have_nothing_are_free() -> None:
    assert jointly([])(5) == 5
    assert shown([next_free(hourly(LISBON, NOW), jointly([]), FAR)]) == ["15:00"]


def test_taken_weekly_slot_leads_to_the_next_week() -> None:
    monday = Timetable(parse_slots("Mon 18:00"), LISBON)
    taken = probe([to_ms(datetime(2026, 5, 18, 18, tzinfo=LISBON))])
    found = next_free(candidates([monday], LISBON, NOW), taken, FAR)
    assert found
    assert found.when.wall == "2026-05-25T18:00"


def test_none_is_found_beyond_the_last_instant() -> None:
    taken = probe(ms("15:00"))
    assert next_free(hourly(LISBON, NOW), taken, at("15:59:59")) is None
    assert shown([next_free(hourly(LISBON, NOW), taken, at("16:00"))]) == ["16:00"]


@pytest.mark.parametrize(("taken", "hours", "expected"), SPACED)
def test_several_videos_are_spaced_over_the_hours(taken: list[str], hours: int, expected: list[str]) -> None:
    assert shown(spaced(3, hourly(LISBON, NOW), hours * HOUR, probe(ms(*taken)), FAR)) == expected


def test_videos_from_a_chosen_time_keep_its_minute() -> None:
    found = spaced(3, steps(at("14:45"), 2 * HOUR), 2 * HOUR, probe(ms("16:45")), FAR)
    assert shown(found) == ["14:45", "18:45", "20:45"]


def test_spacing_under_a_minute_between_chosen_times_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        steps(NOW, timedelta(seconds=59))
    assert refused.value.code == "SPACING_SHORT"


def test_too_few_free_slots_are_refused_as_a_whole() -> None:
    with pytest.raises(Invalid, match="Only 2 of 3 posts") as refused:
        spaced(3, hourly(LISBON, NOW), HOUR, probe([]), at("16:30"))
    assert (refused.value.code, set(refused.value.errors)) == ("SLOTS_FEW", {"scheduled_time"})


@pytest.mark.parametrize(
    ("taken", "asked", "free"),
    [([], 7, 7), ([100], 100, 110), ([100], 91, 110), ([100], 90, 90), ([100], 110, 110), ([100, 112, 125], 95, 135),
     ([100, 130], 95, 110), ([100, 100, 109], 100, 119)],
)  # fmt: skip
def test_probe_tells_the_first_that_may_be_free(taken: list[int], asked: int, free: int) -> None:
    assert probe(taken, 10)(asked) == free


@given(st.lists(st.integers(0, 30), max_size=12), st.integers(0, 40), st.integers(1, 5))
def test_probe_names_the_earliest_free_instant(taken: list[int], asked: int, gap: int) -> None:
    expected = next(at_ms for at_ms in range(asked, 400) if all(abs(at_ms - other) >= gap for other in taken))
    assert probe(taken, gap)(asked) == expected


@settings(deadline=None)
@given(instants, st.lists(timetables, max_size=3), st.lists(st.integers(0, 200), max_size=30))
def test_next_free_is_the_first_candidate_that_conflicts_with_nothing(
    now: datetime, several: list[Timetable], numbers: list[int]
) -> None:
    slots = list(islice(candidates(several, LISBON, now), 60))
    taken = [to_ms(slots[number % 60].at) + number * 700 for number in numbers]
    free = [slot for slot in slots if not any(conflicts(to_ms(slot.at), other) for other in taken)]
    assert next_free(iter(slots), probe(taken), slots[-1].at) == (free[0] if free else None)


@settings(deadline=None)
@given(
    instants, st.lists(timetables, max_size=3), st.lists(st.integers(0, 14 * 24), max_size=20), st.integers(1, 4),
    st.integers(1, 30),
)  # fmt: skip
def test_spaced_slots_are_free_apart_and_as_early_as_can_be(
    now: datetime, several: list[Timetable], hours: list[int], number: int, spacing_h: int
) -> None:
    taken = [to_ms(now) // HOUR_MS * HOUR_MS + hour * HOUR_MS for hour in hours]
    spacing, until = spacing_h * HOUR, now + timedelta(days=730)
    found = spaced(number, candidates(several, LISBON, now), spacing, probe(taken), until)
    assert len(found) == number
    assert all(other.at - one.at >= spacing for one, other in pairwise(found))
    passed = list(takewhile(lambda one: one.at < found[-1].at, candidates(several, LISBON, now)))
    earliest = now
    for slot in found:
        assert not any(conflicts(to_ms(slot.at), other) for other in taken)
        for one in passed:
            if earliest <= one.at < slot.at:
                assert any(conflicts(to_ms(one.at), other) for other in taken)
        earliest = slot.at + spacing


def test_next_free_slot_after_a_million_targets_is_found_at_once() -> None:
    begin = to_ms(NOW) // HOUR_MS * HOUR_MS
    taken = probe(range(begin, begin + 1_000_000 * MINUTE_MS, MINUTE_MS))
    started = time.process_time()
    found = next_free(hourly(LISBON, NOW), taken, FAR)
    assert time.process_time() - started < 2
    assert found
    assert found.at == from_ms(begin).astimezone(UTC) + timedelta(minutes=1_000_000 + 20)
