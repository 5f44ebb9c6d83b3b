"""A worker that stands still at any await is overtaken by another, and does no harm when it wakes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.posts.claims import LEASE_MS
from tests.fakes.server import Fake
from tests.posts.desk import Engine
from tests.posts.mortal import FOR_EVER, Frozen, dies_within
from tests.posts.platforms import CASES, Case
from tests.posts.scene import Scene, scene_of

AWAITS_MOST = 300
TAKES_IT = [case for case in CASES if case.name == "takes it"]


@pytest.fixture(params=TAKES_IT, ids=lambda case: case.platform)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def fake(case: Case) -> Iterator[Fake]:
    with Fake(case.fake) as started:
        yield started


def test_frozen_at_every_await_and_overtaken_it_is_published_once(case: Case, fake: Fake, empty_database: Path) -> None:
    with scene_of(case, fake, empty_database) as scene:
        first, other, last = [Engine(scene.desk, f"worker-{number}") for number in (1, 2, 3)]
        for awaits in range(1, AWAITS_MOST):
            scene.again()
            case.script(fake)
            sleeper = Frozen(awaits, lambda: scene.publish(first))
            if sleeper.is_frozen and not _writes(scene):
                assert not dies_within(FOR_EVER, lambda: scene.publish(other, LEASE_MS / 1000))
                before = scene.stored("SELECT * FROM target")
                sleeper.wake()
                assert scene.stored("SELECT * FROM target") == before
            sleeper.wake()
            assert not dies_within(FOR_EVER, lambda: scene.publish(last, LEASE_MS / 1000))
            counts = case.counts(fake)
            assert (counts["published"], counts["distinct"]) == (1, 1), awaits
            (row,) = scene.stored("SELECT * FROM target")
            assert row["state"] == "published" or (row["error"] and not case.takes_repetitions), awaits
            if not sleeper.was_frozen:
                return
        pytest.fail("it never came to an end")


def _writes(scene: Scene) -> bool:
    """Whether somebody stands still in the middle of a transaction, which holds up every other one."""
    with closing(sqlite3.connect(scene.desk.settings.database, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
    return False
