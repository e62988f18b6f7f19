// What the server reports to the trace: each message on its way in, to its handler, and out. Called only while somebody
// watches; reads names and sizes, never what a message says.

import { ERROR_CODES, type ErrorKind } from '../../shared/errors.ts';
import { isJsonObject } from '../../shared/json.ts';
import { channelOf, resolveSessionKey } from '../../shared/session-key.ts';
import type { DecodedEntry, DialectName, RequestId } from '../dialects/dialect.ts';
import type { BusEvent } from '../event-bus.ts';
import { routeOf } from './routes.ts';
import type { Trace } from './trace.ts';

/** As much of a connection as is reported. */
export interface TracedConnection {
  readonly id: string;
  readonly subscriptions: { readonly current: string };
}

export function traceReceived(
  trace: Trace,
  connection: TracedConnection,
  dialect: DialectName,
  entry: DecodedEntry,
  frame: string,
): void {
  const request = entry.kind === 'request' ? entry : undefined;
  trace.report({
    kind: 'recv',
    msgId: entry.id,
    method: wireName(request?.method),
    channel: channelNamed(request?.params) ?? channelOf(connection.subscriptions.current),
    size: Buffer.byteLength(frame),
    connId: connection.id,
    dialect,
  });
}

/** @param since when the frame was decoded, by `trace.elapsed` */
export function traceRouted(
  trace: Trace,
  connection: TracedConnection,
  dialect: DialectName,
  request: { readonly id: RequestId; readonly method: string },
  since: number,
): void {
  trace.report({
    kind: 'route',
    msgId: request.id,
    target: routeOf(request.method),
    latencyMs: trace.elapsed() - since,
    connId: connection.id,
    dialect,
  });
}

/** @param failure set when the answer is an error */
export function traceSent(
  trace: Trace,
  connection: TracedConnection,
  dialect: DialectName,
  message: { readonly id: RequestId; readonly method: string | undefined; readonly failure?: ErrorKind },
  frame: string,
): void {
  const { failure } = message;
  trace.report({
    kind: 'send',
    msgId: message.id,
    method: wireName(message.method),
    size: Buffer.byteLength(frame),
    connId: connection.id,
    dialect,
    ...(failure === undefined ? {} : { error: codeOf(failure, dialect) }),
  });
}

/** An event that went to `receivers` connections; in the course's words, whatever their dialects. */
export function traceEvent(trace: Trace, { event, payload, meta }: BusEvent, sent: Broadcast): void {
  // Telling about the trace would go on for ever.
  if (event === 'trace' || sent.receivers === 0) return;
  const common = {
    kind: 'send',
    msgId: meta.requestId,
    size: sent.bytes(),
    ...(sent.receivers === 1 ? {} : { receivers: sent.receivers }),
  } as const;
  if (event === 'chat' && payload.state === 'delta') {
    trace.report({ ...common, method: 'chat.stream', chunk: meta.chunkIndex ?? 0 });
  } else if (event === 'chat' && meta.durationMs !== undefined) {
    const tokens = payload.state === 'final' ? (payload.usage?.totalTokens ?? null) : null;
    trace.report({ ...common, method: 'chat.complete', tokens, durationMs: meta.durationMs });
  } else if (event === 'agent' && payload.stream === 'tool' && payload.data.phase !== 'update') {
    trace.report({ ...common, method: payload.data.phase === 'start' ? 'skill.invoke' : 'skill.result' });
  } else {
    trace.report({ ...common, method: event });
  }
}

/** What became of an event. */
export interface Broadcast {
  readonly receivers: number;
  /** Of the longest frame; counted only when asked for. */
  bytes(): number;
}

function wireName(method: string | undefined): string {
  return method === undefined || method === '' ? '-' : method.replace(/^typed\./, '');
}

function channelNamed(params: unknown): string | undefined {
  if (!isJsonObject(params)) return undefined;
  const { channel, sessionKey } = params;
  if (typeof channel === 'string' && channel !== '') return channel;
  if (typeof sessionKey !== 'string' || sessionKey === '') return undefined;
  try {
    return channelOf(resolveSessionKey(sessionKey));
  } catch {
    return sessionKey;
  }
}

function codeOf(kind: ErrorKind, dialect: DialectName): string | number {
  const codes = ERROR_CODES[kind];
  switch (dialect) {
    case 'native':
      return codes.native;
    case 'hybrid':
      return codes.hybrid;
    case 'json-rpc':
      return codes.jsonRpc;
    case 'typed':
      return codes.typed;
  }
}
