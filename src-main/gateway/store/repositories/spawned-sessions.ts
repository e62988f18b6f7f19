// Rows of `spawned_sessions`: the tasks of sub-agents, and whether their result was told. The writing functions belong inside
// `store.write`.

import type { Store } from '../open-store.ts';
import type { SqlRow } from '../sqlite.ts';

export interface SpawnRecord {
  /** The sub-agent's session. */
  readonly key: string;
  readonly parentKey: string;
  readonly runId: string;
  readonly name: string;
  /** The parent's agent goes on with the result; otherwise it is only written down. */
  readonly wakesParent: boolean;
  readonly createdAt: number;
}

export interface SpawnedSessionsRepository {
  insert(record: SpawnRecord): void;
  markTold(key: string, at: number): void;
  /** Those whose result nobody was told, oldest first; of one parent, or all. */
  untold(parentKey?: string): readonly SpawnRecord[];
}

export function createSpawnedSessionsRepository(store: Store): SpawnedSessionsRepository {
  const columns = 'key, parent_key, run_id, name, wakes_parent, created_at';
  return {
    insert: (r) => {
      store
        .prepare(`INSERT INTO spawned_sessions (${columns}) VALUES (?, ?, ?, ?, ?, ?)`)
        .run([r.key, r.parentKey, r.runId, r.name, Number(r.wakesParent), r.createdAt]);
    },
    markTold: (key, at) => {
      store.prepare('UPDATE spawned_sessions SET told_at = ? WHERE key = ?').run([at, key]);
    },
    untold: (parentKey) => {
      const select = `SELECT ${columns} FROM spawned_sessions WHERE told_at IS NULL`;
      const rows =
        parentKey === undefined
          ? store.prepare(`${select} ORDER BY created_at`).all()
          : store.prepare(`${select} AND parent_key = ? ORDER BY created_at`).all([parentKey]);
      return rows.map(toRecord);
    },
  };
}

function toRecord(row: SqlRow): SpawnRecord {
  return {
    key: String(row['key']),
    parentKey: String(row['parent_key']),
    runId: String(row['run_id']),
    name: String(row['name']),
    wakesParent: row['wakes_parent'] === 1,
    createdAt: Number(row['created_at']),
  };
}
