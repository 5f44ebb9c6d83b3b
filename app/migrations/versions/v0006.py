"""Waves, groups of targets, and the switch that holds everything."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import sql
from app.migrations import APP_NAME

ID = "0006"
VERSION = "1.38.0"
DESCRIPTION = "waves and groups"

STATEMENTS = """
CREATE TABLE wave (
  id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, paused INTEGER NOT NULL DEFAULT 0,
  created_ms INTEGER NOT NULL
);
CREATE TABLE target_group (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('simultaneous', 'staggered')),
  step_s INTEGER NOT NULL DEFAULT 0, wave TEXT REFERENCES wave (id)
);
CREATE INDEX target_group_wave ON target_group (wave);
ALTER TABLE target ADD COLUMN "group" TEXT REFERENCES target_group (id);
ALTER TABLE target ADD COLUMN wave TEXT REFERENCES wave (id);
CREATE INDEX target_wave ON target (wave) WHERE wave IS NOT NULL;
CREATE INDEX target_of_group ON target ("group") WHERE "group" IS NOT NULL;
CREATE TABLE publishing (id INTEGER PRIMARY KEY CHECK (id = 1), paused INTEGER NOT NULL DEFAULT 0);
INSERT INTO publishing (id) VALUES (1);
"""


async def create() -> None:
    for statement in filter(str.strip, STATEMENTS.split(";\n")):
        await sql(statement)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description=DESCRIPTION)
    manager.add_raw(create)
    return manager
