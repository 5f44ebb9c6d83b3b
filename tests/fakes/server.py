"""Runs a fake remote: an ASGI app in a process of its own, on a free port of 127.0.0.1.

A process of its own answers while the test's event loop is busy or blocked, outlives a killed publisher, and costs a
benchmark's process nothing.
"""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_ROOT = Path(__file__).parents[2]
_BACKLOG = 2048  # a thousand callers may knock in one instant
_KEPT_FOR_S = 1.0  # less than the fake keeps its end of a connection open


class Fake:
    """A running fake; `app` is `module:attribute`, the keywords become environment variables of its process."""

    def __init__(self, app: str, **environment: str) -> None:
        self._app = app
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._http: httpx.Client | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        """Start or restart it, on the port it had before if any, and return when it answers."""
        with socket.socket() as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(("127.0.0.1", self.port))
            listening.listen(_BACKLOG)
            self.port = listening.getsockname()[1]
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.fakes.server", self._app, str(listening.fileno())],
                cwd=_ROOT,
                env={**os.environ, **self._environment},
                stdin=subprocess.PIPE,
                pass_fds=[listening.fileno()],
            )
        # Nothing is encrypted here, so the certificates need not be loaded.
        kept = httpx.Limits(keepalive_expiry=_KEPT_FOR_S)
        self._http = httpx.Client(base_url=self.url, timeout=60, trust_env=False, verify=False, limits=kept)
        try:
            self._ask("GET", "/")
        except httpx.HTTPError:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End it at once, as a remote that loses power; its port refuses from then on."""
        if self._http is not None:
            self._http.close()
            self._http = None
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def get(self, path: str) -> Any:
        """Read one of its own records, such as `/requests`."""
        return self._ask("GET", path).raise_for_status().json()

    def post(self, path: str, content: object = None) -> None:
        """Tell it how to behave from now on."""
        self._ask("POST", path, content).raise_for_status()

    def requests(self) -> list[dict[str, Any]]:
        """Everything it was asked, in order of arrival."""
        found: list[dict[str, Any]] = self.get("/requests")
        return found

    def _ask(self, method: str, path: str, content: object = None) -> httpx.Response:
        assert self._http is not None
        return self._http.request(method, path, json=content)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _DroppingProtocol(HttpToolsProtocol):
    """Lets an app cut its connection, which ASGI itself has no word for."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["state"]["drop"] = self.transport.abort


def _end_with_parent() -> None:
    # The parent never writes: the pipe ends when it dies, even by SIGKILL.
    sys.stdin.buffer.read()
    os._exit(0)


def _serve(app: str, listening: socket.socket) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    config = uvicorn.Config(
        app,
        http=_DroppingProtocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        backlog=_BACKLOG,
    )
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    _serve(sys.argv[1], socket.socket(fileno=int(sys.argv[2])))
