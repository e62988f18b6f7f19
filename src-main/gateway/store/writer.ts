// Group commit: writes that wait together share one transaction, and each is acknowledged only after the commit.
// Owns the transaction boundaries; what is written belongs to the callers.

import { GatewayError } from '../../shared/errors.ts';
import { sqliteFailure, type Database, type SqliteFailure } from './sqlite.ts';

interface PendingWrite {
  readonly task: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Told after every transaction: `undefined` when it was written, otherwise why storage failed. */
export type StorageObserver = (failure: GatewayError | undefined) => void;

export interface Writer {
  /**
   * Runs `task` inside a transaction and resolves with its result once that is on disk. The task must be synchronous.
   * @throws what the task threw (its own changes are undone, its neighbours' are not), or a GatewayError `unavailable`
   *   when storage failed: then nothing of the transaction was kept
   */
  write<T>(task: () => T): Promise<T>;
  /** Writes what still waits. */
  flush(): void;
}

/** Writes of one transaction; bounds how long the event loop is held. */
const MAX_BATCH = 512;

export function createWriter(db: Database, onOutcome: StorageObserver = () => undefined): Writer {
  let waiting: PendingWrite[] = [];
  let scheduled = false;

  function commit(batch: readonly PendingWrite[]): void {
    const settled: (() => void)[] = [];
    try {
      db.prepare('BEGIN IMMEDIATE').run();
      for (const write of batch) settled.push(runOne(write, batch.length > 1));
      db.prepare('COMMIT').run();
    } catch (error) {
      rollback();
      const reason = error instanceof TaskError ? error.original : asStorageError(error);
      if (!(error instanceof TaskError)) onOutcome(reason instanceof GatewayError ? reason : undefined);
      for (const write of batch) write.reject(reason);
      return;
    }
    onOutcome(undefined);
    for (const settle of settled) settle();
  }

  /** A savepoint keeps one caller's mistake from undoing its neighbours; a lone write needs none. */
  function runOne(write: PendingWrite, shared: boolean): () => void {
    if (shared) db.prepare('SAVEPOINT one').run();
    try {
      const value = write.task();
      if (shared) db.prepare('RELEASE one').run();
      return () => {
        write.resolve(value);
      };
    } catch (error) {
      if (isStorageFailure(sqliteFailure(error))) throw error;
      if (!shared) throw new TaskError(error);
      db.prepare('ROLLBACK TO one').run();
      db.prepare('RELEASE one').run();
      return () => {
        write.reject(error);
      };
    }
  }

  function rollback(): void {
    try {
      db.prepare('ROLLBACK').run();
    } catch {
      // SQLite has rolled back by itself (disk full, I/O error), or the transaction never began.
    }
  }

  function commitNext(): void {
    const batch = waiting.slice(0, MAX_BATCH);
    waiting = waiting.slice(MAX_BATCH);
    commit(batch);
  }

  /** One transaction at a time, so that sockets are served in between. */
  function schedule(): void {
    if (scheduled || waiting.length === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (waiting.length > 0) commitNext();
      schedule();
    });
  }

  return {
    write: <T>(task: () => T) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ task, resolve: resolve as (value: unknown) => void, reject });
        schedule();
      }),
    flush: () => {
      while (waiting.length > 0) commitNext();
    },
  };
}

/** Carries a task's own error out of a transaction that held nothing else. */
class TaskError extends Error {
  readonly original: unknown;
  constructor(original: unknown) {
    super('the write failed');
    this.original = original;
  }
}

function isStorageFailure(failure: SqliteFailure | undefined): boolean {
  return failure !== undefined && failure !== 'constraint' && failure !== 'other';
}

const STORAGE_MESSAGES: Readonly<Record<SqliteFailure, string>> = {
  full: 'The disk is full, so nothing can be saved. Free some space and try again.',
  'read-only': 'The state folder is read-only, so nothing can be saved. Make it writable and try again.',
  io: 'The disk reported an error while saving. Check the disk and try again.',
  busy: 'The database is in use by another program. Try again.',
  corrupt: 'The database is damaged, so nothing was saved. Stop Clawtray and run "clawtray doctor".',
  constraint: 'The database refused the change.',
  other: 'The change could not be saved.',
};

/** The error that a client is told when storage fails; other errors pass unchanged. */
export function asStorageError(error: unknown): unknown {
  const failure = sqliteFailure(error);
  if (failure === undefined) return error;
  return new GatewayError('unavailable', STORAGE_MESSAGES[failure], {
    details: { reason: `storage-${failure}` },
    retryable: failure !== 'corrupt',
    retryAfterMs: 1_000,
    cause: error,
  });
}
