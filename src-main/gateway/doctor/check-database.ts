// Whether the database is sound: its pages, its references, its search index, its counters. Small damage is repaired in
// place after a backup; a file that is damaged itself is put aside and replaced (restore-database.ts).

import { existsSync } from 'node:fs';
import { errorText } from '../../shared/logger.ts';
import { backUpBeforeRepair } from '../store/backups.ts';
import { newestSchema, schemaVersion } from '../store/migrations.ts';
import { databaseFile, takeLock } from '../store/open-store.ts';
import { openSqlite, sqliteFailure, type Database } from '../store/sqlite.ts';
import { asStoreError } from '../store/store-errors.ts';
import { lockedBy } from './check-process.ts';
import { fixAll, problemsOf, type DatabaseProblem } from './database-problems.ts';
import type { Finding } from './finding.ts';
import { restoreDatabase } from './restore-database.ts';

export interface DatabaseCheckOptions {
  readonly profileDir: string;
  /** The process of the gateway that serves this profile; it has the database to itself. */
  readonly servedBy: number | undefined;
  readonly repair: boolean;
  readonly now: number;
}

export function checkDatabase(options: DatabaseCheckOptions): readonly Finding[] {
  const { profileDir, servedBy } = options;
  const file = databaseFile(profileDir);
  if (!existsSync(file)) {
    return [
      { check: 'database', state: 'note', message: 'There is no database yet. The first start makes it.' },
    ];
  }
  let db: Database | undefined;
  try {
    db = openSqlite(file);
    takeLock(db);
    const version = schemaVersion(db);
    if (version > newestSchema()) return [newer(version)];
    const problems = problemsOf(db);
    if (problems.some(({ kind }) => kind === 'damaged')) throw new Damaged(problems);
    return found(db, version, problems, options);
  } catch (error) {
    db?.close();
    db = undefined;
    const failure = sqliteFailure(error);
    const locked = failure === 'busy' ? lockedBy(file, servedBy) : undefined;
    if (locked !== undefined) return [locked];
    if (failure === 'corrupt' || error instanceof Damaged) return [damaged(file, error as Error, options)];
    return [{ check: 'database', state: 'error', message: asStoreError(error, profileDir).message }];
  } finally {
    db?.close();
  }
}

/** Carries what the check of the pages said. */
class Damaged extends Error {
  constructor(problems: readonly DatabaseProblem[]) {
    super(problems.map(({ message }) => message).join(' '));
  }
}

function newer(version: number): Finding {
  return {
    check: 'database.schema',
    state: 'error',
    message: `The database was written by a newer Clawtray (schema ${version}; this one knows ${newestSchema()}).`,
    hint: 'Install that version again.',
  };
}

function found(
  db: Database,
  version: number,
  problems: readonly DatabaseProblem[],
  { profileDir, repair, now }: DatabaseCheckOptions,
): readonly Finding[] {
  const schema: readonly Finding[] =
    version === newestSchema()
      ? []
      : [
          {
            check: 'database.schema',
            state: 'note',
            message: `The database has schema ${version}; the next start backs it up and brings it to ${newestSchema()}.`,
          },
        ];
  if (problems.length === 0) {
    return [
      { check: 'database', state: 'ok', message: `The database is sound (${db.driver}, schema ${version}).` },
      ...schema,
    ];
  }
  const findings = problems.map(({ kind, message }): Finding => ({
    check: `database.${kind}`,
    state: 'error',
    message,
    repairable: true,
  }));
  if (!repair) return [...findings.map((finding) => ({ ...finding, hint: REPAIR })), ...schema];
  try {
    const backup = backUpBeforeRepair(db, profileDir, now);
    const done = fixAll(db, problems);
    return [
      ...findings.map((finding, index) => ({
        ...finding,
        repaired: `${done[index] ?? ''} What was there before is in ${backup.file}.`,
      })),
      ...schema,
    ];
  } catch (error) {
    return [
      ...findings.map((finding) => ({ ...finding, hint: `It could not be repaired: ${errorText(error)}` })),
      ...schema,
    ];
  }
}

const REPAIR = 'Run "clawtray doctor --repair": it makes a backup first.';

function damaged(file: string, error: Error, { profileDir, repair, now }: DatabaseCheckOptions): Finding {
  const finding: Finding = {
    check: 'database.damaged',
    state: 'error',
    message: `${file} is damaged (${errorText(error)}).`,
    repairable: true,
  };
  if (!repair) {
    return {
      ...finding,
      hint: 'Run "clawtray doctor --repair": it keeps the damaged file aside, restores the newest backup, and adds all that can still be read.',
    };
  }
  try {
    const { keptIn, backup, rows, incomplete } = restoreDatabase(profileDir, now);
    const base =
      backup === undefined
        ? 'There was no usable backup, so a new database was begun'
        : `The backup ${backup.file} was restored`;
    const lost =
      incomplete.length === 0
        ? 'Every table could be read to its end.'
        : `Not all could be read of: ${incomplete.join(', ')}. What was deleted since the backup may be back there.`;
    return {
      ...finding,
      repaired: `${base}, and ${rows} rows were read from the damaged file. ${lost} The damaged file is kept in ${keptIn}.`,
    };
  } catch (failure) {
    return { ...finding, hint: `It could not be repaired: ${errorText(failure)}` };
  }
}
