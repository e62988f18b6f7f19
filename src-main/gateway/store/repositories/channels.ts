// Rows of `channels`: what a session has beside its messages when it was made as a channel. The writing functions belong
// inside `store.write`.

import type { JsonObject } from '../../../shared/json.ts';
import type { Store } from '../open-store.ts';
import type { SqlRow } from '../sqlite.ts';

export interface ChannelRecord {
  /** `ch-…` */
  readonly id: string;
  readonly sessionKey: string;
  readonly name: string | undefined;
  readonly metadata: JsonObject;
  readonly createdAt: number;
}

export interface ChannelListing extends ChannelRecord {
  readonly messageCount: number;
  readonly updatedAt: number;
}

export interface ChannelsRepository {
  /** By its id or its name. */
  find(written: string): ChannelRecord | undefined;
  ofSession(sessionKey: string): ChannelRecord | undefined;
  /** Oldest first. */
  list(): readonly ChannelListing[];
  count(): number;
  insert(record: ChannelRecord): void;
}

const COLUMNS = 'c.id, c.session_key, c.name, c.metadata, c.created_at';

export function createChannelsRepository(store: Store): ChannelsRepository {
  return {
    find: (written) => {
      const row = store
        .prepare(`SELECT ${COLUMNS} FROM channels c WHERE c.id = ? OR c.name = ?`)
        .get([written, written]);
      return row === undefined ? undefined : toChannel(row);
    },

    ofSession: (sessionKey) => {
      const row = store
        .prepare(`SELECT ${COLUMNS} FROM channels c WHERE c.session_key = ?`)
        .get([sessionKey]);
      return row === undefined ? undefined : toChannel(row);
    },

    list: () =>
      store
        .prepare(
          `SELECT ${COLUMNS}, s.message_count, s.updated_at
           FROM channels c JOIN sessions s ON s.key = c.session_key ORDER BY c.created_at, c.id`,
        )
        .all([])
        .map((row) => ({
          ...toChannel(row),
          messageCount: Number(row['message_count']),
          updatedAt: Number(row['updated_at']),
        })),

    count: () => Number(store.prepare('SELECT count(*) AS n FROM channels').get()?.['n'] ?? 0),

    insert: ({ id, sessionKey, name, metadata, createdAt }) => {
      store
        .prepare('INSERT INTO channels (id, session_key, name, metadata, created_at) VALUES (?, ?, ?, ?, ?)')
        .run([id, sessionKey, name ?? null, JSON.stringify(metadata), createdAt]);
    },
  };
}

function toChannel(row: SqlRow): ChannelRecord {
  return {
    id: String(row['id']),
    sessionKey: String(row['session_key']),
    name: typeof row['name'] === 'string' ? row['name'] : undefined,
    metadata: JSON.parse(String(row['metadata'])) as JsonObject,
    createdAt: Number(row['created_at']),
  };
}
