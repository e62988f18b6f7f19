import { describe, expect, test } from 'vitest';
import { describeEndpointFailure } from '../../../../src-main/gateway/runtime/providers/endpoint-failure.ts';
import type { ModelError } from '../../../../src-main/gateway/runtime/model.ts';
import type { FailureReason } from '../../../../src-main/shared/protocol/chat.ts';

const NOW = Date.parse('2026-11-21T09:00:00Z');
const describeFailure = (error: unknown): ModelError =>
  describeEndpointFailure(
    error,
    { name: 'acme', baseUrl: 'https://me:SECRET@acme.example/v1?k=SECRET' },
    'm1',
    NOW,
  );

describe('a status with what the provider wrote', () => {
  test.each<[number, string, FailureReason, boolean]>([
    [401, '{"error":{"message":"Incorrect API key provided"}}', 'auth', false],
    [403, '{"error":"forbidden"}', 'auth', false],
    [402, '', 'billing', false],
    [
      429,
      '{"error":{"code":"insufficient_quota","message":"You exceeded your current quota"}}',
      'billing',
      false,
    ],
    [
      400,
      '{"error":{"message":"Your credit balance is too low to access the Anthropic API"}}',
      'billing',
      false,
    ],
    [429, '{"error":{"type":"rate_limit_error"}}', 'rate_limit', true],
    [429, '{"error":{"message":"too many tokens per minute"}}', 'rate_limit', true],
    [529, '{"error":{"type":"overloaded_error"}}', 'overloaded', true],
    [503, 'Service Unavailable', 'overloaded', true],
    [500, '{"error":{"message":"The engine is currently overloaded"}}', 'overloaded', true],
    [500, '', 'server_error', true],
    [502, '<html>Bad gateway</html>', 'server_error', true],
    [408, '', 'timeout', true],
    [413, '', 'context_overflow', false],
    [400, '{"error":{"code":"context_length_exceeded"}}', 'context_overflow', false],
    [
      400,
      '{"error":{"message":"prompt is too long: 210000 tokens > 200000 maximum"}}',
      'context_overflow',
      false,
    ],
    [400, '{"error":{"type":"exceed_context_size_error","n_ctx":4096}}', 'context_overflow', false],
    [500, '{"error":"input is too long for requested model"}', 'context_overflow', false],
    [404, '', 'model_not_found', false],
    [400, '{"error":{"message":"The model `m1` does not exist"}}', 'model_not_found', false],
    [
      400,
      '{"error":{"code":"content_filter","message":"filtered by the content management policy"}}',
      'refusal',
      false,
    ],
    [400, '{"error":{"message":"messages: unexpected role"}}', 'format', false],
    [422, '', 'format', false],
  ])('%i %s is %s', (statusCode, responseBody, reason, passing) => {
    const error = describeFailure({ statusCode, responseBody });
    expect(error).toMatchObject({ reason, passing, httpStatus: statusCode });
    expect(error.message).not.toBe('');
  });

  test.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '8' }, 8_000],
    [{ 'retry-after': ' 1.5 ' }, 1_500],
    [{ 'retry-after-ms': '250', 'retry-after': '8' }, 250],
    [{ 'retry-after': 'Sat, 21 Nov 2026 09:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 08:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{}, undefined],
  ])('%j is a pause of %s ms', (responseHeaders, ms) => {
    const { retryAfterMs } = describeFailure({ statusCode: 429, responseHeaders });
    // A number that no header means may be read as a date long ago.
    expect(ms === undefined ? [undefined, 0] : [ms]).toContain(retryAfterMs);
  });
});

describe('a failure without a status', () => {
  test.each<[string, unknown, FailureReason]>([
    ['nobody listens', { cause: { code: 'ECONNREFUSED' } }, 'network'],
    ['the name is unknown', { cause: { cause: { code: 'ENOTFOUND' } } }, 'network'],
    ['the socket is cut', { cause: { code: 'UND_ERR_SOCKET' } }, 'network'],
    ['the answer broke off', { statusCode: 200 }, 'network'],
    ['it takes too long', { name: 'TimeoutError' }, 'timeout'],
    ['an error inside of the answer', { type: 'overloaded_error', message: 'Overloaded' }, 'overloaded'],
    ['the same as a text', 'Rate limit reached for m1', 'rate_limit'],
    ['a fault of its own', { type: 'api_error', message: 'Internal server error' }, 'server_error'],
    ['a text that says nothing', 'oh no', 'unknown'],
    ['what the library could not read', { name: 'AI_JSONParseError', message: 'billing' }, 'unknown'],
    ['the last of several attempts', { lastError: { statusCode: 401 } }, 'auth'],
    ['nothing', undefined, 'unknown'],
    ['a cause that is its own cause', selfCaused(), 'unknown'],
  ])('%s', (_name, error, reason) => {
    expect(describeFailure(error)).toMatchObject({ reason });
  });

  test('says where it was looked for, without what may be secret there', () => {
    const { message } = describeFailure({ cause: { code: 'ECONNREFUSED' } });
    expect(message).toBe('Couldn’t reach acme at https://acme.example/v1. Is it running?');
  });
});

function selfCaused(): unknown {
  const error: { cause?: unknown } = {};
  error.cause = error;
  return error;
}
