// Which tables are search indexes, and how one is made anew. What they index belongs to their owners.

import type { Database } from './sqlite.ts';

/** What SQLite keeps for a search index, after its name (https://sqlite.org/fts5.html). */
const SHADOWS = ['_data', '_idx', '_content', '_docsize', '_config'] as const;

export function fullTextTables(db: Database): readonly string[] {
  return fullText(db).map(({ name }) => name);
}

/** The tables that hold what was written, without search indexes and what SQLite keeps for them. */
export function ordinaryTables(db: Database): readonly string[] {
  const indexes = new Set(
    fullTextTables(db).flatMap((name) => [name, ...SHADOWS.map((suffix) => name + suffix)]),
  );
  return db
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .all()
    .map((row) => String(row['name']))
    .filter((name) => !indexes.has(name));
}

/**
 * Whether an index is sound, and fits what it indexes as far as it knows that.
 * @throws what the driver throws when it is not
 */
export function checkFullText(db: Database, table: string): void {
  db.exec(`INSERT INTO "${table}" ("${table}", rank) VALUES ('integrity-check', 1)`);
}

/**
 * Makes an index anew. One that keeps no text of its own is emptied, and begins again at the first row: how far it has come
 * stands in `<index>_state`.
 */
export function rebuildFullText(db: Database, table: string): void {
  const contentless = fullText(db).some(({ name, sql }) => name === table && /content\s*=\s*''/.test(sql));
  if (!contentless) {
    db.exec(`INSERT INTO "${table}" ("${table}") VALUES ('rebuild')`);
    return;
  }
  db.exec(`INSERT INTO "${table}" ("${table}") VALUES ('delete-all')`);
  if (ordinaryTables(db).includes(`${table}_state`)) db.exec(`UPDATE "${table}_state" SET position = 0`);
}

function fullText(db: Database): readonly { readonly name: string; readonly sql: string }[] {
  return db
    .prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'",
    )
    .all()
    .map((row) => ({ name: String(row['name']), sql: String(row['sql']) }));
}
