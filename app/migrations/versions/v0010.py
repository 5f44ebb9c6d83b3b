"""Series and episodes, plans with zones and programs, schedule days and bookings."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import sql
from app.migrations import APP_NAME

ID = "0010"
VERSION = "1.38.0"
DESCRIPTION = "plans: series, grids, plans, zones, programs, schedule days, bookings"

STATEMENTS = """
CREATE TABLE series (
  id TEXT PRIMARY KEY, title TEXT NOT NULL COLLATE NOCASE UNIQUE, home_channel TEXT REFERENCES channel (id),
  created_ms INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1
);
ALTER TABLE asset ADD COLUMN series TEXT REFERENCES series (id);
ALTER TABLE asset ADD COLUMN season INTEGER;
ALTER TABLE asset ADD COLUMN episode INTEGER;
ALTER TABLE asset ADD COLUMN genre TEXT;
ALTER TABLE asset ADD COLUMN rating TEXT;
CREATE INDEX asset_series ON asset (series, season, episode) WHERE series IS NOT NULL;
CREATE TABLE grid (
  channel TEXT PRIMARY KEY REFERENCES channel (id), minutes INTEGER NOT NULL, offset_min INTEGER NOT NULL DEFAULT 0,
  filler_asset TEXT REFERENCES asset (id)
);
CREATE TABLE plan (
  id TEXT PRIMARY KEY, channel TEXT NOT NULL REFERENCES channel (id), name TEXT NOT NULL COLLATE NOCASE,
  description TEXT NOT NULL DEFAULT '', cron TEXT, first_day TEXT, last_day TEXT, priority INTEGER NOT NULL DEFAULT 0,
  active INTEGER NOT NULL DEFAULT 1, created_ms INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX plan_name ON plan (channel, name);
CREATE TABLE program (
  id TEXT PRIMARY KEY, channel TEXT NOT NULL REFERENCES channel (id), name TEXT NOT NULL COLLATE NOCASE,
  kind TEXT NOT NULL CHECK (kind IN ('asset', 'series', 'rule', 'package', 'clock')), spec TEXT NOT NULL,
  mode TEXT NOT NULL, bleed INTEGER NOT NULL DEFAULT 0, slots INTEGER NOT NULL DEFAULT 1,
  version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX program_name ON program (channel, name);
CREATE TABLE program_asset (
  program TEXT NOT NULL REFERENCES program (id) ON DELETE CASCADE, asset TEXT NOT NULL REFERENCES asset (id),
  PRIMARY KEY (program, asset)
);
CREATE INDEX program_asset_asset ON program_asset (asset);
CREATE TABLE program_series (
  program TEXT NOT NULL REFERENCES program (id) ON DELETE CASCADE, series TEXT NOT NULL REFERENCES series (id),
  PRIMARY KEY (program, series)
);
CREATE INDEX program_series_series ON program_series (series);
CREATE TABLE zone (
  id TEXT PRIMARY KEY, plan TEXT NOT NULL REFERENCES plan (id), name TEXT NOT NULL COLLATE NOCASE,
  start_min INTEGER NOT NULL, end_min INTEGER NOT NULL, days TEXT NOT NULL DEFAULT '', first_day TEXT, last_day TEXT,
  dst TEXT, enabled INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX zone_name ON zone (plan, name);
CREATE TABLE zone_item (
  zone TEXT NOT NULL REFERENCES zone (id) ON DELETE CASCADE, position INTEGER NOT NULL,
  program TEXT NOT NULL REFERENCES program (id), PRIMARY KEY (zone, position)
);
CREATE INDEX zone_item_program ON zone_item (program);
CREATE TABLE cursor (
  channel TEXT NOT NULL REFERENCES channel (id), program TEXT NOT NULL REFERENCES program (id) ON DELETE CASCADE,
  seat INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (channel, program, seat)
);
CREATE TABLE schedule_day (
  id TEXT PRIMARY KEY, channel TEXT NOT NULL REFERENCES channel (id), date TEXT NOT NULL, start_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL, own_start_ms INTEGER NOT NULL, plan TEXT REFERENCES plan (id),
  cursors_before TEXT NOT NULL, findings TEXT NOT NULL, supersedes TEXT REFERENCES schedule_day (id),
  current INTEGER NOT NULL DEFAULT 1, made_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX schedule_day_current ON schedule_day (channel, date) WHERE current = 1;
CREATE INDEX schedule_day_plan ON schedule_day (plan) WHERE plan IS NOT NULL;
CREATE TABLE day_event (
  id TEXT PRIMARY KEY, day TEXT NOT NULL REFERENCES schedule_day (id) ON DELETE CASCADE, start_ms INTEGER NOT NULL,
  span_ms INTEGER NOT NULL, duration_ms INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('program', 'filler')), program TEXT, plan TEXT, asset TEXT, title TEXT NOT NULL,
  parts TEXT NOT NULL, lineage TEXT NOT NULL
);
CREATE UNIQUE INDEX day_event_start ON day_event (day, start_ms);
CREATE INDEX day_event_plan ON day_event (plan) WHERE plan IS NOT NULL;
CREATE TABLE day_asset (
  day TEXT NOT NULL REFERENCES schedule_day (id) ON DELETE CASCADE, asset TEXT NOT NULL, start_ms INTEGER NOT NULL,
  PRIMARY KEY (day, start_ms, asset)
);
CREATE INDEX day_asset_asset ON day_asset (asset, start_ms);
CREATE TABLE booking (
  id TEXT PRIMARY KEY, channel TEXT NOT NULL REFERENCES channel (id), start_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL, asset TEXT NOT NULL REFERENCES asset (id), resume TEXT NOT NULL DEFAULT 'join',
  state TEXT NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'cancelled')), created_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX booking_start ON booking (channel, start_ms) WHERE state = 'live';
CREATE INDEX booking_asset ON booking (asset);
"""


async def create() -> None:
    for statement in filter(str.strip, STATEMENTS.split(";\n")):
        await sql(statement)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name=APP_NAME, description=DESCRIPTION)
    manager.add_raw(create)
    return manager
