"""How times, lengths and sizes are said."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app import wording

S, MIN, H, D = 1000, 60_000, 3_600_000, 86_400_000
LISBON = ZoneInfo("Europe/Lisbon")


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (0, "now"),
        (999, "now"),
        (-999, "now"),
        (S, "in 1 s"),
        (59_999, "in 59 s"),
        (MIN, "in 1 min"),
        (H - 1, "in 59 min"),
        (H, "in 1 h"),
        (H + 52 * MIN, "in 1 h 52 min"),
        (D, "in 1 d"),
        (2 * D + 3 * H + 59 * MIN, "in 2 d 3 h"),
        (-5 * MIN, "5 min ago"),
    ],
)
def test_until(ms: int, said: str) -> None:
    assert wording.until(ms) == said


@pytest.mark.parametrize(
    ("ms", "said"),
    [(0, "on time"), (999, "on time"), (-999, "on time"), (4 * S, "4 s late"), (-2 * MIN, "2 min early")],
)
def test_lateness(ms: int, said: str) -> None:
    assert wording.lateness(ms) == said


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (0, "0:00"),
        (499, "0:00"),
        (500, "0:01"),
        (372 * S, "6:12"),
        (H - 1, "1:00:00"),
        (H + 2 * MIN + 3 * S, "1:02:03"),
    ],
)
def test_length(ms: int, said: str) -> None:
    assert wording.length(ms) == said


TODAY = date(2026, 5, 14)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (TODAY, "Today, Thu 14 May"),
        (date(2026, 5, 15), "Tomorrow, Fri 15 May"),
        (date(2026, 5, 13), "Yesterday, Wed 13 May"),
        (date(2026, 5, 16), "Sat 16 May"),
        (date(2027, 1, 2), "Sat 2 Jan 2027"),
    ],
)
def test_day_label(at: date, said: str) -> None:
    assert wording.day_label(at, TODAY) == said


def test_new_year_is_still_called_tomorrow() -> None:
    assert wording.day_label(date(2027, 1, 1), date(2026, 12, 31)) == "Tomorrow, Fri 1 Jan"


@pytest.mark.parametrize(
    ("zone", "month", "said"),
    [
        ("Europe/Lisbon", 5, "UTC+1"),
        ("Europe/Lisbon", 1, "UTC"),
        ("Asia/Kathmandu", 5, "UTC+5:45"),
        ("America/St_Johns", 1, "UTC-3:30"),
        ("America/New_York", 1, "UTC-5"),
        ("Etc/UTC", 5, "UTC"),
    ],
)
def test_offset(zone: str, month: int, said: str) -> None:
    assert wording.offset(datetime(2026, month, 14, tzinfo=UTC), ZoneInfo(zone)) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (4_300_000, "4.3 MB"),
        (5 * 10**15, "5000.0 TB"),
    ],
)
def test_size(count: int, said: str) -> None:
    assert wording.size(count) == said


def test_instants_are_told_on_the_wall_clock() -> None:
    at = datetime(2026, 5, 14, 23, 30, tzinfo=UTC)
    assert wording.local(at, LISBON) == "Fri 15 May, 00:30"
    assert wording.clock_time(at, LISBON) == "00:30"


@pytest.mark.parametrize(("zone", "said"), [("America/Port_of_Spain", "Port of Spain"), ("Etc/UTC", "UTC")])
def test_city(zone: str, said: str) -> None:
    assert wording.city(ZoneInfo(zone)) == said


def test_count_takes_the_right_noun() -> None:
    assert [wording.count(n, "post") for n in (0, 1, 2)] == ["0 posts", "1 post", "2 posts"]
    assert wording.count(2, "series", "series") == "2 series"
