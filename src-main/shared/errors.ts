// One source of errors: what went wrong, independent of the dialect it will be told in, and the one table
// that maps each kind to the code of every dialect.

export type ErrorKind =
  | 'parse-error'
  | 'invalid-request'
  | 'invalid-params'
  | 'unknown-method'
  | 'unauthorized'
  | 'not-paired'
  | 'forbidden'
  | 'not-found'
  | 'rate-limited'
  | 'unavailable'
  | 'internal';

interface DialectCodes {
  /** OpenClaw's closed set of native error codes. */
  readonly native: 'INVALID_REQUEST' | 'NOT_PAIRED' | 'FORBIDDEN' | 'UNAVAILABLE';
  /** The five codes of the WebSocket protocol page. */
  readonly hybrid:
    'INVALID_REQUEST' | 'UNAUTHORIZED' | 'METHOD_NOT_FOUND' | 'INTERNAL_ERROR' | 'RATE_LIMITED';
  /** JSON-RPC 2.0, section 5.1, and the gateway course's 4003. */
  readonly jsonRpc: number;
  /** Upper-case words of the gateway API page. */
  readonly typed: string;
}

export const ERROR_CODES: Readonly<Record<ErrorKind, DialectCodes>> = {
  'parse-error': {
    native: 'INVALID_REQUEST',
    hybrid: 'INVALID_REQUEST',
    jsonRpc: -32700,
    typed: 'INVALID_JSON',
  },
  'invalid-request': {
    native: 'INVALID_REQUEST',
    hybrid: 'INVALID_REQUEST',
    jsonRpc: -32600,
    typed: 'INVALID_REQUEST',
  },
  'invalid-params': {
    native: 'INVALID_REQUEST',
    hybrid: 'INVALID_REQUEST',
    jsonRpc: -32602,
    typed: 'INVALID_PAYLOAD',
  },
  'unknown-method': {
    native: 'INVALID_REQUEST',
    hybrid: 'METHOD_NOT_FOUND',
    jsonRpc: -32601,
    typed: 'UNKNOWN_TYPE',
  },
  unauthorized: {
    native: 'INVALID_REQUEST',
    hybrid: 'UNAUTHORIZED',
    jsonRpc: -32001,
    typed: 'AUTH_REQUIRED',
  },
  'not-paired': { native: 'NOT_PAIRED', hybrid: 'UNAUTHORIZED', jsonRpc: -32001, typed: 'AUTH_REQUIRED' },
  forbidden: { native: 'FORBIDDEN', hybrid: 'UNAUTHORIZED', jsonRpc: -32003, typed: 'FORBIDDEN' },
  'not-found': { native: 'INVALID_REQUEST', hybrid: 'INVALID_REQUEST', jsonRpc: -32602, typed: 'NOT_FOUND' },
  'rate-limited': { native: 'UNAVAILABLE', hybrid: 'RATE_LIMITED', jsonRpc: 4003, typed: 'RATE_LIMITED' },
  unavailable: { native: 'UNAVAILABLE', hybrid: 'INTERNAL_ERROR', jsonRpc: -32603, typed: 'UNAVAILABLE' },
  internal: { native: 'UNAVAILABLE', hybrid: 'INTERNAL_ERROR', jsonRpc: -32603, typed: 'INTERNAL_ERROR' },
};

export interface GatewayErrorOptions {
  /** Machine-readable facts for the client; `code` holds OpenClaw's detail code where there is one. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** An error that is meant to be told to a client. Its message says what was wrong and what to do. */
export class GatewayError extends Error {
  readonly kind: ErrorKind;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(kind: ErrorKind, message: string, options: GatewayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GatewayError';
    this.kind = kind;
    this.details = options.details;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}
