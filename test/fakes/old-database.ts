// Profiles as older versions left them: made by the real migrations, with rows in every table, put in when the table was new.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { ordinaryTables } from '../../src-main/gateway/store/full-text.ts';
import { MIGRATIONS, migrate } from '../../src-main/gateway/store/migrations.ts';
import { openSqlite, type Database } from '../../src-main/gateway/store/sqlite.ts';

/** What stood in a table at the schema that brought it. Two rows each, with what is awkward: quotes, nulls, emoji. Parents first. */
const FIRST_ROWS: Readonly<Record<string, string>> = {
  sessions: `INSERT INTO sessions VALUES
    ('agent:main:main', 's1', 'main', NULL, 'Title ''1''', 'last 😀', 2, 10, 20),
    ('call:c', 's2', 'main', 'Label', NULL, NULL, 0, 11, 21)`,
  messages: `INSERT INTO messages VALUES
    (1, 'm1', 'agent:main:main', 1, '{"role":"user","content":"hello","timestamp":10}', 10),
    (7, 'm2', 'agent:main:main', 2, '{"role":"assistant","content":[{"type":"text","text":"hi 😀"}],"timestamp":20}', 20)`,
  runs: `INSERT INTO runs VALUES ('r1', 'agent:main:main', 'done', 10, 20), ('r2', 'call:c', 'accepted', 11, NULL)`,
  cron_jobs: `INSERT INTO cron_jobs VALUES ('j1',
    '{"name":"Stretch","schedule":{"kind":"every","everyMs":3600000,"anchorMs":1},"sessionTarget":"main","wakeMode":"now","payload":{"kind":"systemEvent","text":"Stretch"}}',
    0, NULL, NULL, NULL, 0, 10, 10)`,
  cron_runs: `INSERT INTO cron_runs VALUES
    ('c1', 'j1', 'Stretch', 5, 6, 7, 'ok', 'Stretched', NULL), ('c2', 'gone', 'Removed', 5, 6, 8, 'error', NULL, 'no')`,
  notifications: `INSERT INTO notifications VALUES
    ('n1', 'reminder', 'Stretch', 'Now', 'agent:main:main', 'j1', 10, NULL, NULL), ('n2', 'call', 'Call', '', NULL, NULL, 9, 9, NULL)`,
  devices: `INSERT INTO devices VALUES ('d1', 'key', 'Phone', 'ios', 'iphone', 'silent', 5, 9)`,
  device_tokens: `INSERT INTO device_tokens VALUES ('d1', 'operator', '["operator.read"]', 'serial', 7)`,
  memories: `INSERT INTO memories VALUES
    (1, 'mem1', 'main', 'agent:main:main', 'Ana likes Crème brûlée', 10), (4, 'mem2', 'main', 'agent:main:main', 'Tea at five', 11)`,
  settings: `INSERT INTO settings VALUES ('voice.wake', '["computer"]', 10)`,
  channels: `INSERT INTO channels VALUES ('ch1', 'call:c', 'work', '{}', 10)`,
  heartbeat_events: `INSERT INTO heartbeat_events VALUES (3, 'main', 'agent:main:main', 'Mail came', 10)`,
  device_pairing_requests: `INSERT INTO device_pairing_requests VALUES ('q1', 'd2', '{"requestId":"q1","deviceId":"d2"}', '127.0.0.1', 10, 11)`,
  nodes: `INSERT INTO nodes VALUES ('d1', '{}', NULL, NULL, 10, NULL, 11, 12, 'connect')`,
  node_pairing_requests: `INSERT INTO node_pairing_requests VALUES ('q2', 'd1', '{"requestId":"q2","nodeId":"d1"}', '127.0.0.1', 10, 11)`,
  archived_transcripts: `INSERT INTO archived_transcripts VALUES ('s0', 'call:c', 'main', NULL, NULL, 'reset', 1, 1, 2)`,
  archived_messages: `INSERT INTO archived_messages VALUES (1, 's0', 1, '{"role":"user","content":"before","timestamp":1}', 1)`,
};

/** Makes `clawtray.sqlite` in `profileDir` as the version with this schema would have left it. */
export function makeOldDatabase(profileDir: string, version: number): void {
  mkdirSync(profileDir, { recursive: true, mode: 0o700 });
  const db = openSqlite(path.join(profileDir, 'clawtray.sqlite'));
  db.exec('PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL');
  for (const step of MIGRATIONS.filter((migration) => migration.version <= version)) {
    const before = new Set(ordinaryTables(db));
    migrate(db, [step]);
    const now = new Set(ordinaryTables(db));
    // In the order of the list: parents first.
    for (const [table, rows] of Object.entries(FIRST_ROWS))
      if (now.has(table) && !before.has(table)) db.exec(rows);
  }
  db.close();
}

/** How many rows each table has. */
export function rowCounts(db: Database): Readonly<Record<string, number>> {
  return Object.fromEntries(
    ordinaryTables(db).map((table) => [
      table,
      Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']),
    ]),
  );
}
