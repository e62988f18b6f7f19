// What a dialect is: it decodes text to requests and encodes answers and events to text. Nothing else; no method is
// known here, no permission is checked.

import type { GatewayError } from '../../shared/errors.ts';
import type { BusEvent } from '../event-bus.ts';

export type DialectName = 'native' | 'hybrid' | 'json-rpc' | 'typed';

/** An id as the client wrote it; `undefined` for a request that wants no answer. */
export type RequestId = string | number | null | undefined;

export interface DecodedRequest {
  readonly kind: 'request';
  readonly id: RequestId;
  readonly method: string;
  readonly params: unknown;
}

/** A frame, or one entry of a batch, that is not a request. */
export interface DecodedFault {
  readonly kind: 'fault';
  readonly id: RequestId;
  readonly error: GatewayError;
}

export type DecodedEntry = DecodedRequest | DecodedFault;

export type Decoded =
  | { readonly kind: 'single'; readonly entry: DecodedEntry }
  | { readonly kind: 'batch'; readonly entries: readonly DecodedEntry[] }
  /** To be passed over without an answer. */
  | { readonly kind: 'ignored' };

/** An event, encoded once; the connection's own `seq` goes between the halves where a dialect has one. */
export type EncodedEvent =
  | { readonly form: 'whole'; readonly frames: readonly string[] }
  | { readonly form: 'sequenced'; readonly head: string; readonly tail: string };

export interface Dialect {
  readonly name: DialectName;
  decode(text: string): Decoded;
  response(id: RequestId, payload: unknown, method: string): string;
  /** `method` is the one that failed, if the frame got that far. */
  error(id: RequestId, error: GatewayError, method: string | undefined): string;
  /** `undefined` for events that this dialect's clients do not know. */
  event(event: BusEvent): EncodedEvent | undefined;
  /** How many unreadable frames in a row close the connection; `undefined` for as many as they like. */
  readonly faultLimit: number | undefined;
  readonly shutdownCode: 1001 | 1012;
}
