import { describe, expect, test } from 'vitest';
import { Allowance, ByteAllowance } from '../../../../src-main/gateway/server/allowance.ts';
import type { RateLimitSettings } from '../../../../src-main/gateway/server/lifecycle-settings.ts';

const course: RateLimitSettings = {
  enabled: true,
  perSecond: 10,
  perMinute: 200,
  burst: 20,
  cooldown: 60_000,
};
const START = 1_700_000_000_000;

/** How many of `count` messages at one moment are accepted. */
function accepted(allowance: Allowance, at: number, count: number, settings = course): number {
  let passed = 0;
  for (let n = 0; n < count; n += 1)
    if (allowance.take(START + at, settings).kind === 'accepted') passed += 1;
  return passed;
}

describe('a burst', () => {
  test('passes up to its size, and what follows is refused for the cooldown', () => {
    const allowance = new Allowance();
    expect(accepted(allowance, 0, 20)).toBe(20);
    expect(allowance.take(START, course)).toEqual({
      kind: 'refused',
      retryAfterMs: 60_000,
      incorrigible: false,
    });
    expect(allowance.take(START + 20_000, course)).toMatchObject({ retryAfterMs: 40_000 });
    expect(accepted(allowance, 59_999, 1)).toBe(0);
  });

  test('is possible again when the cooldown is over', () => {
    const allowance = new Allowance();
    accepted(allowance, 0, 21);
    expect(accepted(allowance, 60_000, 25)).toBe(20);
  });

  test('grows again by what a second allows', () => {
    const allowance = new Allowance();
    expect(accepted(allowance, 0, 20)).toBe(20);
    expect(accepted(allowance, 500, 5)).toBe(5);
    expect(accepted(allowance, 1_000, 5)).toBe(5);
    expect(accepted(allowance, 1_000, 1)).toBe(0);
  });
});

describe('a minute', () => {
  test('has its own limit, counted over the last sixty seconds', () => {
    const allowance = new Allowance();
    let passed = 0;
    for (let second = 0; second < 25; second += 1) passed += accepted(allowance, second * 1_000, 10);
    expect(passed).toBe(200);
  });

  test('that was used up has room when its first second is out of sight', () => {
    const allowance = new Allowance();
    const slow = { ...course, cooldown: 0 };
    for (let second = 0; second < 20; second += 1) accepted(allowance, second * 1_000, 10, slow);
    expect(allowance.take(START + 20_000, slow)).toMatchObject({ retryAfterMs: 40_000 });
    expect(accepted(allowance, 59_999, 1, slow)).toBe(0);
    expect(accepted(allowance, 60_000, 15, slow)).toBe(10);
  });

  test('at an even pace below the limit is never refused', () => {
    const allowance = new Allowance();
    for (let n = 0; n < 1_000; n += 1) {
      expect(allowance.take(START + n * 310, course)).toEqual({ kind: 'accepted' });
    }
  });
});

describe('without a cooldown', () => {
  test('the answer says when the next message may come', () => {
    const allowance = new Allowance();
    const gentle = { ...course, cooldown: 0 };
    accepted(allowance, 0, 20, gentle);
    const verdict = allowance.take(START, gentle);
    expect(verdict).toEqual({ kind: 'refused', retryAfterMs: 100, incorrigible: false });
    expect(accepted(allowance, 100, 2, gentle)).toBe(1);
  });
});

describe('going on through a cooldown', () => {
  const triggered = (): Allowance => {
    const allowance = new Allowance();
    accepted(allowance, 0, 21);
    return allowance;
  };

  test('without a pause ends the patience at its end', () => {
    const allowance = triggered();
    for (let second = 1; second < 60; second += 1) {
      expect(allowance.take(START + second * 1_000, course)).toMatchObject({ incorrigible: false });
    }
    expect(allowance.take(START + 60_000, course)).toMatchObject({ kind: 'refused', incorrigible: true });
  });

  test('with ever longer pauses does not', () => {
    const allowance = triggered();
    for (const second of [1, 3, 7, 15, 31]) {
      expect(allowance.take(START + second * 1_000, course)).toMatchObject({ incorrigible: false });
    }
    expect(allowance.take(START + 63_000, course)).toEqual({ kind: 'accepted' });
  });

  test('and then not coming back for a while does not', () => {
    const allowance = triggered();
    for (let second = 1; second < 60; second += 1) allowance.take(START + second * 1_000, course);
    expect(allowance.take(START + 120_000, course)).toEqual({ kind: 'accepted' });
  });

  test('with thousands of messages ends it at once', () => {
    const allowance = triggered();
    let told = 0;
    for (let verdict = allowance.take(START, course); ; verdict = allowance.take(START, course)) {
      if (verdict.kind === 'refused' && verdict.incorrigible) break;
      told += 1;
    }
    expect(told).toBeGreaterThan(1_000);
    expect(told).toBeLessThan(10_000);
  });

  test('that ended the patience begins another one', () => {
    const allowance = triggered();
    for (let second = 1; second <= 60; second += 1) allowance.take(START + second * 1_000, course);
    expect(allowance.cooldownEnd(START + 60_000)).toBe(START + 120_000);
  });
});

describe('a clock that is set back', () => {
  test('neither locks a sender out nor breaks the count', () => {
    const allowance = new Allowance();
    for (let second = 0; second < 20; second += 1) accepted(allowance, second * 1_000, 10);
    expect(accepted(allowance, 20_000, 1)).toBe(0);
    expect(accepted(allowance, -3_600_000, 5)).toBeGreaterThan(0);
    expect(accepted(allowance, -3_590_000, 30)).toBe(20);
  });
});

describe('bytes', () => {
  const limits = { burst: 1_000, perSecond: 100 };

  test('pass up to the size of the store, then as fast as it fills', () => {
    const allowance = new ByteAllowance();
    expect(allowance.take(START, 900, limits)).toBe(0);
    expect(allowance.take(START, 200, limits)).toBe(1_000);
    expect(allowance.take(START + 1_000, 200, limits)).toBe(0);
  });
});
