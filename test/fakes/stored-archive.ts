// What a gateway that has ended left in its archive of conversations, for tests: no method shows it yet.

import path from 'node:path';
import { messageText, type ChatMessage } from '../../src-main/shared/protocol/chat.ts';
import { openSqlite } from '../../src-main/gateway/store/sqlite.ts';

export interface ArchivedConversation {
  readonly sessionId: string;
  readonly key: string;
  readonly reason: string;
  readonly label: string | null;
  readonly texts: readonly string[];
}

/** Oldest first. */
export function storedArchive(stateDir: string): readonly ArchivedConversation[] {
  const db = openSqlite(path.join(stateDir, 'clawtray', 'clawtray.sqlite'));
  try {
    const rows = db
      .prepare('SELECT session_id, key, reason, label FROM archived_transcripts ORDER BY archived_at, rowid')
      .all();
    return rows.map((row) => ({
      sessionId: String(row['session_id']),
      key: String(row['key']),
      reason: String(row['reason']),
      label: typeof row['label'] === 'string' ? row['label'] : null,
      texts: db
        .prepare('SELECT body FROM archived_messages WHERE session_id = ? ORDER BY seq')
        .all([String(row['session_id'])])
        .map(({ body }) => messageText(JSON.parse(String(body)) as ChatMessage)),
    }));
  } finally {
    db.close();
  }
}
