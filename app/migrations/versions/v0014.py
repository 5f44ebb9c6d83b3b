"""To whom the guide is open, and its secret links."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import sql
from app.migrations import APP_NAME

ID = "0014"
VERSION = "1.38.0"
DESCRIPTION = "guide: sharing and links"

STATEMENTS = """
CREATE TABLE guide_sharing (
  id INTEGER PRIMARY KEY CHECK (id = 1), open INTEGER NOT NULL DEFAULT 0, days INTEGER NOT NULL DEFAULT 3
);
INSERT INTO guide_sharing (id) VALUES (1);
CREATE TABLE guide_link (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, token_hash TEXT NOT NULL UNIQUE, created_ms INTEGER NOT NULL,
  used_ms INTEGER
);
"""


async def create() -> None:
    for statement in filter(str.strip, STATEMENTS.split(";\n")):
        await sql(statement)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description=DESCRIPTION)
    manager.add_raw(create)
    return manager
