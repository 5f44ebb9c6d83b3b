"""Kill -9 of workers and Redis in the middle of 200 due targets: all end published, once."""

import signal

from app.settings import Settings
from tests.fakes.server import Fake
from tests.worker.desk import plan, states, stored
from tests.worker.processes import PrivateRedis, running, until, worker

COUNT = 200
SPREAD_S = 4.0
AHEAD_S = 8.0
WITHIN_S = 120.0


def all_published(settings: Settings) -> bool:
    return states(settings) == {"published": COUNT}


def assert_once(settings: Settings, receiver: Fake) -> None:
    """Every target was published once; what was sent again had the same id."""
    counts = receiver.get("/counts")
    assert (counts["distinct"], counts["published"]) == (COUNT, COUNT)
    sent = stored(settings, "SELECT count(*) AS n FROM attempt WHERE phase IN ('commit', 'reconcile')")[0]["n"]
    assert counts["total"] <= sent
    assert stored(settings, "SELECT 1 FROM attempt WHERE ended_ms IS NULL") == []
    assert stored(settings, "SELECT 1 FROM target WHERE lease_until_ms IS NOT NULL") == []


def test_killed_in_the_middle_all_are_published_once(
    settings: Settings, own_redis: PrivateRedis, receiver: Fake
) -> None:
    plan(settings, f"{receiver.url}/ok", COUNT, first_in_s=AHEAD_S, within_s=SPREAD_S)
    one, other = worker(settings, "worker-1"), worker(settings, "worker-2")
    with running(one, other):
        until(lambda: receiver.get("/counts")["published"] >= COUNT // 8, within_s=WITHIN_S)
        own_redis.kill()
        one.kill()
        one.start()
        until(lambda: receiver.get("/counts")["published"] >= COUNT // 2, within_s=WITHIN_S)
        other.kill()
        other.start()
        own_redis.start()
        until(lambda: all_published(settings), within_s=WITHIN_S)
    assert_once(settings, receiver)


def test_two_workers_at_once_publish_everything_once_and_on_time(settings: Settings, receiver: Fake) -> None:
    plan(settings, f"{receiver.url}/ok", COUNT, first_in_s=AHEAD_S, within_s=SPREAD_S)
    with running(worker(settings, "worker-1"), worker(settings, "worker-2")):
        until(lambda: all_published(settings), within_s=WITHIN_S)
    assert_once(settings, receiver)
    assert receiver.get("/counts")["total"] == COUNT
    assert {row["tries"] for row in stored(settings, "SELECT tries FROM target")} == {1}
    late = sorted(row["late"] for row in stored(settings, "SELECT committed_ms - due_ms AS late FROM target"))
    assert late[0] >= 0
    assert late[COUNT // 2] < 3000


def test_worker_whose_redis_hangs_goes_on_publishing(
    settings: Settings, own_redis: PrivateRedis, receiver: Fake
) -> None:
    own_redis.send(signal.SIGSTOP)
    plan(settings, f"{receiver.url}/ok", COUNT, first_in_s=AHEAD_S, within_s=1)
    with running(worker(settings, "worker-1")):
        until(lambda: all_published(settings), within_s=WITHIN_S)
    late = sorted(row["late"] for row in stored(settings, "SELECT committed_ms - due_ms AS late FROM target"))
    assert late[COUNT // 2] < 3000
    assert_once(settings, receiver)


def test_worker_that_is_told_to_stop_ends_soon_and_leaves_nothing_half_done(settings: Settings, receiver: Fake) -> None:
    plan(settings, f"{receiver.url}/slow?ms=100", COUNT, first_in_s=AHEAD_S, within_s=SPREAD_S)
    one = worker(settings, "worker-1")
    with running(one):
        until(lambda: receiver.get("/counts")["published"] >= COUNT // 4, within_s=WITHIN_S)
        one.send(signal.SIGTERM)
        assert one.wait(within_s=30) == 0
        assert "committing" not in states(settings)
        published = receiver.get("/counts")["published"]
        assert states(settings)["published"] == published
        one.start()
        until(lambda: all_published(settings), within_s=WITHIN_S)
    assert_once(settings, receiver)
    assert receiver.get("/counts")["total"] == COUNT
