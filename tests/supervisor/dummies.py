"""What the children of these tests do; each notes its starts and its end in the folder it runs in."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from app.supervisor import watch_parent

NAME, BEHAVIOUR = sys.argv[1], sys.argv[2]


def note(event: str) -> None:
    with Path("events").open("a") as file:
        file.write(f"{event} {NAME} {os.getpid()} {time.monotonic()}\n")


def end(_number: int, _frame: FrameType | None) -> None:
    note("ended")
    sys.exit()


def main() -> None:
    deaf = BEHAVIOUR in {"deaf", "grandchild"}
    signal.signal(signal.SIGTERM, signal.SIG_IGN if deaf else end)
    watch_parent()
    if BEHAVIOUR == "parent":
        subprocess.Popen([sys.executable, "-m", "tests.supervisor.dummies", "grandchild", "grandchild"])
    if BEHAVIOUR == "orphaning":
        subprocess.run(["sh", "-c", "sleep 0.5 &"], check=True)
    note("started")
    if BEHAVIOUR == "dying":
        sys.exit(3)
    time.sleep(60)


main()
