"""A process that counts in transactions that read first and write then: `python -m tests.database.counting`."""

import asyncio
import sys
from pathlib import Path

from app import database
from app.database import DB, sql

TASKS = 8


async def count(path: Path, times: int) -> None:
    async with database.opened(path):
        await asyncio.gather(*[_count(times // TASKS) for _ in range(TASKS)])


async def _count(times: int) -> None:
    for _ in range(times):
        async with DB.transaction():
            value = (await sql("SELECT value FROM counter WHERE name = 'a'"))[0]["value"]
            await sql("UPDATE counter SET value = ? WHERE name = 'a'", value + 1)


if __name__ == "__main__":
    asyncio.run(count(Path(sys.argv[1]), int(sys.argv[2])))
