"""The playlog: logs of broadcast days, their revisions, and the events in them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import sql
from app.migrations import APP_NAME

ID = "0011"
VERSION = "1.38.0"
DESCRIPTION = "playlog: logs, revisions, events"

STATEMENTS = """
CREATE TABLE log (
  id TEXT PRIMARY KEY, channel TEXT NOT NULL REFERENCES channel (id), date TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('rolling', 'daily')),
  state TEXT NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'locked', 'published')),
  revision INTEGER NOT NULL DEFAULT 0, pushed_revision INTEGER, lock_user TEXT, lock_until_ms INTEGER,
  version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX log_date ON log (channel, date);
CREATE TABLE log_revision (
  log TEXT NOT NULL REFERENCES log (id), revision INTEGER NOT NULL, snapshot TEXT NOT NULL, actor TEXT NOT NULL,
  at_ms INTEGER NOT NULL, PRIMARY KEY (log, revision)
) WITHOUT ROWID;
CREATE TABLE playlog (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, log TEXT NOT NULL REFERENCES log (id),
  channel TEXT NOT NULL REFERENCES channel (id), start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL, asset TEXT,
  in_ms INTEGER NOT NULL, out_ms INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('program', 'bumper', 'spot', 'filler', 'pad')), title TEXT NOT NULL, type TEXT,
  block_ms INTEGER NOT NULL, break_no INTEGER, day_event TEXT, booking TEXT, voice_slot TEXT,
  hard INTEGER NOT NULL DEFAULT 0, locked INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'superseded')),
  generation INTEGER NOT NULL DEFAULT 0,
  fallback TEXT CHECK (fallback IN ('alternative', 'filler', 'slate')), instead_of TEXT,
  placed INTEGER NOT NULL DEFAULT 0,
  CHECK (end_ms > start_ms AND out_ms - in_ms = end_ms - start_ms)
);
CREATE UNIQUE INDEX playlog_start ON playlog (channel, start_ms) WHERE state <> 'superseded';
CREATE INDEX playlog_asset ON playlog (asset, start_ms);
CREATE INDEX playlog_superseded ON playlog (end_ms) WHERE state = 'superseded';
CREATE INDEX playlog_log ON playlog (log, start_ms);
"""


async def create() -> None:
    for statement in filter(str.strip, STATEMENTS.split(";\n")):
        await sql(statement)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description=DESCRIPTION)
    manager.add_raw(create)
    return manager
