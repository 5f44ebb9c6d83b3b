"""The library grows: chapters, tags, uploads that resume, files that arrive by a worker, and lists that stay quick."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import sql
from app.migrations import APP_NAME

ID = "0002"
VERSION = "1.38.0"
DESCRIPTION = "library: markers, tags, uploads, arrivals"

STATEMENTS = """
CREATE TABLE marker (
  asset TEXT NOT NULL REFERENCES asset (id) ON DELETE CASCADE, position INTEGER NOT NULL, kind TEXT NOT NULL,
  title TEXT NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER, PRIMARY KEY (asset, position)
);
CREATE TABLE asset_tag (
  tag TEXT NOT NULL, asset TEXT NOT NULL REFERENCES asset (id) ON DELETE CASCADE, PRIMARY KEY (tag, asset)
);
CREATE INDEX asset_tag_asset ON asset_tag (asset);
ALTER TABLE asset ADD COLUMN bytes INTEGER;
UPDATE asset SET bytes = (SELECT media.bytes FROM media WHERE media.id = asset.media);
CREATE INDEX asset_title ON asset (lower(title), id);
CREATE INDEX asset_duration ON asset (coalesce(duration_ms, 0), id);
CREATE INDEX asset_bytes ON asset (coalesce(bytes, 0), id);
CREATE INDEX asset_type ON asset (type, id);
CREATE INDEX asset_state ON asset (state, id);
CREATE INDEX asset_approved ON asset (approved, id);
CREATE TABLE library_stat (
  id INTEGER PRIMARY KEY CHECK (id = 1), assets INTEGER NOT NULL, bytes INTEGER NOT NULL
);
INSERT INTO library_stat (id, assets, bytes)
  SELECT 1, (SELECT count(*) FROM asset), (SELECT coalesce(sum(bytes), 0) FROM media);
CREATE TABLE upload (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL,
  received INTEGER NOT NULL DEFAULT 0, sha256 TEXT, asset TEXT, existed INTEGER NOT NULL DEFAULT 0,
  changed_ms INTEGER NOT NULL
);
CREATE INDEX upload_changed ON upload (changed_ms);
CREATE TABLE arrival (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('url', 'folder')), source TEXT NOT NULL,
  actor TEXT NOT NULL, state TEXT NOT NULL
    CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  bytes INTEGER NOT NULL DEFAULT 0, total INTEGER, tag TEXT, note TEXT, asset TEXT,
  existed INTEGER NOT NULL DEFAULT 0, cancel INTEGER NOT NULL DEFAULT 0, attempt INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0, retry_ms INTEGER NOT NULL DEFAULT 0, lease_owner TEXT, lease_until_ms INTEGER,
  created_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL
);
CREATE INDEX arrival_open ON arrival (retry_ms) WHERE state IN ('waiting', 'running');
CREATE UNIQUE INDEX arrival_once ON arrival (kind, source) WHERE state IN ('waiting', 'running');
CREATE INDEX arrival_source ON arrival (kind, source, id);
"""


async def create() -> None:
    for statement in filter(str.strip, STATEMENTS.split(";\n")):
        await sql(statement)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description=DESCRIPTION)
    manager.add_raw(create)
    return manager
