// Strict JSON-RPC 2.0 with notifications and batches: the gateway course and the agenticai client.

import { CloseCode } from '../../shared/close-codes.ts';
import { ERROR_CODES, GatewayError } from '../../shared/errors.ts';
import { parseJson } from '../../shared/json.ts';
import type { ChatEvent } from '../../shared/protocol/chat.ts';
import { MAIN_SESSION_KEY, sessionName } from '../../shared/session-key.ts';
import type { BusEvent, EventMeta } from '../event-bus.ts';
import type { Decoded, DecodedEntry, Dialect } from './dialect.ts';
import { decodeJsonRpc } from './json-rpc-frame.ts';

/** Longest batch; entries after these are answered as rate limited. */
const MAX_BATCH = 50;

export const jsonRpcDialect: Dialect = {
  name: 'json-rpc',
  faultLimit: 3,
  shutdownCode: CloseCode.goingAway,

  decode: (text): Decoded => {
    const frame = parseJson(text);
    if (frame === undefined)
      return single({ kind: 'fault', id: null, error: new GatewayError('parse-error', 'Parse error') });
    if (!Array.isArray(frame)) return single(decodeJsonRpc(frame));
    if (frame.length === 0) {
      return single({
        kind: 'fault',
        id: null,
        error: new GatewayError('invalid-request', 'Invalid request: empty batch'),
      });
    }
    return { kind: 'batch', entries: frame.map((entry, index) => bounded(decodeJsonRpc(entry), index)) };
  },

  response: (id, payload) =>
    `{"jsonrpc":"2.0","id":${JSON.stringify(id ?? null)},"result":${JSON.stringify(payload ?? {})}}`,

  error: (id, error) => {
    const { details, retryAfterMs } = error;
    const data = { ...details, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    const body = {
      code: ERROR_CODES[error.kind].jsonRpc,
      message: error.message,
      ...(Object.keys(data).length === 0 ? {} : { data }),
    };
    return `{"jsonrpc":"2.0","id":${JSON.stringify(id ?? null)},"error":${JSON.stringify(body)}}`;
  },

  event: (event) => {
    const frames = notifications(event);
    return frames.length === 0 ? undefined : { form: 'whole', frames };
  },
};

function single(entry: DecodedEntry): Decoded {
  return { kind: 'single', entry };
}

function bounded(entry: DecodedEntry, index: number): DecodedEntry {
  if (index < MAX_BATCH) return entry;
  const error = new GatewayError(
    'rate-limited',
    `Rate limit exceeded: a batch may have ${MAX_BATCH} entries`,
  );
  return { kind: 'fault', id: entry.id, error };
}

function notifications({ event, payload, meta }: BusEvent): readonly string[] {
  switch (event) {
    case 'chat':
      return chatNotifications(payload, meta);
    case 'tick':
    case 'connect.challenge':
      return [];
    case 'shutdown':
    case 'health':
    case 'presence':
    case 'session.message':
    case 'sessions.changed':
    case 'cron':
    case 'notification':
    case 'notifications.changed':
      return [notification('event', { event, payload })];
  }
}

/** `chat.stream` for every piece, `chat.complete` at the end. */
function chatNotifications(event: ChatEvent, meta: EventMeta): readonly string[] {
  const channel = channelOf(event.sessionKey);
  switch (event.state) {
    case 'status':
      return [];
    case 'delta':
      return [notification('chat.stream', { chunk: event.deltaText, index: meta.chunkIndex ?? 0, channel })];
    case 'final':
      // Something that was put into the conversation without a run has no duration, and nothing was streamed.
      if (meta.durationMs === undefined) return [];
      return [complete(channel, meta, event.usage?.totalTokens ?? null, {})];
    case 'aborted':
      return [complete(channel, meta, null, { status: 'aborted' })];
    case 'error':
      return [complete(channel, meta, null, { status: 'error', error: event.errorMessage })];
  }
}

/** `total_tokens` is null when the provider reported none. */
function complete(
  channel: string,
  meta: EventMeta,
  tokens: number | null,
  more: Record<string, unknown>,
): string {
  return notification('chat.complete', {
    total_tokens: tokens,
    channel,
    duration_ms: meta.durationMs ?? 0,
    ...more,
  });
}

export function channelOf(sessionKey: string): string {
  return sessionKey === MAIN_SESSION_KEY ? 'default' : sessionName(sessionKey);
}

function notification(method: string, params: unknown): string {
  return `{"jsonrpc":"2.0","method":"${method}","params":${JSON.stringify(params)}}`;
}
