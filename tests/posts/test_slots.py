"""When a post may go out."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import HOUR_MS, from_ms, to_ms, zone
from app.errors import Invalid
from app.posts.slots import CONFLICT_MS, HORIZON, check_channels, check_time, conflicts
from app.posts.spacing import next_free, probe
from app.posts.weekly import hourly
from tests.clock.strategies import instants, zones

LISBON = zone("Europe/Lisbon")
SLOTS = [
    ("Europe/Lisbon", "14:20", [], "15:00"),
    ("Europe/Lisbon", "14:20", ["15:00"], "16:00"),
    ("Europe/Lisbon", "14:20", ["15:00", "16:00"], "17:00"),
    ("Europe/Lisbon", "14:20", ["16:00"], "15:00"),
    ("Europe/Lisbon", "14:20", ["15:00:59"], "16:00"),
    ("Europe/Lisbon", "14:20", ["14:59:01"], "16:00"),
    ("Europe/Lisbon", "14:20", ["14:59:00", "15:01:00"], "15:00"),
    ("Europe/Lisbon", "14:00", [], "15:00"),
    ("Europe/Lisbon", "14:59:59.999", [], "15:00"),
    ("Europe/Lisbon", "23:10", [], "00:00"),
    ("Asia/Kathmandu", "14:20", [], "15:00"),
    ("Australia/Lord_Howe", "14:20", ["15:00"], "16:00"),
]
CHANGES = [
    ("Europe/Lisbon", "2026-03-29T00:20:00Z", ["02:00", "03:00"]),
    ("Europe/Lisbon", "2026-10-24T23:20:00Z", ["01:00", "01:00", "02:00"]),
    ("Australia/Lord_Howe", "2026-04-04T13:20:00Z", ["01:00", "02:00"]),
    ("Australia/Lord_Howe", "2026-04-04T14:20:00Z", ["02:00", "03:00"]),
    ("Australia/Lord_Howe", "2026-10-03T14:40:00Z", ["03:00", "04:00"]),
]
NEAR = [("10:00:59", "10:01:01"), ("10:00:00", "10:00:59.999"), ("10:00:00", "10:00:00"), ("10:00:30", "09:59:31")]
APART = [("10:00:00", "10:01:00"), ("10:01:00", "10:00:00"), ("10:00:59", "10:01:59")]


def at(text: str, tz: ZoneInfo = LISBON) -> datetime:
    return datetime.fromisoformat(f"2026-05-14T{text}").replace(tzinfo=tz)


def next_free_slot(now: datetime, tz: ZoneInfo, taken_ms: Iterable[int]) -> datetime:
    found = next_free(hourly(tz, now), probe(taken_ms), now + HORIZON)
    assert found
    return found.at


@pytest.mark.parametrize(("name", "now", "taken", "slot"), SLOTS)
def test_next_free_slot_is_the_first_full_hour_that_is_free(name: str, now: str, taken: list[str], slot: str) -> None:
    tz = zone(name)
    found = next_free_slot(at(now, tz), tz, [to_ms(at(one, tz)) for one in taken])
    assert f"{found.astimezone(tz):%H:%M}" == slot
    assert found > at(now, tz)


@pytest.mark.parametrize(("name", "now", "slots"), CHANGES)
def test_slots_stay_full_hours_when_the_clock_changes(name: str, now: str, slots: list[str]) -> None:
    tz, found = zone(name), list[datetime]()
    for _ in slots:
        found.append(next_free_slot(datetime.fromisoformat(now), tz, map(to_ms, found)))
    assert [f"{slot.astimezone(tz):%H:%M}" for slot in found] == slots
    assert found == sorted(set(found))


@pytest.mark.parametrize(("one", "other"), NEAR)
def test_times_less_than_a_minute_apart_conflict(one: str, other: str) -> None:
    assert conflicts(to_ms(at(one)), to_ms(at(other)))
    assert conflicts(to_ms(at(other)), to_ms(at(one)))


@pytest.mark.parametrize(("one", "other"), APART)
def test_times_a_minute_apart_do_not_conflict(one: str, other: str) -> None:
    assert not conflicts(to_ms(at(one)), to_ms(at(other)))


def test_time_that_has_passed_is_refused() -> None:
    now = at("14:20")
    check_time(now, now)
    with pytest.raises(Invalid) as refused:
        check_time(now - timedelta(milliseconds=1), now)
    assert (refused.value.code, set(refused.value.errors)) == ("TIME_PAST", {"scheduled_time"})


def test_time_too_far_ahead_is_refused() -> None:
    now = at("14:20")
    check_time(now + HORIZON, now)
    with pytest.raises(Invalid) as refused:
        check_time(now + HORIZON + timedelta(milliseconds=1), now)
    assert refused.value.code == "TIME_FAR"


@pytest.mark.parametrize(("channels", "code"), [([], "CHANNELS_NONE"), (["a", "b", "a"], "CHANNEL_TWICE")])
def test_no_channel_and_one_channel_twice_are_refused(channels: list[str], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_channels(channels)
    assert refused.value.code == code
    check_channels(["a", "b"])


@given(instants, zones, st.lists(st.integers(-HOUR_MS, 24 * HOUR_MS), max_size=30))
def test_next_free_slot_is_free_and_no_earlier_full_hour_is(now: datetime, tz: ZoneInfo, offsets: list[int]) -> None:
    taken = [to_ms(now) + offset for offset in offsets]
    slot = next_free_slot(now, tz, taken)
    assert now < slot
    assert slot.astimezone(tz).minute == 0
    assert not any(conflicts(to_ms(slot), one) for one in taken)
    earlier = slot - timedelta(minutes=30)
    while earlier > now:
        assert earlier.astimezone(tz).minute != 0 or any(conflicts(to_ms(earlier), one) for one in taken)
        earlier -= timedelta(minutes=30)


@given(st.integers(0, 10**12), st.integers(-3 * CONFLICT_MS, 3 * CONFLICT_MS))
def test_conflict_is_a_matter_of_distance_alone(one_ms: int, apart_ms: int) -> None:
    other_ms = to_ms(from_ms(one_ms + apart_ms))
    assert conflicts(one_ms, other_ms) == conflicts(other_ms, one_ms) == (abs(apart_ms) < 60_000)


def test_slots_are_told_in_utc() -> None:
    assert next_free_slot(at("14:20"), LISBON, []).tzinfo is UTC
