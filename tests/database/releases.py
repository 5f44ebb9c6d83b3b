"""A later release of the program: a copy of `app` with one more migration, run in a process of its own."""

import shutil
import subprocess
import sys
from pathlib import Path

_APP = Path(__file__).parents[2] / "app"
_MIGRATION = """
import os, signal
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from app.database import sql
from app.migrations import APP_NAME

ID = "9999"


async def change():
    await sql("CREATE TABLE later (id INTEGER PRIMARY KEY)")
    await sql("INSERT INTO later VALUES (7)")
    {then}


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description="later")
    manager.add_raw(change)
    return manager
"""
_MIGRATE = "import asyncio, sys; from pathlib import Path; from app.migrations.run import migrate;"
_MIGRATE += " print(*asyncio.run(migrate(Path(sys.argv[1]))))"
KILLED = "os.kill(os.getpid(), signal.SIGKILL)"
# Between the tables and the version: Piccolo tells of the migration just before it notes it.
KILLED_LATE = (
    "import builtins; told = builtins.print;"
    " builtins.print = lambda *said, **_: 'ok' in said[0] and os.kill(os.getpid(), signal.SIGKILL)"
)
FAILING = "await sql('INSERT INTO nothing VALUES (1)')"


def later_release(folder: Path, then: str = "pass") -> Path:
    """Make one in a folder; its migration ends with what `then` says."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_APP, folder / "app", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "app/migrations/versions/v9999.py").write_text(_MIGRATION.format(then=then))
    return folder


def migrate_with(release: Path, database: Path) -> subprocess.CompletedProcess[str]:
    """Run its migration; prints the copies that it made."""
    command = [sys.executable, "-c", _MIGRATE, str(database)]
    return subprocess.run(command, cwd=release, capture_output=True, text=True, timeout=120, check=False)
