import { readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { backupFolder, listBackups } from '../../../../src-main/gateway/store/backups.ts';
import { ordinaryTables } from '../../../../src-main/gateway/store/full-text.ts';
import { MIGRATIONS, newestSchema, schemaVersion } from '../../../../src-main/gateway/store/migrations.ts';
import { openStore, StoreUnavailableError } from '../../../../src-main/gateway/store/open-store.ts';
import { openSqlite, type Database } from '../../../../src-main/gateway/store/sqlite.ts';
import { makeOldDatabase, rowCounts } from '../../../fakes/old-database.ts';
import { mountSmallDisk } from '../../../fakes/small-disk.ts';
import { temporaryFolder } from '../../../fakes/temporary.ts';

const older = MIGRATIONS.map(({ version }) => version).slice(0, -1);

function look<T>(file: string, see: (db: Database) => T): T {
  const db = openSqlite(file);
  try {
    return see(db);
  } finally {
    db.close();
  }
}

const fileOf = (profile: string): string => path.join(profile, 'clawtray.sqlite');
const everything = (db: Database): unknown =>
  Object.fromEntries(ordinaryTables(db).map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all()]));

describe.each(older)('a database of schema %i', (version) => {
  test('becomes the newest one with every row, and is kept as it was', () => {
    const profile = temporaryFolder();
    makeOldDatabase(profile, version);
    const before = look(fileOf(profile), (db) => ({ counts: rowCounts(db), all: everything(db) }));
    openStore(profile).close();
    look(fileOf(profile), (db) => {
      expect(schemaVersion(db)).toBe(newestSchema());
      expect(rowCounts(db)).toMatchObject(before.counts);
      expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
      expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
      expect(db.prepare("SELECT rowid FROM memory_index WHERE memory_index MATCH 'creme'").all()).toEqual([
        { rowid: 1 },
      ]);
    });
    const [backup, ...others] = listBackups(profile);
    expect(others).toEqual([]);
    expect(statSync(backup?.file ?? '').mode & 0o777).toBe(0o600);
    expect(statSync(backupFolder(profile)).mode & 0o777).toBe(0o700);
    look(backup?.file ?? '', (db) => {
      expect(schemaVersion(db)).toBe(version);
      expect(everything(db)).toEqual(before.all);
    });
  });
});

test('a backup holds what is only in the write-ahead log', () => {
  const profile = temporaryFolder();
  makeOldDatabase(profile, 1);
  const db = openSqlite(fileOf(profile));
  db.exec("PRAGMA journal_mode = WAL; UPDATE memories SET text = 'in the log' WHERE position = 4");
  // As after a kill: the log is there, and nobody has folded it in.
  const log = readFileSync(`${fileOf(profile)}-wal`);
  const main = readFileSync(fileOf(profile));
  db.close();
  writeFileSync(fileOf(profile), main);
  writeFileSync(`${fileOf(profile)}-wal`, log);
  expect(log.length).toBeGreaterThan(0);
  openStore(profile).close();
  look(listBackups(profile)[0]?.file ?? '', (backup) => {
    expect(backup.prepare('SELECT text FROM memories WHERE position = 4').get()).toEqual({
      text: 'in the log',
    });
  });
});

test('the newest three backups are kept, and what a killed backup left goes', () => {
  const profile = temporaryFolder();
  makeOldDatabase(profile, 3);
  openStore(profile).close();
  const folder = backupFolder(profile);
  for (const [index, name] of ['schema-0', 'schema-1', 'schema-2', 'before-repair-x'].entries()) {
    const file = path.join(folder, `clawtray-${name}.sqlite`);
    writeFileSync(file, 'older');
    utimesSync(file, 100 + index, 100 + index);
  }
  writeFileSync(path.join(folder, 'clawtray-schema-9.sqlite.new'), 'half');
  look(fileOf(profile), (db) => {
    db.exec('PRAGMA user_version = 0');
  });
  const again = temporaryFolder();
  makeOldDatabase(again, 4);
  writeFileSync(fileOf(profile), readFileSync(fileOf(again)));
  openStore(profile).close();
  expect(readdirSync(folder).sort()).toEqual([
    'clawtray-before-repair-x.sqlite',
    'clawtray-schema-2.sqlite',
    'clawtray-schema-3.sqlite',
    'clawtray-schema-4.sqlite',
  ]);
});

test('without room for the backup nothing is migrated, and it says so; with room it is', () => {
  const disk = mountSmallDisk(2_048);
  const profile = path.join(disk.folder, 'clawtray');
  makeOldDatabase(profile, 3);
  disk.fill(65_536);
  expect(() => openStore(profile)).toThrow(StoreUnavailableError);
  expect(() => openStore(profile)).toThrow(
    /could not be backed up before it is changed, so nothing was changed\. The disk .* is full\. Free some space/,
  );
  expect(readdirSync(backupFolder(profile))).toEqual([]);
  disk.free();
  look(fileOf(profile), (db) => {
    expect(schemaVersion(db)).toBe(3);
  });
  openStore(profile).close();
  look(fileOf(profile), (db) => {
    expect(schemaVersion(db)).toBe(newestSchema());
  });
});
