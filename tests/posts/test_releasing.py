"""Which due targets may start: the punctual ones always, what catches up one by one in the gaps of its channel."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.posts.releasing import SPACING_MS, Due, released

NOW_S = 10_000


def due(name: str, at_s: float, *, channel: str = "c", again: bool = False) -> Due:
    return Due(name, channel, 0, round((NOW_S + at_s) * 1000), again)


# waiting, when the channel published last -> who may start
CASES: list[tuple[str, list[Due], float | None, str]] = [
    ("punctual ones all start", [due("a", -59), due("b", 0), due("c", 30)], None, "abc"),
    ("punctual ones start whatever went out before", [due("a", 0)], -1, "a"),
    ("the first that is late starts alone", [due("a", -3600), due("b", -1800)], None, "a"),
    ("the first is the earliest, not the first told", [due("b", -1800), due("a", -3600)], None, "a"),
    ("late means by a minute", [due("a", -60), due("b", -59.9)], None, "b"),
    ("a late one waits until its channel was quiet", [due("a", -3600)], -59.9, ""),
    ("a late one starts once its channel was quiet", [due("a", -3600)], -60, "a"),
    ("a late one leaves room for what is planned", [due("a", -3600), due("b", 59.9)], None, "b"),
    ("a late one fits before what is planned", [due("a", -3600), due("b", 60)], None, "ab"),
    ("a late one waits for what is about to go out", [due("a", -3600)], 4, ""),
    ("a further try keeps the distance too", [due("a", 2, again=True)], -50, ""),
    ("a further try is measured at its time", [due("a", 2, again=True)], -58, "a"),
    ("a further try comes after what is later than it", [due("a", 2, again=True), due("b", -600)], None, "b"),
    ("channels do not wait for each other", [due("a", -3600, channel="x"), due("b", -3600, channel="y")], None, "ab"),
    ("a planned one elsewhere is no hindrance", [due("a", -3600, channel="x"), due("b", 5, channel="y")], None, "ab"),
]


@pytest.mark.parametrize(("case", "waiting", "last_s", "start"), CASES, ids=[case for case, *_ in CASES])
def test_release(case: str, waiting: list[Due], last_s: float | None, start: str) -> None:
    busy_ms = {} if last_s is None else {"c": round((NOW_S + last_s) * 1000)}
    found = released(waiting, busy_ms, NOW_S * 1000)
    assert sorted(one.target for one in found) == sorted(start)
    assert found == sorted(found, key=lambda one: one.at_ms)


@dataclass
class Desk:
    """A worker that looks each second, except while it is down; times in seconds."""

    waiting: list[Due]
    down: range
    begun_s: dict[str, float] = field(default_factory=dict)
    punctual: set[str] = field(default_factory=set)

    def run(self, until_s: int) -> None:
        for now_s in range(until_s):
            if not self.waiting:
                return
            if now_s not in self.down:
                self._look(now_s * 1000)

    def _look(self, now_ms: int) -> None:
        seen = [one for one in self.waiting if one.at_ms <= now_ms + (5_000 if one.catches_up(now_ms) else 65_000)]
        for one in released(seen, self._busy(), now_ms):
            if one.at_ms - 5_000 <= now_ms:
                self.waiting.remove(one)
                self.begun_s[one.target] = max(one.at_ms, now_ms) / 1000
                if not one.catches_up(now_ms):
                    self.punctual.add(one.target)

    def _busy(self) -> dict[str, int]:
        busy: dict[str, int] = {}
        for target, at_s in self.begun_s.items():
            channel = target[0]
            busy[channel] = max(busy.get(channel, 0), round(at_s * 1000))
        return busy


def plan(channel: str, gaps_s: Iterable[int], again: Iterable[bool]) -> list[Due]:
    at_s, found = 0, []
    for number, (gap_s, retried) in enumerate(zip(gaps_s, again, strict=False)):
        at_s += gap_s
        found.append(Due(f"{channel}{number}", channel, 0, at_s * 1000, retried))
    return found


plans = st.lists(
    st.tuples(st.lists(st.integers(60, 300), max_size=8), st.lists(st.booleans(), min_size=8, max_size=8)),
    min_size=1, max_size=3,
)  # fmt: skip
outages = st.tuples(st.integers(0, 1500), st.integers(0, 1500))


@given(plans, outages)
@settings(deadline=None, max_examples=60)
def test_what_catches_up_keeps_its_distance_and_nobody_starves(
    channels: list[tuple[list[int], list[bool]]], outage: tuple[int, int]
) -> None:
    waiting = [one for name, planned in zip("xyz", channels, strict=False) for one in plan(name, *planned)]
    desk = Desk(list(waiting), range(outage[0], outage[0] + outage[1]))
    desk.run(8 * 300 + 1500 + 25 * 130)
    assert desk.waiting == []
    for (one, at_s), (other, other_s) in combinations(desk.begun_s.items(), 2):
        if one[0] == other[0] and not {one, other} <= desk.punctual:
            assert abs(at_s - other_s) * 1000 >= SPACING_MS


@given(plans)
@settings(deadline=None, max_examples=60)
def test_without_an_outage_everything_goes_out_at_its_time(channels: list[tuple[list[int], list[bool]]]) -> None:
    waiting = [one for name, planned in zip("xyz", channels, strict=False) for one in plan(name, *planned)]
    waiting = [replace(one, again=False) for one in waiting]
    desk = Desk(list(waiting), range(0))
    desk.run(8 * 300 + 10)
    assert desk.begun_s == {one.target: one.at_ms / 1000 for one in waiting}
