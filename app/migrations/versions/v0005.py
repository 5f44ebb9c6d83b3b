"""Posts that repeat: their rule, how far it was followed, and each occurrence once for good."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import sql
from app.migrations import APP_NAME

ID = "0005"
VERSION = "1.38.0"
DESCRIPTION = "repetitions"

STATEMENTS = """
CREATE TABLE recurrence (
  post TEXT PRIMARY KEY REFERENCES post (id), rule TEXT NOT NULL,
  catch_up TEXT NOT NULL CHECK (catch_up IN ('skip', 'last', 'all')), channels TEXT NOT NULL,
  paused INTEGER NOT NULL DEFAULT 0, made_ms INTEGER NOT NULL, look_ms INTEGER, version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX recurrence_look ON recurrence (look_ms) WHERE paused = 0 AND look_ms IS NOT NULL;
CREATE UNIQUE INDEX target_occurrence ON target (post, channel, occurrence) WHERE occurrence <> '';
"""


async def create() -> None:
    for statement in filter(str.strip, STATEMENTS.split(";\n")):
        await sql(statement)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description=DESCRIPTION)
    manager.add_raw(create)
    return manager
