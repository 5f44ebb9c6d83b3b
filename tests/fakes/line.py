"""A line to a server on this machine that can be slow, and cut in the middle of what it carries."""

import contextlib
import socket
import struct
import threading
import time
from types import TracebackType
from typing import Self

_PIECE = 16_384


class Line:
    """Carries connections to a port; `bytes_per_second` limits what goes there, 0 does not."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._change = threading.Lock()
        self._is_cut = False
        self._is_over = False
        self.bytes_per_second = 0

    @property
    def url(self) -> str:
        port: int = self._listening.getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def cut(self) -> None:
        """End all connections, and each new one at once, until it is mended."""
        with self._change:
            self._is_cut = True
            for end in self._open:
                _reset(end)

    def mend(self) -> None:
        """Carry again."""
        self._is_cut = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over = True
        self.cut()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while not self._is_over:
            with contextlib.suppress(OSError):  # who came may be gone again
                self._connect(self._listening.accept()[0])

    def _connect(self, near: socket.socket) -> None:
        far = socket.create_connection(("127.0.0.1", self._to))
        with self._change:
            self._open |= {near, far}
            if self._is_cut:
                _reset(near)
                _reset(far)
        for ends in ((near, far, True), (far, near, False)):
            threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, slowly: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(_PIECE):
                target.sendall(piece)
                if slowly and self.bytes_per_second:
                    time.sleep(len(piece) / self.bytes_per_second)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)
        with self._change:
            self._open.discard(source)
            source.close()


def _reset(end: socket.socket) -> None:
    """Let its peer see a reset as soon as it is closed, and who waits for it wake up."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
