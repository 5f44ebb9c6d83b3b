"""Children are restarted, stopped in order, and never outlive their supervisor."""

import itertools
import os
import signal
import time

import pytest

from tests.supervisor.conftest import Drive, alive, eventually

STOPPED_WITHIN_S = 2.0


def test_child_that_dies_is_restarted_and_the_cause_is_told(drive: Drive) -> None:
    driver = drive("web=quiet", "worker=quiet")
    worker, web = driver.pid_of("worker"), driver.pid_of("web")
    os.kill(worker, signal.SIGKILL)
    assert eventually(lambda: len(driver.events("started", "worker")) == 2)
    assert driver.pid_of("worker") != worker
    assert driver.complaints() == "daypart: worker was killed by signal 9 (Killed); starting it again in 0.2 s\n"
    assert driver.pid_of("web") == web


def test_child_that_keeps_dying_is_restarted_ever_later(drive: Drive) -> None:
    driver = drive("web=dying")
    assert eventually(lambda: len(driver.events("started", "web")) == 4)
    starts = [event.at for event in driver.events("started", "web")]
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert [gap >= least for gap, least in zip(gaps, (0.2, 0.4, 0.8), strict=True)] == [True] * 3
    assert "web ended with exit status 3; starting it again in 0.8 s" in driver.complaints()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stop_signal_ends_all_in_reverse_order_with_status_0(drive: Drive, number: signal.Signals) -> None:
    driver = drive("demo=quiet", "worker=quiet", "web=quiet")
    pids = [driver.pid_of(name) for name in ("demo", "worker", "web")]
    assert driver.stop(number) < STOPPED_WITHIN_S
    assert driver.process.returncode == 0
    assert [event.name for event in driver.events("ended")] == ["web", "worker", "demo"]
    assert not any(alive(pid) for pid in pids)


def test_stop_kills_in_time_what_does_not_listen(drive: Drive) -> None:
    driver = drive("worker=deaf", "web=deaf")
    pids = [driver.pid_of(name) for name in ("worker", "web")]
    assert 1.0 < driver.stop() < STOPPED_WITHIN_S
    assert driver.process.returncode == 0
    assert not any(alive(pid) for pid in pids)


def test_second_stop_signal_kills_at_once(drive: Drive) -> None:
    driver = drive("web=deaf")
    pid = driver.pid_of("web")
    began = time.monotonic()
    driver.process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    driver.stop()
    assert time.monotonic() - began < 1.0
    assert not alive(pid)


def test_stop_signal_that_arrives_twice_in_a_moment_counts_once(drive: Drive) -> None:
    driver = drive("web=quiet")
    driver.pid_of("web")
    driver.process.send_signal(signal.SIGTERM)
    time.sleep(0.01)
    driver.process.send_signal(signal.SIGTERM)
    driver.process.wait(5)
    assert [event.name for event in driver.events("ended")] == ["web"]


def test_killed_supervisor_leaves_no_orphan(drive: Drive) -> None:
    driver = drive("deaf=deaf", "web=parent")
    pids = [driver.pid_of(name) for name in ("deaf", "web", "grandchild")]
    driver.process.kill()
    driver.process.wait()
    assert eventually(lambda: not any(alive(pid) for pid in pids), STOPPED_WITHIN_S + 1)


def test_supervisor_ends_with_the_process_that_it_must_not_outlive(drive: Drive) -> None:
    driver = drive("web=quiet", within="sh -c 'DAYPART_SUPERVISOR=$$ \"$@\" & wait' sh")
    supervisor, web = driver.child("tests.supervisor.driver"), driver.pid_of("web")
    assert supervisor is not None
    driver.process.kill()
    driver.process.wait()
    assert eventually(lambda: not alive(web) and not alive(supervisor), STOPPED_WITHIN_S)
    assert [event.name for event in driver.events("ended")] == ["web"]


def test_dead_child_takes_what_it_started_with_it(drive: Drive) -> None:
    driver = drive("web=parent")
    web, grandchild = driver.pid_of("web"), driver.pid_of("grandchild")
    os.kill(web, signal.SIGKILL)
    assert eventually(lambda: not alive(grandchild))


def test_child_is_out_of_reach_of_the_terminals_ctrl_c(drive: Drive) -> None:
    driver = drive("web=quiet")
    web = driver.pid_of("web")
    assert os.getsid(web) == web != os.getsid(driver.process.pid)


def test_child_reads_nothing_from_the_terminal(drive: Drive) -> None:
    driver = drive("web=quiet")
    assert os.readlink(f"/proc/{driver.pid_of('web')}/fd/0") == os.devnull


def test_orphans_that_come_to_a_containers_first_process_are_buried(drive: Drive) -> None:
    driver = drive("web=orphaning")
    driver.pid_of("web")
    orphan = driver.child("sleep 0.5")
    assert orphan is not None
    assert eventually(lambda: not alive(orphan))
    assert eventually(lambda: driver.child("sleep") is None and driver.child("defunct") is None)
