// What went wrong at an endpoint: sorted by what can be done about it, and in words. Reads what providers, proxies and
// sockets report; nothing of an address or an answer that may be a secret gets into the words.

import { SECOND } from '../../../shared/time.ts';
import type { FailureReason } from '../../../shared/protocol/chat.ts';
import { ModelError } from '../model.ts';

interface FailingEndpoint {
  readonly name: string;
  readonly baseUrl: string;
}

interface CallFailure {
  readonly statusCode?: number;
  readonly lastError?: unknown;
  readonly cause?: unknown;
  readonly name?: string;
  readonly code?: string;
  readonly type?: string;
  readonly message?: string;
  readonly responseBody?: string;
  readonly responseHeaders?: Readonly<Record<string, string>>;
}

/** Of what a provider wrote, characters that are looked at. */
const MAX_READ = 4_000;

/** @param now ms since the epoch, for a `Retry-After` that is a date */
export function describeEndpointFailure(
  error: unknown,
  endpoint: FailingEndpoint,
  model: string,
  now: number,
): ModelError {
  if (error instanceof ModelError) return error;
  const failure = (typeof error === 'object' && error !== null ? error : {}) as CallFailure;
  if (failure.lastError !== undefined)
    return describeEndpointFailure(failure.lastError, endpoint, model, now);
  if (failure.name === 'TimeoutError' || failure.name === 'AbortError') return timeoutError(endpoint.name);
  const { statusCode } = failure;
  if (statusCode !== undefined && statusCode >= 400) {
    const written = (failure.responseBody ?? '').slice(0, MAX_READ);
    const reason = reasonOfStatus(statusCode, written);
    return new ModelError(reason, inWords(reason, endpoint.name, model, ` (HTTP ${statusCode})`), {
      cause: error,
      httpStatus: statusCode,
      retryAfterMs: retryAfter(failure.responseHeaders ?? {}, now),
    });
  }
  if (isUnreachable(failure))
    return new ModelError(
      'network',
      `Couldn’t reach ${endpoint.name} at ${safeUrl(endpoint.baseUrl)}. Is it running?`,
      { cause: error },
    );
  const reason = reasonOfStreamError(error, failure);
  if (reason !== undefined)
    return new ModelError(reason, inWords(reason, endpoint.name, model, ''), { cause: error });
  if (statusCode !== undefined)
    return new ModelError('network', `${endpoint.name} broke off its answer. Try again.`, { cause: error });
  return new ModelError('unknown', `${endpoint.name} sent an answer that could not be read.`, {
    cause: error,
  });
}

export function timeoutError(name: string): ModelError {
  return new ModelError('timeout', `${name} stopped answering. Try again, or choose another model.`);
}

/** @param status ` (HTTP 500)`, or nothing */
function inWords(reason: FailureReason, name: string, model: string, status: string): string {
  switch (reason) {
    case 'auth':
      return `${name} refused the key${status}. Check the apiKey in the configuration.`;
    case 'billing':
      return `${name} wants to be paid first${status}: the account has no credit or quota left.`;
    case 'rate_limit':
      return `${name} asks to slow down${status}. Try again in a moment.`;
    case 'overloaded':
      return `${name} is overloaded${status}. Try again in a moment.`;
    case 'server_error':
      return `${name} had an error of its own${status}. Try again.`;
    case 'context_overflow':
      return `The conversation is too long for ${model}. Start a new one.`;
    case 'model_not_found':
      return `${name} does not have the model ${model}${status}.`;
    case 'refusal':
      return `${name} does not answer this: its content rules forbid it${status}.`;
    case 'timeout':
      return `${name} took too long${status}. Try again, or choose another model.`;
    case 'network':
    case 'format':
    case 'unknown':
      return `${name} refused the request${status}.`;
  }
}

const TOO_LONG =
  /context.{0,20}(?:length|window|size|limit)|prompt is too long|input is too long|too many (?:input )?tokens|maximum.{0,30}tokens|exceed.{0,40}(?:context|token limit)|reduce the length/i;
const UNPAID =
  /insufficient[_ ](?:quota|credit|balance|funds)|credit balance|billing|payment required|out of credits|exceeded your current quota/i;
const FORBIDDEN_CONTENT =
  /content[_ -]?(?:filter|policy|management)|safety (?:system|filter)|responsible ?ai|moderation/i;
const OVERLOADED = /overloaded|over capacity|at capacity|server is busy|temporarily unavailable/i;
const LIMITED = /rate[_ -]?limit|too many requests/i;
const BAD_KEY =
  /authentication|invalid[_ ](?:api[_ ])?key|incorrect api key|unauthori[sz]ed|permission[_ ]error/i;
const OWN_FAULT = /(?:internal|server)[_ ]?(?:server[_ ])?error|api_error|bad gateway/i;
const NO_MODEL = /model.{0,60}(?:not found|does not exist|not available)|unknown model|no such model/i;

function reasonOfStatus(status: number, written: string): FailureReason {
  if (status === 402 || (status < 500 && UNPAID.test(written))) return 'billing';
  if (status === 401 || status === 403) return 'auth';
  if (status === 429) return 'rate_limit';
  // Some servers on this machine say it with a 500.
  if (status === 413 || TOO_LONG.test(written)) return 'context_overflow';
  if (status === 404) return 'model_not_found';
  if (status === 408) return 'timeout';
  if (status === 503 || status === 529) return 'overloaded';
  if (status >= 500) return OVERLOADED.test(written) ? 'overloaded' : 'server_error';
  if (NO_MODEL.test(written)) return 'model_not_found';
  return FORBIDDEN_CONTENT.test(written) ? 'refusal' : 'format';
}

/** Of an error that came inside of an answer that had begun well: a text, or an object with its `type`. */
function reasonOfStreamError(error: unknown, failure: CallFailure): FailureReason | undefined {
  // What the library says about an answer that it could not read is no word of the provider.
  if (failure.name?.startsWith('AI_') === true) return undefined;
  const written = (
    typeof error === 'string' ? error : `${failure.type ?? ''} ${failure.code ?? ''} ${failure.message ?? ''}`
  ).slice(0, MAX_READ);
  if (UNPAID.test(written)) return 'billing';
  if (LIMITED.test(written)) return 'rate_limit';
  if (OVERLOADED.test(written)) return 'overloaded';
  if (TOO_LONG.test(written)) return 'context_overflow';
  if (BAD_KEY.test(written)) return 'auth';
  if (NO_MODEL.test(written)) return 'model_not_found';
  if (FORBIDDEN_CONTENT.test(written)) return 'refusal';
  return OWN_FAULT.test(written) ? 'server_error' : undefined;
}

/** `retry-after-ms`, or `Retry-After` as seconds or as a date (RFC 9110, 10.2.3); ms from now. */
function retryAfter(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const ms = Number.parseFloat(headers['retry-after-ms'] ?? '');
  if (Number.isFinite(ms)) return Math.max(0, ms);
  const written = headers['retry-after'] ?? '';
  const seconds = /^\s*\d+(?:\.\d+)?\s*$/.test(written) ? Number(written) : undefined;
  if (seconds !== undefined) return seconds * SECOND;
  const date = Date.parse(written);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

const UNREACHABLE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
  'EAI_AGAIN',
]);

/** Looks through the causes: SDK, fetch, socket. */
function isUnreachable(failure: CallFailure): boolean {
  for (let at: CallFailure | undefined = failure, depth = 0; at !== undefined && depth < 6; depth += 1) {
    if (at.code !== undefined && (UNREACHABLE_CODES.has(at.code) || at.code.startsWith('UND_ERR')))
      return true;
    at = typeof at.cause === 'object' && at.cause !== null ? at.cause : undefined;
  }
  return false;
}

/** Without user name, password and query, which may be secrets. */
function safeUrl(text: string): string {
  try {
    const url = new URL(text);
    return `${url.origin}${url.pathname}`.replace(/\/$/, '');
  } catch {
    return 'its address';
  }
}
