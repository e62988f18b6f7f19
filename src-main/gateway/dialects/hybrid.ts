// The WebSocket protocol page: JSON-RPC requests, answered with `ok` and `payload`; events as in the native dialect.

import { CloseCode } from '../../shared/close-codes.ts';
import { ERROR_CODES, GatewayError, type ErrorKind } from '../../shared/errors.ts';
import { parseJson } from '../../shared/json.ts';
import type { Decoded, Dialect } from './dialect.ts';
import { decodeJsonRpc } from './json-rpc-frame.ts';
import { errorShape, sequencedEvent } from './native.ts';

export const hybridDialect: Dialect = {
  name: 'hybrid',
  faultLimit: 3,
  shutdownCode: CloseCode.goingAway,

  decode: (text): Decoded => {
    const frame = parseJson(text);
    if (frame === undefined) {
      return {
        kind: 'single',
        entry: { kind: 'fault', id: null, error: new GatewayError('parse-error', 'The frame is not JSON.') },
      };
    }
    return { kind: 'single', entry: decodeJsonRpc(frame) };
  },

  response: (id, payload) =>
    `{"jsonrpc":"2.0","id":${JSON.stringify(id ?? null)},"ok":true,"payload":${JSON.stringify(payload === undefined ? {} : payload)}}`,

  conclude: (id, payload) => hybridDialect.response(id, payload, ''),

  error: (id, error) =>
    `{"jsonrpc":"2.0","id":${JSON.stringify(id ?? null)},"ok":false,"error":${JSON.stringify({ ...errorShape(error), code: hybridCode(error.kind) })}}`,

  event: (event) => sequencedEvent('{"jsonrpc":"2.0","type":"event"', event),

  direct: ({ event, payload }) => JSON.stringify({ jsonrpc: '2.0', type: 'event', event, payload }),
};

function hybridCode(kind: ErrorKind): string {
  return ERROR_CODES[kind].hybrid;
}
