import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from app import database
from app.backup.making import Made, create
from app.backup.restoring import Restored, restore
from app.clock import ManualClock
from app.settings import Settings
from tests.backup.apart import apart, silent
from tests.backup.filled import START, fill

T = TypeVar("T")
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Desk:
    """A filled desk, and what is done with backups of it; each act in a loop of its own, as a command has it."""

    settings: Settings
    clock: ManualClock
    place: Path

    def backup(self, name: str = "backup.tar", *, whole: bool = False) -> Made:
        return create(self.settings, self.place / name, whole=whole, clock=self.clock, step=silent)

    def restored(self, source: Path, name: str = "new", media_from: Path | None = None) -> tuple[Restored, Settings]:
        new = Settings.from_env({"DAYPART_DATA": str(self.place / name)})
        clock = self.clock
        return apart(lambda: restore(source, new, media_from=media_from, clock=clock, step=silent)), new

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return sql(self.settings, query, *values)

    def media(self) -> dict[str, bytes]:
        return media(self.settings)

    def film(self) -> Path:
        """The file of the one video that has pictures."""
        ((path,),) = self.sql("SELECT path FROM media WHERE path LIKE '%.mp4'")
        return self.settings.media / str(path)

    def add_media(self, name: str, size: int, sha256: str) -> Path:
        """A media file of zeros, which takes no room on disk, and its row with that hash."""
        path = self.settings.media / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        os.truncate(path, size)
        self.sql(
            "INSERT INTO media (id, sha256, path, bytes, mime, probe) VALUES (?, ?, ?, ?, 'video/mp4', '{}')",
            f"media {name}", sha256, name, size,
        )  # fmt: skip
        return path


def sql(settings: Settings, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Read or change a database behind its desk's back."""
    with closing(sqlite3.connect(settings.database, timeout=10)) as connection, connection:
        return connection.execute(query, values).fetchall()


def media(settings: Settings) -> dict[str, bytes]:
    """Every file below the media folder."""
    paths = (path for path in settings.media.rglob("*") if path.is_file())
    return {str(path.relative_to(settings.media)): path.read_bytes() for path in paths}


def asked(settings: Settings, question: Callable[[], Awaitable[T]]) -> T:
    """What a service answers on that desk."""

    async def ask() -> T:
        async with database.opened(settings.database):
            return await question()

    return apart(lambda: asyncio.run(ask()))


@contextmanager
def begun(data: Path, *arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A running `daypart backup` that hears every signal, however the tests were started; killed at the end."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_IGN:  # as under nohup; a child would inherit it
            signal.signal(number, signal.SIG_DFL)
    command = [sys.executable, "-m", "app.cli", "backup", *arguments]
    env = {**os.environ, "DAYPART_DATA": str(data)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("filled")
    settings = Settings.from_env({"DAYPART_DATA": str(place / "data")})
    apart(lambda: asyncio.run(fill(settings, place)))
    return settings.data


@pytest.fixture
def desk(filled: Path, tmp_path: Path) -> Desk:
    shutil.copytree(filled, tmp_path / "data")
    settings = Settings.from_env({"DAYPART_DATA": str(tmp_path / "data")})
    return Desk(settings, ManualClock(START + timedelta(minutes=10)), tmp_path)
