"""Posts in full: review, tags, texts as they went out, problems found ahead, hashtag sets."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import sql
from app.migrations import APP_NAME

ID = "0004"
VERSION = "1.38.0"
DESCRIPTION = "posts: approval, tags, problems, hashtag sets"

STATEMENTS = """
ALTER TABLE social_account ADD COLUMN needs_approval INTEGER NOT NULL DEFAULT 0;
ALTER TABLE post ADD COLUMN approval_note TEXT;
ALTER TABLE post ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE target ADD COLUMN problem TEXT;
ALTER TABLE target ADD COLUMN sent TEXT;
CREATE INDEX target_problem ON target (due_ms) WHERE problem IS NOT NULL;
CREATE INDEX post_review ON post (id) WHERE approval IN ('waiting', 'changes');
CREATE TABLE post_tag (
  tag TEXT NOT NULL, post TEXT NOT NULL REFERENCES post (id) ON DELETE CASCADE, PRIMARY KEY (tag, post)
);
CREATE INDEX post_tag_post ON post_tag (post);
CREATE TABLE hashtag_set (
  id TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, hashtags TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
);
"""


async def create() -> None:
    for statement in filter(str.strip, STATEMENTS.split(";\n")):
        await sql(statement)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description=DESCRIPTION)
    manager.add_raw(create)
    return manager
