"""Files of planned events that are gone from disk, and when that was told; when the grid of a channel was changed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import sql
from app.migrations import APP_NAME

ID = "0015"
VERSION = "1.38.0"
DESCRIPTION = "playlog: files that are gone; plans: changes of grids"

STATEMENTS = """
CREATE TABLE playlog_gone (
  channel TEXT NOT NULL REFERENCES channel (id), asset TEXT NOT NULL, told_ms INTEGER NOT NULL,
  PRIMARY KEY (channel, asset)
) WITHOUT ROWID;
CREATE INDEX event_grid ON event (subject_id) WHERE subject_type = 'channel' AND topic = 'plans';
"""


async def create() -> None:
    for statement in filter(str.strip, STATEMENTS.split(";\n")):
        await sql(statement)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description=DESCRIPTION)
    manager.add_raw(create)
    return manager
