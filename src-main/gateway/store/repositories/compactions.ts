// Rows of `compactions`: which part of a conversation the model is told as a summary. The messages themselves stay. The
// writing functions belong inside `store.write`.

import type { CompactionReason } from '../../../shared/protocol/sessions.ts';
import type { Store } from '../open-store.ts';
import type { SqlRow } from '../sqlite.ts';

export interface CompactionRecord {
  readonly id: string;
  readonly sessionKey: string;
  /** The conversation; after a reset its compactions mean nothing any more. */
  readonly sessionId: string;
  /** `seq` of the last message that the summary stands for. */
  readonly through: number;
  readonly summary: string;
  readonly reason: CompactionReason;
  readonly createdAt: number;
}

export interface CompactionsRepository {
  insert(record: CompactionRecord): void;
  /** Those that hold, oldest first. */
  list(sessionKey: string, sessionId: string): readonly CompactionRecord[];
  /** The one that tells most. */
  latest(sessionKey: string, sessionId: string): CompactionRecord | undefined;
  /** Takes this one and all after it back. */
  undoFrom(record: CompactionRecord): void;
}

export function createCompactionsRepository(store: Store): CompactionsRepository {
  const select = `SELECT id, session_key, session_id, through, summary, reason, created_at FROM compactions
    WHERE session_key = ? AND session_id = ?`;
  return {
    insert: (r) => {
      store
        .prepare(
          `INSERT INTO compactions (id, session_key, session_id, through, summary, reason, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
        )
        .run([r.id, r.sessionKey, r.sessionId, r.through, r.summary, r.reason, r.createdAt]);
    },
    list: (sessionKey, sessionId) =>
      store.prepare(`${select} ORDER BY through`).all([sessionKey, sessionId]).map(toRecord),
    latest: (sessionKey, sessionId) => {
      const row = store.prepare(`${select} ORDER BY through DESC LIMIT 1`).get([sessionKey, sessionId]);
      return row === undefined ? undefined : toRecord(row);
    },
    undoFrom: ({ sessionKey, sessionId, through }) => {
      store
        .prepare('DELETE FROM compactions WHERE session_key = ? AND session_id = ? AND through >= ?')
        .run([sessionKey, sessionId, through]);
    },
  };
}

function toRecord(row: SqlRow): CompactionRecord {
  return {
    id: String(row['id']),
    sessionKey: String(row['session_key']),
    sessionId: String(row['session_id']),
    through: Number(row['through']),
    summary: String(row['summary']),
    reason: row['reason'] as CompactionReason,
    createdAt: Number(row['created_at']),
  };
}
