import { describe, expect, test } from 'vitest';
import { backoffDelay } from '../../../src-main/shared/backoff.ts';

const steady = { baseMs: 1_000, maxMs: 60_000, jitter: 0 };

describe('backoffDelay', () => {
  test('waits the base before the first retry, doubles, and stops at the maximum', () => {
    const delays = Array.from({ length: 9 }, (_, attempt) => backoffDelay(steady, attempt, 0.5));
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  test('stays at the maximum after very many attempts', () => {
    expect(backoffDelay(steady, 5_000, 0.5)).toBe(60_000);
  });

  test('draws only the share of the delay that the policy gives to chance', () => {
    const policy = { ...steady, jitter: 0.3 };
    expect(backoffDelay(policy, 0, 0)).toBe(700);
    expect(backoffDelay(policy, 0, 0.5)).toBe(850);
    expect(backoffDelay(policy, 0, 0.999)).toBeLessThanOrEqual(1_000);
  });

  test('may draw the whole delay', () => {
    expect(backoffDelay({ ...steady, jitter: 1 }, 3, 0)).toBe(0);
  });
});
