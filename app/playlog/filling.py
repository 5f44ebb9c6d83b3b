"""What fills a break: spots by type, cooldown, daily cap and order, packed greedily; then pads, filler or the slate."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.clock import HOUR_MS, MINUTE_MS
from app.plans.values import Candidate
from app.playlog.breaking import split
from app.playlog.values import SLATE, Line

REMEMBERED_MS = 24 * HOUR_MS
PAD_MOST_MS = 1_000
COMMERCIALS = ("ADV", "COM")


@dataclass(frozen=True, slots=True)
class Traffic:
    """Which types a break may have, how long each rests, and how often one may air in a broadcast day."""

    types: tuple[str, ...] = (*COMMERCIALS, "PRO", "PSA")
    cooldown_ms: Mapping[str, int] = field(default_factory=lambda: {"ADV": 20 * MINUTE_MS, "COM": 20 * MINUTE_MS})
    usual_cooldown_ms: int = HOUR_MS
    daily_cap: Mapping[str, int] = field(default_factory=lambda: {"ADV": 36, "COM": 36})
    usual_daily_cap: int = 18

    def rests(self, type: str) -> int:
        """How long a spot of that type rests."""
        return self.cooldown_ms.get(type, self.usual_cooldown_ms)

    def most(self, type: str) -> int:
        """How often one spot of that type may air in a broadcast day."""
        return self.daily_cap.get(type, self.usual_daily_cap)


class Airings:
    """When each spot airs on a channel; `day_of` gives the broadcast day of an instant."""

    def __init__(self, aired: Iterable[tuple[str, int]], day_of: Callable[[int], int]) -> None:
        self._day_of = day_of
        self._at: dict[str, list[int]] = defaultdict(list)
        self._count: Counter[tuple[str, int]] = Counter()
        for asset, at_ms in aired:
            self.add(asset, at_ms)

    def add(self, asset: str, at_ms: int) -> None:
        """One more."""
        self._at[asset].append(at_ms)
        self._count[asset, self._day_of(at_ms)] += 1

    def rested(self, asset: str, at_ms: int, rest_ms: int) -> bool:
        """Whether nothing of it airs so near."""
        return all(abs(at_ms - one) >= rest_ms for one in self._at.get(asset, ()))

    def on_day(self, asset: str, at_ms: int) -> int:
        """How often it airs in the broadcast day of an instant."""
        return self._count[asset, self._day_of(at_ms)]

    def last(self, at_ms: int) -> dict[str, int]:
        """When each asset aired last before an instant, as far as that is remembered."""
        since = at_ms - REMEMBERED_MS
        found = {asset: [one for one in aired if since < one < at_ms] for asset, aired in self._at.items()}
        return {asset: max(aired) for asset, aired in found.items() if aired}


class Spots:
    """The spots of a channel, each with its place among those that have not aired, which no other spot changes."""

    def __init__(self, channel: str, assets: Iterable[Candidate], traffic: Traffic) -> None:
        allowed = [one for one in assets if one.type in traffic.types and one.duration_ms]
        self.traffic = traffic
        self.all = sorted(allowed, key=lambda one: hashlib.sha256(f"{channel}:{one.id}".encode()).digest())

    def packed(self, budget_ms: int, at_ms: int, airings: Airings, *, commercials: bool) -> list[Candidate]:
        """Spots for a break, those that aired least recently first, until nothing fits any more."""
        chosen: list[Candidate] = []
        left = budget_ms
        for one in self._in_order(at_ms, airings):
            length = one.duration_ms or 0
            if length <= left and (commercials or one.type not in COMMERCIALS) and self._may(one, at_ms, airings):
                chosen.append(one)
                left -= length
        return chosen

    def _in_order(self, at_ms: int, airings: Airings) -> list[Candidate]:
        last = airings.last(at_ms)
        return sorted(self.all, key=lambda one: last.get(one.id, 0))

    def _may(self, one: Candidate, at_ms: int, airings: Airings) -> bool:
        rested = airings.rested(one.id, at_ms, self.traffic.rests(one.type))
        return rested and airings.on_day(one.id, at_ms) < self.traffic.most(one.type)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the events of one block have in common."""

    block_ms: int
    day_event: str | None = None
    booking: str | None = None


def looped(
    start_ms: int, end_ms: int, filler: Candidate | None, stamp: Stamp, break_no: int | None, into_ms: int = 0
) -> Iterator[Line]:
    """The filler again and again, from `into_ms` of it, cut at the end; the slate where there is none."""
    if start_ms >= end_ms:
        return
    if filler is None or not filler.duration_ms:
        yield _pad(start_ms, end_ms, stamp, break_no)
        return
    at, begins = start_ms, into_ms % filler.duration_ms
    while at < end_ms:
        length = min(filler.duration_ms - begins, end_ms - at)
        yield Line(
            at, at + length, filler.id, begins, begins + length, "filler", filler.title, filler.type, stamp.block_ms,
            break_no, stamp.day_event, stamp.booking,
        )  # fmt: skip
        at, begins = at + length, 0


def _pad(start_ms: int, end_ms: int, stamp: Stamp, break_no: int | None) -> Line:
    return Line(
        start_ms, end_ms, None, 0, end_ms - start_ms, "pad", SLATE, None, stamp.block_ms, break_no, stamp.day_event,
        stamp.booking,
    )  # fmt: skip


def _spot(one: Candidate, at_ms: int, stamp: Stamp, break_no: int) -> Line:
    length = one.duration_ms or 0
    return Line(
        at_ms, at_ms + length, one.id, 0, length, "spot", one.title, one.type, stamp.block_ms, break_no,
        stamp.day_event, stamp.booking,
    )  # fmt: skip


def filled(
    start_ms: int, end_ms: int, chosen: Sequence[Candidate], filler: Candidate | None, stamp: Stamp, break_no: int
) -> list[Line]:
    """A break with these spots, exact to the millisecond: a moment of slate between them, or filler after them."""
    left = end_ms - start_ms - sum(one.duration_ms or 0 for one in chosen)
    gaps = max(1, len(chosen) - 1) if chosen else 0
    with_pads = gaps > 0 and (filler is None or left <= gaps * PAD_MOST_MS)
    pads = split(left, gaps)[::-1] if with_pads else []
    lines: list[Line] = []
    at = start_ms
    for number, one in enumerate(chosen):
        length = one.duration_ms or 0
        lines.append(_spot(one, at, stamp, break_no))
        at += length
        if number < len(pads) and pads[number]:
            lines.append(_pad(at, at + pads[number], stamp, break_no))
            at += pads[number]
    return [*lines, *looped(at, end_ms, filler, stamp, break_no)]
