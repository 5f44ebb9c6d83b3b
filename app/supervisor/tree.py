"""Keeping children running: restarted when they die, stopped in order within two seconds."""

import contextlib
import math
import os
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Self

from app.errors import Unavailable
from app.supervisor.child import Child, parent

_POLL_S = 0.05
_WAITING_POLL_S = 0.03
_STOP_S = 1.5
_KILLED_S = 0.3
_ECHO_S = 0.2
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Keeps children running while its block is open, and stops them in reverse order at its end.

    It must live in the main thread: signals arrive there, and Linux ends children with the thread that
    started them.
    """

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._parent = parent()
        self._asked_at: float | None = None
        self._hurry = False

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            # nohup and its like start us with SIGHUP ignored, and mean it.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._ask_to_stop)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    @property
    def stopping(self) -> bool:
        """Whether a signal asked for the end, or the death of the process that we must not outlive."""
        return self._asked_at is not None or self._parent not in {None, os.getppid()}

    def start(self, child: Child) -> None:
        """Start a child and keep it running from now on, unless the end is asked for."""
        if self.stopping:
            return
        try:
            child.start()
        except OSError as error:
            raise Unavailable("CANNOT_START", f"{child.name} cannot be started: {error}.") from error
        self._children.append(child)

    def run(self, until: Callable[[], bool] | None = None, seconds: float = math.inf) -> bool:
        """Keep the children running until the condition holds (True), or until the time is over or the end
        is asked for (False)."""
        end = time.monotonic() + seconds
        while not self.stopping:
            self._revive()
            if until is not None and until():
                return True
            if time.monotonic() >= end:
                return False
            time.sleep(_POLL_S if until is None else _WAITING_POLL_S)
        return False

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        # Tools such as timeout(1) signal a process and then its group: that is one wish, not two.
        self._hurry = self._asked_at is not None and now - self._asked_at > _ECHO_S
        self._asked_at = self._asked_at or now

    def _revive(self) -> None:
        for child in self._bury():
            child.mourn()
        for child in self._children:
            child.revive()

    def _bury(self) -> list[Child]:
        dead = _reap()
        buried = []
        for child in self._children:
            if child.pid is not None and child.pid in dead:
                child.ended(dead[child.pid])
                buried.append(child)
        return buried

    def _stop(self) -> None:
        """End one child after the other, each with a share of the time, and kill what is left at its end."""
        began = self._asked_at or time.monotonic()
        running = [child for child in reversed(self._children) if child.running]
        for place, child in enumerate(running, start=1):
            child.terminate()
            self._await_end([child], began + _STOP_S * place / len(running))
        for child in running:
            child.kill()
        self._hurry = False
        self._await_end(running, time.monotonic() + _KILLED_S)

    def _await_end(self, children: list[Child], end: float) -> None:
        while not self._hurry and time.monotonic() < end:
            self._bury()
            if not any(child.running for child in children):
                return
            time.sleep(0.01)


def _reap() -> dict[int, int]:
    """Exit statuses by pid of all that died; strangers too, since a container's first process has orphans."""
    dead: dict[int, int] = {}
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            dead[found[0]] = os.waitstatus_to_exitcode(found[1])
    return dead
