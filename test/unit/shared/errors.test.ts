import { describe, expect, test } from 'vitest';
import { ERROR_CODES, GatewayError } from '../../../src-main/shared/errors.ts';

describe('the table of errors', () => {
  test('uses only the closed set of native codes', () => {
    const native = new Set(Object.values(ERROR_CODES).map((codes) => codes.native));
    expect([...native].sort()).toEqual(['FORBIDDEN', 'INVALID_REQUEST', 'NOT_PAIRED', 'UNAVAILABLE']);
  });

  test('uses only the five codes of the protocol page', () => {
    const hybrid = new Set(Object.values(ERROR_CODES).map((codes) => codes.hybrid));
    expect([...hybrid].sort()).toEqual([
      'INTERNAL_ERROR',
      'INVALID_REQUEST',
      'METHOD_NOT_FOUND',
      'RATE_LIMITED',
      'UNAUTHORIZED',
    ]);
  });

  test.each([
    ['parse-error', -32700],
    ['invalid-request', -32600],
    ['unknown-method', -32601],
    ['invalid-params', -32602],
    ['internal', -32603],
    ['unauthorized', -32001],
    ['forbidden', -32003],
    ['rate-limited', 4003],
  ] as const)('tells %s as %i in JSON-RPC', (kind, code) => {
    expect(ERROR_CODES[kind].jsonRpc).toBe(code);
  });

  test('says AUTH_REQUIRED in the typed dialect when credentials are missing', () => {
    expect(ERROR_CODES.unauthorized.typed).toBe('AUTH_REQUIRED');
  });
});

describe('GatewayError', () => {
  test('keeps what it is about, and its cause', () => {
    const cause = new Error('below');
    const error = new GatewayError('unavailable', 'Later.', {
      details: { reason: 'busy' },
      retryable: true,
      retryAfterMs: 50,
      cause,
    });
    expect(error).toMatchObject({
      message: 'Later.',
      kind: 'unavailable',
      retryable: true,
      retryAfterMs: 50,
    });
    expect(error.details).toEqual({ reason: 'busy' });
    expect(error.cause).toBe(cause);
  });

  test('is not retryable unless it says so', () => {
    expect(new GatewayError('internal', 'No.')).toMatchObject({ retryable: false, retryAfterMs: undefined });
  });
});
