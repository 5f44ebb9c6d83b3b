"""Weekly posting slots: how they are written, and when they come up."""

from datetime import UTC, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.clock import resolve, zone
from app.errors import Invalid
from app.posts.schemas import When
from app.posts.weekly import (
    SLOTS_MOST,
    Slot,
    Timetable,
    WeeklySlot,
    candidates,
    format_slots,
    hourly,
    parse_slots,
    upcoming,
)
from tests.clock.strategies import zones
from tests.planning.strategies import instants, timetables, weekly_slots

LISBON = zone("Europe/Lisbon")
WRITTEN = [
    ("", ""),
    ("Mon 18:00", "Mon 18:00"),
    ("Thu 09:30, Mon 18:00", "Mon 18:00, Thu 09:30"),
    ("monday 9:05;SUN 00:00\nTues 23:59", "Mon 09:05, Tue 23:59, Sun 00:00"),
    ("Mon 18:00, Mon 18:00,,", "Mon 18:00"),
    ("Sat  07:00", "Sat 07:00"),
]
BAD = [
    "18:00",
    "Mon",
    "Mon 24:00",
    "Mon 18:60",
    "Mon 18",
    "Mo 18:00",
    "Mandag 18:00",
    "Mon 18:00 Tue 19:00",
    "Mon ١٨:٠٠",
]
NOW = "2026-05-14T13:37:12+00:00"  # a Thursday, 14:37 in Lisbon
UPCOMING = [
    ("Europe/Lisbon", "Mon 18:00, Thu 09:30", NOW, ["2026-05-18T17:00", "2026-05-21T08:30", "2026-05-25T17:00"]),
    ("Europe/Lisbon", "Thu 14:37", NOW, ["2026-05-21T13:37", "2026-05-28T13:37"]),
    ("Europe/Lisbon", "Thu 14:38", NOW, ["2026-05-14T13:38", "2026-05-21T13:38"]),
    ("Asia/Kathmandu", "Thu 20:00", NOW, ["2026-05-14T14:15"]),
    # Across both changes the wall clock stays.
    ("Europe/Lisbon", "Sat 18:00", "2026-03-27T00:00+00:00", ["2026-03-28T18:00", "2026-04-04T17:00"]),
    ("America/New_York", "Sun 18:00", "2026-10-30T00:00+00:00", ["2026-11-01T23:00", "2026-11-08T23:00"]),
]
CHANGES = [
    # zone, slots, from, the first ones as instant and mark
    ("Europe/Lisbon", "Sun 01:15", "2026-03-28T12:00Z", ["2026-03-29T01:00 moved", "2026-04-05T00:15"]),
    ("Europe/Lisbon", "Sun 01:15, Sun 01:45", "2026-03-28T12:00Z", ["2026-03-29T01:00 moved", "2026-04-05T00:15"]),
    ("Europe/Lisbon", "Sun 01:15, Sun 02:00", "2026-03-28T12:00Z", ["2026-03-29T01:00", "2026-04-05T00:15"]),
    ("Europe/Lisbon", "Sun 01:30", "2026-10-24T12:00Z", ["2026-10-25T00:30 repeated", "2026-11-01T01:30"]),
    ("Europe/Lisbon", "Sun 01:30", "2026-10-25T00:30Z", ["2026-11-01T01:30"]),
    ("America/Havana", "Sun 00:00", "2026-03-07T12:00Z", ["2026-03-08T05:00 moved", "2026-03-15T04:00"]),
    ("Australia/Lord_Howe", "Sun 02:15", "2026-10-03T00:00Z", ["2026-10-03T15:30 moved", "2026-10-10T15:15"]),
    ("Pacific/Apia", "Fri 12:00, Sat 00:00", "2011-12-29T12:00Z", ["2011-12-30T10:00", "2012-01-05T22:00"]),
]


def first(count: int, name: str, slots: str, after: str) -> list[Slot]:
    return list(islice(upcoming(Timetable(parse_slots(slots), zone(name)), datetime.fromisoformat(after)), count))


def told(slot: Slot) -> str:
    mark = " moved" if slot.moved else " repeated" if slot.repeated else ""
    return f"{slot.at:%Y-%m-%dT%H:%M}{mark}"


@pytest.mark.parametrize(("written", "kept"), WRITTEN)
def test_slots_are_read_in_the_order_of_the_week(written: str, kept: str) -> None:
    assert format_slots(parse_slots(written)) == kept


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_slot_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_slots(f"Mon 18:00, {text}")
    assert (refused.value.code, set(refused.value.errors)) == ("SLOT_BAD", {"slots"})
    assert text in refused.value.detail


def test_as_many_slots_as_hours_of_the_week_are_enough() -> None:
    every = [f"{day} {hour}:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun") for hour in range(24)]
    assert len(parse_slots(",".join(every))) == SLOTS_MOST
    with pytest.raises(Invalid) as refused:
        parse_slots(",".join([*every, "Mon 00:30"]))
    assert refused.value.code == "SLOTS_MANY"


@pytest.mark.parametrize(("name", "slots", "after", "expected"), UPCOMING)
def test_slots_come_up_on_the_wall_clock_of_their_zone(name: str, slots: str, after: str, expected: list[str]) -> None:
    assert [told(slot) for slot in first(len(expected), name, slots, after)] == expected


@pytest.mark.parametrize(("name", "slots", "after", "expected"), CHANGES)
def test_slots_on_the_day_of_a_clock_change(name: str, slots: str, after: str, expected: list[str]) -> None:
    assert [told(slot) for slot in first(len(expected), name, slots, after)] == expected


def test_slot_becomes_a_time_with_a_note_where_it_was_moved() -> None:
    [slot] = first(1, "Europe/Lisbon", "Sun 01:15", "2026-03-28T12:00Z")
    assert slot.when == When(
        datetime(2026, 3, 29, 1, tzinfo=UTC), "2026-03-29T01:15", "Europe/Lisbon",
        "01:15 does not exist that day in Europe/Lisbon; it is 02:00 instead.",
    )  # fmt: skip
    assert Slot(datetime(2026, 3, 29, 1, tzinfo=UTC)).when == When(datetime(2026, 3, 29, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("now", "offset", "expected"),
    [("14:20", 1, "15:00"), ("14:20", 3, "17:00"), ("14:00", 1, "15:00"), ("14:59", 2, "16:00"), ("14:20", 0, "15:00")],
)
def test_full_hours_begin_as_many_ahead_as_the_offset_says(now: str, offset: int, expected: str) -> None:
    at = datetime.fromisoformat(f"2026-05-14T{now}").replace(tzinfo=LISBON)
    assert f"{next(candidates([], LISBON, at, offset)).at.astimezone(LISBON):%H:%M}" == expected


@pytest.mark.parametrize(("offset", "expected"), [(1, "2026-05-18T17:00"), (5, "2026-05-25T17:00")])
def test_channel_with_slots_offers_the_next_of_them(offset: int, expected: str) -> None:
    monday = Timetable(parse_slots("Mon 18:00"), LISBON)
    at = datetime(2026, 5, 18, 14, 20, tzinfo=LISBON)
    assert told(next(candidates([monday], LISBON, at, offset))) == expected


def test_several_channels_offer_the_slots_of_those_that_have_any() -> None:
    lisbon, tokyo = (
        Timetable(parse_slots("Mon 18:00, Wed 12:00"), LISBON), Timetable(parse_slots("Tue 02:00"), zone("Asia/Tokyo"))
    )  # fmt: skip
    without = Timetable((), LISBON)
    found = islice(candidates([lisbon, without, tokyo], LISBON, datetime(2026, 5, 14, tzinfo=UTC)), 3)
    # 02:00 on Tuesday in Tokyo is 18:00 on Monday in Lisbon: one slot of both.
    assert list(map(told, found)) == ["2026-05-18T17:00", "2026-05-20T11:00", "2026-05-25T17:00"]


def test_channels_without_slots_offer_full_hours() -> None:
    found = islice(candidates([Timetable((), LISBON)], LISBON, datetime(2026, 5, 14, 22, 30, tzinfo=UTC)), 2)
    assert list(map(told, found)) == ["2026-05-14T23:00", "2026-05-15T00:00"]


def test_no_slots_never_come_up() -> None:
    assert list(upcoming(Timetable((), LISBON), datetime(2026, 5, 14, tzinfo=UTC))) == []


@given(st.lists(weekly_slots, max_size=SLOTS_MOST, unique=True))
def test_slots_are_read_as_they_are_written(slots: list[WeeklySlot]) -> None:
    assert parse_slots(format_slots(slots)) == tuple(sorted(slots))


@settings(deadline=None)
@given(timetables, instants)
def test_upcoming_slots_rise_and_are_never_twice_at_one_instant(timetable: Timetable, after: datetime) -> None:
    found = [slot.at for slot in islice(upcoming(timetable, after), 30)]
    assert all(one < other for one, other in pairwise([after, *found]))


@settings(deadline=None)
@given(timetables, instants)
def test_slot_is_shown_as_it_was_meant_unless_it_was_moved(timetable: Timetable, after: datetime) -> None:
    for slot in islice(upcoming(timetable, after), 30):
        assert slot.meant
        shown = slot.at.astimezone(timetable.tz).replace(tzinfo=None, fold=0)
        meant = datetime.combine(slot.meant.day, slot.meant.time)
        assert shown > meant if slot.moved else shown == meant
        assert WeeklySlot(slot.meant.day.weekday(), slot.meant.time) in timetable.slots
        assert slot.when.at == slot.at


@settings(deadline=None)
@given(timetables, instants)
def test_no_slot_of_the_week_is_left_out(timetable: Timetable, after: datetime) -> None:
    until = after + timedelta(days=10)
    found = set()
    for slot in upcoming(timetable, after):
        if slot.at > until:
            break
        found.add(slot.at)
    day = after.astimezone(timetable.tz).date() - timedelta(days=2)
    days = [day + timedelta(days=ahead) for ahead in range(16)]
    meant = {resolve(d, s.wall, timetable.tz).at for d in days for s in timetable.slots if s.weekday == d.weekday()}
    assert found == {at for at in meant if after < at <= until}


@settings(deadline=None)
@given(timetables, instants, st.integers(0, 12))
def test_slots_from_a_later_instant_are_the_rest_of_those_from_an_earlier(
    timetable: Timetable, after: datetime, number: int
) -> None:
    found = list(islice(upcoming(timetable, after), number + 6))
    later = found[number].at
    assert [slot.at for slot in islice(upcoming(timetable, later), 5)] == [slot.at for slot in found[number + 1 :]]


@settings(deadline=None)
@given(st.lists(timetables, min_size=1, max_size=4), zones, instants)
def test_slots_of_several_channels_are_those_of_each(several: list[Timetable], tz: ZoneInfo, now: datetime) -> None:
    joint = [slot.at for slot in islice(candidates(several, tz, now), 20)]
    each = {slot.at for one in several for slot in islice(upcoming(one, now), 20)}
    assert joint == sorted(each)[:20]


@settings(deadline=None)
@given(zones, instants)
def test_hourly_slots_are_full_hours_and_rise(tz: ZoneInfo, after: datetime) -> None:
    found = [slot.at for slot in islice(hourly(tz, after), 60)]
    assert all(one < other for one, other in pairwise([after, *found]))
    assert {at.astimezone(tz).time().replace(hour=0) for at in found} == {time(0)}
