"""The last success of a channel is found at once; dispatches of one token keep their distance over all workers."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import sql
from app.migrations import APP_NAME

ID = "0007"
VERSION = "1.38.0"
DESCRIPTION = "index of publications by channel, pace of dispatches"


async def create() -> None:
    await sql("CREATE INDEX target_published ON target (channel, published_ms) WHERE state = 'published'")
    await sql("CREATE TABLE pace (key TEXT PRIMARY KEY, next_ms INTEGER NOT NULL)")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description=DESCRIPTION)
    manager.add_raw(create)
    return manager
