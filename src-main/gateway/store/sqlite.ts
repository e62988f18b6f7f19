// One small surface over two SQLite drivers: node:sqlite where the runtime has it (Node 22.13 and later, Electron with
// Node 24), libsql elsewhere. SQL stays within what both understand. Knows nothing about our tables.

import { createRequire } from 'node:module';

export type SqlValue = string | number | null | Uint8Array;
export type SqlRow = Readonly<Record<string, unknown>>;

export interface Statement {
  /** Runs a statement that returns no rows; answers how many rows it changed. */
  run(params?: readonly SqlValue[]): number;
  get(params?: readonly SqlValue[]): SqlRow | undefined;
  all(params?: readonly SqlValue[]): readonly SqlRow[];
}

export interface Database {
  readonly driver: 'node:sqlite' | 'libsql';
  exec(sql: string): void;
  /** Prepared once per SQL text and kept. */
  prepare(sql: string): Statement;
  close(): void;
}

/** What a failed operation means to us; drivers name it differently. */
export type SqliteFailure = 'full' | 'read-only' | 'io' | 'busy' | 'constraint' | 'corrupt' | 'other';

/** Primary result codes (https://sqlite.org/rescode.html); extended codes carry them in the low byte. */
const FAILURES: Readonly<Record<number, SqliteFailure>> = {
  5: 'busy',
  6: 'busy',
  8: 'read-only',
  10: 'io',
  11: 'corrupt',
  13: 'full',
  14: 'io',
  19: 'constraint',
  26: 'corrupt',
};

const CODE_NAMES: Readonly<Record<string, number>> = {
  SQLITE_BUSY: 5,
  SQLITE_LOCKED: 6,
  SQLITE_READONLY: 8,
  SQLITE_IOERR: 10,
  SQLITE_CORRUPT: 11,
  SQLITE_FULL: 13,
  SQLITE_CANTOPEN: 14,
  SQLITE_CONSTRAINT: 19,
  SQLITE_NOTADB: 26,
};

export function sqliteFailure(error: unknown): SqliteFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, rawCode, errcode } = error as { code?: unknown; rawCode?: unknown; errcode?: unknown };
  for (const number of [rawCode, errcode]) {
    if (typeof number === 'number') return FAILURES[number & 0xff] ?? 'other';
  }
  // libsql reports a failed open only in its message.
  const openFailure = /^ConnectionFailed\(.*: (\d+)"\)$/s.exec(error.message);
  if (openFailure !== null) return FAILURES[Number(openFailure[1]) & 0xff] ?? 'other';
  if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return undefined;
  const name = Object.keys(CODE_NAMES).find((known) => code === known || code.startsWith(`${known}_`));
  return name === undefined ? 'other' : (FAILURES[CODE_NAMES[name] ?? 0] ?? 'other');
}

interface RawStatement {
  run(...params: unknown[]): { changes: number | bigint };
  get(...params: unknown[]): unknown;
  all(...params: unknown[]): unknown[];
}

interface RawDatabase {
  exec(sql: string): void;
  prepare(sql: string): RawStatement;
  close(): void;
}

type RawConstructor = new (file: string) => RawDatabase;

function loadDriver(): { driver: Database['driver']; open: RawConstructor } {
  const builtin = (process as { getBuiltinModule?: (id: string) => unknown }).getBuiltinModule?.(
    'node:sqlite',
  );
  if (builtin !== undefined) {
    return { driver: 'node:sqlite', open: (builtin as { DatabaseSync: RawConstructor }).DatabaseSync };
  }
  const require = createRequire(import.meta.url);
  return { driver: 'libsql', open: require('libsql') as RawConstructor };
}

/** Opens or creates a database file. Throws what the driver throws; see `sqliteFailure`. */
export function openSqlite(file: string): Database {
  const { driver, open } = loadDriver();
  const raw = new open(file);
  const statements = new Map<string, Statement>();
  let closed = false;

  /** libsql's statements outlive their database and would still write to the file. */
  function needOpen(): void {
    if (closed) throw new Error('the database is closed');
  }

  function values(params: readonly SqlValue[] = []): unknown[] {
    needOpen();
    // libsql takes positional parameters as one array (a lone null would be mistaken for options).
    return driver === 'libsql' ? [params] : [...params];
  }

  function prepare(sql: string): Statement {
    needOpen();
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const rawStatement = raw.prepare(sql);
    const statement: Statement = {
      run: (params) => Number(rawStatement.run(...values(params)).changes),
      get: (params) => withoutMetadata(rawStatement.get(...values(params))),
      all: (params) => rawStatement.all(...values(params)) as SqlRow[],
    };
    statements.set(sql, statement);
    return statement;
  }

  return {
    driver,
    exec: (sql) => {
      needOpen();
      raw.exec(sql);
    },
    prepare,
    close: () => {
      if (closed) return;
      closed = true;
      statements.clear();
      if (driver === 'libsql') releaseLock(raw);
      raw.close();
    },
  };
}

/**
 * libsql keeps the file open, and locked, until its statements are collected, so the lock is given back before that. An
 * exclusive lock that was taken before WAL ends only with WAL (SQLite documentation, PRAGMA locking_mode). It costs four
 * syncs, and as many at the next start; node:sqlite needs none of it.
 */
function releaseLock(raw: RawDatabase): void {
  try {
    raw.exec('PRAGMA journal_mode = DELETE');
    raw.exec('PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_schema');
  } catch {
    // There was no lock to begin with, or the disk is full or gone: then it ends with the process.
  }
}

/** libsql adds `_metadata` to the row that `get` returns. */
function withoutMetadata(row: unknown): SqlRow | undefined {
  if (row === undefined || row === null) return undefined;
  const { _metadata, ...rest } = row as Record<string, unknown>;
  return rest;
}
