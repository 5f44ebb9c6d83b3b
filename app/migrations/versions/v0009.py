"""The secret links under which people subscribe to the calendar."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import sql
from app.migrations import APP_NAME

ID = "0009"
VERSION = "1.38.0"
DESCRIPTION = "calendar links"

TABLE = """
CREATE TABLE calendar_link (
  person TEXT PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE, token_hash TEXT NOT NULL UNIQUE,
  created_ms INTEGER NOT NULL, used_ms INTEGER
)
"""


async def create() -> None:
    await sql(TABLE)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description=DESCRIPTION)
    manager.add_raw(create)
    return manager
