"""Lateness of 1,000 targets spread evenly over a minute, each on a channel of its own.

Daypart runs as `daypart up` does, idle otherwise; its worker publishes. Lateness is the receiver's time of arrival
minus the due time. The ceiling is the lateness of 250 bare arq jobs (`bare_arq`) spread over the same minute, so that
both meet the same weather. Daypart can be better than that: it wakes ahead and waits for the hour, while arq polls.
"""

from datetime import UTC, datetime, timedelta

from tests.benchmarks.bare_arq import BARE, bare_worker, enqueue
from tests.benchmarks.deliveries import PATH, RECEIVER, await_deliveries, lateness_ms
from tests.benchmarks.desk import Desk, Post, new_desk
from tests.benchmarks.processes import await_answer, daypart, running
from tests.benchmarks.results import Figure, duration, percentile
from tests.fakes.server import Fake

COUNT = 1_000
APART = timedelta(minutes=1) / COUNT
BARE_EVERY = 4
SHARES = {"p50": 0.5, "p99": 0.99, "max": 1.0}
GOALS_MS = {"p99": 100.0}
_AHEAD = timedelta(seconds=12)
_PATIENCE_S = 20


def run() -> list[Figure]:
    """Median, 99th percentile and worst lateness."""
    with Fake(RECEIVER) as receiver, new_desk() as desk, bare_worker(desk.data.parent / "bare") as queue:
        channels = desk.add_channels([f"Channel {number}" for number in range(COUNT)], receiver.url + PATH)
        with running(daypart("up", desk.data, desk.port)) as tree:
            await_answer(tree, desk.port, "/health")
            ours, bare = _lateness_ms(desk, channels, receiver, queue)
    return [
        duration(
            f"lateness_spread_{name}_ms",
            percentile(ours, share),
            ceiling=percentile(bare, share),
            goal=GOALS_MS.get(name),
        )
        for name, share in SHARES.items()
    ]


def _lateness_ms(desk: Desk, channels: list[str], receiver: Fake, queue: str) -> tuple[list[float], list[float]]:
    first = datetime.now(UTC) + _AHEAD
    dues = [first + number * APART for number in range(COUNT)]
    desk.schedule([Post(channel, due) for channel, due in zip(channels, dues, strict=True)])
    # Between ours, so that they do not wait for each other.
    between = [due + APART / 2 for due in dues[::BARE_EVERY]]
    enqueue(queue, receiver.url + PATH, between)
    found = await_deliveries(receiver, COUNT + len(between), dues[-1], _PATIENCE_S)
    bare = [lateness_ms(one) for one in found if one["webhook_id"].startswith(BARE)]
    return [lateness_ms(one) for one in found if not one["webhook_id"].startswith(BARE)], bare
