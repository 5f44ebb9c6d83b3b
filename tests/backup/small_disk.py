"""A backup to a disk that fills up: `python -m tests.backup.small_disk small|files PLACE ROOM WHAT ARGUMENT...`.

`small` mounts a file system with so much room at PLACE; `files` limits the length of files instead, for machines
where nothing may be mounted. Then it runs `daypart backup WHAT ARGUMENT...`, where @ stands for PLACE, and prints its
status, what it said, and what is in PLACE.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path


def main(kind: str, place: str, room: str, *arguments: str) -> None:
    if kind == "small":
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", place], check=True)
    else:
        most = int(room)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    command = [argument.replace("@", place) for argument in arguments]
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "backup", *command], capture_output=True, text=True, check=False,
        env={**os.environ, "DAYPART_DATA": os.environ["DAYPART_DATA"].replace("@", place)},
    )  # fmt: skip
    print(done.returncode)
    print(*done.stderr.splitlines()[:1])
    print(*sorted(str(path.relative_to(place)) for path in Path(place).rglob("*")))


if __name__ == "__main__":
    main(*sys.argv[1:])
