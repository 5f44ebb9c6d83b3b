"""Requests under an Idempotency-Key are remembered for a day."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import sql
from app.migrations import APP_NAME

ID = "0003"
VERSION = "1.38.0"
DESCRIPTION = "idempotency keys"

TABLE = """
CREATE TABLE idempotency (
  actor TEXT NOT NULL, route TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, at_ms INTEGER NOT NULL,
  status INTEGER, kind TEXT, response BLOB, PRIMARY KEY (actor, route, key)
)
"""


async def create() -> None:
    await sql(TABLE)
    await sql("CREATE INDEX idempotency_at ON idempotency (at_ms)")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description=DESCRIPTION)
    manager.add_raw(create)
    return manager
