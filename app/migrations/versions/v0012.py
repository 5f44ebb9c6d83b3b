"""As-run: what really aired. A row is never changed; only what keeps it for long enough may delete it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import sql
from app.migrations import APP_NAME

ID = "0012"
VERSION = "1.38.0"
DESCRIPTION = "as-run"

STATEMENTS = """
CREATE TABLE as_run (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL REFERENCES channel (id), playlog TEXT, block TEXT,
  asset TEXT, title TEXT NOT NULL, kind TEXT NOT NULL, planned_ms INTEGER, planned_end_ms INTEGER,
  start_ms INTEGER NOT NULL, end_ms INTEGER CHECK (end_ms > start_ms),
  status TEXT NOT NULL CHECK (status IN
    ('START', 'FENCE', 'AIRED', 'TRUNCATED', 'SHORT', 'SKIPPED', 'SUBSTITUTED', 'ERROR')),
  reason TEXT, evidence TEXT NOT NULL CHECK (evidence IN ('served', 'available', 'reported', 'none')),
  source TEXT NOT NULL, source_key TEXT NOT NULL,
  CHECK (status <> 'AIRED' OR evidence <> 'none')
);
CREATE UNIQUE INDEX as_run_source ON as_run (source, channel, source_key);
CREATE INDEX as_run_asset ON as_run (asset, start_ms);
CREATE INDEX as_run_channel ON as_run (channel, start_ms);
CREATE INDEX as_run_rotation ON as_run (channel, asset, start_ms, status);
CREATE TRIGGER as_run_stays BEFORE UPDATE ON as_run BEGIN SELECT RAISE(ABORT, 'as-run is never changed'); END;
"""


async def create() -> None:
    for statement in filter(str.strip, STATEMENTS.split(";\n")):
        await sql(statement)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description=DESCRIPTION)
    manager.add_raw(create)
    return manager
