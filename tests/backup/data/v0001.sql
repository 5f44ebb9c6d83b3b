BEGIN TRANSACTION;
CREATE TABLE allowed_host (
  host TEXT PRIMARY KEY, actor TEXT NOT NULL, at_ms INTEGER NOT NULL
);
INSERT INTO "allowed_host" VALUES('127.0.0.1','Edda',1795262400000);
CREATE TABLE api_key (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')), created_ms INTEGER NOT NULL,
  last_used_ms INTEGER, revoked_ms INTEGER
);
INSERT INTO "api_key" VALUES('01a1fca0-9be4-72d9-929b-ba92cca0649b','robot','e46efb24b2cca99f223c24bc11bcbc097fe9b7b87e7d0e4f42d63ce9da02b882','editor',1795262400000,NULL,NULL);
CREATE TABLE asset (
  id TEXT PRIMARY KEY, media TEXT REFERENCES media (id), type TEXT NOT NULL, title TEXT NOT NULL,
  name TEXT NOT NULL, duration_ms INTEGER,
  state TEXT NOT NULL CHECK (state IN ('new', 'enriching', 'ready', 'retired')),
  approved INTEGER NOT NULL DEFAULT 0, tags TEXT NOT NULL DEFAULT '[]', created_ms INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
);
INSERT INTO "asset" VALUES('01a1fca0-9e40-76cb-b265-b2703cecb121','01a1fca0-9e40-76cb-b265-b26f5a64e4ed','PRO','Barley','Barley.mp4',3000,'ready',0,'[]',1795262400000,1);
INSERT INTO "asset" VALUES('01a1fca0-9f01-7332-ba3c-f5cf3ba9b173','01a1fca0-9f01-7332-ba3c-f5ceb1151105','PRO','Tide','Tide.wav',500,'ready',0,'[]',1795262400000,1);
INSERT INTO "asset" VALUES('01a1fca0-9f9c-75c7-bff2-dc418fbb31de','01a1fca0-9f9c-75c7-bff2-dc40bb7ab94b','PRO','Ferry','Ferry.wav',500,'ready',0,'[]',1795262400000,1);
INSERT INTO "asset" VALUES('01a1fca0-9ff1-7353-86a2-cb7d3aa365b7','01a1fca0-9ff1-7353-86a2-cb7cf69df52e','PRO','Later','Later.wav',500,'ready',0,'[]',1795262400000,1);
CREATE TABLE attempt (
  target TEXT NOT NULL REFERENCES target (id), number INTEGER NOT NULL, phase TEXT NOT NULL, intent TEXT NOT NULL,
  started_ms INTEGER NOT NULL, ended_ms INTEGER, outcome TEXT, error TEXT,
  PRIMARY KEY (target, number, phase)
);
INSERT INTO "attempt" VALUES('01a1fca0-9ff3-7584-9f0f-d44f07a6f009',1,'commit','pub:01a1fca0-9ff3-7584-9f0f-d44f07a6f009:1',1795262520000,1795262520000,'published',NULL);
INSERT INTO "attempt" VALUES('01a1fca0-9ff7-7131-9650-3aaa9e8e3106',1,'commit','pub:01a1fca0-9ff7-7131-9650-3aaa9e8e3106:1',1795262640000,1795262640000,'refused','The receiver answered 410.');
INSERT INTO "attempt" VALUES('01a1fca0-9ff9-7300-9f49-709290a17710',1,'commit','pub:01a1fca0-9ff9-7300-9f49-709290a17710:1',1795262760000,1795262760000,'unknown','The connection broke.');
CREATE TABLE channel (
  id TEXT PRIMARY KEY, slug TEXT NOT NULL COLLATE NOCASE UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('linear', 'radio', 'social')), title TEXT NOT NULL, timezone TEXT NOT NULL,
  day_start TEXT NOT NULL DEFAULT '00:00', active INTEGER NOT NULL DEFAULT 1, paused INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 1
);
INSERT INTO "channel" VALUES('01a1fca0-9be7-7299-9940-e068b8447d36','slow-kitchen','social','Slow Kitchen','Europe/Lisbon','00:00',1,0,1);
INSERT INTO "channel" VALUES('01a1fca0-9bea-7335-a8b2-d36fff8e279e','workshop-log','social','Workshop Log','Europe/Lisbon','00:00',1,0,1);
CREATE TABLE desk (
  id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, timezone TEXT NOT NULL, setup_hash TEXT
);
INSERT INTO "desk" VALUES(1,'Harbour Media','Europe/Lisbon',NULL);
CREATE TABLE event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, actor TEXT NOT NULL, topic TEXT NOT NULL,
  subject_type TEXT NOT NULL, subject_id TEXT NOT NULL, verb TEXT NOT NULL, before TEXT, after TEXT,
  undone_by INTEGER
);
INSERT INTO "event" VALUES(1,1795262400000,'Ada','accounts','user','01a1fca0-9b2f-7326-975c-7ab7b823c64a','added',NULL,'{"name":"Ada","role":"admin"}',NULL);
INSERT INTO "event" VALUES(2,1795262400000,'Edda','accounts','user','01a1fca0-9be3-77ef-8c56-53313c41f4fc','added',NULL,'{"name":"Ed","role":"editor"}',NULL);
INSERT INTO "event" VALUES(3,1795262400000,'Edda','accounts','api_key','01a1fca0-9be4-72d9-929b-ba92cca0649b','added',NULL,'{"name":"robot","role":"editor"}',NULL);
INSERT INTO "event" VALUES(4,1795262400000,'Edda','desk','allowed_host','127.0.0.1','allowed',NULL,NULL,NULL);
INSERT INTO "event" VALUES(5,1795262400000,'Edda','channels','channel','01a1fca0-9be7-7299-9940-e068b8447d36','added',NULL,'{"title":"Slow Kitchen","slug":"slow-kitchen","timezone":"Europe/Lisbon"}',NULL);
INSERT INTO "event" VALUES(6,1795262400000,'Edda','channels','channel','01a1fca0-9bea-7335-a8b2-d36fff8e279e','added',NULL,'{"title":"Workshop Log","slug":"workshop-log","timezone":"Europe/Lisbon"}',NULL);
INSERT INTO "event" VALUES(7,1795262400000,'Edda','library','asset','01a1fca0-9e40-76cb-b265-b2703cecb121','added',NULL,'{"title":"Barley","name":"Barley.mp4"}',NULL);
INSERT INTO "event" VALUES(8,1795262400000,'Edda','library','asset','01a1fca0-9f01-7332-ba3c-f5cf3ba9b173','added',NULL,'{"title":"Tide","name":"Tide.wav"}',NULL);
INSERT INTO "event" VALUES(9,1795262400000,'Edda','library','asset','01a1fca0-9f9c-75c7-bff2-dc418fbb31de','added',NULL,'{"title":"Ferry","name":"Ferry.wav"}',NULL);
INSERT INTO "event" VALUES(10,1795262400000,'Edda','library','asset','01a1fca0-9ff1-7353-86a2-cb7d3aa365b7','added',NULL,'{"title":"Later","name":"Later.wav"}',NULL);
INSERT INTO "event" VALUES(11,1795262400000,'Edda','posts','target','01a1fca0-9ff3-7584-9f0f-d44f07a6f009','scheduled',NULL,'{"post":"01a1fca0-9ff3-7584-9f0f-d44e8621f7a6","channel":"Slow Kitchen","due":"2026-11-21T12:02:00Z"}',NULL);
INSERT INTO "event" VALUES(12,1795262520000,'worker','posts','target','01a1fca0-9ff3-7584-9f0f-d44f07a6f009','publishing',NULL,'{"post":"01a1fca0-9ff3-7584-9f0f-d44e8621f7a6"}',NULL);
INSERT INTO "event" VALUES(13,1795262520000,'worker','posts','target','01a1fca0-9ff3-7584-9f0f-d44f07a6f009','published',NULL,'{"post":"01a1fca0-9ff3-7584-9f0f-d44e8621f7a6"}',NULL);
INSERT INTO "event" VALUES(14,1795262520000,'Edda','posts','target','01a1fca0-9ff7-7131-9650-3aaa9e8e3106','scheduled',NULL,'{"post":"01a1fca0-9ff7-7131-9650-3aa998de0ea3","channel":"Slow Kitchen","due":"2026-11-21T12:04:00Z"}',NULL);
INSERT INTO "event" VALUES(15,1795262640000,'worker','posts','target','01a1fca0-9ff7-7131-9650-3aaa9e8e3106','publishing',NULL,'{"post":"01a1fca0-9ff7-7131-9650-3aa998de0ea3"}',NULL);
INSERT INTO "event" VALUES(16,1795262640000,'worker','posts','target','01a1fca0-9ff7-7131-9650-3aaa9e8e3106','failed',NULL,'{"post":"01a1fca0-9ff7-7131-9650-3aa998de0ea3","error":"The receiver answered 410."}',NULL);
INSERT INTO "event" VALUES(17,1795262640000,'Edda','posts','target','01a1fca0-9ff9-7300-9f49-709290a17710','scheduled',NULL,'{"post":"01a1fca0-9ff9-7300-9f49-70915a60c0a7","channel":"Slow Kitchen","due":"2026-11-21T12:06:00Z"}',NULL);
INSERT INTO "event" VALUES(18,1795262760000,'worker','posts','target','01a1fca0-9ff9-7300-9f49-709290a17710','publishing',NULL,'{"post":"01a1fca0-9ff9-7300-9f49-70915a60c0a7"}',NULL);
INSERT INTO "event" VALUES(19,1795262760000,'worker','posts','target','01a1fca0-9ff9-7300-9f49-709290a17710','unconfirmed',NULL,'{"post":"01a1fca0-9ff9-7300-9f49-70915a60c0a7","error":"The connection broke."}',NULL);
INSERT INTO "event" VALUES(20,1795262760000,'Edda','posts','target','01a1fca0-9ffc-7510-9da3-f068bb0b1d88','scheduled',NULL,'{"post":"01a1fca0-9ffb-73a9-8afb-c8cb4cba838e","channel":"Slow Kitchen","due":"2026-11-24T12:06:00Z"}',NULL);
INSERT INTO "event" VALUES(21,1795262760000,'Edda','posts','target','01a1fca0-9ffc-7510-9da3-f0690956545a','scheduled',NULL,'{"post":"01a1fca0-9ffb-73a9-8afb-c8cb4cba838e","channel":"Workshop Log","due":"2026-11-24T12:06:00Z"}',NULL);
INSERT INTO "event" VALUES(22,1795262760000,'Edda','posts','target','01a1fca0-9ffd-7457-b2ab-c3927ccc93af','scheduled',NULL,'{"post":"01a1fca0-9ffd-7457-b2ab-c391c1a2a22c","channel":"Workshop Log","due":"2026-11-21T12:08:00Z"}',NULL);
INSERT INTO "event" VALUES(23,1795262760000,'Edda','posts','target','01a1fca0-9ffd-7457-b2ab-c3927ccc93af','cancelled',NULL,'{"post":"01a1fca0-9ffd-7457-b2ab-c391c1a2a22c"}',NULL);
CREATE TABLE media (
  id TEXT PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, path TEXT NOT NULL, bytes INTEGER NOT NULL,
  mime TEXT NOT NULL, probe TEXT NOT NULL
);
INSERT INTO "media" VALUES('01a1fca0-9e40-76cb-b265-b26f5a64e4ed','9d8b487888075ceb7f852bfe310ee63a4a12b1ab0606fc952cb049328b0a8ce8','9d/9d8b487888075ceb7f852bfe310ee63a4a12b1ab0606fc952cb049328b0a8ce8.mp4',267826,'video/mp4','{"format":"mov,mp4,m4a,3gp,3g2,mj2","brand":"isom","duration_ms":3000,"faststart":true,"video":{"codec":"h264","width":320,"height":180,"fps":25.0},"audio":{"codec":"aac","channels":1,"sample_rate":48000},"has_thumbnail":true}');
INSERT INTO "media" VALUES('01a1fca0-9f01-7332-ba3c-f5ceb1151105','e29e06031f45348d509c27d5b1146780647d33a0801492a4cf9f77b8eeec75ff','e2/e29e06031f45348d509c27d5b1146780647d33a0801492a4cf9f77b8eeec75ff.wav',8044,'audio/wav','{"format":"wav","brand":"","duration_ms":500,"faststart":null,"video":null,"audio":{"codec":"pcm_s16le","channels":1,"sample_rate":8000},"has_thumbnail":false}');
INSERT INTO "media" VALUES('01a1fca0-9f9c-75c7-bff2-dc40bb7ab94b','f148f9e74311165b59662313864ab31cbbb4146a7ee9ffc2556318623bb470b6','f1/f148f9e74311165b59662313864ab31cbbb4146a7ee9ffc2556318623bb470b6.wav',8044,'audio/wav','{"format":"wav","brand":"","duration_ms":500,"faststart":null,"video":null,"audio":{"codec":"pcm_s16le","channels":1,"sample_rate":8000},"has_thumbnail":false}');
INSERT INTO "media" VALUES('01a1fca0-9ff1-7353-86a2-cb7cf69df52e','464474f5f1020efa6afcc779ae64b4622c8ccb4215aee99f062a098b87319886','46/464474f5f1020efa6afcc779ae64b4622c8ccb4215aee99f062a098b87319886.wav',8044,'audio/wav','{"format":"wav","brand":"","duration_ms":500,"faststart":null,"video":null,"audio":{"codec":"pcm_s16le","channels":1,"sample_rate":8000},"has_thumbnail":false}');
CREATE TABLE "migration" ("id" INTEGER PRIMARY KEY NOT NULL, "name" VARCHAR(200) NOT NULL DEFAULT '', "app_name" VARCHAR(200) NOT NULL DEFAULT '', "ran_on" TIMESTAMP NOT NULL DEFAULT current_timestamp);
INSERT INTO "migration" VALUES(1,'0001','daypart','2026-11-21 05:42:26.145673');
CREATE TABLE person (
  id TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, password_hash TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')), created_ms INTEGER NOT NULL
);
INSERT INTO "person" VALUES('01a1fca0-9b2f-7326-975c-7ab7b823c64a','Ada','$argon2id$v=19$m=65536,t=3,p=4$dHuomLFhmooYdsg1iVkdbw$cKGyCIiGHer5CVFPLff1AwKYYchmbzoh7XGHDehZ6FE','admin',1795262400000);
INSERT INTO "person" VALUES('01a1fca0-9be3-77ef-8c56-53313c41f4fc','Ed','$argon2id$v=19$m=65536,t=3,p=4$fFz4N2xFz42cPAMqtYWGhg$Aasi4+IK3uowbZor5DwwjvDR9PAP/Udv626HceqcYWc','editor',1795262400000);
CREATE TABLE post (
  id TEXT PRIMARY KEY, asset TEXT REFERENCES asset (id), title TEXT NOT NULL, description TEXT NOT NULL,
  hashtags TEXT NOT NULL, approval TEXT NOT NULL DEFAULT 'approved', source_key TEXT UNIQUE,
  created_ms INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1
);
INSERT INTO "post" VALUES('01a1fca0-9ff3-7584-9f0f-d44e8621f7a6','01a1fca0-9e40-76cb-b265-b2703cecb121','Barley','A description.','["harbour"]','approved',NULL,1795262400000,1);
INSERT INTO "post" VALUES('01a1fca0-9ff7-7131-9650-3aa998de0ea3','01a1fca0-9f01-7332-ba3c-f5cf3ba9b173','Tide','A description.','["harbour"]','approved',NULL,1795262520000,1);
INSERT INTO "post" VALUES('01a1fca0-9ff9-7300-9f49-70915a60c0a7','01a1fca0-9f9c-75c7-bff2-dc418fbb31de','Ferry','A description.','["harbour"]','approved',NULL,1795262640000,1);
INSERT INTO "post" VALUES('01a1fca0-9ffb-73a9-8afb-c8cb4cba838e','01a1fca0-9ff1-7353-86a2-cb7d3aa365b7','Later','A description.','["harbour"]','approved',NULL,1795262760000,1);
INSERT INTO "post" VALUES('01a1fca0-9ffd-7457-b2ab-c391c1a2a22c','01a1fca0-9e40-76cb-b265-b2703cecb121','Gone','A description.','["harbour"]','approved',NULL,1795262760000,1);
CREATE TABLE session (
  token_hash TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  expires_ms INTEGER NOT NULL
);
INSERT INTO "session" VALUES('c0f9117c03a7d608bc1f1d16217943cbc8e619980e8c1fdb6385c21fc20cff8d','01a1fca0-9b2f-7326-975c-7ab7b823c64a',1795305600000);
CREATE TABLE sign_in_failure (
  subject TEXT PRIMARY KEY, failures INTEGER NOT NULL, until_ms INTEGER NOT NULL
);
CREATE TABLE social_account (
  channel TEXT PRIMARY KEY REFERENCES channel (id), platform TEXT NOT NULL, config TEXT NOT NULL,
  secret_enc BLOB, expires_ms INTEGER, slots TEXT, spacing_s INTEGER NOT NULL DEFAULT 3600,
  late_grace_s INTEGER NOT NULL DEFAULT 3600, needs_reconnect TEXT
);
INSERT INTO "social_account" VALUES('01a1fca0-9be7-7299-9940-e068b8447d36','webhook','{"url":"http://127.0.0.1:9/take"}',X'674141414141427241533943316536716664336D365056794D62547A3130414F45544133686C336F50493554344B41326445315832416D3276576E4C662D5450307A444A70487645444A42584E376D6D687847533070365A316C6F336A68655442656C6753357834587147466152354877754A515A706953316377623741454479623457316F5A374C5A65395461667645495035696E4A384275586F4B31595167513D3D',NULL,NULL,3600,3600,NULL);
INSERT INTO "social_account" VALUES('01a1fca0-9bea-7335-a8b2-d36fff8e279e','webhook','{"url":"http://127.0.0.1:9/take"}',X'67414141414142724153394367556D744859484E414D47395330557677515761656B4D4E496667474F795262447175585358685F4E524A394E7375506F4B76576641536951454556586D46636C736A6C6F6F30596D376867784367725569327162596B73646972583233725F6D495A706961513833375666324644387842757432466D53764A53724E4361433271477635485832325A4631376C5735756D4D5242513D3D',NULL,NULL,3600,3600,NULL);
ANALYZE "sqlite_master";
INSERT INTO "sqlite_stat1" VALUES('target','target_state','6 2 2');
INSERT INTO "sqlite_stat1" VALUES('target','target_post','6 2');
INSERT INTO "sqlite_stat1" VALUES('target','target_channel','6 3 1');
INSERT INTO "sqlite_stat1" VALUES('target','target_asking','1 1');
INSERT INTO "sqlite_stat1" VALUES('target','target_due','2 2');
INSERT INTO "sqlite_stat1" VALUES('target','target_once','4 2 1 1');
INSERT INTO "sqlite_stat1" VALUES('target','sqlite_autoindex_target_1','6 1');
INSERT INTO "sqlite_stat1" VALUES('post','post_asset','5 2');
INSERT INTO "sqlite_stat1" VALUES('post','sqlite_autoindex_post_2','5 5');
INSERT INTO "sqlite_stat1" VALUES('post','sqlite_autoindex_post_1','5 1');
INSERT INTO "sqlite_stat1" VALUES('attempt','sqlite_autoindex_attempt_1','3 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('asset','asset_media','4 1');
INSERT INTO "sqlite_stat1" VALUES('asset','sqlite_autoindex_asset_1','4 1');
INSERT INTO "sqlite_stat1" VALUES('session','session_person','1 1');
INSERT INTO "sqlite_stat1" VALUES('session','sqlite_autoindex_session_1','1 1');
CREATE TABLE target (
  id TEXT PRIMARY KEY, post TEXT REFERENCES post (id), asset TEXT REFERENCES asset (id),
  channel TEXT NOT NULL REFERENCES channel (id), occurrence TEXT NOT NULL DEFAULT '', due_ms INTEGER,
  wall TEXT, timezone TEXT,
  state TEXT NOT NULL CHECK (state IN ('draft', 'scheduled', 'preparing', 'ready', 'committing', 'confirming',
    'published', 'retry_wait', 'unconfirmed', 'failed', 'missed', 'cancelled')),
  paused INTEGER NOT NULL DEFAULT 0, overrides TEXT, generation INTEGER NOT NULL DEFAULT 1,
  attempt INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, lease_owner TEXT, lease_until_ms INTEGER,
  retry_ms INTEGER, doubtful INTEGER NOT NULL DEFAULT 0, prepared TEXT, committed_ms INTEGER, published_ms INTEGER, remote_id TEXT, remote_url TEXT,
  error TEXT, version INTEGER NOT NULL DEFAULT 1
);
INSERT INTO "target" VALUES('01a1fca0-9ff3-7584-9f0f-d44f07a6f009','01a1fca0-9ff3-7584-9f0f-d44e8621f7a6','01a1fca0-9e40-76cb-b265-b2703cecb121','01a1fca0-9be7-7299-9940-e068b8447d36','',1795262520000,NULL,NULL,'published',0,NULL,1,1,1,NULL,NULL,NULL,0,'{}',1795262520000,1795262520000,'r-1','https://videos.example.org/1',NULL,2);
INSERT INTO "target" VALUES('01a1fca0-9ff7-7131-9650-3aaa9e8e3106','01a1fca0-9ff7-7131-9650-3aa998de0ea3','01a1fca0-9f01-7332-ba3c-f5cf3ba9b173','01a1fca0-9be7-7299-9940-e068b8447d36','',1795262640000,NULL,NULL,'failed',0,NULL,1,1,1,NULL,NULL,NULL,0,'{}',1795262640000,NULL,NULL,NULL,'The receiver answered 410.',2);
INSERT INTO "target" VALUES('01a1fca0-9ff9-7300-9f49-709290a17710','01a1fca0-9ff9-7300-9f49-70915a60c0a7','01a1fca0-9f9c-75c7-bff2-dc418fbb31de','01a1fca0-9be7-7299-9940-e068b8447d36','',1795262760000,NULL,NULL,'unconfirmed',0,NULL,1,1,1,NULL,NULL,NULL,1,'{}',1795262760000,NULL,NULL,NULL,'The connection broke.',2);
INSERT INTO "target" VALUES('01a1fca0-9ffc-7510-9da3-f068bb0b1d88','01a1fca0-9ffb-73a9-8afb-c8cb4cba838e','01a1fca0-9ff1-7353-86a2-cb7d3aa365b7','01a1fca0-9be7-7299-9940-e068b8447d36','',1795521960000,NULL,NULL,'scheduled',0,NULL,1,0,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,1);
INSERT INTO "target" VALUES('01a1fca0-9ffc-7510-9da3-f0690956545a','01a1fca0-9ffb-73a9-8afb-c8cb4cba838e','01a1fca0-9ff1-7353-86a2-cb7d3aa365b7','01a1fca0-9bea-7335-a8b2-d36fff8e279e','',1795521960000,NULL,NULL,'scheduled',0,NULL,1,0,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,1);
INSERT INTO "target" VALUES('01a1fca0-9ffd-7457-b2ab-c3927ccc93af','01a1fca0-9ffd-7457-b2ab-c391c1a2a22c','01a1fca0-9e40-76cb-b265-b2703cecb121','01a1fca0-9bea-7335-a8b2-d36fff8e279e','',1795262880000,NULL,NULL,'cancelled',0,NULL,1,1,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,2);
CREATE INDEX session_person ON session (person);
CREATE INDEX event_subject ON event (subject_type, subject_id);
CREATE INDEX asset_media ON asset (media);
CREATE INDEX post_asset ON post (asset);
CREATE UNIQUE INDEX target_once ON target (channel, asset, occurrence)
  WHERE asset IS NOT NULL AND state NOT IN ('failed', 'missed', 'cancelled');
CREATE INDEX target_due ON target (due_ms) WHERE state IN ('scheduled', 'ready', 'retry_wait');
CREATE INDEX target_leased ON target (lease_until_ms) WHERE lease_until_ms IS NOT NULL;
CREATE INDEX target_asking ON target (retry_ms) WHERE state IN ('confirming', 'unconfirmed');
CREATE INDEX target_channel ON target (channel, due_ms);
CREATE INDEX target_post ON target (post);
CREATE INDEX target_state ON target (state, due_ms);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('event',23);
COMMIT;
