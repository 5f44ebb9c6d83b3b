"""Whether a channel is sound: what every channel is held to, and what areas above know of its kind."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from app.channels import rules, service
from app.channels.service import ChannelView
from app.clock import zone
from app.errors import DaypartError


@dataclass(frozen=True, slots=True)
class Fault:
    """Something about a channel that is wrong or unusual: a stable code, and plain words."""

    code: str
    level: Literal["warning", "error"]
    detail: str


Check = Callable[[ChannelView], Awaitable[list[Fault]]]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Let an area look at channels, too."""
    _checks[name] = check


async def validate(key: str) -> list[Fault]:
    """Everything that is wrong or unusual about a channel as it is stored."""
    one = await service.channel(key)
    found = [*_common(one)]
    for check in _checks.values():
        found += await check(one)
    return found


def _common(one: ChannelView) -> list[Fault]:
    found = []
    for code, check, value in (
        ("CHN-001", rules.checked_title, one.title), ("CHN-001", rules.checked_slug, one.slug),
        ("TIMEZONE_UNKNOWN", zone, one.timezone), ("DAY_START_BAD", rules.checked_day_start, one.day_start),
    ):  # fmt: skip
        try:
            check(value)
        except DaypartError as error:
            found.append(Fault(code, "error", error.detail))
    return found
