// Rows of `agents`: agents that were made at run time, what was changed about configured ones, and deleted ones that can
// be restored. The writing functions belong inside `store.write`.

import type { AgentSettings } from '../../agents/agent.ts';
import type { Store } from '../open-store.ts';
import type { SqlRow } from '../sqlite.ts';

export interface AgentRecord {
  readonly id: string;
  readonly settings: AgentSettings;
  /** Made at run time; otherwise the settings are added to an agent that exists without them. */
  readonly own: boolean;
  readonly createdAt: number;
  readonly deletedAt: number | undefined;
  /** Where the files of a deleted agent are kept, unless they stayed in its workspace. */
  readonly keptIn: string | undefined;
}

export interface AgentsRepository {
  find(id: string): AgentRecord | undefined;
  /** Oldest first, deleted ones too. */
  list(): readonly AgentRecord[];
  save(id: string, settings: AgentSettings, own: boolean, at: number): void;
  markDeleted(id: string, at: number, keptIn: string | undefined): void;
  markRestored(id: string, at: number): void;
}

const COLUMNS = 'agent_id, settings, own, created_at, deleted_at, kept_in';

export function createAgentsRepository(store: Store): AgentsRepository {
  return {
    find: (id) => {
      const row = store.prepare(`SELECT ${COLUMNS} FROM agents WHERE agent_id = ?`).get([id]);
      return row === undefined ? undefined : toAgent(row);
    },
    list: () =>
      store.prepare(`SELECT ${COLUMNS} FROM agents ORDER BY created_at, agent_id`).all([]).map(toAgent),
    save: (id, settings, own, at) => {
      store
        .prepare(
          `INSERT INTO agents (agent_id, settings, own, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (agent_id) DO UPDATE SET settings = excluded.settings, updated_at = excluded.updated_at`,
        )
        .run([id, JSON.stringify(settings), own ? 1 : 0, at, at]);
    },
    markDeleted: (id, at, keptIn) => {
      store
        .prepare('UPDATE agents SET deleted_at = ?, kept_in = ?, updated_at = ? WHERE agent_id = ?')
        .run([at, keptIn ?? null, at, id]);
    },
    markRestored: (id, at) => {
      store
        .prepare('UPDATE agents SET deleted_at = NULL, kept_in = NULL, updated_at = ? WHERE agent_id = ?')
        .run([at, id]);
    },
  };
}

function toAgent(row: SqlRow): AgentRecord {
  const { deleted_at: deletedAt, kept_in: keptIn } = row;
  return {
    id: String(row['agent_id']),
    settings: JSON.parse(String(row['settings'])) as AgentSettings,
    own: row['own'] === 1,
    createdAt: Number(row['created_at']),
    deletedAt: deletedAt === null || deletedAt === undefined ? undefined : Number(deletedAt),
    keptIn: typeof keptIn === 'string' ? keptIn : undefined,
  };
}
