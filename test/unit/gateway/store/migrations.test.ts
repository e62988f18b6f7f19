import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  migrate,
  MIGRATIONS,
  newestSchema,
  schemaVersion,
} from '../../../../src-main/gateway/store/migrations.ts';
import { openSqlite, type Database } from '../../../../src-main/gateway/store/sqlite.ts';
import { temporaryFolder } from '../../../fakes/temporary.ts';

function open(): Database {
  const db = openSqlite(path.join(temporaryFolder(), 'test.sqlite'));
  onTestFinished(() => {
    db.close();
  });
  return db;
}

const steps = [
  { version: 1, sql: 'CREATE TABLE a (x TEXT);' },
  { version: 2, sql: "INSERT INTO a VALUES ('from 2');" },
];

describe('migrate', () => {
  test('brings a new database to the newest schema', () => {
    const db = open();
    expect(schemaVersion(db)).toBe(0);
    migrate(db);
    expect(schemaVersion(db)).toBe(newestSchema());
  });

  test('applies only what is missing, once', () => {
    const db = open();
    migrate(db, steps.slice(0, 1));
    migrate(db, steps);
    migrate(db, steps);
    expect(db.prepare('SELECT count(*) AS n FROM a').get()).toEqual({ n: 1 });
    expect(schemaVersion(db)).toBe(2);
  });

  test('a step that fails leaves the schema of the step before it', () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'test.sqlite');
    const db = openSqlite(file);
    const broken = [...steps, { version: 3, sql: 'CREATE TABLE b (x TEXT); CREATE TABLE nonsense (;' }];
    expect(() => {
      migrate(db, broken);
    }).toThrow();
    // Its transaction is over.
    db.exec('BEGIN IMMEDIATE; COMMIT');
    db.close();
    const again = openSqlite(file);
    onTestFinished(() => {
      again.close();
    });
    expect(schemaVersion(again)).toBe(2);
    expect(again.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'b'").get()).toEqual({ n: 0 });
  });

  test('devices that were paired before requests and roles were kept stay what they are', () => {
    const db = open();
    const step = MIGRATIONS.findIndex(({ sql }) => sql.includes('device_pairing_requests'));
    migrate(db, MIGRATIONS.slice(0, step));
    db.exec(`INSERT INTO devices VALUES ('d', 'key', 'Phone', 'ios', 'iphone', 'silent', 5, 9);
      INSERT INTO device_tokens VALUES ('d', 'operator', '["operator.read"]', 'serial', 7)`);
    migrate(db);
    expect(db.prepare('SELECT * FROM devices').get()).toMatchObject({
      device_id: 'd',
      approved_at: 5,
      last_seen_at: 9,
      label: null,
      client_id: '',
    });
    expect(db.prepare('SELECT * FROM device_tokens').get()).toMatchObject({
      scopes: '["operator.read"]',
      approved_scopes: '["operator.read"]',
      serial: 'serial',
      created_at: 7,
      issued_at: 7,
      revoked_at: null,
      platform: 'ios',
      device_family: 'iphone',
    });
  });

  test('the steps are numbered without gaps', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });
});
