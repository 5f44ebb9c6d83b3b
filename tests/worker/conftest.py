import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.settings import Settings
from tests.worker.processes import PrivateRedis, private_redis


@pytest.fixture
def own_redis() -> Iterator[PrivateRedis]:
    """A Redis that a test may kill."""
    with private_redis() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, empty_database: Path, own_redis: PrivateRedis) -> Settings:
    """A desk with a Redis of its own."""
    data = tmp_path / "desk"
    data.mkdir()
    shutil.copy(empty_database, data / "daypart.sqlite")
    found = Settings.from_env({"DAYPART_DATA": str(data), "DAYPART_URL": "http://desk.test"})
    return replace(found, redis_url=own_redis.url)
