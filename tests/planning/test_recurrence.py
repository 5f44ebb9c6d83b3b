"""Posts that recur: on their grid for good, whatever the clocks and the months do."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Invalid
from app.posts.recurrence import (
    ALL_MOST,
    Occurrence,
    Policy,
    Recurrence,
    between,
    checked,
    described,
    due,
    next_after,
    occurrence,
)
from tests.clock.strategies import zones
from tests.planning.strategies import instants, night_walls

DAILY = Recurrence(date(2026, 5, 14), time(18), "Europe/Lisbon")
LONG_AGO, FAR = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
NO_GRACE, GRACE = timedelta(0), timedelta(hours=1)
THU, FRI, SUN = 3, 4, 6
GRIDS: list[tuple[Recurrence, list[str]]] = [
    (DAILY, ["2026-05-14", "2026-05-15", "2026-05-16"]),
    (Recurrence(date(2026, 5, 14), time(18), "Europe/Lisbon", 10), ["2026-05-14", "2026-05-24", "2026-06-03"]),
    (Recurrence(date(2026, 5, 14), time(18), "Europe/Lisbon", 1, "weeks"), ["2026-05-14", "2026-05-21"]),
    (
        Recurrence(date(2026, 5, 14), time(18), "Europe/Lisbon", 2, "weeks", (SUN, 0, THU)),
        ["2026-05-14", "2026-05-17", "2026-05-25", "2026-05-28", "2026-05-31", "2026-06-08"],
    ),
    (
        Recurrence(date(2026, 5, 14), time(18), "Europe/Lisbon", 1, "weeks", (1,)),
        ["2026-05-19", "2026-05-26"],
    ),
    (
        Recurrence(date(2026, 5, 16), time(18), "Europe/Lisbon", 1, "weeks", (0, FRI)),
        ["2026-05-18", "2026-05-22", "2026-05-25"],
    ),
    (
        Recurrence(date(2026, 1, 31), time(18), "Europe/Lisbon", 1, "months"),
        ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"],
    ),
    (
        Recurrence(date(2027, 10, 30), time(18), "Europe/Lisbon", 2, "months"),
        ["2027-10-30", "2027-12-30", "2028-02-29", "2028-04-30"],
    ),
    (Recurrence(date(2024, 2, 29), time(18), "Europe/Lisbon", 12, "months"), ["2024-02-29", "2025-02-28"]),
    (Recurrence(date(2026, 12, 1), time(18), "Europe/Lisbon", 1, "months"), ["2026-12-01", "2027-01-01"]),
]
ENDS: list[tuple[dict[str, Any], int]] = [
    ({"count": 3}, 3),
    ({"until": date(2026, 5, 16)}, 3),
    ({"until": date(2026, 5, 14)}, 1),
    ({"count": 2, "until": date(2026, 5, 16)}, 2),
    ({"count": 9, "until": date(2026, 5, 16)}, 3),
]
CHANGES = [
    # zone, first date, wall clock, the occurrences as instant and mark
    ("Europe/Lisbon", date(2026, 3, 28), time(1, 15), ["28T01:15", "29T01:00 moved", "30T00:15"]),
    ("Europe/Lisbon", date(2026, 10, 24), time(1, 15), ["24T00:15", "25T00:15 repeated", "26T01:15"]),
    ("America/New_York", date(2026, 3, 7), time(18), ["07T23:00", "08T22:00", "09T22:00"]),
    ("Australia/Lord_Howe", date(2026, 10, 3), time(2, 15), ["02T15:45", "03T15:30 moved", "04T15:15"]),
    # Apia has no 30 December 2011: its midnight is that of the 31st, which is told once.
    ("Pacific/Apia", date(2011, 12, 29), time(0), ["29T10:00", "30T10:00", "31T10:00"]),
    ("Pacific/Apia", date(2011, 12, 29), time(12), ["29T22:00", "30T10:00 moved", "30T22:00"]),
]
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"every": 0}, "RECURRENCE_EVERY", "every"),
    ({"every": 367}, "RECURRENCE_EVERY", "every"),
    ({"weekdays": (0,)}, "RECURRENCE_WEEKDAYS", "weekdays"),
    ({"weekdays": (7,), "unit": "weeks"}, "RECURRENCE_WEEKDAYS", "weekdays"),
    ({"until": date(2026, 5, 13)}, "RECURRENCE_UNTIL", "until"),
    ({"count": 0}, "RECURRENCE_COUNT", "count"),
    ({"wall": time(18, 0, 1)}, "RECURRENCE_WALL", "wall"),
    ({"wall": time(18, tzinfo=UTC)}, "RECURRENCE_WALL", "wall"),
    ({"first": date(9999, 12, 31)}, "RECURRENCE_FIRST", "first"),
    ({"timezone": "Europe/Nowhere"}, "UNKNOWN_ZONE", "timezone"),
]
WORDS: list[tuple[dict[str, Any], str]] = [
    ({}, "every day at 18:00 (Europe/Lisbon)"),
    ({"every": 3}, "every 3 days at 18:00 (Europe/Lisbon)"),
    ({"unit": "weeks"}, "every week on Thu at 18:00 (Europe/Lisbon)"),
    ({"unit": "weeks", "every": 2, "weekdays": (SUN, 0)}, "every 2 weeks on Mon, Sun at 18:00 (Europe/Lisbon)"),
    ({"unit": "months"}, "every month on day 14 at 18:00 (Europe/Lisbon)"),
    (
        {"unit": "months", "first": date(2026, 1, 31), "every": 2},
        "every 2 months on day 31 or the last at 18:00 (Europe/Lisbon)",
    ),
]
# A daily rule at 17:00Z; down from the evening of 14 May; back at these times.
CAUGHT_UP: list[tuple[Policy, str, list[int]]] = [
    ("skip", "2026-05-18T17:00", [18]),
    ("skip", "2026-05-18T18:00", [18]),
    ("skip", "2026-05-18T18:00:01", []),
    ("skip", "2026-05-18T16:00", []),
    ("last", "2026-05-18T16:00", [17]),
    ("last", "2026-05-18T17:00", [18]),
    ("last", "2026-05-15T16:59", []),
    ("all", "2026-05-18T17:30", [15, 16, 17, 18]),
    ("all", "2026-05-28T17:30", list(range(19, 29))),
]
rules = st.builds(
    Recurrence,
    first=st.dates(date(2009, 1, 1), date(2026, 12, 31)),
    wall=night_walls,
    timezone=zones.map(lambda tz: tz.key),
    every=st.integers(1, 40),
    unit=st.sampled_from(("days", "months")),
) | st.builds(
    Recurrence,
    first=st.dates(date(2009, 1, 1), date(2026, 12, 31)),
    wall=night_walls,
    timezone=zones.map(lambda tz: tz.key),
    every=st.integers(1, 5),
    unit=st.just("weeks"),
    weekdays=st.lists(st.integers(0, 6), max_size=7, unique=True).map(tuple),
)


def with_parts(**parts: Any) -> Recurrence:
    return replace(DAILY, **parts)


def told(one: Occurrence) -> str:
    return f"{one.at:%dT%H:%M}{' moved' if one.moved else ' repeated' if one.repeated else ''}"


@pytest.mark.parametrize(("rule", "days"), GRIDS)
def test_occurrences_stay_on_the_grid_of_the_first_date(rule: Recurrence, days: list[str]) -> None:
    found = list(islice(between(rule, LONG_AGO, FAR), len(days)))
    assert [one.key for one in found] == [f"{day}T18:00" for day in days]
    assert [one.index for one in found] == list(range(len(days)))


def test_month_without_the_day_has_it_on_its_last_and_says_so() -> None:
    rule = with_parts(first=date(2026, 1, 31), unit="months")
    first, second = islice(between(rule, LONG_AGO, FAR), 2)
    assert (first.lacking, first.when.note) == (None, None)
    assert (second.lacking, second.when.note) == (31, "February has no day 31; it is day 28 instead.")


def test_both_notes_are_told_where_the_clock_changes_on_the_last_day() -> None:
    rule = Recurrence(date(2010, 1, 31), time(0, 30), "Africa/Cairo", unit="months")
    april = occurrence(rule, 3)
    assert april
    assert april.when.note == (
        "April has no day 31; it is day 30 instead. 00:30 does not exist that day in Africa/Cairo; it is 01:00 instead."
    )


@pytest.mark.parametrize(("parts", "number"), ENDS)
def test_recurrence_ends_at_its_date_or_count(parts: dict[str, Any], number: int) -> None:
    found = list(between(with_parts(**parts), LONG_AGO, FAR))
    assert len(found) == number
    assert next_after(with_parts(**parts), found[-1].at) is None
    assert occurrence(with_parts(**parts), number) is None


@pytest.mark.parametrize(("name", "first", "wall", "expected"), CHANGES)
def test_occurrences_on_the_day_of_a_clock_change(name: str, first: date, wall: time, expected: list[str]) -> None:
    rule = Recurrence(first, wall, name)
    assert [told(one) for one in islice(between(rule, LONG_AGO, FAR), 3)] == expected


def test_moved_occurrence_keeps_the_key_of_what_was_meant() -> None:
    rule = Recurrence(date(2026, 3, 29), time(1, 15), "Europe/Lisbon")
    one = occurrence(rule, 0)
    assert one
    assert one.key == one.when.wall == "2026-03-29T01:15"
    assert one.when.note == "01:15 does not exist that day in Europe/Lisbon; it is 02:00 instead."


def test_window_is_open_at_its_start_and_closed_at_its_end() -> None:
    first, second = islice(between(DAILY, LONG_AGO, FAR), 2)
    assert list(between(DAILY, first.at, second.at)) == [second]
    just_before = first.at - timedelta(milliseconds=1)
    assert list(between(DAILY, just_before, second.at - timedelta(milliseconds=1))) == [first]


@pytest.mark.parametrize(("parts", "code", "field"), BAD)
def test_rule_that_makes_no_sense_is_refused(parts: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(with_parts(**parts))
    assert (refused.value.code, set(refused.value.errors)) == (code, {field})


@pytest.mark.parametrize(("parts", "words"), WORDS)
def test_rule_is_told_in_words(parts: dict[str, Any], words: str) -> None:
    rule = with_parts(**parts)
    assert checked(rule) == rule
    assert described(rule) == words


@pytest.mark.parametrize(("policy", "now", "days"), CAUGHT_UP)
def test_catch_up_after_an_outage_follows_the_policy(policy: Policy, now: str, days: list[int]) -> None:
    since, until = datetime(2026, 5, 14, 20, tzinfo=UTC), datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert [one.meant.day.day for one in due(DAILY, since, until, policy, grace=GRACE)] == days


def test_skipping_stays_on_the_grid() -> None:
    rule = with_parts(every=3)
    back = datetime(2026, 5, 21, 12, tzinfo=UTC)
    assert due(rule, LONG_AGO, back, "skip", grace=GRACE) == []
    following = next_after(rule, back)
    assert following
    assert following.key == "2026-05-23T18:00"


@given(rules)
def test_rule_is_kept_as_text(rule: Recurrence) -> None:
    kept = msgspec.json.encode(rule).decode()
    assert msgspec.json.decode(kept, type=Recurrence) == rule


@given(rules, st.integers(0, 60))
def test_no_occurrence_drifts_from_the_wall_clock(rule: Recurrence, index: int) -> None:
    one = occurrence(rule, index)
    assert one
    shown = one.at.astimezone(ZoneInfo(rule.timezone)).replace(tzinfo=None, fold=0)
    meant = datetime.combine(one.meant.day, rule.wall)
    assert shown > meant if one.moved else shown == meant
    assert one.meant.day >= rule.first


@settings(deadline=None)
@given(rules)
def test_occurrences_rise_and_their_keys_are_never_the_same(rule: Recurrence) -> None:
    found = list(islice(between(rule, LONG_AGO, FAR), 40))
    assert all(one.at < other.at for one, other in pairwise(found))
    assert len({one.key for one in found}) == len(found)


@settings(deadline=None)
@given(rules, instants, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_window_has_what_counting_from_the_first_gives(rule: Recurrence, after: datetime, span: timedelta) -> None:
    found = list(between(rule, after, after + span))
    counted: dict[datetime, Occurrence] = {}
    index = 0
    while (one := occurrence(rule, index)) and one.at <= after + span:
        counted[one.at] = one
        index += 1
    assert found == [one for one in counted.values() if one.at > after]


@settings(deadline=None)
@given(rules, instants, st.lists(st.timedeltas(timedelta(0), timedelta(days=30)), max_size=6))
def test_adjoining_windows_tell_each_occurrence_once(rule: Recurrence, after: datetime, spans: list[timedelta]) -> None:
    pieces, start = list[Occurrence](), after
    for span in spans:
        pieces += due(rule, start, start + span, "skip", grace=span)
        start += span
    assert pieces == list(between(rule, after, start))


@settings(deadline=None)
@given(rules, instants, st.timedeltas(timedelta(0), timedelta(days=90)), st.timedeltas(NO_GRACE, timedelta(days=2)))
def test_policies_keep_some_of_what_was_missed(
    rule: Recurrence, since: datetime, down: timedelta, grace: timedelta
) -> None:
    now = since + down
    every = list(between(rule, since, now))
    assert due(rule, since, now, "all", grace=grace) == every[-ALL_MOST:]
    assert due(rule, since, now, "last", grace=grace) == every[-1:]
    assert due(rule, since, now, "skip", grace=grace) == [one for one in every if now - one.at <= grace]


@given(rules, instants)
def test_next_is_the_first_of_all_that_follow(rule: Recurrence, after: datetime) -> None:
    assert next_after(rule, after) == next(between(rule, after, FAR))


def test_rule_of_long_ago_is_asked_for_today_at_once() -> None:
    rule = Recurrence(date(1970, 1, 1), time(18), "Europe/Lisbon")
    one = next_after(rule, datetime(2026, 5, 14, 12, tzinfo=UTC))
    assert one
    assert one.index == (date(2026, 5, 14) - date(1970, 1, 1)).days
