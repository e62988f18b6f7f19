// Rows of `memories` and their full-text index. The writing functions belong inside `store.write`.

import type { Store } from '../open-store.ts';

export interface MemoryRecord {
  readonly id: string;
  readonly text: string;
  readonly createdAt: number;
}

export interface MemoriesRepository {
  insert(record: MemoryRecord & { readonly agentId: string; readonly sessionKey: string }): void;
  /** Best matches first; any of the words counts. Nothing is searched when `words` is empty. */
  search(
    agentId: string,
    sessionKey: string,
    words: readonly string[],
    limit: number,
  ): readonly MemoryRecord[];
}

export function createMemoriesRepository(store: Store): MemoriesRepository {
  return {
    insert: (m) => {
      store
        .prepare('INSERT INTO memories (id, agent_id, session_key, text, created_at) VALUES (?, ?, ?, ?, ?)')
        .run([m.id, m.agentId, m.sessionKey, m.text, m.createdAt]);
    },

    search: (agentId, sessionKey, words, limit) => {
      if (words.length === 0) return [];
      // Every word quoted: FTS5's own operators must not be reachable from a chat message.
      const query = words.map((word) => `"${word.replaceAll('"', '""')}"`).join(' OR ');
      return store
        .prepare(
          `SELECT m.id, m.text, m.created_at FROM memory_index i JOIN memories m ON m.position = i.rowid
           WHERE memory_index MATCH ? AND m.agent_id = ? AND m.session_key = ? ORDER BY i.rank LIMIT ?`,
        )
        .all([query, agentId, sessionKey, limit])
        .map((row) => ({
          id: String(row['id']),
          text: String(row['text']),
          createdAt: Number(row['created_at']),
        }));
    },
  };
}
