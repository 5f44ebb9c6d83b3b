"""The web process: it starts fast, ends at once, and tells nothing about itself."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.settings import Settings
from tests import cast


@contextmanager
def web(settings: Settings, *arguments: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    """`daypart web` as its own process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "web", *arguments],
        env={"PATH": os.environ["PATH"], "DAYPART_DATA": str(settings.data), **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_answer(url: str) -> httpx.Response:
    end = time.monotonic() + 30
    while True:
        try:
            return httpx.get(f"{url}/clock")
        except httpx.TransportError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_server_ends_within_a_second_although_a_page_listens(with_redis: Settings, number: int) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with web(with_redis, "--port", str(port), REDIS_URL=with_redis.redis_url) as process:
        answer = await_answer(url)
        assert "server" not in answer.headers
        headers = {"authorization": f"Bearer {cast.key('viewer')}"}
        with httpx.stream("GET", f"{url}/events", headers=headers) as stream:
            assert next(stream.iter_lines()) == ": open"
            started = time.monotonic()
            process.send_signal(number)
            process.wait(3)
        assert time.monotonic() - started < 1.0
        assert process.communicate()[1] == ""  # no traceback, no complaint


def test_server_refuses_an_outdated_database(tmp_path: Path) -> None:
    settings = Settings.from_env({"DAYPART_DATA": str(tmp_path)})
    with web(settings) as process:
        _, complaint = process.communicate(timeout=30)
    assert process.returncode == 1
    assert complaint.startswith("error: DATABASE_OUTDATED ")


def test_app_is_imported_without_what_it_seldom_needs() -> None:
    seldom = ("piccolo.apps.migrations", "litestar.testing", "IPython", "black", "pydantic")
    code = f"import sys, app.main; print([name for name in {seldom!r} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
