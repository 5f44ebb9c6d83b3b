"""Start to ready: from spawning `daypart up` to the first 200 of /health, with database, Redis, web and worker.

Medians of three starts, on data folders that are not there yet and on one that an earlier start made. There is no
ceiling: the goals are seconds on the machine at hand.
"""

import time
from pathlib import Path

from tests.benchmarks.desk import empty_folder
from tests.benchmarks.processes import await_answer, daypart, free_port, running
from tests.benchmarks.results import Figure, duration, percentile

TIMES = 3
NEW_S = 5.0
EXISTING_S = 1.5


def run() -> list[Figure]:
    """Seconds on a new and on an existing data folder."""
    new, existing = [], []
    for _ in range(TIMES):
        with empty_folder() as data:
            new.append(_start(data))
            existing.append(_start(data))
    return [
        duration("start_new_folder_seconds", percentile(new, 0.5), goal=NEW_S),
        duration("start_existing_folder_seconds", percentile(existing, 0.5), goal=EXISTING_S),
    ]


def _start(data: Path) -> float:
    port = free_port()
    began = time.perf_counter()
    with running(daypart("up", data, port)) as tree:
        await_answer(tree, port, "/health")
        return time.perf_counter() - began
