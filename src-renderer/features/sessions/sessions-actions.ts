// Reads the list of sessions and keeps it true with what the gateway tells.

import type { ChatEvent } from '../../../src-main/shared/protocol/chat.ts';
import type { SessionRow, SessionsChangedEvent } from '../../../src-main/shared/protocol/sessions.ts';
import type { GatewayRequest } from '../../app/gateway-request.ts';
import {
  withFirstPage,
  withoutRow,
  withRows,
  withRunEnded,
  withRunStarted,
  type SessionsStore,
} from './sessions-store.ts';

export interface SessionsActions {
  /** Subscribes and reads the newest page; again after every connect. */
  load(): Promise<void>;
  loadMore(): Promise<void>;
  /** Sessions with these words in title, preview or key; none when the gateway cannot be asked. */
  search(words: string): Promise<readonly SessionRow[]>;
  changed(event: SessionsChangedEvent): void;
  /** Any event of a run says whether its session is being answered. */
  chatEvent(event: ChatEvent): void;
}

const PAGE = 100;
const SEARCH_LIMIT = 20;
const WANTED = { includeDerivedTitles: true, includeLastMessage: true } as const;

export function createSessionsActions(deps: {
  readonly store: SessionsStore;
  readonly request: GatewayRequest;
}): SessionsActions {
  const { store, request } = deps;

  return {
    load: async () => {
      try {
        await request('sessions.subscribe', {});
        const page = await request('sessions.list', { limit: PAGE, ...WANTED });
        store.setState((state) => withFirstPage(state, page));
      } catch {
        store.setState(({ load }) => ({ load: load === 'ready' ? 'ready' : 'failed' }));
      }
    },

    loadMore: async () => {
      const { nextOffset, loadingMore } = store.getState();
      if (nextOffset === null || loadingMore) return;
      store.setState({ loadingMore: true });
      try {
        const page = await request('sessions.list', { limit: PAGE, offset: nextOffset, ...WANTED });
        store.setState((state) => ({ ...withRows(state, page.sessions), nextOffset: page.nextOffset }));
      } catch {
        // The button stays, and the connection bar says what is wrong.
      } finally {
        store.setState({ loadingMore: false });
      }
    },

    search: async (words) => {
      try {
        const { sessions } = await request('sessions.list', {
          limit: SEARCH_LIMIT,
          search: words,
          ...WANTED,
        });
        return sessions;
      } catch {
        return [];
      }
    },

    changed: ({ session, sessionKey, reason }) => {
      if (session !== undefined) store.setState((state) => withRows(state, [session]));
      else if (reason === 'delete') store.setState((state) => withoutRow(state, sessionKey));
    },

    chatEvent: ({ state: phase, sessionKey, runId }) => {
      const over = phase === 'final' || phase === 'aborted' || phase === 'error';
      store.setState((state) => (over ? withRunEnded : withRunStarted)(state, sessionKey, runId));
    },
  };
}
