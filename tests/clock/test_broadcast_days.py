"""Broadcast days follow the wall clock: 23, 24 or 25 hours, without a gap between them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import broadcast_date, broadcast_day, zone
from tests.clock.strategies import days, instants, zones

LENGTHS = [
    ("Europe/Lisbon", date(2026, 3, 28), "06:00", 23.0),
    ("Europe/Lisbon", date(2026, 3, 29), "06:00", 24.0),
    ("Europe/Lisbon", date(2026, 3, 29), "00:00", 23.0),
    ("Europe/Lisbon", date(2026, 10, 24), "06:00", 25.0),
    ("Europe/Lisbon", date(2026, 10, 25), "00:00", 25.0),
    ("America/New_York", date(2026, 3, 8), "00:00", 23.0),
    ("America/New_York", date(2026, 11, 1), "00:00", 25.0),
    ("Australia/Lord_Howe", date(2026, 10, 4), "00:00", 23.5),
    ("Australia/Lord_Howe", date(2026, 4, 5), "00:00", 24.5),
    ("America/Havana", date(2026, 3, 8), "00:00", 23.0),
    ("America/Havana", date(2026, 11, 1), "00:00", 25.0),
    ("Asia/Kathmandu", date(2026, 3, 29), "06:00", 24.0),
    ("Pacific/Apia", date(2011, 12, 30), "00:00", 0.0),
]
DATES = [
    ("Europe/Lisbon", "06:00", "2026-05-14T04:59:59.999Z", date(2026, 5, 13)),
    ("Europe/Lisbon", "06:00", "2026-05-14T05:00:00Z", date(2026, 5, 14)),
    ("America/Havana", "00:00", "2026-03-08T05:00:00Z", date(2026, 3, 8)),
    ("America/Havana", "00:00", "2026-03-08T04:59:59Z", date(2026, 3, 7)),
    ("America/Havana", "00:00", "2026-11-01T05:00:00Z", date(2026, 11, 1)),
]


@pytest.mark.parametrize(("name", "day", "starts", "hours"), LENGTHS)
def test_broadcast_day_is_as_long_as_the_wall_clock_makes_it(name: str, day: date, starts: str, hours: float) -> None:
    start, end = broadcast_day(day, time.fromisoformat(starts), zone(name))
    assert end - start == timedelta(hours=hours)


@pytest.mark.parametrize(("name", "starts", "at", "day"), DATES)
def test_broadcast_day_begins_at_its_start_and_ends_before_the_next(name: str, starts: str, at: str, day: date) -> None:
    assert broadcast_date(datetime.fromisoformat(at), time.fromisoformat(starts), zone(name)) == day


starts_of_day = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(days, starts_of_day, zones)
def test_broadcast_days_tile_time_without_gap_or_overlap(day: date, starts: time, tz: ZoneInfo) -> None:
    start, end = broadcast_day(day, starts, tz)
    assert start <= end
    assert end == broadcast_day(day + timedelta(days=1), starts, tz)[0]


@given(instants, starts_of_day, zones)
def test_every_instant_belongs_to_the_day_around_it(at: datetime, starts: time, tz: ZoneInfo) -> None:
    start, end = broadcast_day(broadcast_date(at, starts, tz), starts, tz)
    assert start <= at < end
