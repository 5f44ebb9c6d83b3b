import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from litestar import Litestar

from app import database
from app.clock import ManualClock
from app.settings import Settings
from tests.plans.desk import Desk


@pytest.fixture
def desk_settings(tmp_path: Path, empty_database: Path) -> Settings:
    data = tmp_path / "desk"
    data.mkdir()
    shutil.copy(empty_database, data / "daypart.sqlite")
    return Settings.from_env({"DAYPART_DATA": str(data)})


@pytest.fixture
async def desk(desk_settings: Settings) -> AsyncIterator[Desk]:
    """A desk with an empty linear channel called one."""
    async with database.opened(desk_settings.database):
        made = Desk(desk_settings, ManualClock(datetime(2026, 5, 14, 12, tzinfo=UTC)))
        await made.channel()
        yield made


@pytest.fixture
async def planner(app: Litestar, settings: Settings, clock: ManualClock) -> Desk:
    """Plans on the running desk."""
    desk = Desk(settings, clock)
    await desk.channel()
    return desk
