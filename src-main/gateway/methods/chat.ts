// chat.*: send, abort, inject, history.

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import {
  messageText,
  QUEUE_MODES,
  type ChatHistoryResult,
  type ChatMessage,
} from '../../shared/protocol/chat.ts';
import { resolveSessionKey } from '../../shared/session-key.ts';
import { imageType } from '../attachments/attachment-input.ts';
import type { AttachmentService } from '../attachments/attachment-service.ts';
import type { RunService } from '../runtime/run-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import { ATTACHMENTS } from './attachment-fields.ts';
import { thinkingOf } from './session-settings.ts';
import { defineMethod, type Method } from './method.ts';

const filled = z.string().check(z.minLength(1));
const optional = z.exactOptional;
const sessionKey = filled.check(z.maxLength(512));

const DEFAULT_HISTORY = 200;
const MAX_PENDING = 20;
/** Longest message that a person or a program may send, characters. */
export const MAX_MESSAGE = 400_000;
/** A page of history is cut before it grows past this, bytes. */
const MAX_HISTORY_BYTES = 6_291_456;

/** What OpenClaw's clients send along for channels and speed, which mean nothing here. */
const ROUTING = {
  sessionId: optional(filled),
  deliver: optional(z.boolean()),
  originatingChannel: optional(z.string()),
  originatingTo: optional(z.string()),
  originatingAccountId: optional(z.string()),
  originatingThreadId: optional(z.string()),
  suppressCommandInterpretation: optional(z.boolean()),
  fastMode: optional(z.union([z.boolean(), z.literal('auto')])),
  fastAutoOnSeconds: optional(z.int().check(z.gte(1))),
  systemInputProvenance: optional(
    z.strictObject({
      kind: z.enum(['external_user', 'inter_session', 'internal_system']),
      originSessionId: optional(z.string()),
      sourceSessionKey: optional(z.string()),
      sourceChannel: optional(z.string()),
      sourceTool: optional(z.string()),
    }),
  ),
  systemProvenanceReceipt: optional(z.string()),
};

export interface ChatMethodDeps {
  readonly runs: RunService;
  readonly sessions: SessionService;
  readonly attachments: AttachmentService;
}

export function chatMethods({ runs, sessions, attachments }: ChatMethodDeps): readonly Method[] {
  return [
    defineMethod({
      name: 'chat.send',
      scope: 'operator.write',
      params: z.strictObject({
        sessionKey,
        agentId: optional(filled),
        message: z.string().check(z.maxLength(MAX_MESSAGE)),
        timeoutMs: optional(z.int().check(z.gte(0))),
        thinking: optional(z.string()),
        queueMode: optional(z.enum(QUEUE_MODES)),
        attachments: optional(ATTACHMENTS),
        idempotencyKey: filled.check(z.maxLength(256)),
        ...ROUTING,
      }),
      handle: async (params, { requestId }) => {
        const sessionKey = resolveSessionKey(params.sessionKey, params.agentId);
        const message = checkedMessage(params);
        const attached =
          params.attachments === undefined ? [] : await attachments.accept(sessionKey, params.attachments);
        return runs.start({
          runId: params.idempotencyKey,
          sessionKey,
          message,
          ...(attached.length === 0 ? {} : { attachments: attached }),
          timeoutMs: params.timeoutMs,
          thinking: thinkingOf(params.thinking),
          queueMode: params.queueMode,
          requestId,
        });
      },
    }),
    defineMethod({
      name: 'chat.attachment.get',
      scope: 'operator.read',
      params: z.strictObject({
        sessionKey: filled,
        agentId: optional(filled),
        sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
      }),
      handle: async ({ sessionKey, agentId, sha256 }) => {
        const key = resolveSessionKey(sessionKey, agentId);
        const bytes = await attachments.find(key, sha256);
        if (bytes === undefined)
          throw new GatewayError('not-found', `Session ${key} has no attachment ${sha256.slice(0, 12)}….`);
        return {
          sha256,
          mimeType: imageType(bytes) ?? 'text/plain',
          sizeBytes: bytes.length,
          content: bytes.toString('base64'),
        };
      },
    }),
    defineMethod({
      name: 'chat.abort',
      scope: 'operator.write',
      params: z.strictObject({
        sessionKey: filled,
        agentId: optional(filled),
        runId: optional(filled),
        preserveSideRuns: optional(z.boolean()),
      }),
      handle: (params) => {
        const runIds = runs.abort(resolveSessionKey(params.sessionKey, params.agentId), params.runId);
        return { ok: true, aborted: runIds.length > 0, runIds };
      },
    }),
    defineMethod({
      name: 'chat.inject',
      scope: 'operator.admin',
      params: z.strictObject({
        sessionKey: filled,
        agentId: optional(filled),
        message: filled.check(z.maxLength(MAX_MESSAGE)),
        label: optional(z.string().check(z.maxLength(100))),
      }),
      handle: async ({ sessionKey, agentId, message, label = '' }) => {
        const key = resolveSessionKey(sessionKey, agentId);
        const text = label.trim() === '' ? message : `[${label.trim()}]\n\n${message}`;
        const stored = await sessions.inject(key, text);
        return { ok: true, messageId: stored.__openclaw?.id ?? '' };
      },
    }),
    defineMethod({
      name: 'chat.history',
      scope: 'operator.read',
      params: z.strictObject({
        sessionKey: filled,
        agentId: optional(filled),
        limit: optional(z.int().check(z.gte(1), z.lte(1000))),
        offset: optional(z.int().check(z.gte(0))),
        maxChars: optional(z.int().check(z.gte(1), z.lte(500_000))),
      }),
      handle: (params) => {
        const key = resolveSessionKey(params.sessionKey, params.agentId);
        return history(sessions, runs, key, params);
      },
    }),
  ];
}

/** @throws GatewayError `invalid-params` for a message that says nothing and brings nothing */
export function checkedMessage(params: {
  readonly message: string;
  readonly attachments?: readonly unknown[] | undefined;
}): string {
  const attached = params.attachments?.length ?? 0;
  if (params.message.trim() === '' && attached === 0)
    throw new GatewayError('invalid-params', 'The message is empty.');
  return params.message;
}

interface HistoryPage {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** Longer texts are cut. */
  readonly maxChars?: number | undefined;
}

function history(
  sessions: SessionService,
  runs: RunService,
  key: string,
  { limit = DEFAULT_HISTORY, offset = 0, maxChars = Infinity }: HistoryPage,
): ChatHistoryResult {
  const session = sessions.find(key);
  const page = sessions.messages(key, limit, offset);
  const messages = newestWithin(page.map((message) => cut(message, maxChars)));
  const totalMessages = session?.messageCount ?? 0;
  const inFlightRun = runs.inFlight(key);
  const waiting = runs.waiting(key).map((item) => ({ ...item, message: cut(item.message, maxChars) }));
  return {
    sessionKey: key,
    sessionId: session?.sessionId ?? '',
    messages,
    hasMore: offset + messages.length < totalMessages,
    totalMessages,
    ...(inFlightRun === undefined ? {} : { inFlightRun }),
    ...(waiting.length === 0
      ? {}
      : { pendingInputs: { items: waiting.slice(0, MAX_PENDING), total: waiting.length } }),
  };
}

function cut(message: ChatMessage, maxChars: number): ChatMessage {
  if (messageText(message).length <= maxChars) return message;
  const shorten = (text: string): string => (text.length <= maxChars ? text : `${text.slice(0, maxChars)}…`);
  const { content } = message;
  return {
    ...message,
    content:
      typeof content === 'string'
        ? shorten(content)
        : content.map((block) => (block.type === 'text' ? { ...block, text: shorten(block.text) } : block)),
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
