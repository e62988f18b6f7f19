import { describe, expect, test } from 'vitest';
import { listPrice } from '../../../../src-main/gateway/usage/list-prices.ts';
import {
  costOf,
  promptTokens,
  sumUsage,
  tokenCount,
} from '../../../../src-main/gateway/usage/token-usage.ts';

const price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };

describe('what a call costs', () => {
  test('is the sum of its parts, each at its price for a million tokens', () => {
    const usage = {
      input: 1_000_000,
      output: 100_000,
      cacheRead: 2_000_000,
      cacheWrite: 400_000,
      totalTokens: 0,
    };
    const cost = costOf(usage, price);
    expect(cost).toMatchObject({ input: 3, output: 1.5, cacheWrite: 1.5 });
    expect(cost?.total).toBeCloseTo(6.6);
  });

  test.each([
    ['there is no price', { input: 1, output: 1, totalTokens: 2 }, undefined],
    ['a part has none', { input: 1, output: 1, cacheRead: 5, totalTokens: 7 }, { input: 1, output: 1 }],
    [
      'the prompt is longer than the price is for',
      { input: 60, output: 1, cacheRead: 50, totalTokens: 111 },
      { ...price, upTo: 100 },
    ],
  ])('is not known when %s', (_, usage, known) => {
    expect(costOf(usage, known)).toBeUndefined();
  });

  test('needs no price for what was not used', () => {
    const usage = { input: 1, output: 1, cacheRead: 0, totalTokens: 2 };
    expect(costOf(usage, { input: 1, output: 1 })?.total).toBeCloseTo(0.000002);
  });
});

describe('a sum of usages', () => {
  const one = { input: 1, output: 2, totalTokens: 3 };

  test('adds what all of them report', () => {
    expect(sumUsage([one, { ...one, cacheRead: 4 }])).toEqual({ input: 2, output: 4, totalTokens: 6 });
    expect(
      sumUsage([
        { ...one, cacheRead: 1 },
        { ...one, cacheRead: 4 },
      ]),
    ).toMatchObject({ cacheRead: 5 });
  });

  test('is not known when one of them is not: it would be too small', () => {
    expect(sumUsage([one, undefined, one])).toBeUndefined();
    expect(sumUsage([])).toBeUndefined();
  });
});

test('a prompt is counted with what came from a cache', () => {
  expect(promptTokens({ input: 1, cacheRead: 2, cacheWrite: 4, output: 8, totalTokens: 15 })).toBe(7);
});

test.each([-1, 1.5, NaN, Infinity, '7', null, 2 ** 60])('%s is no number of tokens', (value) => {
  expect(tokenCount(value)).toBeUndefined();
});

describe('list prices', () => {
  test('hold for the maker’s own endpoint, also for a dated release', () => {
    expect(listPrice('https://api.anthropic.com', 'claude-opus-4-5-20251101')).toMatchObject({ input: 5 });
    expect(listPrice('https://api.openai.com/v1', 'gpt-5-mini-2025-08-07')).toMatchObject({ output: 2 });
    expect(listPrice('https://api.openai.com/v1', 'gpt-5-mini')).toMatchObject({ input: 0.25 });
  });

  test.each([
    ['https://openrouter.ai/api/v1', 'gpt-5'],
    ['https://api.openai.com.evil.example/v1', 'gpt-5'],
    ['https://api.openai.com/v1', 'gpt-5-unheard-of'],
    ['not an address', 'gpt-5'],
  ])('%s, %s has none', (baseUrl, model) => {
    expect(listPrice(baseUrl, model)).toBeUndefined();
  });
});
