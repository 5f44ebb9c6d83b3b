"""Daypart's own processes, and bare ones beside them, each ended with all that it started."""

import contextlib
import multiprocessing
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TypeVar

from app.supervisor.child import Child
from app.supervisor.redis_server import RedisServer

T = TypeVar("T")
_END_S = 5.0
_READY_S = 20.0
# What the caller's own environment says must not reach the desk that is measured.
_UNSET = {"DAYPART_HOST": "127.0.0.1", "DAYPART_URL": "", "DAYPART_TRUSTED_PROXIES": "", "REDIS_URL": ""}


def python(log: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Child:
    """A process of this Python that writes to a log."""
    return Child("benchmark", [sys.executable, *arguments], {**_UNSET, **(env or {})}, log)


def daypart(command: str, data: Path, port: int) -> Child:
    """A `daypart` command on a data folder; what it says is in the file `log` beside the folder."""
    env = {"DAYPART_DATA": str(data), "DAYPART_PORT": str(port)}
    return python(data.parent / "log", "-m", "app.cli", command, env=env)


@contextlib.contextmanager
def running(child: Child) -> Iterator[Child]:
    """Hold a process running."""
    child.start()
    try:
        yield child
    finally:
        _end(child)


def _end(child: Child) -> None:
    child.terminate()
    end = time.monotonic() + _END_S
    while child.pid is not None:
        if time.monotonic() > end:
            child.kill()
        pid, status = os.waitpid(child.pid, os.WNOHANG)
        if pid:
            child.ended(os.waitstatus_to_exitcode(status))
        time.sleep(0.01)


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A private Redis, as `daypart up` starts it; gives its URL."""
    server = RedisServer(folder)
    try:
        with running(server.child()):
            wait_until(server.answers, _READY_S)
            yield server.url
    finally:
        server.clean_up()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int, path: str) -> bool:
    """Whether a web server is there and says 200."""
    with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False


def await_answer(child: Child, port: int, path: str) -> None:
    """Wait for a web server to say 200; RuntimeError with the end of the log when it does not."""
    try:
        wait_until(lambda: answers(port, path), _READY_S)
    except TimeoutError as error:
        said = child.log.read_text().splitlines() if child.log else []
        raise RuntimeError("\n".join([f"{path} is not well within {_READY_S} s:", *said[-20:]])) from error


def apart(work: Callable[..., T], *given: object) -> T:
    """Do something in a fresh process, since memory that others took would hide what it takes."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def most_mb(pid: int | str | None = "self") -> float:
    """The most memory that a process has held so far."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def wait_until(condition: Callable[[], bool], seconds: float, *, every: float = 0.02) -> None:
    """Return when the condition holds; TimeoutError when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds:g} s")
        time.sleep(every)
