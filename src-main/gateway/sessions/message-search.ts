// Looking for messages by their words. Owns the full-text index: brings it up to date after messages were written, in
// batches, and once more before somebody searches.

import { errorText, type Logger } from '../../shared/logger.ts';
import { messageText, type ChatMessage } from '../../shared/protocol/chat.ts';
import type { MessageMatch, SessionsSearchResult } from '../../shared/protocol/sessions.ts';
import type { Clock, TimerHandle } from '../../shared/time.ts';
import type { EventBus } from '../event-bus.ts';
import type { Store } from '../store/open-store.ts';
import type { FoundMessage, MessageIndexRepository } from '../store/repositories/message-index.ts';
import { indexedText, matchExpression, scoreOf, searchWords } from './search-words.ts';

export interface MessageSearch {
  /** What persons and agents said, best matches first. All words have to be there. */
  find(query: {
    readonly query: string;
    readonly agentId?: string | undefined;
    readonly sessionKeys?: readonly string[] | undefined;
    readonly limit: number;
  }): Promise<SessionsSearchResult>;
  /** Begins to follow what is written, and to index what was written before. */
  start(): void;
  stop(): void;
}

/** After a message, so that those that come together are indexed together. */
const DELAY = 1_000;
/** Between two batches, for everybody else. */
const PAUSE = 5;
const BATCH = 200;
/** Indexed before a search, so that what was just said is found. */
const BATCH_BEFORE_SEARCH = 500;
/** Of a longer message only the beginning is indexed, characters. */
const MAX_INDEXED = 50_000;
/** The newest messages that match, of which the best are answered. */
const CANDIDATES = 100;
/** Of a longer message only the beginning tells how well it fits, characters. */
const MAX_SCORED = 4_000;
const SNIPPET_BEFORE = 60;
const SNIPPET = 200;

export function createMessageSearch(deps: {
  readonly store: Store;
  readonly repository: MessageIndexRepository;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Logger;
}): MessageSearch {
  const { store, repository, bus, clock, log } = deps;
  let timer: TimerHandle | undefined;
  let unsubscribe = (): void => undefined;
  let stopped = false;

  /** @returns whether more is to be done */
  function indexSome(limit: number): Promise<boolean> {
    return store.write(() => {
      const pending = repository.pending(limit);
      for (const { position, body } of pending) {
        const text = indexable(JSON.parse(body) as ChatMessage);
        if (text !== '') repository.add(position, text);
      }
      const last = pending.at(-1);
      if (last !== undefined) repository.reached(last.position);
      return pending.length === limit;
    });
  }

  function later(ms: number): void {
    if (stopped || timer !== undefined) return;
    timer = clock.schedule(ms, () => {
      timer = undefined;
      indexSome(BATCH).then(
        (more) => {
          if (more) later(PAUSE);
        },
        (error: unknown) => {
          // It is tried again with the next message and before the next search.
          log.warn('messages could not be indexed', { error: errorText(error) });
        },
      );
    });
  }

  return {
    find: async ({ query, agentId, sessionKeys, limit }) => {
      const words = searchWords(query);
      if (words.length === 0) return { results: [] };
      const indexing = repository.pending(1).length > 0 && (await indexSome(BATCH_BEFORE_SEARCH));
      if (indexing) later(PAUSE);
      const scope = { agentId, sessionKeys, limit: CANDIDATES };
      const whole = repository.find({ match: matchExpression(words, 'whole'), ...scope });
      // Words that go on are many more, and dear to find: only where the words themselves are rare.
      const found =
        whole.length === CANDIDATES
          ? whole
          : repository.find({ match: matchExpression(words, 'beginnings'), ...scope });
      const best = found
        .map((one) => matchOf(one, words))
        .sort((a, b) => b.score - a.score)
        .slice(0, limit);
      return {
        results: best,
        ...(indexing ? { indexing } : {}),
        ...(found.length > best.length ? { truncated: true } : {}),
      };
    },
    start: () => {
      unsubscribe = bus.subscribe(({ event }) => {
        if (event === 'session.message') later(DELAY);
      });
      if (repository.pending(1).length > 0) later(DELAY);
    },
    stop: () => {
      stopped = true;
      unsubscribe();
      if (timer !== undefined) clock.cancel(timer);
    },
  };
}

/** What of a message can be found; results of tools cannot. */
function indexable(message: ChatMessage): string {
  return message.role === 'toolResult' ? '' : indexedText(messageText(message).slice(0, MAX_INDEXED)).trim();
}

function matchOf(found: FoundMessage, words: readonly string[]): MessageMatch {
  const message = JSON.parse(found.body) as ChatMessage;
  const text = messageText(message).slice(0, MAX_INDEXED);
  return {
    sessionKey: found.sessionKey,
    sessionId: found.sessionId,
    messageId: message.__openclaw?.id ?? '',
    role: message.role === 'user' ? 'user' : 'assistant',
    timestamp: message.timestamp,
    snippet: snippet(text, words),
    score: scoreOf(text.slice(0, MAX_SCORED), words),
  };
}

/** The part of a text where the first of the words stands, on one line. */
function snippet(text: string, words: readonly string[]): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const lower = line.toLowerCase();
  const places = words.map((word) => lower.indexOf(word)).filter((place) => place >= 0);
  const from = Math.max(0, Math.min(...places, line.length) - SNIPPET_BEFORE);
  const start = places.length === 0 ? 0 : from;
  const cut = line.slice(start, start + SNIPPET).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
  return `${start > 0 ? '…' : ''}${cut}${start + SNIPPET < line.length ? '…' : ''}`;
}
