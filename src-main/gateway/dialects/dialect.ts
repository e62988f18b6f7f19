// What a dialect is: it decodes text to requests and encodes answers and events to text. Nothing else; no method is
// known here, no permission is checked.

import type { GatewayError } from '../../shared/errors.ts';
import type { BusEvent } from '../event-bus.ts';
import type { PendingNotice } from '../notifications/notice.ts';
import type { ToolStep } from '../tools/tool.ts';

export type DialectName = 'native' | 'hybrid' | 'json-rpc' | 'typed';

/** An id as the client wrote it; `undefined` for a request that wants no answer. */
export type RequestId = string | number | null | undefined;

export interface DecodedRequest {
  readonly kind: 'request';
  readonly id: RequestId;
  readonly method: string;
  readonly params: unknown;
  /** Set by the server when it is not to be executed. */
  readonly refused?: GatewayError;
}

/** A frame, or one entry of a batch, that is not a request. */
export interface DecodedFault {
  readonly kind: 'fault';
  readonly id: RequestId;
  readonly error: GatewayError;
  /** Set by the server: what is said instead. */
  readonly refused?: GatewayError;
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
  /** A second answer to a request that was accepted before its work was done, where a dialect knows that. */
  conclude?(id: RequestId, payload: unknown): string;
  /** What a request that is being worked on is doing, where a dialect tells that under the request's id. */
  progress?(id: RequestId, step: ToolStep): string;
  /** Asks whether the client is still there and brings what waits for it, where clients expect more than a WebSocket ping. */
  heartbeat?(seq: number, notices: readonly PendingNotice[]): string;
  /** `undefined` for events that this dialect's clients do not know. */
  event(event: BusEvent): EncodedEvent | undefined;
  /** An event for one connection alone, which has no number; where a dialect has such. */
  direct?(event: BusEvent): string;
  /** How many unreadable frames in a row close the connection; `undefined` for as many as they like. */
  readonly faultLimit: number | undefined;
  readonly shutdownCode: 1001 | 1012;
}
