// JSON-RPC 2.0 requests as they arrive, for the two dialects that use them. Pure.

import { GatewayError } from '../../shared/errors.ts';
import { isJsonObject } from '../../shared/json.ts';
import type { DecodedEntry, RequestId } from './dialect.ts';

/** @returns the request, or what is wrong with it under the id that could be read (JSON-RPC 2.0, section 5) */
export function decodeJsonRpc(frame: unknown): DecodedEntry {
  if (!isJsonObject(frame)) return fault(null, 'Invalid request: expected an object');
  const { jsonrpc, id, method, params } = frame;
  if (id !== undefined && !isRequestId(id))
    return fault(null, 'Invalid request: id must be a string, a number or null');
  if (jsonrpc !== '2.0') return fault(id ?? null, 'Invalid request: jsonrpc must be "2.0"');
  if (typeof method !== 'string' || method === '')
    return fault(id ?? null, 'Invalid request: method must be a string');
  if (params !== undefined && (typeof params !== 'object' || params === null)) {
    return fault(id ?? null, 'Invalid request: params must be an object or an array');
  }
  return { kind: 'request', id, method, params };
}

function isRequestId(value: unknown): value is Exclude<RequestId, undefined> {
  return typeof value === 'string' || typeof value === 'number' || value === null;
}

function fault(id: RequestId, message: string): DecodedEntry {
  return { kind: 'fault', id, error: new GatewayError('invalid-request', message) };
}
