"""A real `daypart up` on a data folder and a free port of its own, as an operator starts it."""

import os
import resource
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

import httpx

from tests.supervisor.conftest import ROOT, eventually, processes

READY_S = 90.0
_OURS = ("DAYPART_", "REDIS_URL")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


class Tree:
    """The process tree; it ends with the tests, however they end. `room_bytes`: no file may be longer."""

    def __init__(self, data: Path, *, room_bytes: int = resource.RLIM_INFINITY, **settings: str) -> None:
        self.data = data
        self._room_bytes = room_bytes
        self.port = free_port()
        self.log = data.with_name(f"{data.name}.log")
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def environment(self) -> dict[str, str]:
        foreign = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        here = {"DAYPART_DATA": str(self.data), "DAYPART_PORT": str(self.port)}
        return {**foreign, **here, "DAYPART_SUPERVISOR": str(os.getpid()), **self._settings}

    def start(self) -> Self:
        """Start it and return when it is ready."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "app.cli", "up"]
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment(),
                stdout=log,
                stderr=log,
                preexec_fn=self._limit,  # noqa: PLW1509 - tests start processes from one thread
            )
        assert eventually(self.healthy, READY_S), self.log.read_text()
        return self

    def _limit(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._room_bytes, self._room_bytes))

    def healthy(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health", timeout=10, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def child(self, word: str) -> int | None:
        """The process id of the child whose command has this word."""
        mine = [pid for pid, parent, _, command in processes() if parent == self.process.pid and word in command]
        return mine[0] if mine else None

    def everybody(self) -> list[int]:
        """The process ids of the tree, its first process and all below it."""
        found = {self.process.pid}
        rows = [(pid, parent) for pid, parent, state, _ in processes() if not state.startswith("Z")]
        for _ in rows:
            found |= {pid for pid, parent in rows if parent in found}
        return sorted(found)

    def stop(self) -> None:
        """End it as Ctrl-C does, and by force when that does not help."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def setup_link(self) -> str:
        return (self.data / "setup-link").read_text().strip()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
