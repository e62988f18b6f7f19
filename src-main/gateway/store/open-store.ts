// Opens the profile's database: takes the lock, backs up before a migration, migrates. One process per profile: the
// lock is SQLite's own exclusive file lock, so it goes with the process however it ends, and libsql's SQLite 3.45
// never sees the second connection that its WAL-reset bug needs.

import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { backUpBeforeMigration } from './backups.ts';
import { migrate, newestSchema, schemaVersion } from './migrations.ts';
import { openSqlite, sqliteFailure, type Database, type Statement } from './sqlite.ts';
import { asStoreError, StoreUnavailableError } from './store-errors.ts';
import { createWriter, type StorageObserver, type Writer } from './writer.ts';

export { ProfileInUseError, StoreUnavailableError } from './store-errors.ts';

export interface Store extends Writer {
  readonly file: string;
  readonly driver: Database['driver'];
  /** For reads, and inside `write` for changes. */
  prepare(sql: string): Statement;
  close(): void;
}

const LOCK_ATTEMPTS = 5;
/** At most this many milliseconds between two attempts, so that a profile that is in use is told at once. */
const LOCK_PAUSE = 15;

export function databaseFile(profileDir: string): string {
  return path.join(profileDir, 'clawtray.sqlite');
}

/**
 * @param folder the profile's own folder; created with mode 0700
 * @throws ProfileInUseError, StoreUnavailableError
 */
export function openStore(folder: string, onOutcome?: StorageObserver): Store {
  const file = databaseFile(folder);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const db = openDatabase(file, folder);
    return assembleStore(db, file, onOutcome);
  } catch (error) {
    throw asStoreError(error, folder);
  }
}

/**
 * Two processes that start at the same instant get into each other's way before one has the lock, and both would be
 * refused; so each tries again, a random moment later.
 */
function openDatabase(file: string, folder: string): Database {
  for (let attempt = 1; ; attempt += 1) {
    keepPrivate(file);
    const db = openSqlite(file);
    try {
      prepareDatabase(db, folder);
      return db;
    } catch (error) {
      db.close();
      if (attempt === LOCK_ATTEMPTS || sqliteFailure(error) !== 'busy') throw error;
    }
    pause(Math.random() * LOCK_PAUSE);
  }
}

/** SQLite gives its log the rights that the database has when it makes it, so they are set before it is opened. */
function keepPrivate(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  for (const one of [file, `${file}-wal`]) {
    const found = statSync(one, { throwIfNoEntry: false });
    if (found?.isFile() === true && (found.mode & 0o077) !== 0) chmodSync(one, 0o600);
  }
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
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

/**
 * Makes this the only process that can open the database.
 * @throws what the driver throws; `sqliteFailure` says `busy` when another one has it
 */
export function takeLock(db: Database): void {
  // Before anything else; without a prepared statement, which under libsql would keep what it has of the lock. With an
  // exclusive lock WAL needs no shared-memory file either.
  db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE; COMMIT');
}

function prepareDatabase(db: Database, folder: string): void {
  takeLock(db);
  const version = schemaVersion(db);
  if (version > newestSchema()) {
    throw new StoreUnavailableError(
      `The profile in ${folder} was written by a newer Clawtray (schema ${version}). Install that version again.`,
    );
  }
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  if (version === newestSchema()) return;
  if (version > 0) backUpBeforeMigration(db, folder, version);
  migrate(db);
}
