"""The first tables: accounts, events, channels, library, posts."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import sql
from app.migrations import APP_NAME

ID = "0001"
VERSION = "1.38.0"
DESCRIPTION = "accounts, events, channels, library, posts"

TABLES = """
CREATE TABLE desk (
  id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, timezone TEXT NOT NULL, setup_hash TEXT
);
CREATE TABLE person (
  id TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, password_hash TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')), created_ms INTEGER NOT NULL
);
CREATE TABLE session (
  token_hash TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  expires_ms INTEGER NOT NULL
);
CREATE INDEX session_person ON session (person);
CREATE TABLE api_key (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')), created_ms INTEGER NOT NULL,
  last_used_ms INTEGER, revoked_ms INTEGER
);
CREATE TABLE sign_in_failure (
  subject TEXT PRIMARY KEY, failures INTEGER NOT NULL, until_ms INTEGER NOT NULL
);
CREATE TABLE allowed_host (
  host TEXT PRIMARY KEY, actor TEXT NOT NULL, at_ms INTEGER NOT NULL
);
CREATE TABLE event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, actor TEXT NOT NULL, topic TEXT NOT NULL,
  subject_type TEXT NOT NULL, subject_id TEXT NOT NULL, verb TEXT NOT NULL, before TEXT, after TEXT,
  undone_by INTEGER
);
CREATE INDEX event_subject ON event (subject_type, subject_id);
CREATE TABLE channel (
  id TEXT PRIMARY KEY, slug TEXT NOT NULL COLLATE NOCASE UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('linear', 'radio', 'social')), title TEXT NOT NULL, timezone TEXT NOT NULL,
  day_start TEXT NOT NULL DEFAULT '00:00', active INTEGER NOT NULL DEFAULT 1, paused INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE social_account (
  channel TEXT PRIMARY KEY REFERENCES channel (id), platform TEXT NOT NULL, config TEXT NOT NULL,
  secret_enc BLOB, expires_ms INTEGER, slots TEXT, spacing_s INTEGER NOT NULL DEFAULT 3600,
  late_grace_s INTEGER NOT NULL DEFAULT 3600, needs_reconnect TEXT
);
CREATE TABLE media (
  id TEXT PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, path TEXT NOT NULL, bytes INTEGER NOT NULL,
  mime TEXT NOT NULL, probe TEXT NOT NULL
);
CREATE TABLE asset (
  id TEXT PRIMARY KEY, media TEXT REFERENCES media (id), type TEXT NOT NULL, title TEXT NOT NULL,
  name TEXT NOT NULL, duration_ms INTEGER,
  state TEXT NOT NULL CHECK (state IN ('new', 'enriching', 'ready', 'retired')),
  approved INTEGER NOT NULL DEFAULT 0, tags TEXT NOT NULL DEFAULT '[]', created_ms INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX asset_media ON asset (media);
CREATE TABLE post (
  id TEXT PRIMARY KEY, asset TEXT REFERENCES asset (id), title TEXT NOT NULL, description TEXT NOT NULL,
  hashtags TEXT NOT NULL, approval TEXT NOT NULL DEFAULT 'approved', source_key TEXT UNIQUE,
  created_ms INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX post_asset ON post (asset);
CREATE TABLE target (
  id TEXT PRIMARY KEY, post TEXT REFERENCES post (id), asset TEXT REFERENCES asset (id),
  channel TEXT NOT NULL REFERENCES channel (id), occurrence TEXT NOT NULL DEFAULT '', due_ms INTEGER,
  wall TEXT, timezone TEXT,
  state TEXT NOT NULL CHECK (state IN ('draft', 'scheduled', 'preparing', 'ready', 'committing', 'confirming',
    'published', 'retry_wait', 'unconfirmed', 'failed', 'missed', 'cancelled')),
  paused INTEGER NOT NULL DEFAULT 0, overrides TEXT, generation INTEGER NOT NULL DEFAULT 1,
  attempt INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, lease_owner TEXT, lease_until_ms INTEGER,
  retry_ms INTEGER, doubtful INTEGER NOT NULL DEFAULT 0, prepared TEXT, committed_ms INTEGER,
  published_ms INTEGER, remote_id TEXT, remote_url TEXT,
  error TEXT, version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX target_once ON target (channel, asset, occurrence)
  WHERE asset IS NOT NULL AND state NOT IN ('failed', 'missed', 'cancelled');
CREATE INDEX target_due ON target (due_ms) WHERE state IN ('scheduled', 'ready', 'retry_wait');
CREATE INDEX target_leased ON target (lease_until_ms) WHERE lease_until_ms IS NOT NULL;
CREATE INDEX target_asking ON target (retry_ms) WHERE state IN ('confirming', 'unconfirmed');
CREATE INDEX target_channel ON target (channel, due_ms);
CREATE INDEX target_post ON target (post);
CREATE INDEX target_state ON target (state, due_ms);
CREATE TABLE attempt (
  target TEXT NOT NULL REFERENCES target (id), number INTEGER NOT NULL, phase TEXT NOT NULL, intent TEXT NOT NULL,
  started_ms INTEGER NOT NULL, ended_ms INTEGER, outcome TEXT, error TEXT,
  PRIMARY KEY (target, number, phase)
);
"""


async def create() -> None:
    for statement in filter(str.strip, TABLES.split(";\n")):
        await sql(statement)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description=DESCRIPTION)
    manager.add_raw(create)
    return manager
