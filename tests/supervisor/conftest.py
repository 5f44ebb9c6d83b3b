import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def eventually(condition: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Whether the condition comes true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def processes() -> list[tuple[int, int, str, str]]:
    """Process id, parent, state and command of all that are there."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,args="], check=True, capture_output=True, text=True
    )
    rows = (line.split(None, 3) for line in listed.stdout.splitlines())
    return [(int(pid), int(parent), state, (command or [""])[0]) for pid, parent, state, *command in rows]


def alive(pid: int) -> bool:
    return any(pid == row[0] and not row[2].startswith("Z") for row in processes())


@dataclass
class Event:
    what: str
    name: str
    pid: int
    at: float


@dataclass
class Driver:
    """A supervisor that runs as a process of its own, as it does in life."""

    process: subprocess.Popen[str]
    folder: Path

    def events(self, what: str, name: str | None = None) -> list[Event]:
        file = self.folder / "events"
        rows = (line.split() for line in file.read_text().splitlines()) if file.exists() else ()
        found = [Event(event, who, int(pid), float(at)) for event, who, pid, at in rows]
        return [event for event in found if event.what == what and name in {None, event.name}]

    def pid_of(self, name: str) -> int:
        assert eventually(lambda: bool(self.events("started", name)))
        return self.events("started", name)[-1].pid

    def child(self, word: str) -> int | None:
        """The process id of the child whose command has this word."""
        mine = [pid for pid, parent, _, command in processes() if parent == self.process.pid and word in command]
        return mine[0] if mine else None

    def stop(self, number: signal.Signals = signal.SIGINT) -> float:
        """Signal it and tell how many seconds it took to end."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(10)
        return time.monotonic() - began

    def complaints(self) -> str:
        return (self.folder / "stderr").read_text()


Drive = Callable[..., Driver]


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Drive]:
    """Starts drivers in the test's folder, and ends them with all they started."""
    started: list[Driver] = []

    def start(*children: str, within: str = "", **env: str) -> Driver:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **env}
        with (tmp_path / "stderr").open("a") as stderr:
            process = subprocess.Popen(
                [*shlex.split(within), sys.executable, "-m", "tests.supervisor.driver", *children],
                cwd=tmp_path,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        driver = Driver(process, tmp_path)
        started.append(driver)
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        return driver

    yield start
    for driver in started:
        driver.process.kill()
        driver.process.wait()
        assert driver.process.stdout is not None
        driver.process.stdout.close()
        for event in driver.events("started"):
            if alive(event.pid):
                os.kill(event.pid, signal.SIGKILL)
