// Errors of the HTTP routes: a status and words for the client. Each family of routes has its own form for them.

import type { GatewayError, ErrorKind } from '../../shared/errors.ts';
import { SECOND } from '../../shared/time.ts';
import type { Headers } from './responses.ts';

export interface HttpErrorOptions {
  /** In the words of the route's family; by default what belongs to the status. */
  readonly type?: string | undefined;
  /** OpenAI's: a word for programs. */
  readonly code?: string | undefined;
  /** OpenAI's: the field that was wrong. */
  readonly param?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly headers?: Headers | undefined;
}

export class HttpError extends Error {
  readonly status: number;
  readonly options: HttpErrorOptions;

  constructor(status: number, message: string, options: HttpErrorOptions = {}) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
    this.options = options;
  }
}

/** The body of an error answer. */
export type ErrorFormat = (error: HttpError) => unknown;

const PLAIN_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'timeout',
  413: 'too_large',
  415: 'unsupported_media_type',
  429: 'rate_limited',
  503: 'unavailable',
};

const plainType = (error: HttpError): string =>
  error.options.type ?? PLAIN_TYPES[error.status] ?? 'internal_error';

/** `{error: {message, type}}` */
export const plainError: ErrorFormat = (error) => {
  const { details } = error.options;
  return {
    error: { message: error.message, type: plainType(error), ...(details === undefined ? {} : { details }) },
  };
};

/** OpenAI's form: `{error: {message, type, param, code}}` */
export const openAIError: ErrorFormat = (error) => {
  const { type, code = null, param = null, details } = error.options;
  return {
    error: {
      message: error.message,
      type: type ?? openAIType(error.status),
      param,
      code,
      ...(details === undefined ? {} : { details }),
    },
  };
};

function openAIType(status: number): string {
  if (status === 401) return 'unauthorized';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'api_error' : 'invalid_request_error';
}

/** `{ok: false, error: {type, message}}`; who is not signed in gets the plain form. */
export const toolError: ErrorFormat = (error) =>
  error.status === 401 || error.status === 429
    ? plainError(error)
    : { ok: false, error: { type: plainType(error), message: error.message } };

const STATUS_OF: Readonly<Record<ErrorKind, number>> = {
  'parse-error': 400,
  'invalid-request': 400,
  'invalid-params': 400,
  'unknown-method': 404,
  unauthorized: 401,
  'not-paired': 403,
  forbidden: 403,
  'not-found': 404,
  'rate-limited': 429,
  unavailable: 503,
  internal: 500,
};

/** A service's error as an HTTP answer. */
export function asHttpError(error: GatewayError): HttpError {
  const { kind, message, details, retryAfterMs } = error;
  const lockedOut = details?.['code'] === 'AUTH_RATE_LIMITED';
  return new HttpError(lockedOut ? 429 : STATUS_OF[kind], message, {
    details: lockedOut ? undefined : details,
    ...(retryAfterMs === undefined
      ? {}
      : { headers: { 'Retry-After': String(Math.ceil(retryAfterMs / SECOND)) } }),
  });
}
