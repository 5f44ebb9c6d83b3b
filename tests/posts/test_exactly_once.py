"""The key test: whatever is killed or dropped, at every await, a target is published once or shown as unknown.

For n = 1, 2, 3, ... a process takes a due target through the engine and is killed at its n-th await, until it comes to
an end before; each time a successor goes on.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.posts.adapters import ADAPTERS
from app.posts.claims import LEASE_MS
from tests.fakes.server import Fake
from tests.posts.desk import Engine
from tests.posts.mortal import FOR_EVER, dies_within
from tests.posts.platforms import CASES, Case
from tests.posts.scene import scene_of

AWAITS_MOST = 300


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case.platform} {case.name}")
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture(scope="module")
def fake(case: Case) -> Iterator[Fake]:
    with Fake(case.fake) as started:
        yield started


def test_killed_at_every_await_it_is_published_once(case: Case, fake: Fake, empty_database: Path) -> None:
    with scene_of(case, fake, empty_database) as scene:
        first = Engine(scene.desk, "worker-1")
        # Restarted under its name, a worker takes up its work at once; another one when the lease is over.
        successors = [(Engine(scene.desk, "worker-1"), 0.0), (Engine(scene.desk, "worker-2"), LEASE_MS / 1000)]
        for awaits in range(1, AWAITS_MOST):
            scene.again()
            case.script(fake)
            died = dies_within(awaits, lambda: scene.publish(first))
            successor, later_s = successors[awaits % 2]
            assert not dies_within(FOR_EVER, lambda: scene.publish(successor, later_s))  # noqa: B023 - done by now
            (row,) = scene.stored("SELECT * FROM target")
            assert scene.is_at_an_end(row), awaits
            case.check(fake, row, awaits)
            assert scene.stored("SELECT 1 FROM attempt WHERE ended_ms IS NULL") == []
            if not died:
                return
        pytest.fail("it never came to an end")


def test_every_adapter_has_its_cases() -> None:
    assert {case.platform for case in CASES} == set(ADAPTERS)
