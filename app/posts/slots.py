"""What stands in the way of a time, and of the channels of a post."""

from datetime import datetime, timedelta

from app.clock import MINUTE_MS, aware
from app.errors import Invalid, field_error

CONFLICT_MS = MINUTE_MS
HORIZON = timedelta(days=2 * 365)


def conflicts(one_ms: int, other_ms: int) -> bool:
    """Whether two times on one channel are too close; exactly a minute apart is allowed."""
    return abs(one_ms - other_ms) < CONFLICT_MS


def check_time(due: datetime, now: datetime) -> None:
    """Refuse a time that is past, or so far ahead that it must be a mistake, or has no zone."""
    if aware(due) < now:
        raise field_error("scheduled_time", "TIME_PAST", "This time has passed. Choose a later one, or post it now.")
    if due - now > HORIZON:
        raise field_error("scheduled_time", "TIME_FAR", "This is more than two years ahead.")


def check_channels(channels: list[str]) -> None:
    """Refuse no channels, and one channel twice."""
    if not channels:
        raise field_error("channels", "CHANNELS_NONE", "Choose at least one channel.")
    if len(set(channels)) != len(channels):
        raise Invalid("CHANNEL_TWICE", "A channel is named twice.", errors={"channels": "A channel is named twice."})
