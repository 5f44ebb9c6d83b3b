import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app import database
from app.settings import Settings
from tests.posts.desk import Desk

URL = "http://desk.test"


@pytest.fixture
def desk_settings(tmp_path: Path, empty_database: Path) -> Settings:
    data = tmp_path / "desk"
    data.mkdir()
    shutil.copy(empty_database, data / "daypart.sqlite")
    return Settings.from_env({"DAYPART_DATA": str(data), "DAYPART_URL": URL})


@pytest.fixture
async def desk(desk_settings: Settings) -> AsyncIterator[Desk]:
    """A desk whose calls may reach this machine."""
    async with database.opened(desk_settings.database):
        made = Desk(desk_settings)
        await made.allow()
        yield made
