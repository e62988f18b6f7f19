// Replaces a damaged database: by its newest usable backup, with every row on top that the damaged file still gives. The
// damaged file is copied aside first and never deleted; until the last step the profile is as it was.

import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileTime, listBackups, syncPath, type Backup } from '../store/backups.ts';
import { fullTextTables, rebuildFullText } from '../store/full-text.ts';
import { migrate, MIGRATIONS, newestSchema, schemaVersion } from '../store/migrations.ts';
import { databaseFile } from '../store/open-store.ts';
import { openSqlite, type Database } from '../store/sqlite.ts';
import { fixAll, problemsOf } from './database-problems.ts';
import { copyReadableRows } from './readable-rows.ts';

export interface Restored {
  /** The folder with the damaged file and its log. */
  readonly keptIn: string;
  /** What was restored; `undefined` when there was no usable backup. */
  readonly backup: Backup | undefined;
  /** Rows that were taken from the damaged file. */
  readonly rows: number;
  /** Tables that could not be read to their end. */
  readonly incomplete: readonly string[];
}

/** What SQLite keeps beside a database. */
const COMPANIONS = ['-wal', '-journal', '-shm'] as const;

/** @throws when the disk refuses; then the profile is as it was */
export function restoreDatabase(profileDir: string, now: number): Restored {
  const file = databaseFile(profileDir);
  const keptIn = keepAside(file, path.join(profileDir, 'damaged', fileTime(now)));
  const made = `${file}.${process.pid}.new`;
  try {
    remove(made);
    const version = versionOf(file);
    const backup = listBackups(profileDir).find((candidate) => isUsable(candidate.file));
    if (backup !== undefined) copyFileSync(backup.file, made);
    const { rows, incomplete } = fill(made, file, version);
    chmodSync(made, 0o600);
    syncPath(made);
    // A log that belongs to another file would be played into this one. All of it is kept aside already.
    for (const suffix of COMPANIONS) rmSync(file + suffix, { force: true });
    renameSync(made, file);
    syncPath(profileDir);
    return { keptIn, backup, rows, incomplete };
  } catch (error) {
    remove(made);
    throw error;
  }
}

function keepAside(file: string, folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const suffix of ['', ...COMPANIONS]) {
    if (!existsSync(file + suffix)) continue;
    const copy = path.join(folder, path.basename(file) + suffix);
    copyFileSync(file + suffix, copy);
    chmodSync(copy, 0o600);
    syncPath(copy);
  }
  syncPath(folder);
  return folder;
}

function remove(made: string): void {
  for (const suffix of ['', ...COMPANIONS]) rmSync(made + suffix, { force: true });
}

/** The schema of a file, as far as it can be read and is one that we know; otherwise the newest. */
function versionOf(file: string): number {
  const version = using(file, schemaVersion);
  return version === undefined || version < 1 || version > newestSchema() ? newestSchema() : version;
}

function isUsable(file: string): boolean {
  const version = using(file, (db) => {
    const [answer] = db.prepare('PRAGMA integrity_check(1)').all();
    return answer?.['integrity_check'] === 'ok' ? schemaVersion(db) : undefined;
  });
  return version !== undefined && version >= 1 && version <= newestSchema();
}

/** What `see` answers about a database; `undefined` when it cannot be opened or read. */
function using<T>(file: string, see: (db: Database) => T): T | undefined {
  let db: Database | undefined;
  try {
    db = openSqlite(file);
    return see(db);
  } catch {
    return undefined;
  } finally {
    db?.close();
  }
}

function fill(made: string, damagedFile: string, version: number): Pick<Restored, 'rows' | 'incomplete'> {
  const target = openSqlite(made);
  try {
    migrate(
      target,
      MIGRATIONS.filter((step) => step.version <= version),
    );
    const copied = using(damagedFile, (source) => copyReadableRows(source, target)) ?? {
      rows: 0,
      incomplete: ['everything'],
    };
    // Rows were put in past the triggers' knowledge.
    for (const table of fullTextTables(target)) rebuildFullText(target, table);
    fixAll(target, problemsOf(target));
    return copied;
  } finally {
    target.close();
  }
}
