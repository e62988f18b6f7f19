// Compaction: what lies further back in a conversation is told to the model as a summary, which the model itself wrote. The
// messages stay as they are, and a compaction can be taken back. Owns the `compactions` table.

import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../shared/errors.ts';
import type { ChatMessage } from '../../shared/protocol/chat.ts';
import type { CompactionReason } from '../../shared/protocol/sessions.ts';
import type { FlushMemory } from '../memory/memory-flush.ts';
import { ModelError, type LanguageModel } from '../runtime/model.ts';
import { promptMessages } from '../runtime/prompts.ts';
import { summarize } from '../runtime/summary.ts';
import type { Store } from '../store/open-store.ts';
import type { CompactionRecord, CompactionsRepository } from '../store/repositories/compactions.ts';
import type { SessionService } from './session-service.ts';

export interface CompactionRequest {
  readonly reason: CompactionReason;
  readonly model: LanguageModel;
  /** How many of the newest messages stay as they are; ten if left out. */
  readonly keep?: number | undefined;
  /** For whom; with `remembers` the model may save first what it should keep. */
  readonly runId: string;
  readonly remembers: boolean;
  /** Messages from this `seq` on are still being answered. */
  readonly openFrom?: number | undefined;
  readonly signal: AbortSignal;
}

export interface CompactionService {
  /** What stands for the older part of the conversation, if anything does. */
  current(sessionKey: string): CompactionRecord | undefined;
  /** Those that hold, oldest first. */
  list(sessionKey: string): readonly CompactionRecord[];
  /**
   * Has the model summarize all but the newest messages.
   * @returns the compaction, or `undefined` when there is too little to summarize
   * @throws GatewayError `unavailable` without a language model, when it fails, or while another compaction goes on
   */
  compact(sessionKey: string, request: CompactionRequest): Promise<CompactionRecord | undefined>;
  /**
   * Takes a compaction and those after it back: the model is told the messages themselves again.
   * @throws GatewayError `not-found`
   */
  restore(sessionKey: string, id: string): Promise<CompactionRecord>;
}

const KEEP = 10;
/** Fewer are not worth a request to the model. */
const MIN_MESSAGES = 2;
/** Read for one compaction. */
const MAX_MESSAGES = 2_000;

export function createCompactionService(deps: {
  readonly store: Store;
  readonly repository: CompactionsRepository;
  readonly sessions: SessionService;
  readonly flushMemory: FlushMemory;
  readonly now: () => number;
}): CompactionService {
  const { store, repository, sessions, flushMemory, now } = deps;
  const busy = new Set<string>();

  function current(sessionKey: string): CompactionRecord | undefined {
    const session = sessions.find(sessionKey);
    return session === undefined ? undefined : repository.latest(sessionKey, session.sessionId);
  }

  async function compact(
    sessionKey: string,
    request: CompactionRequest,
  ): Promise<CompactionRecord | undefined> {
    const { reason, model, keep = KEEP, openFrom = Infinity, signal } = request;
    const session = sessions.find(sessionKey);
    if (session === undefined) return undefined;
    const before = repository.latest(sessionKey, session.sessionId);
    const rest = session.messageCount - (before?.through ?? 0);
    const count = Math.min(rest, MAX_MESSAGES);
    const messages = sessions.messages(sessionKey, count, rest - count);
    const end = boundary(messages, session.messageCount - keep, openFrom);
    if (end < MIN_MESSAGES) return undefined;
    if (model.status.source === 'offline')
      throw new GatewayError(
        'unavailable',
        'Only a language model can summarize a conversation, and the built-in assistant is none. Set up a model, or begin anew with sessions.reset.',
      );
    const older = messages.slice(0, end);
    const { runId, remembers } = request;
    if (remembers) {
      const context = { agentId: session.agentId, sessionKey, runId, signal };
      await flushMemory({ context, model, messages: promptMessages(older) }).catch((error: unknown) => {
        // What was said stays where it is, so nothing is lost for good.
        if (!(error instanceof ModelError)) throw error;
      });
    }
    const summary = await summarize(model, older, before?.summary, signal);
    const through = messages[summary.messages - 1]?.__openclaw?.seq;
    if (through === undefined || summary.text === '')
      throw new GatewayError('unavailable', 'The model wrote no summary. Nothing was changed.', {
        retryable: true,
      });
    const record: CompactionRecord = {
      id: randomUUID(),
      sessionKey,
      sessionId: session.sessionId,
      through,
      summary: summary.text,
      reason,
      createdAt: now(),
    };
    const stored = await store.write(() => {
      // It may have been reset or deleted while the model wrote.
      if (sessions.find(sessionKey)?.sessionId !== session.sessionId) return false;
      repository.insert(record);
      return true;
    });
    if (!stored) return undefined;
    sessions.announce(sessionKey, [], 'compaction');
    return record;
  }

  return {
    current,
    list: (sessionKey) => {
      const session = sessions.find(sessionKey);
      return session === undefined ? [] : repository.list(sessionKey, session.sessionId);
    },
    compact: async (sessionKey, request) => {
      if (busy.has(sessionKey))
        throw new GatewayError('unavailable', `Session ${sessionKey} is being compacted already.`, {
          retryable: true,
          retryAfterMs: 5_000,
        });
      busy.add(sessionKey);
      try {
        return await compact(sessionKey, request);
      } catch (error) {
        throw error instanceof ModelError
          ? new GatewayError('unavailable', `The conversation was not summarized: ${error.message}`, {
              retryable: true,
              cause: error,
            })
          : error;
      } finally {
        busy.delete(sessionKey);
      }
    },
    restore: async (sessionKey, id) => {
      const record = await store.write(() => {
        const session = sessions.find(sessionKey);
        const found =
          session === undefined
            ? undefined
            : repository.list(sessionKey, session.sessionId).find((one) => one.id === id);
        if (found === undefined)
          throw new GatewayError('not-found', `Session ${sessionKey} has no compaction ${id.slice(0, 64)}.`);
        repository.undoFrom(found);
        return found;
      });
      sessions.announce(sessionKey, [], 'compaction');
      return record;
    },
  };
}

/**
 * How many of the messages can be summarized: those before `lastSeq` and before what is still open, up to where a person
 * speaks, so that no tool call is parted from its result.
 */
function boundary(messages: readonly ChatMessage[], lastSeq: number, openFrom: number): number {
  const seqOf = (message: ChatMessage | undefined): number => message?.__openclaw?.seq ?? 0;
  let end = messages.findIndex((message) => seqOf(message) > lastSeq || seqOf(message) >= openFrom);
  if (end < 0) end = messages.length;
  while (end > 0 && end < messages.length && messages[end]?.role !== 'user') end -= 1;
  return end;
}
