// chat.*: send, abort, history.

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import type { ChatHistoryResult, ChatMessage } from '../../shared/protocol/chat.ts';
import { resolveSessionKey } from '../../shared/session-key.ts';
import type { RunService } from '../runtime/run-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import { defineMethod, type Method } from './method.ts';

const filled = z.string().check(z.minLength(1));
const sessionKey = filled.check(z.maxLength(512));

const DEFAULT_HISTORY = 200;
/** Longest message that a person or a program may send, characters. */
export const MAX_MESSAGE = 400_000;
/** A page of history is cut before it grows past this, bytes. */
const MAX_HISTORY_BYTES = 6_291_456;

export interface ChatMethodDeps {
  readonly runs: RunService;
  readonly sessions: SessionService;
}

export function chatMethods({ runs, sessions }: ChatMethodDeps): readonly Method[] {
  return [
    defineMethod({
      name: 'chat.send',
      scope: 'operator.write',
      params: z.strictObject({
        sessionKey,
        message: z.string().check(z.maxLength(MAX_MESSAGE)),
        idempotencyKey: filled.check(z.maxLength(256)),
      }),
      handle: (params) => {
        if (params.message.trim() === '') throw new GatewayError('invalid-params', 'The message is empty.');
        return runs.start({
          runId: params.idempotencyKey,
          sessionKey: resolveSessionKey(params.sessionKey),
          message: params.message,
        });
      },
    }),
    defineMethod({
      name: 'chat.abort',
      scope: 'operator.write',
      params: z.strictObject({ sessionKey: filled, runId: z.exactOptional(filled) }),
      handle: (params) => {
        const runIds = runs.abort(resolveSessionKey(params.sessionKey), params.runId);
        return { ok: true, aborted: runIds.length > 0, runIds };
      },
    }),
    defineMethod({
      name: 'chat.history',
      scope: 'operator.read',
      params: z.strictObject({
        sessionKey: filled,
        limit: z.exactOptional(z.int().check(z.gte(1), z.lte(1000))),
        offset: z.exactOptional(z.int().check(z.gte(0))),
      }),
      handle: (params) => {
        const key = resolveSessionKey(params.sessionKey);
        return history(sessions, runs, key, params.limit ?? DEFAULT_HISTORY, params.offset ?? 0);
      },
    }),
  ];
}

function history(
  sessions: SessionService,
  runs: RunService,
  key: string,
  limit: number,
  offset: number,
): ChatHistoryResult {
  const session = sessions.find(key);
  const messages = newestWithin(sessions.messages(key, limit, offset));
  const totalMessages = session?.messageCount ?? 0;
  const inFlightRun = runs.inFlight(key);
  return {
    sessionKey: key,
    sessionId: session?.sessionId ?? '',
    messages,
    hasMore: offset + messages.length < totalMessages,
    totalMessages,
    ...(inFlightRun === undefined ? {} : { inFlightRun }),
  };
}

/** The newest messages that fit the limit, at least one. */
function newestWithin(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  let bytes = 0;
  let from = messages.length;
  while (from > 0) {
    bytes += JSON.stringify(messages[from - 1]).length;
    if (bytes > MAX_HISTORY_BYTES && from < messages.length) break;
    from -= 1;
  }
  return from === 0 ? messages : messages.slice(from);
}
