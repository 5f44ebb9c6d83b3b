"""The day fields of a cron expression: day of month, month and day of week say on which dates a plan applies.

Minute and hour are checked and ignored. When day of month and day of week are both given, either is enough, as in cron.
"""

from datetime import UTC, date, datetime
from functools import lru_cache

from cronsim import CronSim, CronSimError

from app.errors import Invalid, field_error

CRON_MOST = 200
_FIELDS = 5
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def matches(expression: str, day: date) -> bool:
    """Whether an expression names that date; one that cannot be read is refused with INVALID_CRON."""
    fields = parse(expression)
    return day.month in fields.months and fields.match_day(day)


@lru_cache(maxsize=512)
def parse(expression: str) -> CronSim:
    """The five fields of an expression; anything else is refused with INVALID_CRON."""
    if len(expression.split()) != _FIELDS or len(expression) > CRON_MOST:
        raise _bad("Give five fields: minute, hour, day of month, month, day of week.")
    try:
        return CronSim(expression, _ANY_TIME)
    except CronSimError as error:
        raise _bad(f"{error}.") from error


def _bad(detail: str) -> Invalid:
    return field_error("cron", "INVALID_CRON", f"{detail} For weekdays write: 0 0 * * MON-FRI.")
