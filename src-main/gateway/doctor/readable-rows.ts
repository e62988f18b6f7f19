// Takes what can be read out of a damaged database: each table from both ends, up to the place that cannot be read.

import { ordinaryTables } from '../store/full-text.ts';
import type { Database, SqlRow, SqlValue } from '../store/sqlite.ts';

const CHUNK = 200;

/** Copies rows into `target`, where they replace those of the same key. Tables and columns that `target` lacks are left out. */
export function copyReadableRows(
  source: Database,
  target: Database,
): { readonly rows: number; readonly incomplete: readonly string[] } {
  const known = new Set(ordinaryTables(target));
  const incomplete: string[] = [];
  let rows = 0;
  // Parents may come after their children, or not at all; what belongs to nothing is looked for afterwards.
  target.exec('PRAGMA foreign_keys = OFF');
  for (const table of ordinaryTables(source).filter((name) => known.has(name))) {
    const columns = columnsOf(target, table);
    target.exec('BEGIN');
    const complete = readTable(source, table, (row) => {
      rows += insert(target, table, columns, row);
    });
    target.exec('COMMIT');
    if (!complete) incomplete.push(table);
  }
  return { rows, incomplete };
}

function columnsOf(db: Database, table: string): readonly string[] {
  return db
    .prepare(`PRAGMA table_info("${table}")`)
    .all()
    .map((row) => String(row['name']));
}

/** @returns whether all of it could be read */
function readTable(db: Database, table: string, take: (row: SqlRow) => void): boolean {
  if (!hasRowids(db, table)) return readByOffset(db, table, take);
  const forwards = readFrom(db, table, 'up', -Infinity, take);
  if (forwards.complete) return true;
  readFrom(db, table, 'down', forwards.reached, take);
  return false;
}

/** Tables that are kept in the order of their key have none. */
function hasRowids(db: Database, table: string): boolean {
  try {
    return db.prepare(`PRAGMA table_list("${table}")`).get()?.['wr'] !== 1;
  } catch {
    return true;
  }
}

/** From the front only: such a table has no place to begin at from behind. */
function readByOffset(db: Database, table: string, take: (row: SqlRow) => void): boolean {
  let read = 0;
  let chunk = CHUNK;
  for (;;) {
    let rows: readonly SqlRow[];
    try {
      rows = db.prepare(`SELECT * FROM "${table}" LIMIT ? OFFSET ?`).all([chunk, read]);
    } catch {
      if (chunk === 1) return false;
      chunk = Math.ceil(chunk / 10);
      continue;
    }
    for (const row of rows) take(row);
    read += rows.length;
    if (rows.length < chunk) return true;
  }
}

/** Reads until the end, `until`, or the first row that cannot be read. */
function readFrom(
  db: Database,
  table: string,
  direction: 'up' | 'down',
  until: number,
  take: (row: SqlRow) => void,
): { readonly complete: boolean; readonly reached: number } {
  const up = direction === 'up';
  let reached = up ? -Number.MAX_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
  let chunk = CHUNK;
  for (;;) {
    let rows: readonly SqlRow[];
    try {
      rows = db
        .prepare(
          `SELECT rowid AS _position, * FROM "${table}" WHERE rowid ${up ? '>' : '<'} ?
             ORDER BY rowid ${up ? 'ASC' : 'DESC'} LIMIT ?`,
        )
        .all([reached, chunk]);
    } catch {
      if (chunk === 1) return { complete: false, reached };
      chunk = Math.ceil(chunk / 10);
      continue;
    }
    for (const row of rows) {
      const position = Number(row['_position']);
      if (!up && position <= until) return { complete: false, reached: position };
      reached = position;
      take(row);
    }
    if (rows.length < chunk) return { complete: true, reached };
  }
}

/** @returns 1, or 0 for a row that makes no sense in its table */
function insert(db: Database, table: string, columns: readonly string[], row: SqlRow): 0 | 1 {
  const names = columns.filter((name) => Object.hasOwn(row, name));
  try {
    db.prepare(
      `INSERT OR REPLACE INTO "${table}" (${names.map((name) => `"${name}"`).join(', ')})
         VALUES (${names.map(() => '?').join(', ')})`,
    ).run(names.map((name) => row[name] as SqlValue));
    return 1;
  } catch {
    return 0;
  }
}
