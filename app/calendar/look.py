"""What views are made of besides items."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from app.channels.service import ChannelView


@dataclass(frozen=True, slots=True)
class Look:
    """What views are made of besides items: the channels, the zone, and the date of today."""

    channels: Sequence[ChannelView]
    tz: ZoneInfo
    today: date
    href: Callable[[date], str]
    """The address of a day."""
    may_edit: bool
    down: bool = False
    """Whether time runs down."""
