// The full-text index of messages: `message_index`, and how far it has come. It follows the messages: it is written after
// they are, so that nobody waits for it, and a crash leaves it at most behind. Triggers take out what is deleted. The
// writing functions belong inside `store.write`.

import type { Store } from '../open-store.ts';
import { filterBy } from '../sql-filter.ts';

export interface UnindexedMessage {
  readonly position: number;
  /** JSON of the message. */
  readonly body: string;
}

export interface FoundMessage {
  readonly body: string;
  readonly sessionKey: string;
  readonly sessionId: string;
}

export interface MessageQuery {
  /** In FTS5's own language. */
  readonly match: string;
  readonly agentId?: string | undefined;
  readonly sessionKeys?: readonly string[] | undefined;
  readonly limit: number;
}

export interface MessageIndexRepository {
  /** The oldest messages that the index does not have yet. */
  pending(limit: number): readonly UnindexedMessage[];
  add(position: number, text: string): void;
  /** Everything up to here is indexed. */
  reached(position: number): void;
  /** The newest messages that match. FTS5's own rank would have to look at all of them. */
  find(query: MessageQuery): readonly FoundMessage[];
}

export function createMessageIndexRepository(store: Store): MessageIndexRepository {
  return {
    pending: (limit) =>
      store
        .prepare(
          `SELECT position, body FROM messages WHERE position > (SELECT position FROM message_index_state)
           ORDER BY position LIMIT ?`,
        )
        .all([limit])
        .map((row) => ({ position: Number(row['position']), body: String(row['body']) })),

    add: (position, text) => {
      store.prepare('INSERT INTO message_index (rowid, text) VALUES (?, ?)').run([position, text]);
    },

    reached: (position) => {
      store.prepare('UPDATE message_index_state SET position = ?').run([position]);
    },

    find: ({ match, agentId, sessionKeys, limit }) => {
      const { where, params } = filterBy(
        ['message_index MATCH ?', match],
        agentId === undefined ? undefined : ['s.agent_id = ?', agentId],
        sessionKeys === undefined
          ? undefined
          : [
              // A set of numbers, so that other sessions' messages are not looked at.
              `+i.rowid IN (SELECT position FROM messages
                 WHERE session_key IN (SELECT value FROM json_each(?)))`,
              JSON.stringify(sessionKeys),
            ],
      );
      return store
        .prepare(
          `SELECT m.body, m.session_key, s.session_id FROM message_index i
           JOIN messages m ON m.position = i.rowid JOIN sessions s ON s.key = m.session_key
           ${where} ORDER BY i.rowid DESC LIMIT ?`,
        )
        .all([...params, limit])
        .map((row) => ({
          body: String(row['body']),
          sessionKey: String(row['session_key']),
          sessionId: String(row['session_id']),
        }));
    },
  };
}
