"""One child process: started in a session of its own, ended with all it started, gone when we are gone."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PARENT = "DAYPART_SUPERVISOR"
"""Environment variable that names the process which this one must not outlive."""

_FIRST_DELAY_S, _LONGEST_DELAY_S = 0.2, 10.0
_STEADY_S = 10.0
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def parent() -> int | None:
    """The process that this one must not outlive, if there is one."""
    return int(os.environ[PARENT]) if PARENT in os.environ else None


def say(text: str) -> None:
    """One line for the operator."""
    # A terminal that has gone away must not keep us from stopping the children.
    with contextlib.suppress(OSError, ValueError):
        print(f"daypart: {text}", file=sys.stderr, flush=True)


@dataclass
class Child:
    """A process to keep running, or to run once; it writes to the log file, or else to where we write."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    log: Path | None = None
    once: bool = False
    status: int | None = field(default=None, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _started: float = field(default=0.0, init=False)
    _due: float = field(default=0.0, init=False)
    _deaths: int = field(default=0, init=False)

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended since."""
        return self._process is not None

    def start(self) -> None:
        """Start the process; a terminal's Ctrl-C reaches us alone, so that we decide the order of the end."""
        self._started = time.monotonic()
        with contextlib.ExitStack() as files:
            output = files.enter_context(self.log.open("ab")) if self.log else None
            self._process = subprocess.Popen(
                self.command,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.env, PARENT: str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 - the supervisor has one thread
            )

    def revive(self) -> None:
        """Start the process again when its delay is over; a failed start counts as one more death."""
        if not self.running and not self.once and time.monotonic() >= self._due:
            try:
                self.start()
            except OSError as error:
                self._delay(f"does not start: {error}")

    def ended(self, status: int) -> None:
        """Take note of the process's end, and end what it had started and left behind."""
        if self._process is not None:
            self.status = self._process.returncode = status
            self.kill()
            self._process = None

    def mourn(self) -> None:
        """Decide when to start again: the more deaths in a row, the later."""
        if not self.once:
            self._delay(_told(self.status))

    def terminate(self) -> None:
        """Ask the process to end."""
        if self._process is not None:
            self._process.terminate()

    def kill(self) -> None:
        """End the process and all it started, at once."""
        if self._process is not None:
            # The group may be empty by now; macOS answers EPERM where only its zombie is left.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _delay(self, cause: str) -> None:
        now = time.monotonic()
        if now - self._started > _STEADY_S:
            self._deaths = 0
        wait = min(_FIRST_DELAY_S * 2.0 ** min(self._deaths, 9), _LONGEST_DELAY_S)
        self._deaths += 1
        self._due = now + wait
        say(f"{self.name} {cause}; starting it again in {wait:.1f} s")


def _die_with(parent: int) -> Callable[[], None]:
    def in_child() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # our handler would swallow one that comes before exec
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)  # the parent died before the line above took hold

    return in_child


def _told(status: int | None) -> str:
    if status is None or status >= 0:
        return f"ended with exit status {status}"
    return f"was killed by signal {-status} ({signal.strsignal(-status)})"
