"""Plans and zones in words."""

import pytest

from app.plans import telling
from tests.plans.values import fixed, plan, window


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 0 * * MON-FRI", "Mon to Fri"),
        ("0 0 * * SAT,SUN", "Sat and Sun"),
        ("0 6 * * 7,1,3", "Mon, Wed and Sun"),
        ("* * * * *", "every day"),
        ("0 0 1,15 * *", "day 1 and 15 of the month"),
        ("0 0 L * *", "the last day of the month"),
        ("0 0 1 * MON", "Mon or day 1 of the month"),
        ("0 0 * 5,12 MON#1", "the first Mon, in May, Dec"),
        ("0 0 25 12 *", "day 25 of the month, in Dec"),
    ],
)
def test_day_fields_of_cron_are_read_out(expression: str, words: str) -> None:
    assert telling.cron_told(expression) == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Every day"),
        ({"cron": "0 0 * * MON-FRI"}, "Mon to Fri"),
        ({"first": "2026-12-25", "last": "2026-12-25"}, "25 Dec 2026"),
        ({"first": "12-25", "last": "12-25"}, "25 Dec every year"),
        ({"first": "12-20", "last": "01-05"}, "20 Dec to 5 Jan every year"),
        ({"first": "2026-09-01"}, "From 1 Sep 2026"),
        ({"last": "2026-09-30"}, "Until 30 Sep 2026"),
        (
            {"cron": "0 0 * * SAT", "first": "2026-09-01", "last": "2026-10-31"},
            "Sat, 1 Sep 2026 to 31 Oct 2026",
        ),
    ],
)
def test_when_a_plan_applies_is_told(fields: dict[str, str], words: str) -> None:
    assert telling.applies_told(plan("week", **fields)) == words


def test_a_zone_is_told_by_its_days_its_window_and_its_programs() -> None:
    night = window(
        "22:00", "05:00", fixed("ferry"), fixed("news"), days=frozenset({"SAT", "FRI"}), first="12-01", last="12-31"
    )
    assert telling.zone_told(night) == "Fri and Sat, 1 Dec to 31 Dec every year"
    assert telling.window_told(night) == "22:00 – 05:00, past midnight"
    assert telling.programs_told(night) == "ferry, news"
    assert telling.window_told(window("00:00", "24:00")) == "the whole day"
    assert telling.programs_told(window("00:00", "24:00")) == "No programs"
    assert telling.window_told(window("19:00", "24:00")) == "19:00 – 24:00"


def test_weekdays_of_cron_are_known_unless_it_names_days_of_the_month() -> None:
    assert telling.cron_weekdays("0 0 * * SAT,SUN") == {"SAT", "SUN"}
    assert telling.cron_weekdays("0 0 * * FRI#2") == {"FRI"}
    assert telling.cron_weekdays("0 0 1 * SAT") is None
