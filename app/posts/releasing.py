"""Which due targets may start: what catches up is let out one by one in the gaps of its channel, not in a burst."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.clock import MINUTE_MS

# Two targets of a channel closer than this are a conflict when planned, so they are not published closer either.
SPACING_MS = MINUTE_MS


@dataclass(frozen=True, slots=True)
class Due:
    """A target that waits for its time; `at_ms` is when its next try is planned, `again` after one that failed."""

    target: str
    channel: str
    attempt: int
    at_ms: int
    again: bool = False

    def catches_up(self, now_ms: int) -> bool:
        """Whether it goes out at another time than planned: late, as after an outage, or tried again."""
        return self.again or self.at_ms <= now_ms - SPACING_MS


def released(waiting: Sequence[Due], busy_ms: Mapping[str, int], now_ms: int) -> list[Due]:
    """Of waiting targets, those that may start: all that are on time, and of those of a channel that catch up the
    first, where it keeps the spacing to the channel's last publication (`busy_ms`) and to what is planned next."""
    punctual = [due for due in waiting if not due.catches_up(now_ms)]
    planned: dict[str, list[int]] = {}
    for due in punctual:
        planned.setdefault(due.channel, []).append(due.at_ms)
    first: dict[str, Due] = {}
    for due in sorted(waiting, key=lambda due: (due.at_ms, due.target)):
        if due.catches_up(now_ms):
            first.setdefault(due.channel, due)
    fitting = [due for due in first.values() if _fits(due, planned.get(due.channel, []), busy_ms, now_ms)]
    return sorted([*punctual, *fitting], key=lambda due: due.at_ms)


def _fits(due: Due, planned: Sequence[int], busy_ms: Mapping[str, int], now_ms: int) -> bool:
    at_ms = max(due.at_ms, now_ms)
    others = [*planned, busy_ms[due.channel]] if due.channel in busy_ms else planned
    return all(abs(at_ms - other_ms) >= SPACING_MS for other_ms in others)
