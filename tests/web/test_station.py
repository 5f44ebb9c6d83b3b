"""The station clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.web import station

LISBON = ZoneInfo("Europe/Lisbon")


def test_clock_shows_the_wall_clock_of_the_station() -> None:
    view = station.view(datetime(2026, 5, 14, 13, 37, 12, tzinfo=UTC), LISBON)
    assert (view.time, view.seconds, view.date, view.zone) == ("14:37", "12", "Thu 14 May", "Lisbon, UTC+1")
    assert (view.minutes, view.daypart, view.next) == (14 * 60 + 37, "Daytime", "Drive from 16:00")


@pytest.mark.parametrize(
    ("wall", "daypart", "following"),
    [
        ((0, 0), "Night", "Breakfast from 06:00"),
        ((5, 59), "Night", "Breakfast from 06:00"),
        ((6, 0), "Breakfast", "Daytime from 10:00"),
        ((10, 0), "Daytime", "Drive from 16:00"),
        ((16, 0), "Drive", "Prime from 19:00"),
        ((19, 0), "Prime", "Late from 22:30"),
        ((22, 29), "Prime", "Late from 22:30"),
        ((22, 30), "Late", "Night from 00:00"),
        ((23, 59), "Late", "Night from 00:00"),
    ],
)
def test_daypart_holds_until_the_next_begins(wall: tuple[int, int], daypart: str, following: str) -> None:
    view = station.view(datetime(2026, 1, 14, *wall, tzinfo=UTC), LISBON)
    assert (view.daypart, view.next) == (daypart, following)


def test_repeated_hour_shows_its_own_offset() -> None:
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert [station.view(at, LISBON).time for at in (first, second)] == ["01:30", "01:30"]
    assert [station.view(at, LISBON).zone for at in (first, second)] == ["Lisbon, UTC+1", "Lisbon, UTC"]


def test_utc_is_named_once() -> None:
    assert station.zone_label(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("Etc/UTC")) == "UTC"
