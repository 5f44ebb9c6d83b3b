import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from app import database
from app.accounts.rules import Identity
from app.clock import ManualClock, MasterClock
from app.library import service
from app.library.bringing import Bringer
from app.library.ranges import chunks
from app.library.service import Added
from app.migrations.run import migrate
from app.settings import Settings
from tests.media import Studio

EDITOR = Identity("user", "1", "Edda", "editor")


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return Studio(tmp_path_factory.mktemp("studio"))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "daypart.sqlite"
    thread = Thread(target=lambda: asyncio.run(migrate(path)))  # pytest's own loop stays as it is
    thread.start()
    thread.join()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@dataclass(frozen=True)
class Desk:
    """A data folder with its open database, and an editor who works there."""

    settings: Settings
    clock: ManualClock
    by: Identity = EDITOR

    async def upload(self, path: Path, name: str | None = None) -> Added:
        size = path.stat().st_size
        return await service.upload(
            chunks(path, 0, size), name or path.name, size, settings=self.settings, by=self.by, clock=self.clock
        )

    def files(self) -> list[str]:
        """Every file below the media folder."""
        media = self.settings.media
        return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


@pytest.fixture
def settings(tmp_path: Path, template: Path) -> Settings:
    chosen = Settings.from_env({"DAYPART_DATA": str(tmp_path / "data"), "DAYPART_UPLOAD_LIMIT_MB": "50"})
    chosen.data.mkdir()
    shutil.copy(template, chosen.database)
    return chosen


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[Desk]:
    async with database.opened(settings.database):
        yield Desk(settings, ManualClock(datetime(2026, 11, 21, 12, tzinfo=UTC)))


@pytest.fixture
def importing(desk: Desk, place: Path) -> Settings:
    """A desk with an import folder, which each suite fills as it needs."""
    return replace(desk.settings, import_folder=place)


@pytest.fixture
async def bringer(importing: Settings) -> AsyncIterator[Bringer]:
    """What a worker brings files in with, by the machine's clock, which their stamps are told by."""
    made = Bringer(importing, MasterClock(), "worker")
    yield made
    await made.close()
