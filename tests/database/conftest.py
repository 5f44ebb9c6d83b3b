from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app import database
from app.database import sql


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some.sqlite"


@pytest.fixture
async def counters(path: Path) -> AsyncIterator[None]:
    """An open database of counters that may not be negative."""
    async with database.opened(path):
        await sql("CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL CHECK (value >= 0))")
        await sql("INSERT INTO counter VALUES ('a', 0), ('b', 0)")
        yield
