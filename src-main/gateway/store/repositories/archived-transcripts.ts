// Rows of `archived_transcripts` and `archived_messages`: conversations that are over because their session began anew or
// was deleted. The writing functions belong inside `store.write`.

import type { Store } from '../open-store.ts';
import { ONE_OFF, type SessionRecord } from './sessions.ts';

export interface ArchivedTranscriptsRepository {
  /** Keeps the session's messages under its present id; the session itself is left as it is. */
  keep(session: SessionRecord, reason: string, at: number): void;
  has(sessionId: string): boolean;
  /** Removes all earlier conversations of this session. */
  removeOf(key: string): void;
  /** Whether there are conversations of single requests that were archived before then, ms. */
  hasOneOff(before: number): boolean;
  /** Removes those of single requests that were archived before then, ms. */
  removeOneOff(before: number): void;
}

export function createArchivedTranscriptsRepository(store: Store): ArchivedTranscriptsRepository {
  return {
    keep: (session, reason, at) => {
      store
        .prepare(
          `INSERT INTO archived_transcripts
             (session_id, key, agent_id, label, title, reason, message_count, created_at, archived_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run([
          session.sessionId,
          session.key,
          session.agentId,
          session.label ?? null,
          session.title ?? null,
          reason,
          session.messageCount,
          session.createdAt,
          at,
        ]);
      store
        .prepare(
          `INSERT INTO archived_messages (session_id, seq, body, created_at)
           SELECT ?, seq, body, created_at FROM messages WHERE session_key = ? ORDER BY seq`,
        )
        .run([session.sessionId, session.key]);
    },
    has: (sessionId) =>
      store.prepare('SELECT 1 FROM archived_transcripts WHERE session_id = ?').get([sessionId]) !== undefined,
    removeOf: (key) => {
      store.prepare('DELETE FROM archived_transcripts WHERE key = ?').run([key]);
    },
    hasOneOff: (before) =>
      store
        .prepare(`SELECT 1 FROM archived_transcripts WHERE archived_at < ? AND ${ONE_OFF} LIMIT 1`)
        .get([before]) !== undefined,
    removeOneOff: (before) => {
      store.prepare(`DELETE FROM archived_transcripts WHERE archived_at < ? AND ${ONE_OFF}`).run([before]);
    },
  };
}
