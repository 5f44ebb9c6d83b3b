"""A desk with many due targets, for real workers on the real clock."""

import sqlite3
from contextlib import closing
from datetime import timedelta

from app import database
from app.clock import MasterClock
from app.database import DB, Row
from app.settings import Settings
from tests.posts.desk import Desk
from tests.posts.mortal import run


def plan(settings: Settings, url: str, count: int, *, first_in_s: float, within_s: float) -> list[str]:
    """Schedule targets, each on a channel of its own, spread evenly over some seconds."""

    async def made() -> list[str]:
        async with database.opened(settings.database):
            desk = Desk(settings, clock=MasterClock())
            await desk.allow()
            found = []
            async with DB.transaction():
                start = desk.clock.now() + timedelta(seconds=first_in_s)
                for number in range(count):
                    at = start + timedelta(seconds=number * within_s / count)
                    found += (await desk.schedule(await desk.channel(url), at=at)).targets
            return found

    targets: list[str] = run(made())
    return targets


def stored(settings: Settings, query: str) -> list[Row]:
    """What is in the database now."""
    with closing(sqlite3.connect(settings.database, timeout=10)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]


def states(settings: Settings) -> dict[str, int]:
    """How many targets are in each state."""
    return {
        row["state"]: row["n"] for row in stored(settings, "SELECT state, count(*) AS n FROM target GROUP BY state")
    }
