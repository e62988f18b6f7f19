// Conversations that exist only in this window so far: something was written in them, and nothing was sent.

import type { SessionRow } from '../../../src-main/shared/protocol/sessions.ts';
import { agentOfSession } from '../../../src-main/shared/session-key.ts';
import type { ChatStoreState } from '../chat/chat-store.ts';
import { isNewSessionKey } from './session-name.ts';

export function localSessions(
  { drafts, outbox }: Pick<ChatStoreState, 'drafts' | 'outbox'>,
  rows: readonly SessionRow[],
): readonly SessionRow[] {
  const known = new Set(rows.map(({ key }) => key));
  const written = Object.keys(outbox).filter((key) => outbox[key]?.length !== 0);
  return [...new Set([...written, ...Object.keys(drafts)])]
    .filter((key) => isNewSessionKey(key) && !known.has(key))
    .map((key) => ({
      key,
      sessionId: '',
      kind: 'direct',
      agentId: agentOfSession(key),
      // Not told by the gateway, so there is no time to show.
      createdAt: 0,
      updatedAt: 0,
    }));
}
