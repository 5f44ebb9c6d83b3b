"""Rules of groups and waves: whose turn is when, what clashes with what, and how plans move as a whole.

Plain values only; times of conflicts are UTC ms, all others aware datetimes or readings of a wall clock.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from app.clock import MINUTE_MS, from_ms, to_ms, zone
from app.errors import field_error
from app.posts.schemas import Wall, When
from app.posts.slots import conflicts
from app.posts.spacing import FreeFrom, probe
from app.posts.states import AWAITING, CHANGEABLE, RETRYABLE, State

Kind = Literal["simultaneous", "staggered", "independent"]
CHANNELS_MOST = 200
STEP_MOST_S = 30 * 24 * 3600
TITLE_MOST = 100
# An address of the pages.
_RESERVED = frozenset({"new"})
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True, slots=True)
class Placed:
    """Something at one time on one channel: a stored target, or one that is wanted."""

    channel: str
    at_ms: int
    asset: str | None = None
    target: str = ""
    title: str | None = None
    state: str = "scheduled"


@dataclass(frozen=True, slots=True)
class Clash:
    """Two on one channel that cannot both be: nearer than a minute, or the same video twice."""

    wanted: Placed
    other: Placed

    @property
    def same_video(self) -> bool:
        """Whether it is the video that clashes, whatever the time."""
        return self.wanted.asset is not None and self.wanted.asset == self.other.asset


def checked_key(key: str) -> str:
    """The caller's own name of a wave, unless it cannot stand in an address."""
    if not _KEY.fullmatch(key) or key in _RESERVED:
        raise field_error(
            "wave_id", "WAVE_KEY_BAD",
            "Use 1 to 80 letters a-z, digits, dots, dashes and underscores, beginning with a letter or digit.",
        )  # fmt: skip
    return key


def checked_wave_title(title: str) -> str:
    """A wave's title without blanks around it, on one line."""
    title = " ".join(title.split())
    if not title:
        raise field_error("wave_title", "TITLE_NONE", "Give the wave a title.")
    if len(title) > TITLE_MOST:
        raise field_error(
            "wave_title", "TITLE_LONG", f"The title has {len(title)} characters; at most {TITLE_MOST} fit."
        )
    return title


def checked_step(step_s: int) -> timedelta:
    """The delay between two channels of a staggered group."""
    if not 0 <= step_s <= STEP_MOST_S:
        raise field_error("delay_seconds", "STEP_BAD", "The delay between channels is 0 seconds to 30 days.")
    return timedelta(seconds=step_s)


def turns(start: When, number: int, step: timedelta) -> list[When]:
    """The times of channels that follow one another; a delay is real time, whatever clocks do meanwhile."""
    return [later(start, place * step) for place in range(number)]


def later(when: When, by: timedelta) -> When:
    """A time so much later, read on the same wall clock."""
    if not by:
        return when
    at = when.at + by
    return When(at) if when.timezone is None else When(at, reading(at, when.timezone), when.timezone)


def reading(at: datetime, timezone: str) -> str:
    """What a zone's wall clock shows at an instant."""
    local = at.astimezone(zone(timezone)).replace(tzinfo=None, fold=0)
    exact = local.second or local.microsecond
    return local.isoformat() if exact else local.isoformat(timespec="minutes")


def clashes(wanted: Sequence[Placed], taken: Iterable[Placed]) -> list[Clash]:
    """What each wanted one clashes with: stored ones, and those wanted before it."""
    there: dict[str, list[Placed]] = {}
    for other in taken:
        there.setdefault(other.channel, []).append(other)
    found = []
    for one in wanted:
        own = there.setdefault(one.channel, [])
        found += [Clash(one, other) for other in own if _clash(one, other)]
        own.append(one)
    return found


def _clash(one: Placed, other: Placed) -> bool:
    return conflicts(one.at_ms, other.at_ms) or (one.asset is not None and one.asset == other.asset)


def free_shift(wanted: Sequence[Placed], taken: Iterable[Placed], least_ms: int, until_ms: int) -> int | None:
    """The smallest shift of all together, whole minutes beyond the least one, at which each has a free time.

    None where there is none that begins before `until_ms`. One channel may have several of them, at their own gaps.
    """
    times: dict[str, list[int]] = {}
    for other in taken:
        times.setdefault(other.channel, []).append(other.at_ms)
    probes: dict[str, FreeFrom] = {channel: probe(ms) for channel, ms in times.items()}
    shift_ms = least_ms
    while min(one.at_ms for one in wanted) + shift_ms <= until_ms:
        needed_ms = max(_free(one, shift_ms, probes) for one in wanted)
        if needed_ms == shift_ms:
            return shift_ms
        shift_ms = least_ms - (least_ms - needed_ms) // MINUTE_MS * MINUTE_MS
    return None


def _free(one: Placed, shift_ms: int, probes: dict[str, FreeFrom]) -> int:
    return probes[one.channel](one.at_ms + shift_ms) - one.at_ms if one.channel in probes else shift_ms


def moved(old: Sequence[When], first: When, timezone: str) -> list[When]:
    """All times as far away as the first of them goes, on the wall clock of each: gaps and times of day stay.

    A skipped time moves forward to the first that exists and a repeated one is its first (publishing, time rules).
    `timezone` is that of times that were given as instants.
    """
    start = min(old, key=lambda when: when.at)
    home = first.timezone or timezone
    begin, end = _meant(start, home), _meant(first, home)
    return [first if _meant(one, home) == begin else _moved(one, end - begin, timezone) for one in old]


def _moved(one: When, by: timedelta, timezone: str) -> When:
    own = one.timezone or timezone
    wall = _meant(one, own) + by
    found = When.of_wall(Wall(wall.date(), wall.time(), own))
    return replace(found, wall=wall.isoformat() if wall.second or wall.microsecond else found.wall)


def _meant(one: When, timezone: str) -> datetime:
    """The reading that was meant in a zone, else the one that its clock shows."""
    if one.wall is not None and one.timezone == timezone:
        return datetime.fromisoformat(one.wall)
    return one.at.astimezone(zone(timezone)).replace(tzinfo=None, fold=0)


def shifted(old: Sequence[When], by_ms: int) -> list[When]:
    """All times so much later, gaps kept to the millisecond."""
    return [later(one, timedelta(milliseconds=by_ms)) for one in old]


def in_gaps(number: int, taken_ms: Iterable[int], from_ms_: int) -> list[datetime]:
    """The first times from an instant on for several on one channel, a minute from all others and one another."""
    times, found = list(taken_ms), []
    for _ in range(number):
        at_ms = probe(times)(from_ms_)
        times.append(at_ms)
        found.append(from_ms(at_ms))
    return found


def reordered(times: Sequence[When], old: Sequence[str], new: Sequence[str]) -> dict[str, When]:
    """Whose turn is when in another order; the times stay, all and only the old ones must be named."""
    if sorted(old) != sorted(new):
        raise field_error("order", "ORDER_BAD", "Name each channel that still waits in this group, once.")
    return dict(zip(new, sorted(times, key=lambda when: when.at), strict=True))


@dataclass(frozen=True, slots=True)
class Progress:
    """How many targets stand how."""

    waiting: int
    under_way: int
    unknown: int
    posted: int
    failed: int
    cancelled: int

    @property
    def total(self) -> int:
        """All that are still wanted."""
        return self.waiting + self.under_way + self.unknown + self.posted + self.failed

    @property
    def over(self) -> int:
        """Those that came to an end."""
        return self.posted + self.failed + self.unknown


def progress(states: Iterable[State]) -> Progress:
    """Count targets by how they stand."""
    every = list(states)
    unknown = every.count("unconfirmed")
    return Progress(
        waiting=sum(state in CHANGEABLE for state in every),
        under_way=sum(state in AWAITING for state in every) - unknown,
        unknown=unknown,
        posted=every.count("published"),
        failed=sum(state in RETRYABLE for state in every),
        cancelled=every.count("cancelled"),
    )


def outcome(found: Progress) -> str:
    """How a wave stands, in words: `3 of 5 posted, 1 failed`."""
    if not found.total:
        return "cancelled" if found.cancelled else "empty"
    told = [f"{found.posted} of {found.total} posted"]
    told += [f"{n} {word}" for n, word in ((found.failed, "failed"), (found.unknown, "unknown")) if n]
    return ", ".join(told)


def at_of(when: When) -> int:
    """A time in UTC ms."""
    return to_ms(when.at)
