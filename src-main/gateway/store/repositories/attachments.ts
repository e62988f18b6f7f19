// Rows of `attachments`: which conversation holds which file. The writing functions belong inside `store.write`.

import type { Store } from '../open-store.ts';

export interface AttachmentsRepository {
  add(sha256: string, sessionId: string, at: number): void;
  has(sha256: string, sessionId: string): boolean;
  /** Whether any conversation holds it. */
  isKept(sha256: string): boolean;
  /** Whether there are rows of conversations that are neither here nor in the archive. */
  hasOrphans(): boolean;
  removeOrphans(): void;
}

const ORPHANS = `FROM attachments WHERE session_id NOT IN (SELECT session_id FROM sessions)
  AND session_id NOT IN (SELECT session_id FROM archived_transcripts)`;

export function createAttachmentsRepository(store: Store): AttachmentsRepository {
  return {
    add: (sha256, sessionId, at) => {
      store
        .prepare(
          'INSERT INTO attachments (sha256, session_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        )
        .run([sha256, sessionId, at]);
    },
    has: (sha256, sessionId) =>
      store
        .prepare('SELECT 1 FROM attachments WHERE sha256 = ? AND session_id = ?')
        .get([sha256, sessionId]) !== undefined,
    isKept: (sha256) =>
      store.prepare('SELECT 1 FROM attachments WHERE sha256 = ? LIMIT 1').get([sha256]) !== undefined,
    hasOrphans: () => store.prepare(`SELECT 1 ${ORPHANS} LIMIT 1`).get() !== undefined,
    removeOrphans: () => {
      store.prepare(`DELETE ${ORPHANS}`).run();
    },
  };
}
