// Reads the list of sessions and keeps it true with what the gateway tells.

import type { ChatEvent } from '../../../src-main/shared/protocol/chat.ts';
import type { MethodName } from '../../../src-main/shared/protocol/methods.ts';
import type {
  SessionRow,
  SessionsChangedEvent,
  SessionsPatchParams,
  SessionsSearchResult,
} from '../../../src-main/shared/protocol/sessions.ts';
import { MINUTE } from '../../../src-main/shared/time.ts';
import type { GatewayRequest } from '../../app/gateway-request.ts';
import {
  withFirstPage,
  withLabel,
  withoutRow,
  withRows,
  withRunEnded,
  withRunStarted,
  type Found,
  type SessionsStore,
} from './sessions-store.ts';

/** What holds for one session; `null` takes it back. */
export type SessionChanges = Omit<SessionsPatchParams, 'key'>;

export interface SessionsActions {
  /** Subscribes and reads the newest page; again after every connect. */
  load(): Promise<void>;
  loadMore(): Promise<void>;
  /** Sessions with these words in title, preview or key; none when the gateway cannot be asked. */
  search(words: string): Promise<readonly SessionRow[]>;
  /** Changes what the list is searched for. */
  write(words: string): void;
  /** Finds the rows and the messages for what was written. */
  find(words: string): Promise<void>;
  /**
   * The empty name takes the given one away.
   * @throws RequestError another session has this name, or the gateway declined
   */
  rename(sessionKey: string, label: string): Promise<void>;
  /**
   * @param model `provider/id`; `null` for the one that answers everywhere else
   * @throws RequestError the gateway does not have it
   */
  chooseModel(sessionKey: string, model: string | null): Promise<void>;
  /**
   * Changes what holds for one session.
   * @throws RequestError the gateway declined
   */
  set(sessionKey: string, settings: SessionChanges): Promise<void>;
  /**
   * Puts a summary in the place of what was said first.
   * @returns false when there is nothing to shorten
   */
  compact(sessionKey: string): Promise<boolean>;
  /** What the model thinks is kept with its answers from now on, and seen as it comes. */
  showThoughts(key: string, shown: boolean): Promise<void>;
  /** Puts what was said into the archive and begins anew. */
  reset(sessionKey: string): Promise<void>;
  /** Takes the session out of the list and puts what was said into the archive. */
  remove(sessionKey: string): Promise<void>;
  changed(event: SessionsChangedEvent): void;
  /** Any event of a run says whether its session is being answered. */
  chatEvent(event: ChatEvent): void;
}

const PAGE = 100;
const SEARCH_LIMIT = 20;
const MESSAGE_LIMIT = 20;
/** Fewer letters are in every other message. */
const LONG_ENOUGH = 2;
const NO_MESSAGES: SessionsSearchResult = { results: [] };
/** A model writes the summary. */
const COMPACT_TIMEOUT = 5 * MINUTE;
const WANTED = { includeDerivedTitles: true, includeLastMessage: true } as const;

export function createSessionsActions(deps: {
  readonly store: SessionsStore;
  readonly request: GatewayRequest;
  readonly serves: (method: MethodName) => boolean;
}): SessionsActions {
  const { store, request, serves } = deps;

  async function matching(search: string, limit: number): Promise<readonly SessionRow[]> {
    const { sessions } = await request('sessions.list', { limit, search, ...WANTED });
    return sessions;
  }

  /** Gateways that cannot look into messages find the chats all the same. */
  async function saying(query: string): Promise<SessionsSearchResult> {
    if (query.length < LONG_ENOUGH || !serves('sessions.search')) return NO_MESSAGES;
    return request('sessions.search', { query, limit: MESSAGE_LIMIT });
  }

  async function set(key: string, settings: SessionChanges): Promise<void> {
    await request('sessions.patch', { key, ...settings });
  }

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
        return await matching(words, SEARCH_LIMIT);
      } catch {
        return [];
      }
    },

    write: (words) => {
      store.setState(({ found }) => ({ words, found: words.trim() === '' ? undefined : found }));
    },

    find: async (words) => {
      const found: Found = await Promise.all([matching(words.trim(), PAGE), saying(words.trim())]).then(
        ([rows, { results, truncated = false }]) => ({
          words,
          rows,
          messages: results,
          moreMessages: truncated,
          failed: false,
        }),
        () => ({ words, rows: [], messages: [], moreMessages: false, failed: true }),
      );
      // The person may have gone on writing.
      if (store.getState().words === words) store.setState({ found });
    },

    rename: async (key, label) => {
      const { entry } = await request('sessions.patch', { key, label: label === '' ? null : label });
      store.setState((state) => withLabel(state, key, entry.label));
    },

    chooseModel: async (key, model) => {
      await set(key, { model });
    },

    set,

    compact: async (key) => (await request('sessions.compact', { key }, COMPACT_TIMEOUT)).compacted,

    showThoughts: (key, shown) => set(key, { reasoningLevel: shown ? 'stream' : null }),

    reset: async (key) => {
      await request('sessions.reset', { key });
    },

    remove: async (key) => {
      await request('sessions.delete', { key });
      store.setState((state) => withoutRow(state, key));
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
