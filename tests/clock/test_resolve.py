"""Wall clocks on the days when they change (domain/publishing.md section 7)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import resolve, zone
from app.errors import Invalid
from tests.clock.strategies import walls, zones

GAPS = [
    ("Europe/Lisbon", "2026-03-29 01:30", "2026-03-29T01:00:00Z", "02:00"),
    ("Europe/Lisbon", "2026-03-29 01:00", "2026-03-29T01:00:00Z", "02:00"),
    ("America/New_York", "2026-03-08 02:59", "2026-03-08T07:00:00Z", "03:00"),
    ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00Z", "02:30"),
    ("America/Havana", "2026-03-08 00:00", "2026-03-08T05:00:00Z", "01:00"),
    ("America/Havana", "2026-03-08 00:59", "2026-03-08T05:00:00Z", "01:00"),
    ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30T10:00:00Z", "00:00"),
]
FOLDS = [
    ("Europe/Lisbon", "2026-10-25 01:30", "2026-10-25T00:30:00Z"),
    ("Europe/Lisbon", "2026-10-25 01:00", "2026-10-25T00:00:00Z"),
    ("America/New_York", "2026-11-01 01:59", "2026-11-01T05:59:00Z"),
    ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z"),
    ("America/Havana", "2026-11-01 00:00", "2026-11-01T04:00:00Z"),
]
PLAIN = [
    ("Europe/Lisbon", "2026-03-29 00:59", "2026-03-29T00:59:00Z"),
    ("Europe/Lisbon", "2026-03-29 02:00", "2026-03-29T01:00:00Z"),
    ("Europe/Lisbon", "2026-10-25 02:00", "2026-10-25T02:00:00Z"),
    ("America/New_York", "2026-11-01 02:00", "2026-11-01T07:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-04 02:30", "2026-10-03T15:30:00Z"),
    ("Australia/Lord_Howe", "2026-07-01 12:00", "2026-07-01T01:30:00Z"),
    ("Asia/Kathmandu", "2026-05-14 12:00", "2026-05-14T06:15:00Z"),
    ("America/Havana", "2026-03-07 23:59", "2026-03-08T04:59:00Z"),
]


def wall(text: str) -> tuple[date, time]:
    at = datetime.fromisoformat(text)
    return at.date(), at.time()


@pytest.mark.parametrize(("name", "meant", "instant", "shown"), GAPS)
def test_skipped_time_moves_forward_to_the_first_that_exists(name: str, meant: str, instant: str, shown: str) -> None:
    resolved = resolve(*wall(meant), zone(name))
    assert resolved.at == datetime.fromisoformat(instant)
    assert f"{resolved.at.astimezone(zone(name)):%H:%M}" == shown
    assert (resolved.moved, resolved.repeated) == (True, False)


@pytest.mark.parametrize(("name", "meant", "instant"), FOLDS)
def test_repeated_time_means_its_first_occurrence(name: str, meant: str, instant: str) -> None:
    resolved = resolve(*wall(meant), zone(name))
    assert resolved.at == datetime.fromisoformat(instant)
    assert (resolved.moved, resolved.repeated) == (False, True)


@pytest.mark.parametrize(("name", "meant", "instant"), PLAIN)
def test_plain_time_is_neither_moved_nor_repeated(name: str, meant: str, instant: str) -> None:
    resolved = resolve(*wall(meant), zone(name))
    assert resolved.at == datetime.fromisoformat(instant)
    assert (resolved.moved, resolved.repeated) == (False, False)


@pytest.mark.parametrize(
    ("day", "at", "name"), [(date.min, time(0), "Asia/Tokyo"), (date.max, time(23), "America/New_York")]
)
def test_time_outside_the_calendar_is_refused(day: date, at: time, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        resolve(day, at, zone(name))
    assert refused.value.code == "BAD_TIME"


@given(walls, st.timedeltas(timedelta(0), timedelta(hours=30)), zones)
def test_later_wall_times_never_resolve_to_earlier_instants(at: datetime, later: timedelta, tz: ZoneInfo) -> None:
    after = at + later
    assert resolve(at.date(), at.time(), tz).at <= resolve(after.date(), after.time(), tz).at


@given(walls, zones)
def test_what_is_not_moved_is_shown_as_it_was_meant(at: datetime, tz: ZoneInfo) -> None:
    resolved = resolve(at.date(), at.time(), tz)
    shown = resolved.at.astimezone(tz).replace(tzinfo=None)
    assert shown > at.replace(fold=0) if resolved.moved else shown == at
