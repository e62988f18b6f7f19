// The conversation of a session as a run's model is told it: the summary of what lies further back, then the messages
// themselves. Has the older part summarized when it would be too much for a model whose limit is known.

import { GatewayError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { ChatMessage } from '../../shared/protocol/chat.ts';
import type { ModelStatus } from '../../shared/protocol/system.ts';
import type { CompactionService } from '../sessions/compaction-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import { conversationOf } from './conversation.ts';
import type { LanguageModel, PromptMessage } from './model.ts';
import { promptMessages } from './prompts.ts';
import { pruneResults, totalSize } from './prune-results.ts';

export interface ConversationRequest {
  readonly sessionKey: string;
  readonly runId: string;
  /** Whether something may be remembered of it. */
  readonly remembers: boolean;
  readonly model: LanguageModel;
  /** Runs whose turn comes later. Asked after the older part was summarized, because that takes a while. */
  readonly waiting: () => ReadonlySet<string>;
  /** The first message that is still being answered, `seq`. */
  readonly openFrom: () => number | undefined;
  readonly signal: AbortSignal;
  readonly onCompaction: (phase: 'start' | 'end') => void;
  /** The model has said that it was too much: the older part is summarized whatever its limit is said to be. */
  readonly overflowed?: boolean;
}

export interface SessionPrompt {
  /** @throws the signal's reason */
  conversation(request: ConversationRequest): Promise<readonly PromptMessage[]>;
  /** How many characters of conversation the model can be told; `undefined` when that is not known. */
  readonly budget: (model: ModelStatus) => number | undefined;
}

const MESSAGES = 80;
/** Read where a model can be told more. */
const MORE_MESSAGES = 500;
/** Part of the model's limit that a conversation may take; the rest is for instructions, tools and the answer. */
const SHARE = 0.7;
/** Of a conversation that was too much for a model, what stays as it is. */
const KEEP_AFTER_OVERFLOW = 4;
/** An estimate on the safe side. */
const CHARACTERS_PER_TOKEN = 3;

export function createSessionPrompt(deps: {
  readonly sessions: SessionService;
  readonly compactions: CompactionService;
  /** How much a model can be told, tokens; `undefined` when that is not known. */
  readonly contextTokens: (model: ModelStatus) => number | undefined;
  readonly log: Logger;
}): SessionPrompt {
  const { sessions, compactions, contextTokens, log } = deps;

  function view(sessionKey: string, limit: number): { summary: string | undefined; history: ChatMessage[] } {
    const compaction = compactions.current(sessionKey);
    const through = compaction?.through ?? 0;
    const history = sessions
      .messages(sessionKey, limit, 0)
      .filter((message) => (message.__openclaw?.seq ?? Infinity) > through);
    return { summary: compaction?.summary, history };
  }

  async function compact(request: ConversationRequest): Promise<void> {
    const { sessionKey, runId, model, remembers, openFrom, signal, onCompaction, overflowed } = request;
    onCompaction('start');
    try {
      await compactions.compact(sessionKey, {
        reason: 'auto-threshold',
        runId,
        model,
        remembers,
        ...(overflowed === true ? { keep: KEEP_AFTER_OVERFLOW } : {}),
        openFrom: openFrom(),
        signal,
      });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GatewayError)) throw error;
      // Without a summary the oldest messages are left out, which is worse than a summary but an answer.
      log.warn('a conversation was not compacted', { error: error.message });
    }
    onCompaction('end');
  }

  function budget(model: ModelStatus): number | undefined {
    const tokens = contextTokens(model);
    return tokens === undefined ? undefined : tokens * SHARE * CHARACTERS_PER_TOKEN;
  }

  return {
    budget,
    conversation: async (request) => {
      const { sessionKey, runId, model, waiting, overflowed = false } = request;
      const room = budget(model.status);
      const limit = room === undefined ? MESSAGES : MORE_MESSAGES;
      let { summary, history } = view(sessionKey, limit);
      // What fits once old results of tools are shortened need not be summarized.
      const fits = (): boolean =>
        room === undefined || length(conversationOf(history, runId, waiting()), summary, room) <= room;
      if (model.status.source !== 'offline' && (overflowed || !fits())) {
        await compact(request);
        ({ summary, history } = view(sessionKey, limit));
      }
      const messages = promptMessages(conversationOf(history, runId, waiting()), room);
      return summary === undefined ? messages : [{ role: 'user', text: told(summary) }, ...messages];
    },
  };
}

function length(history: readonly ChatMessage[], summary: string | undefined, room: number): number {
  return totalSize(pruneResults(promptMessages(history, Infinity), room)) + (summary?.length ?? 0);
}

const told = (summary: string): string => `What was said before, in short:\n\n${summary}`;
