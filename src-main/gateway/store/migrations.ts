// The schema, as an ordered list of steps. A step that has been released is never edited; a new one is added.

import type { Database } from './sqlite.ts';

interface Migration {
  readonly version: number;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
CREATE TABLE sessions (
  key TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  label TEXT,
  title TEXT,
  preview TEXT,
  message_count INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_update ON sessions (updated_at DESC);

CREATE TABLE messages (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  session_key TEXT NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (session_key, seq)
) STRICT;

CREATE TABLE runs (
  run_id TEXT PRIMARY KEY,
  session_key TEXT NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('accepted', 'done', 'aborted', 'failed', 'interrupted')),
  accepted_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX runs_unfinished ON runs (state) WHERE state = 'accepted';

CREATE TABLE cron_jobs (
  id TEXT PRIMARY KEY,
  definition TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  next_run_at INTEGER,
  running_at INTEGER,
  last_run TEXT,
  consecutive_errors INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX cron_jobs_due ON cron_jobs (next_run_at) WHERE enabled = 1 AND next_run_at IS NOT NULL;

CREATE TABLE cron_runs (
  run_id TEXT PRIMARY KEY,
  job_id TEXT NOT NULL,
  job_name TEXT NOT NULL,
  slot_at INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  status TEXT,
  summary TEXT,
  error TEXT
) STRICT;
CREATE INDEX cron_runs_by_job ON cron_runs (job_id, started_at DESC);

CREATE TABLE notifications (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  session_key TEXT,
  job_id TEXT,
  created_at INTEGER NOT NULL,
  read_at INTEGER,
  delivery TEXT
) STRICT;
CREATE INDEX notifications_by_time ON notifications (created_at DESC);
CREATE INDEX notifications_unread ON notifications (created_at) WHERE read_at IS NULL;

CREATE TABLE devices (
  device_id TEXT PRIMARY KEY,
  public_key TEXT NOT NULL,
  display_name TEXT,
  platform TEXT NOT NULL,
  device_family TEXT NOT NULL,
  approved_via TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL
) STRICT;

CREATE TABLE device_tokens (
  device_id TEXT NOT NULL REFERENCES devices (device_id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  scopes TEXT NOT NULL,
  serial TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  PRIMARY KEY (device_id, role)
) STRICT;

CREATE TABLE memories (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  agent_id TEXT NOT NULL,
  session_key TEXT NOT NULL,
  text TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE VIRTUAL TABLE memory_index USING fts5 (
  text, content = 'memories', content_rowid = 'position', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER memories_added AFTER INSERT ON memories BEGIN
  INSERT INTO memory_index (rowid, text) VALUES (new.position, new.text);
END;
CREATE TRIGGER memories_removed AFTER DELETE ON memories BEGIN
  INSERT INTO memory_index (memory_index, rowid, text) VALUES ('delete', old.position, old.text);
END;
`,
  },
  {
    version: 2,
    sql: `
CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
`,
  },
  {
    version: 3,
    sql: `
CREATE TABLE channels (
  id TEXT PRIMARY KEY,
  session_key TEXT NOT NULL UNIQUE REFERENCES sessions (key) ON DELETE CASCADE,
  name TEXT UNIQUE,
  metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE heartbeat_events (
  position INTEGER PRIMARY KEY,
  agent_id TEXT NOT NULL,
  session_key TEXT NOT NULL,
  text TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX heartbeat_events_by_agent ON heartbeat_events (agent_id, position);
`,
  },
  {
    version: 4,
    sql: `
ALTER TABLE devices ADD COLUMN label TEXT;
ALTER TABLE devices ADD COLUMN client_id TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN client_mode TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN remote_ip TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN approved_at INTEGER NOT NULL DEFAULT 0;
UPDATE devices SET approved_at = created_at;

ALTER TABLE device_tokens ADD COLUMN approved_scopes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE device_tokens ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device_tokens ADD COLUMN rotated_at INTEGER;
ALTER TABLE device_tokens ADD COLUMN revoked_at INTEGER;
ALTER TABLE device_tokens ADD COLUMN platform TEXT NOT NULL DEFAULT '';
ALTER TABLE device_tokens ADD COLUMN device_family TEXT NOT NULL DEFAULT '';
UPDATE device_tokens SET approved_scopes = scopes, created_at = issued_at,
  platform = (SELECT d.platform FROM devices d WHERE d.device_id = device_tokens.device_id),
  device_family = (SELECT d.device_family FROM devices d WHERE d.device_id = device_tokens.device_id);

CREATE TABLE device_pairing_requests (
  request_id TEXT PRIMARY KEY,
  subject_id TEXT NOT NULL UNIQUE,
  request TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  refreshed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE nodes (
  node_id TEXT PRIMARY KEY REFERENCES devices (device_id) ON DELETE CASCADE,
  about TEXT NOT NULL,
  approved TEXT,
  host_stats TEXT,
  created_at INTEGER NOT NULL,
  approved_at INTEGER,
  last_connected_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  last_seen_reason TEXT NOT NULL
) STRICT;

CREATE TABLE node_pairing_requests (
  request_id TEXT PRIMARY KEY,
  subject_id TEXT NOT NULL UNIQUE REFERENCES nodes (node_id) ON DELETE CASCADE,
  request TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  refreshed_at INTEGER NOT NULL
) STRICT;
`,
  },
  {
    version: 5,
    sql: `
CREATE TABLE archived_transcripts (
  session_id TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  label TEXT,
  title TEXT,
  reason TEXT NOT NULL,
  message_count INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  archived_at INTEGER NOT NULL
) STRICT;
CREATE INDEX archived_transcripts_by_key ON archived_transcripts (key, archived_at DESC);

CREATE TABLE archived_messages (
  position INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES archived_transcripts (session_id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (session_id, seq)
) STRICT;
CREATE INDEX sessions_by_label ON sessions (label) WHERE label IS NOT NULL;
`,
  },
  {
    version: 6,
    sql: `
ALTER TABLE cron_runs ADD COLUMN session_key TEXT;
ALTER TABLE cron_runs ADD COLUMN job_removed_at INTEGER;
UPDATE cron_runs SET job_removed_at = coalesce(ended_at, started_at)
  WHERE job_id NOT IN (SELECT id FROM cron_jobs);
CREATE INDEX cron_runs_by_end ON cron_runs (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX cron_runs_of_removed_jobs ON cron_runs (job_removed_at) WHERE job_removed_at IS NOT NULL;
`,
  },
  {
    version: 7,
    sql: `
ALTER TABLE sessions ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
ALTER TABLE sessions ADD COLUMN last_interaction_at INTEGER;
UPDATE sessions SET last_interaction_at = (
  SELECT max(m.created_at) FROM messages m
  WHERE m.session_key = sessions.key AND json_extract(m.body, '$.role') = 'user'
    AND json_extract(m.body, '$.source') IS NULL
);
CREATE INDEX sessions_by_interaction ON sessions (last_interaction_at DESC) WHERE last_interaction_at IS NOT NULL;
`,
  },
  {
    version: 8,
    sql: `
CREATE TABLE approvals (
  id TEXT PRIMARY KEY,
  origin TEXT NOT NULL,
  request TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER,
  end_reason TEXT,
  decision TEXT,
  resolved_by TEXT
) STRICT;
CREATE INDEX approvals_waiting ON approvals (created_at) WHERE ended_at IS NULL;
CREATE INDEX approvals_by_end ON approvals (ended_at) WHERE ended_at IS NOT NULL;
ALTER TABLE notifications ADD COLUMN approval_id TEXT;
CREATE INDEX notifications_by_approval ON notifications (approval_id) WHERE approval_id IS NOT NULL;
`,
  },
  {
    version: 9,
    sql: `
CREATE VIRTUAL TABLE message_index USING fts5 (
  text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TABLE message_index_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  position INTEGER NOT NULL
) STRICT;
INSERT INTO message_index_state (id, position) VALUES (1, 0);
CREATE TRIGGER messages_removed AFTER DELETE ON messages BEGIN
  DELETE FROM message_index WHERE rowid = old.position;
  -- The newest position is given again to the next message.
  UPDATE message_index_state SET position = coalesce((SELECT max(position) FROM messages), 0)
    WHERE position > coalesce((SELECT max(position) FROM messages), 0);
END;
CREATE INDEX sessions_by_id ON sessions (session_id);
`,
  },
  {
    version: 10,
    sql: `
CREATE TABLE agents (
  agent_id TEXT PRIMARY KEY,
  settings TEXT NOT NULL,
  own INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  kept_in TEXT
) STRICT;
`,
  },
  {
    version: 11,
    sql: `
ALTER TABLE runs ADD COLUMN request TEXT;
ALTER TABLE runs ADD COLUMN began_at INTEGER;
ALTER TABLE runs ADD COLUMN answered_by TEXT;
UPDATE runs SET began_at = accepted_at;
`,
  },
  {
    version: 12,
    sql: `
CREATE TABLE model_calls (
  position INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL,
  session_key TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  at INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'aborted', 'failed')),
  input INTEGER,
  output INTEGER,
  cache_read INTEGER,
  cache_write INTEGER,
  reasoning INTEGER,
  total INTEGER,
  total_cost REAL
) STRICT;
CREATE INDEX model_calls_by_session ON model_calls (session_id, at);
CREATE INDEX model_calls_by_time ON model_calls (at);

CREATE TABLE usage_slots (
  slot INTEGER NOT NULL,
  session_id TEXT NOT NULL,
  session_key TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  missing_cost INTEGER NOT NULL,
  missing_usage INTEGER NOT NULL,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_write INTEGER NOT NULL,
  reasoning INTEGER NOT NULL,
  total INTEGER NOT NULL,
  input_cost REAL NOT NULL,
  output_cost REAL NOT NULL,
  cache_read_cost REAL NOT NULL,
  cache_write_cost REAL NOT NULL,
  total_cost REAL NOT NULL,
  PRIMARY KEY (slot, session_id, provider, model)
) STRICT;

CREATE TABLE activity_slots (
  slot INTEGER NOT NULL,
  session_id TEXT NOT NULL,
  session_key TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  user INTEGER NOT NULL,
  assistant INTEGER NOT NULL,
  tool_calls INTEGER NOT NULL,
  tool_results INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  PRIMARY KEY (slot, session_id)
) STRICT;

CREATE TABLE tool_slots (
  slot INTEGER NOT NULL,
  session_id TEXT NOT NULL,
  session_key TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  tool TEXT NOT NULL,
  calls INTEGER NOT NULL,
  PRIMARY KEY (slot, session_id, tool)
) STRICT;
`,
  },
  {
    version: 13,
    sql: `
ALTER TABLE memories ADD COLUMN path TEXT;
ALTER TABLE memories ADD COLUMN first_line INTEGER;
ALTER TABLE memories ADD COLUMN last_line INTEGER;
ALTER TABLE memories ADD COLUMN words TEXT NOT NULL DEFAULT '';
UPDATE memories SET words = text;
CREATE INDEX memories_by_place ON memories (agent_id, session_key, path);
DROP TRIGGER memories_added;
DROP TRIGGER memories_removed;
DROP TABLE memory_index;
CREATE VIEW memory_words AS SELECT position, words AS text FROM memories;
CREATE VIRTUAL TABLE memory_index USING fts5 (
  text, content = 'memory_words', content_rowid = 'position', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO memory_index (memory_index) VALUES ('rebuild');
CREATE TRIGGER memories_added AFTER INSERT ON memories BEGIN
  INSERT INTO memory_index (rowid, text) VALUES (new.position, new.words);
END;
CREATE TRIGGER memories_removed AFTER DELETE ON memories BEGIN
  INSERT INTO memory_index (memory_index, rowid, text) VALUES ('delete', old.position, old.words);
END;
CREATE TABLE memory_files (
  agent_id TEXT NOT NULL,
  path TEXT NOT NULL,
  size INTEGER NOT NULL,
  modified_at REAL NOT NULL,
  PRIMARY KEY (agent_id, path)
) STRICT;
CREATE TABLE archived_memories (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES archived_transcripts (session_id) ON DELETE CASCADE,
  text TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX archived_memories_by_session ON archived_memories (session_id);
`,
  },
  {
    version: 14,
    sql: `
ALTER TABLE cron_jobs ADD COLUMN next_slot_at INTEGER;
ALTER TABLE cron_jobs ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
ALTER TABLE cron_jobs ADD COLUMN missed_runs TEXT;
ALTER TABLE cron_jobs ADD COLUMN missed TEXT;
ALTER TABLE cron_jobs ADD COLUMN facts TEXT NOT NULL DEFAULT '{}';
CREATE INDEX cron_jobs_missed ON cron_jobs (id) WHERE missed IS NOT NULL;

ALTER TABLE cron_runs ADD COLUMN slot_until INTEGER;
ALTER TABLE cron_runs ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
ALTER TABLE cron_runs ADD COLUMN scheduled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cron_runs ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
CREATE UNIQUE INDEX cron_runs_slots ON cron_runs (job_id, slot_at, attempt) WHERE scheduled = 1;
CREATE INDEX cron_runs_unfinished ON cron_runs (job_id) WHERE ended_at IS NULL;

CREATE TABLE cron_webhooks (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  url TEXT NOT NULL,
  body TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX cron_webhooks_by_time ON cron_webhooks (next_at);

ALTER TABLE notifications ADD COLUMN source TEXT;
ALTER TABLE notifications ADD COLUMN key TEXT;
ALTER TABLE notifications ADD COLUMN group_key TEXT;
ALTER TABLE notifications ADD COLUMN times INTEGER NOT NULL DEFAULT 1;
ALTER TABLE notifications ADD COLUMN updated_at INTEGER;
ALTER TABLE notifications ADD COLUMN snoozed_until INTEGER;
ALTER TABLE notifications ADD COLUMN resolved_at INTEGER;
ALTER TABLE notifications ADD COLUMN held TEXT;
CREATE INDEX notifications_by_key ON notifications (key) WHERE key IS NOT NULL;
CREATE INDEX notifications_snoozed ON notifications (snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX notifications_held ON notifications (created_at) WHERE held IS NOT NULL AND read_at IS NULL;

CREATE TABLE heartbeats (
  id TEXT PRIMARY KEY,
  agent_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  count INTEGER NOT NULL DEFAULT 1,
  last_at INTEGER NOT NULL,
  trigger TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  duration_ms INTEGER NOT NULL,
  text TEXT,
  text_key TEXT,
  session_key TEXT,
  tools TEXT NOT NULL DEFAULT '[]',
  tokens INTEGER,
  tokens_estimated INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX heartbeats_by_agent ON heartbeats (agent_id, last_at DESC);
CREATE INDEX heartbeats_by_text ON heartbeats (agent_id, text_key, last_at) WHERE text_key IS NOT NULL;
`,
  },
  {
    version: 15,
    sql: `
CREATE TABLE compactions (
  id TEXT PRIMARY KEY,
  session_key TEXT NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
  session_id TEXT NOT NULL,
  through INTEGER NOT NULL,
  summary TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX compactions_by_session ON compactions (session_key, session_id, through);

ALTER TABLE sessions ADD COLUMN spawned_by TEXT;
ALTER TABLE sessions ADD COLUMN spawn_depth INTEGER;
CREATE TABLE spawned_sessions (
  key TEXT PRIMARY KEY REFERENCES sessions (key) ON DELETE CASCADE,
  parent_key TEXT NOT NULL,
  run_id TEXT NOT NULL,
  name TEXT NOT NULL,
  wakes_parent INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  told_at INTEGER
) STRICT;
CREATE INDEX spawned_sessions_untold ON spawned_sessions (parent_key) WHERE told_at IS NULL;
CREATE INDEX sessions_by_spawner ON sessions (spawned_by) WHERE spawned_by IS NOT NULL;
`,
  },
  {
    version: 16,
    sql: `
CREATE TABLE attachments (
  sha256 TEXT NOT NULL,
  session_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (sha256, session_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachments_by_session ON attachments (session_id);
`,
  },
  {
    version: 17,
    sql: `ALTER TABLE approvals ADD COLUMN kind TEXT NOT NULL DEFAULT 'exec';`,
  },
  {
    // What a run has said and done so far, until its end is stored: a kill in the middle must not hide what tools did.
    version: 18,
    sql: `
CREATE TABLE run_steps (
  run_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;
`,
  },
];

export function schemaVersion(db: Database): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

/** Applies what is missing, each step in a transaction of its own. */
export function migrate(db: Database, migrations: readonly Migration[] = MIGRATIONS): void {
  const from = schemaVersion(db);
  for (const migration of migrations) {
    if (migration.version <= from) continue;
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(`${migration.sql} PRAGMA user_version = ${migration.version}; COMMIT;`);
    } catch (error) {
      rollBack(db);
      throw error;
    }
  }
}

function rollBack(db: Database): void {
  try {
    db.exec('ROLLBACK');
  } catch {
    // SQLite has rolled back by itself (disk full, I/O error).
  }
}

export function newestSchema(migrations: readonly Migration[] = MIGRATIONS): number {
  return migrations.at(-1)?.version ?? 0;
}
