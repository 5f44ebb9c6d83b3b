"""Placing many posts at once: what is taken on their channels is read in one go and kept up while they are placed."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from app.clock import to_ms
from app.database import placeholders, sql
from app.posts.clashes import LIVE, TAKEN, Taken
from app.posts.free_slots import Plan, plans_of
from app.posts.slots import CONFLICT_MS, HORIZON
from app.posts.spacing import FreeFrom, growing_probe, jointly, next_free
from app.posts.weekly import Slot, candidates

_AT_ONCE = 500

Pair = tuple[str, str]
"""A channel and an asset."""


async def taken_between(
    channels: Sequence[str], from_ms: int, until_ms: int, *, but: Collection[str] = ()
) -> dict[str, list[Taken]]:
    """The live targets of channels between two instants, in order of time; `but` leaves some out."""
    found = {}
    for channel in channels:
        rows = await sql(
            f"{TAKEN} WHERE t.channel = ? AND t.due_ms > ? AND t.due_ms < ? AND {LIVE} ORDER BY t.due_ms",
            channel, from_ms, until_ms,
        )  # fmt: skip
        found[channel] = [Taken(**row) for row in rows if row["id"] not in but]
    return found


async def videos_on(channels: Sequence[str], assets: Sequence[str]) -> dict[Pair, Taken]:
    """Which of some videos are planned or published on some channels, and by what."""
    found: dict[Pair, Taken] = {}
    for start in range(0, len(assets), _AT_ONCE):
        some = assets[start : start + _AT_ONCE]
        rows = await sql(
            "SELECT t.id, t.channel, t.due_ms, t.state, p.title, t.asset"
            " FROM target t LEFT JOIN post p ON p.id = t.post"
            f" WHERE t.asset IN ({placeholders(some)}) AND t.channel IN ({placeholders(channels)})"
            f" AND {LIVE}",
            *some, *channels,
        )  # fmt: skip
        found.update({(row.pop("channel"), row["asset"]): Taken(**row) for row in rows})
    return found


class _Booked:
    """What is taken on one channel, in order of time."""

    def __init__(self, taken: Sequence[Taken]) -> None:
        self.times: list[int] = []
        self._taken: list[Taken] = []
        for one in taken:
            self.add(one)

    def near(self, at_ms: int) -> list[Taken]:
        first = bisect_right(self.times, at_ms - CONFLICT_MS)
        return self._taken[first : bisect_left(self.times, at_ms + CONFLICT_MS)]

    def add(self, one: Taken) -> None:
        if one.due_ms is None:
            return
        place = bisect_right(self.times, one.due_ms)
        self.times.insert(place, one.due_ms)
        self._taken.insert(place, one)


class _Free:
    """The first free slot of some channels; as none becomes free again, each look goes on from the last one."""

    def __init__(self, slots: Iterator[Slot], free_from: FreeFrom, until: datetime) -> None:
        self._slots, self._free_from, self._until = slots, free_from, until
        self._first: Slot | None = next(slots)

    def first(self) -> Slot | None:
        if self._first is not None:
            self._first = next_free(chain((self._first,), self._slots), self._free_from, self._until)
        return self._first


class Places:
    """What is taken on some channels from now on, and what is free; posts that are placed take theirs."""

    def __init__(self, plans: Sequence[Plan], taken: Mapping[str, Sequence[Taken]], now: datetime, tz: ZoneInfo):
        self._plans = {plan.channel: plan for plan in plans}
        self._booked = {plan.channel: _Booked(taken.get(plan.channel, ())) for plan in plans}
        self._free: dict[frozenset[str], _Free] = {}
        self._now, self._tz = now, tz

    @classmethod
    async def look(cls, channels: Sequence[str], now: datetime, tz: ZoneInfo, *, but: Collection[str] = ()) -> "Places":
        """As it stands now; the targets that are named by `but` take nothing."""
        plans = await plans_of(channels)
        return cls(plans, await taken_between(channels, *bounds(plans, now), but=but), now, tz)

    def near(self, channel: str, at_ms: int) -> list[Taken]:
        """What is planned on a channel less than a minute from an instant, in order of time."""
        return self._booked[channel].near(at_ms)

    def take(self, channel: str, one: Taken) -> None:
        """Take a time on a channel."""
        self._booked[channel].add(one)

    def next_free(self, channels: Sequence[str]) -> Slot | None:
        """The earliest slot that is free on all of the channels, within two years."""
        key = frozenset(channels)
        if key not in self._free:
            self._free[key] = self._slots([self._plans[channel] for channel in channels])
        return self._free[key].first()

    def _slots(self, plans: Sequence[Plan]) -> _Free:
        slots = candidates([plan.timetable for plan in plans], self._tz, self._now)
        probes = [growing_probe(self._booked[plan.channel].times, plan.gap_ms) for plan in plans]
        return _Free(slots, jointly(probes), self._now + HORIZON)


def bounds(plans: Sequence[Plan], now: datetime) -> tuple[int, int]:
    """Between which instants, in ms, targets can stand in the way of what is planned from now on."""
    gap_ms = max((plan.gap_ms for plan in plans), default=CONFLICT_MS)
    return to_ms(now) - gap_ms, to_ms(now + HORIZON) + gap_ms
