"""What the library says of its assets for broadcast, and imports of whole folder trees."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import sql
from app.migrations import APP_NAME

ID = "0013"
VERSION = "1.38.0"
DESCRIPTION = "library: descriptions, genres and ratings in lists, folder trees"

STATEMENTS = """
ALTER TABLE asset ADD COLUMN description TEXT;
ALTER TABLE series ADD COLUMN description TEXT;
CREATE INDEX asset_genre ON asset (genre, id) WHERE genre IS NOT NULL;
CREATE INDEX asset_rating ON asset (rating, id) WHERE rating IS NOT NULL;
CREATE TABLE tree_import (
  id TEXT PRIMARY KEY, folder TEXT NOT NULL, actor TEXT NOT NULL, files INTEGER NOT NULL, bytes INTEGER NOT NULL,
  created_ms INTEGER NOT NULL
);
ALTER TABLE arrival ADD COLUMN tree TEXT REFERENCES tree_import (id);
ALTER TABLE arrival ADD COLUMN place TEXT;
CREATE INDEX arrival_tree ON arrival (tree, state) WHERE tree IS NOT NULL;
"""


async def create() -> None:
    for statement in filter(str.strip, STATEMENTS.split(";\n")):
        await sql(statement)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description=DESCRIPTION)
    manager.add_raw(create)
    return manager
