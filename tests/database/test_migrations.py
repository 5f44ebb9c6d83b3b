"""A database is brought to the program's version whole, after a copy, or is left as it was."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.errors import Unavailable
from app.migrations import latest, stored
from app.migrations.run import migrate, require_current
from tests.database.releases import FAILING, KILLED, KILLED_LATE, later_release, migrate_with

LATER = "9999"


@pytest.fixture
async def current(path: Path) -> Path:
    await migrate(path)
    return path


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


async def test_empty_place_gets_every_table(tmp_path: Path) -> None:
    path = tmp_path / "new" / "daypart.sqlite"
    assert stored(path) is None
    assert await migrate(path) == []
    assert stored(path) == latest()
    assert {"person", "event", "channel", "asset", "post", "target", "attempt"} <= tables(path)


async def test_current_database_is_left_alone(current: Path) -> None:
    before = current.stat()
    assert await migrate(current) == []
    assert current.stat().st_mtime_ns == before.st_mtime_ns
    require_current(current)


def test_older_database_is_copied_then_migrated(current: Path, tmp_path: Path) -> None:
    ended = migrate_with(later_release(tmp_path / "later"), current)
    copy = Path(ended.stdout.strip())
    assert (ended.returncode, ended.stderr) == (0, "")
    assert stored(current) == LATER
    assert "later" in tables(current)
    assert copy.parent == current.parent
    assert stored(copy) == latest()
    assert "later" not in tables(copy)


@pytest.mark.parametrize("ends", [KILLED, KILLED_LATE])
def test_migration_that_is_killed_leaves_the_old_version_which_the_next_one_migrates(
    current: Path, tmp_path: Path, ends: str
) -> None:
    ended = migrate_with(later_release(tmp_path / "killed", ends), current)
    assert ended.returncode == -signal.SIGKILL
    assert stored(current) == latest()
    assert "later" not in tables(current)
    assert migrate_with(later_release(tmp_path / "later"), current).returncode == 0
    assert stored(current) == LATER


def test_migration_that_fails_leaves_the_old_version(current: Path, tmp_path: Path) -> None:
    ended = migrate_with(later_release(tmp_path / "failing", FAILING), current)
    assert ended.returncode == 1
    assert stored(current) == latest()
    assert "later" not in tables(current)


async def test_newer_database_is_refused_and_left_alone(current: Path, tmp_path: Path) -> None:
    migrate_with(later_release(tmp_path / "later"), current)
    with pytest.raises(Unavailable) as refused:
        await migrate(current)
    assert refused.value.code == "DATABASE_NEWER"
    assert stored(current) == LATER


def test_process_that_needs_another_version_refuses_to_work(current: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(current)) as connection, connection:
        connection.execute("UPDATE migration SET name = '0000'")
    with pytest.raises(Unavailable) as refused:
        require_current(current)
    assert refused.value.code == "DATABASE_OUTDATED"
    with pytest.raises(Unavailable):
        require_current(tmp_path / "none.sqlite")


async def test_two_processes_that_migrate_at_once_do_it_once(path: Path, tmp_path: Path) -> None:
    release = later_release(tmp_path / "later")
    code = "import asyncio, sys; from pathlib import Path; from app.migrations.run import migrate;"
    code += " asyncio.run(migrate(Path(sys.argv[1])))"
    processes = [subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=release) for _ in range(3)]
    assert [process.wait(30) for process in processes] == [0, 0, 0]
    with closing(sqlite3.connect(path)) as connection:
        versions = [name for (name,) in connection.execute("SELECT name FROM migration ORDER BY name")]
    assert versions == sorted(set(versions))
    assert versions[-1] == LATER
