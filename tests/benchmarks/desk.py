"""The desk that is measured: its data folder, filled through the services themselves."""

import asyncio
import contextlib
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app import database
from app.accounts.desk import SYSTEM, allow_host
from app.accounts.secrets import KeyFile
from app.clock import MasterClock
from app.database import DB, sql
from app.migrations.run import migrate
from app.posts import service, social
from app.posts.schemas import NewPost, When
from app.posts.social import Wanted
from app.settings import Settings
from tests import cast
from tests.benchmarks.processes import free_port

ZONE = "Europe/Lisbon"
TITLE = "Harbour Tonight: the ferry that never left"
DESCRIPTION = "What happened on the quay this morning.\nWith pictures from the tower."
PROBE = '{"has_thumbnail": true}'


@dataclass(frozen=True, slots=True)
class Post:
    """A post to schedule: on one channel, with a video that it makes known to the library first."""

    channel: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """A data folder with the cast of the tests signed in, and the port of its web server."""

    data: Path
    port: int

    @property
    def settings(self) -> Settings:
        """The settings of this desk."""
        return Settings.from_env({"DAYPART_DATA": str(self.data), "DAYPART_PORT": str(self.port)})

    def add_channels(self, titles: Sequence[str], url: str) -> list[str]:
        """Add webhook channels on a receiver of this machine; returns their ids."""

        made: list[str] = []

        async def add() -> None:
            clock, keys = MasterClock(), KeyFile(self.settings.key_file)
            await allow_host("127.0.0.1", by=SYSTEM, clock=clock)
            for title in titles:
                wanted = Wanted(title, url, ZONE)
                made.append((await social.add(wanted, by=SYSTEM, clock=clock, keys=keys)).channel)

        self._in_one_transaction(add)
        return made

    def schedule(self, posts: Sequence[Post]) -> None:
        """Schedule posts, each with a video of its own; all are there at once or none is."""

        async def schedule() -> None:
            clock = MasterClock()
            for post in posts:
                new = NewPost(await video(), TITLE, [post.channel], DESCRIPTION, ["harbour"], When(post.due))
                await service.schedule(new, by=SYSTEM, clock=clock, timezone=ZONE)

        self._in_one_transaction(schedule)

    def _in_one_transaction(self, work: Callable[[], Awaitable[None]]) -> None:
        async def run() -> None:
            async with database.opened(self.settings.database), DB.transaction():
                await work()

        asyncio.run(run())


async def video() -> str:
    """Make a video known to the library, with a file that is empty; returns its id."""
    id = database.new_id()
    file = Path(DB.path).parent / "media" / id
    file.parent.mkdir(exist_ok=True)
    file.touch()
    await sql(
        "INSERT INTO media (id, sha256, path, bytes, mime, probe) VALUES (?, ?, ?, 5000000, 'video/mp4', ?)",
        id, id, id, PROBE,
    )  # fmt: skip
    await sql(
        "INSERT INTO asset (id, media, type, title, name, duration_ms, state, created_ms)"
        " VALUES (?, ?, 'PRO', 'Harbour Tonight', 'harbour tonight.mp4', 372000, 'ready', 0)",
        id, id,
    )  # fmt: skip
    return id


@contextlib.contextmanager
def empty_folder() -> Iterator[Path]:
    """A place for a data folder, in the system's folder for temporary files, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="daypart-bench-") as folder:
        yield Path(folder) / "data"


@contextlib.contextmanager
def new_desk() -> Iterator[Desk]:
    """A desk whose database is ready and which has its cast, but no channels and no posts."""
    with empty_folder() as data:
        desk = Desk(data, free_port())
        asyncio.run(migrate(desk.settings.database))
        cast.hire(desk.settings.database)
        yield desk
