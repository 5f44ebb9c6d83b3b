"""Which plans apply on a date, and in which order."""

from datetime import date

import pytest

from app.errors import Invalid
from app.plans.applying import applies, checked_day, checked_range, ranked, why, within
from tests.plans.values import DAY, plan


@pytest.mark.parametrize(
    ("first", "last", "inside", "outside"),
    [
        (None, None, "2026-05-14", None),
        ("2026-05-14", None, "2026-05-14", "2026-05-13"),
        (None, "2026-05-14", "2026-05-14", "2026-05-15"),
        ("2026-05-01", "2026-05-31", "2026-05-31", "2026-06-01"),
        ("12-20", "01-05", "2026-01-05", "2026-01-06"),
        ("12-20", "01-05", "2026-12-31", "2026-12-19"),
        ("02-29", "03-01", "2026-03-01", "2026-02-28"),
        ("12-25", "12-25", "2031-12-25", "2031-12-24"),
    ],
)
def test_ranges_are_inclusive_and_yearly_ones_go_over_the_new_year(first, last, inside, outside):
    assert within(date.fromisoformat(inside), first, last)
    assert outside is None or not within(date.fromisoformat(outside), first, last)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-13-01", None), ("2026-02-30", None), ("tomorrow", None), ("2026-05-02", "2026-05-01"), ("12-25", None),
        (None, "12-25"), ("12-25", "2026-12-26"), ("02-30", "03-01"), ("1999-12-31", None), (None, "2101-01-01"),
    ],
)  # fmt: skip
def test_ranges_that_mean_nothing_are_refused(first, last):
    with pytest.raises(Invalid) as refused:
        checked_range(first, last)
    assert refused.value.code == "INVALID_DATE_RANGE"


@pytest.mark.parametrize(
    "text", ["", "14.05.2026", "2026-5-14", "2026-02-30", "20260514", "2026-05-14T00:00", "٢٠٢٦-05-14"]
)
def test_what_is_no_date_is_refused_before_anything_is_looked_up(text):
    with pytest.raises(Invalid) as refused:
        checked_day(text)
    assert refused.value.code == "INVALID_DATE_FORMAT"


def test_archived_plans_and_other_days_do_not_apply():
    assert applies(plan("all"), DAY)
    assert not applies(plan("archived", active=False), DAY)
    assert applies(plan("thursdays", cron="0 6 * * THU"), DAY)
    assert not applies(plan("fridays", cron="0 6 * * FRI"), DAY)
    assert not applies(plan("thursdays of June", cron="0 6 * * THU", first="2026-06-01", last="2026-06-30"), DAY)


def test_order_is_priority_then_narrowness_then_age_then_name():
    plans = [
        plan("b old", id="1"), plan("new", id="2"), plan("cron", id="0", cron="* * * * *"),
        plan("range", id="0", first="2026-05-01", last="2026-05-31"), plan("a old", id="1"),
        plan("day", id="0", first="2026-05-14", last="2026-05-14"), plan("strong", id="0", priority=1),
    ]  # fmt: skip
    expected = ["strong", "day", "range", "cron", "new", "a old", "b old"]
    assert [one.name for one in ranked(plans, DAY)] == expected
    assert [one.name for one in ranked(reversed(plans), DAY)] == expected
    assert [why(winner, loser) for winner, loser in zip(ranked(plans, DAY), ranked(plans, DAY)[1:], strict=False)] == [
        "priority 1 over 0", "one date before a range of dates",
        "a range of dates before weekdays or days of the month", "weekdays or days of the month before every day",
        "the newer of two equal plans", "the newer of two equal plans",
    ]  # fmt: skip
