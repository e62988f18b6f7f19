// OpenClaw's own frames: `req`, `res`, `event`.

import { CloseCode } from '../../shared/close-codes.ts';
import { ERROR_CODES, GatewayError } from '../../shared/errors.ts';
import { isJsonObject, parseJson } from '../../shared/json.ts';
import type { ErrorShape } from '../../shared/protocol/frames.ts';
import type { BusEvent } from '../event-bus.ts';
import type { Decoded, DecodedEntry, Dialect, EncodedEvent, RequestId } from './dialect.ts';

const FRAME_KEYS = new Set(['type', 'id', 'method', 'params', 'traceparent', 'expectedProfileId']);
const MAX_TRACEPARENT = 128;

export const nativeDialect: Dialect = {
  name: 'native',
  faultLimit: undefined,
  shutdownCode: CloseCode.serviceRestart,

  decode: (text): Decoded => {
    const frame = parseJson(text);
    if (frame === undefined) return { kind: 'ignored' };
    return { kind: 'single', entry: decodeFrame(frame) };
  },

  response: (id, payload) =>
    `{"type":"res","id":${idText(id)},"ok":true,"payload":${JSON.stringify(payload === undefined ? {} : payload)}}`,

  conclude: (id, payload) => nativeDialect.response(id, payload, ''),

  error: (id, error) =>
    `{"type":"res","id":${idText(id)},"ok":false,"error":${JSON.stringify(errorShape(error))}}`,

  event: (event) => sequencedEvent('{"type":"event"', event),

  direct: ({ event, payload }) => JSON.stringify({ type: 'event', event, payload }),
};

function decodeFrame(frame: unknown): DecodedEntry {
  if (!isJsonObject(frame)) return fault('', 'at root: must be object');
  const { type, id, method, params, traceparent } = frame;
  const echo = typeof id === 'string' || typeof id === 'number' ? id : '';
  if (type !== 'req') return fault(echo, 'at /type: must be equal to constant "req"');
  if (typeof id !== 'string') return fault(echo, 'at /id: must be string');
  if (id === '') return fault(echo, 'at /id: must not have fewer than 1 characters');
  if (typeof method !== 'string' || method === '')
    return fault(echo, 'at /method: must be a string that is not empty');
  if (typeof traceparent === 'string' && traceparent.length > MAX_TRACEPARENT) {
    return fault(echo, `at /traceparent: must not have more than ${MAX_TRACEPARENT} characters`);
  }
  const extra = Object.keys(frame).find((key) => !FRAME_KEYS.has(key));
  if (extra !== undefined) return fault(echo, `at root: unexpected property '${extra.slice(0, 64)}'`);
  return { kind: 'request', id, method, params };
}

function fault(id: RequestId, where: string): DecodedEntry {
  return { kind: 'fault', id, error: new GatewayError('invalid-request', `invalid request frame: ${where}`) };
}

function idText(id: RequestId): string {
  return JSON.stringify(id ?? '');
}

export function errorShape(error: GatewayError): ErrorShape {
  return {
    code: ERROR_CODES[error.kind].native,
    message: error.message,
    ...(error.details === undefined ? {} : { details: error.details }),
    ...(error.retryable ? { retryable: true } : {}),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  };
}

/** The envelope that native and hybrid share; `opening` is its beginning. */
export function sequencedEvent(opening: string, { event, payload, meta }: BusEvent): EncodedEvent {
  const version =
    meta.stateVersion === undefined ? '' : `"stateVersion":${JSON.stringify(meta.stateVersion)},`;
  return {
    form: 'sequenced',
    head: `${opening},"event":"${event}","payload":${JSON.stringify(payload)},${version}"seq":`,
    tail: '}',
  };
}
