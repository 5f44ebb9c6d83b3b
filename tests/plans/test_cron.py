"""Only the day fields of a cron expression matter."""

from datetime import date, timedelta

import pytest

from app.errors import Invalid
from app.plans.cron import matches, parse

YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
CASES = [
    ("* * * * *", lambda day: True),
    ("0 6 * * MON-FRI", lambda day: day.weekday() < 5),
    ("59 23 * * sat,sun", lambda day: day.weekday() >= 5),
    ("0 0 * * 0", lambda day: day.weekday() == 6),
    ("0 0 * * 7", lambda day: day.weekday() == 6),
    ("0 0 * * 5-7", lambda day: day.weekday() >= 4),
    ("0 0 25 12 *", lambda day: (day.month, day.day) == (12, 25)),
    ("0 0 1-7/2 JAN,jul *", lambda day: day.month in (1, 7) and day.day in (1, 3, 5, 7)),
    ("0 0 */10 * *", lambda day: day.day in (1, 11, 21, 31)),
    ("0 0 20/5 * *", lambda day: day.day in (20, 25, 30)),
    ("0 0 13 * FRI", lambda day: day.day == 13 or day.weekday() == 4),
    ("0 0 L * *", lambda day: (day + timedelta(days=1)).day == 1),
    ("0 0 */2 * MON", lambda day: day.day % 2 and day.weekday() == 0),
]
BAD = [
    "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 8",
    "* * * * MON-", "* * 5-3 * *", "* * */0 * *", "* * *-3 * *", "* * * * FOO", "* * ١ * *", "@daily", "* * * * -1",
    "* * 1,, * *", "* " * 200,
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), CASES, ids=[case[0] for case in CASES])
def test_dates_that_an_expression_means(expression, expected):
    assert [day for day in YEAR if matches(expression, day)] == [day for day in YEAR if expected(day)]


@pytest.mark.parametrize("expression", BAD)
def test_what_is_no_cron_expression_is_refused(expression):
    with pytest.raises(Invalid) as refused:
        parse(expression)
    assert refused.value.code == "INVALID_CRON"
