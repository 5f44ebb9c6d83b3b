"""1,000 targets due at one instant, each on a channel of its own: how late each is, and how many a second get out.

Daypart runs as `daypart up` does, idle otherwise; its worker publishes. The rate counts from the due time to the last
arrival at the receiver. The ceiling is the same number of bare arq jobs deferred to one instant (`bare_arq`), run
after each of our rounds; what is told is the round whose ratio of rates is the median.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.benchmarks.bare_arq import bare_worker, enqueue
from tests.benchmarks.deliveries import PATH, RECEIVER, await_deliveries, lateness_ms
from tests.benchmarks.desk import Desk, Post, new_desk
from tests.benchmarks.processes import await_answer, daypart, running
from tests.benchmarks.results import Figure, duration, percentile, rate
from tests.benchmarks.spread import SHARES
from tests.fakes.server import Fake

COUNT = 1_000
ROUNDS = 3
GOALS_MS = {"max": 3_000.0}
LEAST_RATIO = 0.5
# Daypart wakes five seconds ahead: until then all posts must be there.
_AHEAD = timedelta(seconds=12)
_BARE_AHEAD = timedelta(seconds=3)
_PATIENCE_S = 20


@dataclass(frozen=True, slots=True)
class Round:
    """The lateness of each delivery, in ms."""

    ours: list[float]
    bare: list[float]

    @property
    def ratio(self) -> float:
        return _per_second(self.ours) / _per_second(self.bare)


def run() -> list[Figure]:
    """Median, 99th percentile and worst lateness, and the rate."""
    with Fake(RECEIVER) as receiver, new_desk() as desk:
        titles = [f"Channel {number}" for number in range(ROUNDS * COUNT)]
        channels = desk.add_channels(titles, receiver.url + PATH)
        tree = daypart("up", desk.data, desk.port)
        with running(tree), bare_worker(desk.data.parent / "bare") as queue:
            await_answer(tree, desk.port, "/health")
            rounds = [_round(desk, receiver, queue, channels[number::ROUNDS]) for number in range(ROUNDS)]
    typical = sorted(rounds, key=lambda one: one.ratio)[ROUNDS // 2]
    return [
        *(
            duration(
                f"lateness_burst_{name}_ms",
                percentile(typical.ours, share),
                ceiling=percentile(typical.bare, share),
                goal=GOALS_MS.get(name),
            )
            for name, share in SHARES.items()
        ),
        rate("burst_per_second", _per_second(typical.ours), ceiling=_per_second(typical.bare), goal=LEAST_RATIO),
    ]


def _round(desk: Desk, receiver: Fake, queue: str, channels: list[str]) -> Round:
    receiver.post("/reset")
    due = datetime.now(UTC) + _AHEAD
    desk.schedule([Post(channel, due) for channel in channels])
    found = await_deliveries(receiver, COUNT, due, _PATIENCE_S)
    receiver.post("/reset")
    bare_due = datetime.now(UTC) + _BARE_AHEAD
    enqueue(queue, receiver.url + PATH, [bare_due] * COUNT)
    bare = await_deliveries(receiver, COUNT, bare_due, _PATIENCE_S)
    return Round([lateness_ms(one) for one in found], [lateness_ms(one) for one in bare])


def _per_second(latenesses_ms: list[float]) -> float:
    return len(latenesses_ms) / (max(latenesses_ms) / 1000)
