// Strict JSON-RPC 2.0 with notifications and batches: the gateway course and the agenticai client.

import { CloseCode } from '../../shared/close-codes.ts';
import { ERROR_CODES, GatewayError } from '../../shared/errors.ts';
import { parseJson } from '../../shared/json.ts';
import type { AgentToolData } from '../../shared/protocol/agent.ts';
import { messageText, type ChatEvent } from '../../shared/protocol/chat.ts';
import { channelOf } from '../../shared/session-key.ts';
import type { BusEvent, EventMeta } from '../event-bus.ts';
import type { Decoded, DecodedEntry, Dialect } from './dialect.ts';
import { decodeJsonRpc } from './json-rpc-frame.ts';

/** Entries of a batch that are executed; those after them are answered as rate limited. */
const MAX_BATCH = 50;
/** A batch that is longer than this is not looked at. */
const MAX_BATCH_LENGTH = 1_000;

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
    if (frame.length > MAX_BATCH_LENGTH) return single({ kind: 'fault', id: null, error: batchTooLong() });
    const entries = frame.map(decodeJsonRpc);
    return {
      kind: 'batch',
      entries: [...entries.slice(0, MAX_BATCH), ...entries.slice(MAX_BATCH).flatMap(refused)],
    };
  },

  response: (id, payload) =>
    `{"jsonrpc":"2.0","id":${JSON.stringify(id ?? null)},"result":${JSON.stringify(payload === undefined ? {} : payload)}}`,

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

  heartbeat: (seq, notices) => notification('heartbeat.ping', { seq, notifications: notices }),

  event: (event) => {
    const frames = notifications(event);
    return frames.length === 0 ? undefined : { form: 'whole', frames };
  },
};

function single(entry: DecodedEntry): Decoded {
  return { kind: 'single', entry };
}

/** An entry too many; a notification among them has nobody to tell. */
function refused(entry: DecodedEntry): readonly DecodedEntry[] {
  return entry.id === undefined ? [] : [{ kind: 'fault', id: entry.id, error: batchTooLong() }];
}

function batchTooLong(): GatewayError {
  return new GatewayError('rate-limited', `Rate limit exceeded: a batch may have ${MAX_BATCH} entries`);
}

function notifications({ event, payload, meta }: BusEvent): readonly string[] {
  switch (event) {
    case 'chat':
      return chatNotifications(payload, meta);
    case 'agent':
      // Its words come as `chat.stream`.
      return payload.stream === 'tool' && payload.data.phase !== 'update'
        ? [toolNotification(payload.data, channelOf(payload.sessionKey), meta)]
        : [];
    case 'tick':
    case 'connect.challenge':
    case 'node.invoke.request':
    case 'node.invoke.cancel':
      return [];
    case 'shutdown':
    case 'health':
    case 'presence':
    case 'session.message':
    case 'sessions.changed':
    case 'cron':
    case 'config.changed':
    case 'heartbeat':
    case 'trace':
    case 'device.pair.requested':
    case 'device.pair.resolved':
    case 'device.pair.changed':
    case 'device.pair.setup.completed':
    case 'node.pair.requested':
    case 'node.pair.resolved':
    case 'node.presence':
    case 'node.hostStats':
    case 'node.links.changed':
    case 'exec.approval.requested':
    case 'exec.approval.resolved':
    case 'plugin.approval.requested':
    case 'plugin.approval.resolved':
    case 'skills.changed':
    case 'talk.mode':
    case 'update.available':
    case 'voicewake.changed':
    case 'notification':
    case 'notifications.changed':
    case 'notifications.summary':
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

/** Longer outputs of tools are cut, characters. */
const MAX_OUTPUT = 16_000;

/**
 * `skill.invoke` before a tool works and `skill.result` when it is done. The course names the two and leaves their fields
 * open: `index` counts the tools of a run from 0 and ties the two together; `status` is `executing`, then `done` or
 * `failed`; `output` is the tool's own text, `truncated` when it was longer.
 */
function toolNotification(
  tool: Exclude<AgentToolData, { phase: 'update' }>,
  channel: string,
  meta: EventMeta,
): string {
  const index = meta.tool?.index ?? 0;
  if (tool.phase === 'start') {
    return notification('skill.invoke', {
      skill: tool.name,
      args: tool.args,
      status: 'executing',
      channel,
      index,
    });
  }
  const output = messageText(tool.result);
  return notification('skill.result', {
    skill: tool.name,
    status: tool.isError ? 'failed' : 'done',
    output: output.slice(0, MAX_OUTPUT),
    ...(output.length > MAX_OUTPUT ? { truncated: true } : {}),
    duration_ms: meta.tool?.durationMs ?? 0,
    channel,
    index,
  });
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

function notification(method: string, params: unknown): string {
  return `{"jsonrpc":"2.0","method":"${method}","params":${JSON.stringify(params)}}`;
}
