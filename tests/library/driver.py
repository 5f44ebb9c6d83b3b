"""A desk in a process of its own, which says what became of each file it is given.

`python -m tests.library.driver [LARGEST] DATA FILE...`
"""

import asyncio
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

from app import database
from app.clock import ManualClock
from app.errors import DaypartError
from app.library import service
from app.library.ranges import chunks
from app.settings import Settings
from tests.library.conftest import EDITOR

CLOCK = ManualClock(datetime(2026, 11, 21, 12, tzinfo=UTC))


async def add(path: Path, settings: Settings) -> str:
    """Upload a file as a client does that does not say how long it is."""
    source = chunks(path, 0, path.stat().st_size)
    try:
        added = await service.upload(source, path.name, None, settings=settings, by=EDITOR, clock=CLOCK)
    except DaypartError as error:
        return error.code
    return f"{'existed' if added.existed else 'added'} {added.asset.id}"


async def main(data: str, *paths: str) -> None:
    settings = Settings.from_env({"DAYPART_DATA": data})
    async with database.opened(settings.database):
        for path in paths:
            print(await add(Path(path), settings), flush=True)


if __name__ == "__main__":
    if sys.argv[1].isdecimal():  # the largest file that this process may write
        most = int(sys.argv.pop(1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    asyncio.run(main(*sys.argv[1:]))
