"""Worker processes and a Redis, to be killed."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from app.settings import Settings
from app.supervisor.redis_server import find_server

_RUN = (
    "import sys; from app.settings import Settings; from workers.main import run; run(Settings.from_env(), sys.argv[1])"
)


def until(holds: Callable[[], bool], within_s: float, step_s: float = 0.02) -> float:
    """Wait until something holds, and tell how many seconds that took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < within_s, f"not within {within_s} s"
        time.sleep(step_s)
    return time.monotonic() - began


class Process:
    """A program that can be killed and started again."""

    def __init__(self, *command: str, env: dict[str, str] | None = None) -> None:
        self._command = command
        self._env = {**os.environ, **(env or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def wait(self, within_s: float = 30) -> int:
        assert self._process is not None
        return self._process.wait(within_s)

    def kill(self) -> None:
        """End it at once, frozen or not."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def worker(settings: Settings, name: str) -> Process:
    """A worker process on a data folder."""
    env = {"DAYPART_DATA": str(settings.data), "DAYPART_URL": settings.url, "REDIS_URL": settings.redis_url}
    return Process(sys.executable, "-c", _RUN, name, env=env)


class PrivateRedis(Process):
    """A Redis that keeps no files, on a socket of its own."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        super().__init__(
            find_server(), "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no",
            "--dir", str(folder),
        )  # fmt: skip

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        super().start()
        until(self.answers, within_s=30)

    def answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self.socket)) as connection:
                return bool(connection.ping())
        except redis.ConnectionError:
            return False


@contextmanager
def private_redis() -> Iterator[PrivateRedis]:
    with tempfile.TemporaryDirectory(prefix="dp-") as folder:  # pytest's own paths are too long for a socket
        server = PrivateRedis(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()


@contextmanager
def running(*processes: Process) -> Iterator[None]:
    """Start them, and leave none behind."""
    try:
        for process in processes:
            process.start()
        yield
    finally:
        for process in processes:
            process.kill()
