// The gateway API page: `{type, id?, payload, timestamp}` both ways. Methods are named `typed.<type>` inside.

import { CloseCode } from '../../shared/close-codes.ts';
import { ERROR_CODES, GatewayError } from '../../shared/errors.ts';
import { isJsonObject, parseJson } from '../../shared/json.ts';
import type { BusEvent } from '../event-bus.ts';
import { heartbeatStatus } from '../heartbeat/heartbeat-status.ts';
import type { Decoded, DecodedEntry, Dialect, EncodedEvent, RequestId } from './dialect.ts';

/** What clients send; anything else is not a first frame of this dialect. */
export const TYPED_REQUESTS: ReadonlySet<string> = new Set([
  'chat',
  'status',
  'heartbeat_trigger',
  'skill_invoke',
]);

/** The type of the answer to each type of request. */
const ANSWERS: Readonly<Record<string, string>> = {
  'typed.chat': 'response',
  'typed.status': 'status',
  'typed.heartbeat_trigger': 'heartbeat_status',
};

export function createTypedDialect(now: () => number): Dialect {
  const frame = (type: string, id: RequestId, payload: unknown): string =>
    JSON.stringify({
      type,
      ...(id === undefined || id === null ? {} : { id }),
      payload,
      timestamp: new Date(now()).toISOString(),
    });

  return {
    name: 'typed',
    faultLimit: 3,
    shutdownCode: CloseCode.goingAway,

    decode: (text): Decoded => {
      const value = parseJson(text);
      if (value === undefined) {
        return single({
          kind: 'fault',
          id: undefined,
          error: new GatewayError('parse-error', 'The message is not JSON.'),
        });
      }
      return single(decodeMessage(value));
    },

    response: (id, payload, method) => frame(ANSWERS[method] ?? 'response', id, payload ?? {}),

    error: (id, error) =>
      frame('error', id, {
        code: ERROR_CODES[error.kind].typed,
        message: error.message,
        ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
      }),

    progress: (id, { call, ...step }) =>
      step.phase === 'start'
        ? frame('tool_call', id, { tool: call.tool, args: call.args, status: 'executing' })
        : frame('tool_result', id, {
            tool: call.tool,
            output: step.result.text,
            exit_code: step.result.isError ? 1 : 0,
          }),

    event: ({ event, payload, meta }: BusEvent) => {
      switch (event) {
        case 'notification':
          return whole(frame('notification', undefined, payload.notification));
        case 'heartbeat':
          return meta.heartbeat === undefined
            ? undefined
            : whole(frame('heartbeat_status', undefined, heartbeatStatus(meta.heartbeat.outcome)));
        default:
          return undefined;
      }
    },
  };
}

function whole(text: string): EncodedEvent {
  return { form: 'whole', frames: [text] };
}

function single(entry: DecodedEntry): Decoded {
  return { kind: 'single', entry };
}

function decodeMessage(value: unknown): DecodedEntry {
  if (!isJsonObject(value)) return fault(undefined, 'A message is an object with type and payload.');
  const { type, id, payload } = value;
  if (id !== undefined && typeof id !== 'string' && typeof id !== 'number') {
    return fault(undefined, 'id must be a string.');
  }
  if (typeof type !== 'string') return fault(id, 'type must be a string.');
  if (payload !== undefined && !isJsonObject(payload)) return fault(id, 'payload must be an object.');
  // Without an id the answer is still sent, only without one.
  return { kind: 'request', id: id ?? null, method: `typed.${type}`, params: payload };
}

function fault(id: RequestId, message: string): DecodedEntry {
  return { kind: 'fault', id, error: new GatewayError('invalid-request', message) };
}
