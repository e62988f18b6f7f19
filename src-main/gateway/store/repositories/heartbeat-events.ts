// Rows of `heartbeat_events`: what agents are to look at with their next heartbeat. The writing functions belong inside
// `store.write`.

import type { Store } from '../open-store.ts';
import { filterBy } from '../sql-filter.ts';

export interface HeartbeatNote {
  readonly position: number;
  readonly sessionKey: string;
  readonly text: string;
}

export interface HeartbeatEventsRepository {
  /** Oldest first. */
  list(agentId: string): readonly HeartbeatNote[];
  /** Of one agent, or of all. */
  count(agentId?: string): number;
  insert(agentId: string, sessionKey: string, text: string, at: number): void;
  remove(positions: readonly number[]): void;
}

export function createHeartbeatEventsRepository(store: Store): HeartbeatEventsRepository {
  return {
    list: (agentId) =>
      store
        .prepare(
          'SELECT position, session_key, text FROM heartbeat_events WHERE agent_id = ? ORDER BY position',
        )
        .all([agentId])
        .map((row) => ({
          position: Number(row['position']),
          sessionKey: String(row['session_key']),
          text: String(row['text']),
        })),

    count: (agentId) => {
      const { where, params } = filterBy(agentId === undefined ? undefined : ['agent_id = ?', agentId]);
      const row = store.prepare(`SELECT count(*) AS n FROM heartbeat_events ${where}`).get(params);
      return Number(row?.['n'] ?? 0);
    },

    insert: (agentId, sessionKey, text, at) => {
      store
        .prepare('INSERT INTO heartbeat_events (agent_id, session_key, text, created_at) VALUES (?, ?, ?, ?)')
        .run([agentId, sessionKey, text, at]);
    },

    remove: (positions) => {
      const remove = store.prepare('DELETE FROM heartbeat_events WHERE position = ?');
      for (const position of positions) remove.run([position]);
    },
  };
}
