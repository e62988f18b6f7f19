import { describe, expect, test } from 'vitest';
import { quotasOf } from '../../../../src-main/gateway/runtime/providers/quota-headers.ts';

describe('limits in headers', () => {
  test('are read as OpenAI writes them', () => {
    const headers = {
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '45',
      'x-ratelimit-reset-requests': '1m30.5s',
      'x-ratelimit-limit-tokens': '150000',
      'x-ratelimit-remaining-tokens': '149984',
      'x-ratelimit-reset-tokens': '20ms',
    };
    expect(quotasOf(headers, 1_000)).toEqual([
      { label: 'requests', usedPercent: 25, resetAt: 91_500 },
      { label: 'tokens', usedPercent: 0, resetAt: 1_020 },
    ]);
  });

  test('are read as Anthropic writes them', () => {
    const headers = {
      'anthropic-ratelimit-input-tokens-limit': '1000',
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2026-11-21T10:00:00Z',
    };
    expect(quotasOf(headers, 0)).toEqual([
      { label: 'input tokens', usedPercent: 100, resetAt: Date.parse('2026-11-21T10:00:00Z') },
    ]);
  });

  test.each([
    undefined,
    {},
    { 'x-ratelimit-limit-requests': '0', 'x-ratelimit-remaining-requests': '0' },
    { 'x-ratelimit-limit-requests': 'many', 'x-ratelimit-remaining-requests': '1' },
    { 'x-ratelimit-limit-requests': '5' },
  ])('%j say nothing', (headers) => {
    expect(quotasOf(headers, 0)).toBeUndefined();
  });
});
