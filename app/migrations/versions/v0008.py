"""A post may be there before its video, which a worker brings in."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import sql
from app.migrations import APP_NAME

ID = "0008"
VERSION = "1.38.0"
DESCRIPTION = "posts that wait for their video"


async def create() -> None:
    await sql("ALTER TABLE post ADD COLUMN arrival TEXT")
    await sql("CREATE INDEX post_awaiting ON post (arrival) WHERE arrival IS NOT NULL AND asset IS NULL")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description=DESCRIPTION)
    manager.add_raw(create)
    return manager
