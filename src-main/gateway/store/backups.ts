// Copies of the database: before its schema changes and before doctor repairs it. A copy is whole or absent: written under
// another name, synced, then renamed. Old ones go; a damaged database never does.

import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { errorText } from '../../shared/logger.ts';
import { sqliteFailure, type Database } from './sqlite.ts';
import { StoreUnavailableError } from './store-errors.ts';

export interface Backup {
  readonly file: string;
  readonly bytes: number;
  /** When it was made, ms. */
  readonly madeAt: number;
}

/** Of each kind: those from before a migration, and those from before a repair. */
const BACKUPS_KEPT = 3;
const SUFFIX = '.sqlite';
/** What a process that was killed in the middle of a backup leaves behind. */
const UNFINISHED = '.new';

export function backupFolder(profileDir: string): string {
  return path.join(profileDir, 'backups');
}

/**
 * Keeps what the database holds before its schema changes from `version`; a copy of that version that is there already is
 * replaced.
 * @throws StoreUnavailableError when it cannot be written; then the database is as it was
 */
export function backUpBeforeMigration(db: Database, profileDir: string, version: number): Backup {
  return backUp(db, profileDir, 'clawtray-schema', String(version));
}

/** Keeps what the database holds before doctor changes it. @throws like `backUpBeforeMigration` */
export function backUpBeforeRepair(db: Database, profileDir: string, now: number): Backup {
  return backUp(db, profileDir, 'clawtray-before-repair', fileTime(now));
}

/** Newest first. */
export function listBackups(profileDir: string): readonly Backup[] {
  const folder = backupFolder(profileDir);
  return namesIn(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .flatMap((name) => {
      const file = path.join(folder, name);
      const found = statSync(file, { throwIfNoEntry: false });
      return found?.isFile() === true ? [{ file, bytes: found.size, madeAt: found.mtimeMs }] : [];
    })
    .sort((a, b) => b.madeAt - a.madeAt || (a.file < b.file ? 1 : -1));
}

/** A moment as it can stand in a file's name. */
export function fileTime(now: number): string {
  return new Date(now).toISOString().replace(/[:.]/g, '-');
}

function backUp(db: Database, profileDir: string, kind: string, name: string): Backup {
  const folder = backupFolder(profileDir);
  const target = path.join(folder, `${kind}-${name}${SUFFIX}`);
  const unfinished = `${target}${UNFINISHED}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeUnfinished(folder);
    // Reads through the write-ahead log, so that the copy is of this moment.
    db.prepare('VACUUM INTO ?').run([unfinished]);
    chmodSync(unfinished, 0o600);
    syncPath(unfinished);
    renameSync(unfinished, target);
    syncPath(folder);
  } catch (error) {
    throw notBackedUp(error, folder, unfinished);
  }
  removeOld(profileDir, kind);
  return { file: target, bytes: statSync(target).size, madeAt: statSync(target).mtimeMs };
}

function notBackedUp(error: unknown, folder: string, unfinished: string): Error {
  try {
    rmSync(unfinished, { force: true });
  } catch {
    // The disk refuses that too; the next backup removes it.
  }
  const failure = sqliteFailure(error);
  if (failure === 'corrupt') return error as Error;
  const full = failure === 'full' || (error as NodeJS.ErrnoException).code === 'ENOSPC';
  const reason = full
    ? `The disk that holds ${folder} is full. Free some space and start again.`
    : `${errorText(error)}. Make ${folder} writable and start again.`;
  return new StoreUnavailableError(
    `The database could not be backed up before it is changed, so nothing was changed. ${reason}`,
    error,
  );
}

function removeUnfinished(folder: string): void {
  for (const name of namesIn(folder))
    if (name.endsWith(UNFINISHED)) rmSync(path.join(folder, name), { force: true });
}

function removeOld(profileDir: string, kind: string): void {
  const ofKind = listBackups(profileDir).filter(({ file }) => path.basename(file).startsWith(`${kind}-`));
  for (const { file } of ofKind.slice(BACKUPS_KEPT)) rmSync(file, { force: true });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Also a folder: a new name is on disk once its folder is. Windows opens no folders, and needs none of it. */
export function syncPath(place: string): void {
  if (process.platform === 'win32' && statSync(place).isDirectory()) return;
  // SQLite does not sync what VACUUM INTO wrote.
  const descriptor = openSync(place, process.platform === 'win32' ? 'r+' : 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
