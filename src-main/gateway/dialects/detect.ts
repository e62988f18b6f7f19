// Which dialect a connection speaks, from its first frame and nothing else. Pure.

import { isJsonObject, parseJson } from '../../shared/json.ts';
import type { DialectName } from './dialect.ts';
import { TYPED_REQUESTS } from './typed.ts';

export type FirstFrame =
  /** A handshake of this dialect. */
  | { readonly kind: 'handshake'; readonly dialect: 'native' | 'hybrid' | 'json-rpc' }
  /** An ordinary message: fine only if the connection was authenticated at the upgrade. */
  | { readonly kind: 'message'; readonly dialect: 'json-rpc' | 'typed' }
  /** Belongs to a dialect but may not come first. */
  | { readonly kind: 'refused'; readonly dialect: DialectName; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export function detectDialect(text: string): FirstFrame {
  const frame = parseJson(text);
  if (frame === undefined) return unknown('not JSON');
  if (Array.isArray(frame)) {
    return frame.some((entry) => isJsonObject(entry) && entry['jsonrpc'] === '2.0')
      ? { kind: 'message', dialect: 'json-rpc' }
      : unknown('a batch of something else');
  }
  if (!isJsonObject(frame)) return unknown('not an object');
  const { type, jsonrpc, method } = frame;
  if (jsonrpc === '2.0') {
    if (method === 'connect') return { kind: 'handshake', dialect: 'hybrid' };
    if (method === 'auth.handshake') return { kind: 'handshake', dialect: 'json-rpc' };
    return { kind: 'message', dialect: 'json-rpc' };
  }
  if (type === 'req') {
    return method === 'connect'
      ? { kind: 'handshake', dialect: 'native' }
      : { kind: 'refused', dialect: 'native', reason: 'invalid handshake: first request must be connect' };
  }
  if (typeof type === 'string' && TYPED_REQUESTS.has(type)) return { kind: 'message', dialect: 'typed' };
  return unknown('an unknown form');
}

/** Close reasons hold at most 123 bytes (RFC 6455, section 5.5). */
function unknown(what: string): FirstFrame {
  return {
    kind: 'unknown',
    reason: `first frame is ${what}; expected connect, auth.handshake or a typed message`,
  };
}
