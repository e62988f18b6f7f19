// WHERE clauses from optional conditions. Values are always bound, never pasted.

import type { SqlValue } from './sqlite.ts';

export interface SqlFilter {
  /** `WHERE …`, or nothing. */
  readonly where: string;
  readonly params: readonly SqlValue[];
}

/** A condition with its parameters; `undefined` for one that was not asked for. */
export type Condition = readonly [sql: string, ...params: SqlValue[]] | undefined;

export function filterBy(...conditions: readonly Condition[]): SqlFilter {
  const wanted = conditions.filter((condition) => condition !== undefined);
  return {
    where: wanted.length === 0 ? '' : `WHERE ${wanted.map(([sql]) => sql).join(' AND ')}`,
    params: wanted.flatMap(([, ...params]) => params),
  };
}

/** That one of the columns contains the text, which may hold any characters. */
export function contains(columns: readonly string[], text: string | undefined): Condition {
  if (text === undefined) return undefined;
  const pattern = `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
  const sql = columns.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(' OR ');
  return [`(${sql})`, ...columns.map(() => pattern)];
}
