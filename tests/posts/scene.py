"""A desk with one due target, set up again and again, on which forked processes work.

All of it happens in forked processes, so that none inherits anything of another.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app import database
from app.clock import from_ms
from app.database import Row, sql
from app.posts.claims import LEASE_MS
from app.posts.pacing import AHEAD_MS, EVERY_MS
from app.posts.publishing import LEAD
from app.settings import Settings
from tests.fakes.server import Fake
from tests.posts.desk import Desk, Engine
from tests.posts.mortal import run
from tests.posts.platforms import Case

ROUNDS = 25
FINAL = ("published", "unconfirmed", "failed", "missed")


@dataclass
class Scene:
    """A desk with one due target, as often as wanted from the start."""

    desk: Desk
    start: Path
    target: str

    def again(self) -> None:
        for leftover in self.desk.settings.data.glob("daypart.sqlite*"):
            leftover.unlink()
        shutil.copy(self.start, self.desk.settings.database)

    async def publish(self, engine: Engine, later_s: float = 0) -> None:
        """Look until the target is at an end, the clock moving on by more than a lease each time."""
        async with database.opened(self.desk.settings.database):
            self.desk.wait(later_s)
            await engine.publisher.begin()
            for _ in range(ROUNDS):
                await self._skip_the_wait()
                await engine.look()
                if self.is_at_an_end(await self.desk.target(self.target)):
                    return
                self.desk.wait(LEASE_MS / 1000 + 1)

    async def _skip_the_wait(self) -> None:
        """A try that is due in seconds would sleep until then, which a clock moved by hand never reaches."""
        retry_ms = (await self.desk.target(self.target))["retry_ms"]
        if retry_ms is not None and retry_ms - self.desk.clock.now_ms() <= LEAD / timedelta(milliseconds=1):
            await self.desk.wait_for_retry(self.target)
        for row in await sql(
            "SELECT next_ms FROM pace WHERE next_ms <= ?", self.desk.clock.now_ms() + AHEAD_MS + EVERY_MS
        ):
            self.desk.hands.set(max(self.desk.clock.now(), from_ms(row["next_ms"])))

    @staticmethod
    def is_at_an_end(row: Row) -> bool:
        return row["state"] in FINAL and (row["retry_ms"], row["lease_until_ms"]) == (None, None)

    def stored(self, query: str) -> list[Row]:
        """What a person would see now."""
        with closing(sqlite3.connect(self.desk.settings.database)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query)]


@contextmanager
def scene_of(case: Case, fake: Fake, empty_database: Path) -> Iterator[Scene]:
    """A scene on a channel of the case's platform."""
    # In memory where that goes: thousands of commits here need to outlive processes only.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        shutil.copy(empty_database, Path(folder) / "daypart.sqlite")
        desk = Desk(Settings.from_env({"DAYPART_DATA": folder, "DAYPART_URL": "http://desk.test"}))
        target = run(_made(desk, case, fake))
        shutil.copy(desk.settings.database, Path(folder) / "start.sqlite")
        yield Scene(desk, Path(folder) / "start.sqlite", target)


async def _made(desk: Desk, case: Case, fake: Fake) -> str:
    async with database.opened(desk.settings.database):
        await desk.allow()
        channel = await case.channel(desk, fake)
        return (await desk.schedule(channel, at=desk.clock.now())).targets[0]
