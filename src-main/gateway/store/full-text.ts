// Which tables are search indexes. What they index belongs to their owners.

import type { Database } from './sqlite.ts';

export function fullTextTables(db: Database): readonly string[] {
  return db
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'",
    )
    .all()
    .map((row) => String(row['name']));
}

/** The tables that hold what was written, without search indexes and what SQLite keeps for them. */
export function ordinaryTables(db: Database): readonly string[] {
  const indexes = fullTextTables(db);
  return db
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .all()
    .map((row) => String(row['name']))
    .filter((name) => !indexes.some((index) => name === index || name.startsWith(`${index}_`)));
}
