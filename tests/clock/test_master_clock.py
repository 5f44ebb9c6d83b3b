"""The master clock never runs backwards, whatever happens to the machine's."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.clock import ManualClock, MasterClock

START_NS = 1_800_000_000 * 10**9
SECOND_NS = 10**9
readings = st.lists(st.tuples(st.integers(-(10**14), 10**14), st.integers(0, 10**12)), min_size=1, max_size=30)


class Machine:
    """A machine whose wall clock is set at will; its steady clock only goes on."""

    def __init__(self) -> None:
        self.wall_ns = START_NS
        self.steady_ns = 0

    def clock(self) -> MasterClock:
        return MasterClock(lambda: self.wall_ns, lambda: self.steady_ns)

    def run(self, ns: int) -> None:
        self.wall_ns += ns
        self.steady_ns += ns


def told(machine: Machine, steps: Iterable[tuple[int, int]]) -> Iterator[int]:
    """What the clock says after each step: the wall clock is set by so much, then so much time passes."""
    clock = machine.clock()
    yield clock.now_ms()
    for set_by, passed in steps:
        machine.wall_ns = max(0, machine.wall_ns + set_by)
        machine.run(passed)
        yield clock.now_ms()


@given(readings)
def test_clock_never_runs_backwards(steps: list[tuple[int, int]]) -> None:
    times = list(told(Machine(), steps))
    assert times == sorted(times)


@given(readings)
def test_clock_is_never_behind_the_machine(steps: list[tuple[int, int]]) -> None:
    machine = Machine()
    assert list(told(machine, steps))[-1] >= machine.wall_ns // 1_000_000


@given(readings)
def test_clock_never_stands_still_for_more_than_it_is_ahead(steps: list[tuple[int, int]]) -> None:
    machine = Machine()
    before = list(told(machine, steps))[-2:]
    assert before[-1] - before[0] >= steps[-1][1] // 2 // 1_000_000 - 1


def test_clock_follows_a_machine_that_is_set_forward() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall_ns += 3600 * SECOND_NS
    assert clock.now_ms() == machine.wall_ns // 1_000_000
    assert clock.ahead_ms() == 0


@given(st.integers(1, 10**5), st.integers(1, 50))
def test_clock_that_was_ahead_is_caught_up_with_after_twice_the_time(set_back_s: int, looks: int) -> None:
    machine = Machine()
    clock = machine.clock()
    clock.now_ms()
    machine.wall_ns -= set_back_s * SECOND_NS
    assert clock.ahead_ms() == set_back_s * 1000
    for _ in range(looks):
        machine.run(2 * set_back_s * SECOND_NS // looks + 1)
        clock.now_ms()
    assert clock.ahead_ms() <= 1
    machine.run(SECOND_NS)
    assert clock.now_ms() == machine.wall_ns // 1_000_000


def test_manual_clock_stands_still_until_it_is_moved() -> None:
    start = datetime(2026, 5, 14, 12, tzinfo=UTC)
    clock = ManualClock(start)
    assert clock.now() == clock.now() == start
    clock.advance(timedelta(milliseconds=1500))
    assert clock.now() == start + timedelta(milliseconds=1500)
    clock.set(start)
    assert clock.now() == start + timedelta(milliseconds=1500)
