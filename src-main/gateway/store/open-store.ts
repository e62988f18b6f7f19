// Opens the profile's database: takes the lock, backs up before a migration, migrates. One process per profile: the
// lock is SQLite's own exclusive file lock, so it goes with the process however it ends, and libsql's SQLite 3.45
// never sees the second connection that its WAL-reset bug needs.

import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { migrate, newestSchema, schemaVersion } from './migrations.ts';
import { openSqlite, sqliteFailure, type Database, type Statement } from './sqlite.ts';
import { createWriter, type StorageObserver, type Writer } from './writer.ts';

/** Another process works with this profile. */
export class ProfileInUseError extends Error {
  constructor(folder: string) {
    super(`Another Clawtray process uses the profile in ${folder}.`);
    this.name = 'ProfileInUseError';
  }
}

/** The profile cannot be opened at all. The message says why and what to do. */
export class StoreUnavailableError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'StoreUnavailableError';
  }
}

export interface Store extends Writer {
  readonly file: string;
  readonly driver: Database['driver'];
  /** For reads, and inside `write` for changes. */
  prepare(sql: string): Statement;
  close(): void;
}

const BACKUPS_KEPT = 3;

/**
 * @param folder the profile's own folder; created with mode 0700
 * @throws ProfileInUseError, StoreUnavailableError
 */
export function openStore(folder: string, onOutcome?: StorageObserver): Store {
  const file = path.join(folder, 'clawtray.sqlite');
  let db: Database | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    db = openSqlite(file);
    prepareDatabase(db, folder);
    chmodSync(file, 0o600);
  } catch (error) {
    db?.close();
    throw openError(error, folder);
  }
  return assembleStore(db, file, onOutcome);
}

function assembleStore(db: Database, file: string, onOutcome: StorageObserver | undefined): Store {
  const writer = createWriter(db, onOutcome);
  return {
    file,
    driver: db.driver,
    prepare: (sql) => db.prepare(sql),
    write: (task) => writer.write(task),
    flush: () => {
      writer.flush();
    },
    close: () => {
      writer.flush();
      db.close();
    },
  };
}

function prepareDatabase(db: Database, folder: string): void {
  // Before anything touches the file: with an exclusive lock WAL needs no shared-memory file either.
  db.exec('PRAGMA locking_mode = EXCLUSIVE');
  db.exec('PRAGMA busy_timeout = 0');
  db.prepare('PRAGMA journal_mode = WAL').get();
  db.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  const version = schemaVersion(db);
  if (version > newestSchema()) {
    throw new StoreUnavailableError(
      `The profile in ${folder} was written by a newer Clawtray (schema ${version}). Install that version again.`,
      undefined,
    );
  }
  if (version === newestSchema()) {
    // A write transaction takes the lock now rather than at the first message.
    db.exec('BEGIN IMMEDIATE; COMMIT');
    return;
  }
  if (version > 0) backUp(db, folder, version);
  migrate(db);
}

function backUp(db: Database, folder: string, version: number): void {
  const backups = path.join(folder, 'backups');
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  const target = path.join(backups, `clawtray-schema-${version}.sqlite`);
  if (existsSync(target)) rmSync(target);
  db.prepare('VACUUM INTO ?').run([target]);
  chmodSync(target, 0o600);
  const old = readdirSync(backups).filter((name) => name.endsWith('.sqlite'));
  for (const name of old.sort(byVersion).slice(0, -BACKUPS_KEPT)) rmSync(path.join(backups, name));
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function openError(error: unknown, folder: string): Error {
  if (error instanceof StoreUnavailableError) return error;
  const failure = sqliteFailure(error);
  if (failure === 'busy') return new ProfileInUseError(folder);
  const code = (error as NodeJS.ErrnoException).code;
  if (failure === 'read-only' || failure === 'io' || code === 'EROFS' || code === 'EACCES') {
    return new StoreUnavailableError(
      `The state folder ${folder} cannot be written. Make it writable, or choose another one with OPENCLAW_STATE_DIR.`,
      error,
    );
  }
  if (failure === 'full' || code === 'ENOSPC') {
    return new StoreUnavailableError(
      `The disk that holds ${folder} is full. Free some space and start again.`,
      error,
    );
  }
  if (failure === 'corrupt') {
    return new StoreUnavailableError(
      `The database in ${folder} is damaged. Backups are in ${path.join(folder, 'backups')}; nothing was changed.`,
      error,
    );
  }
  return new StoreUnavailableError(
    `The profile in ${folder} cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
    error,
  );
}
