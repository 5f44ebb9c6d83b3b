"""A desk whose disk fills up: `python -m tests.library.small_disk small|files PLACE DATA FILE ROOM_KB`.

It adds the file with so much room, then with all of it, and says each time what became of it, how many files there
are and how many rows. `small` mounts a file system of eight megabytes; `files` limits the size of files instead,
for machines where nothing may be mounted.
"""

import asyncio
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app import database
from app.database import sql
from app.settings import Settings
from tests.library.driver import add

PAGE = 4096


async def main(kind: str, place: str, data: str, file: str, room_kb: str) -> None:
    if kind == "small":
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", place], check=True)
    home = Path(place) / "data"
    shutil.copytree(data, home)
    settings = Settings.from_env({"DAYPART_DATA": str(home)})
    (settings.media / "incoming").mkdir(parents=True)
    async with database.opened(settings.database):
        await sql("DELETE FROM event")  # the files that the database writes to are there
        with full(home / "filler", int(room_kb) * 1024) if kind == "small" else short_files():
            await report(settings, file)
        await report(settings, file)


@contextmanager
def full(filler: Path, room: int) -> Iterator[None]:
    free = os.statvfs(filler.parent)
    filler.write_bytes(bytes(free.f_bavail * free.f_frsize - room // PAGE * PAGE))
    yield
    filler.unlink()


@contextmanager
def short_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def report(settings: Settings, file: str) -> None:
    print(await add(Path(file), settings))
    print(sum(path.is_file() for path in settings.media.rglob("*")))
    print((await sql("SELECT (SELECT count(*) FROM media) + (SELECT count(*) FROM asset) AS n"))[0]["n"])


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
