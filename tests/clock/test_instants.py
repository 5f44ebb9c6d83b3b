"""At every door: aware instants and IANA zones, nothing else."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import aware, from_ms, parse_instant, to_ms, zone, zone_names
from app.errors import Invalid
from tests.clock.strategies import instants

REFUSED = [
    ("2026-05-14T16:30:00", "NAIVE_TIME"),
    ("2026-05-14", "NAIVE_TIME"),
    ("", "BAD_TIME"),
    ("tomorrow", "BAD_TIME"),
    ("2026-02-29T12:00:00Z", "BAD_TIME"),
    ("2026-05-14T25:00:00Z", "BAD_TIME"),
    ("0001-01-01T00:00:00+05:00", "BAD_TIME"),
    ("9999-12-31T23:00:00-05:00", "BAD_TIME"),
]
UNKNOWN = [
    "",
    "Lisbon",
    "Europe",
    "europe/lisboa",
    "../../etc/passwd",
    "/etc/localtime",
    "Europe/Lisbon\0",
    "\ud800",
    "x" * 5000,
]


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_bad_instant_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_instant(text)
    assert refused.value.code == code


def test_offset_is_turned_into_utc() -> None:
    assert parse_instant(" 2026-05-14T16:30:00+02:00 ") == datetime(2026, 5, 14, 14, 30, tzinfo=UTC)
    assert parse_instant("2026-05-14T16:30:00Z").tzinfo is UTC


def test_naive_datetime_is_refused() -> None:
    with pytest.raises(Invalid, match="no time zone"):
        to_ms(datetime(2026, 5, 14))  # noqa: DTZ001


@pytest.mark.parametrize("name", UNKNOWN)
def test_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        zone(name)
    assert refused.value.code == "UNKNOWN_ZONE"


def test_every_offered_zone_is_known() -> None:
    names = zone_names()
    assert {"Europe/Lisbon", "America/New_York", "Etc/UTC"} <= set(names)
    assert [zone(name).key for name in names] == list(names)


offsets = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(instants, offsets)
def test_stored_milliseconds_mean_the_same_instant(instant: datetime, offset: timezone) -> None:
    at = instant.astimezone(offset)
    stored = from_ms(to_ms(at))
    assert stored == aware(at).replace(microsecond=at.microsecond // 1000 * 1000)
