import { beforeEach, describe, expect, test } from 'vitest';
import {
  createFailedAttempts,
  type AttemptSource,
  type FailedAttempts,
} from '../../../../src-main/gateway/auth/failed-attempts.ts';

const loopback: AttemptSource = { address: '127.0.0.1', loopback: true, origin: undefined };
const remote: AttemptSource = { address: '192.168.1.9', loopback: false, origin: undefined };
const page: AttemptSource = { address: '127.0.0.1', loopback: true, origin: 'https://page.example' };
const MINUTE = 60_000;

let now: number;
let attempts: FailedAttempts;

beforeEach(() => {
  now = 1_000_000;
  attempts = createFailedAttempts(() => now);
});

function fail(source: AttemptSource, times: number): number[] {
  return Array.from({ length: times }, () => attempts.record(source));
}

describe('failed attempts', () => {
  test('are held back longer and longer', () => {
    expect(fail(loopback, 8)).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
  });

  test('ten from the network within a minute lock out for five', () => {
    fail(remote, 9);
    expect(attempts.check(remote)).toEqual({ allowed: true });
    fail(remote, 1);
    expect(attempts.check(remote)).toEqual({ allowed: false, retryAfterMs: 5 * MINUTE });
    now += 4 * MINUTE;
    expect(attempts.check(remote)).toEqual({ allowed: false, retryAfterMs: MINUTE });
    now += MINUTE;
    expect(attempts.check(remote)).toEqual({ allowed: true });
  });

  test('from this machine are delayed and never locked out', () => {
    fail(loopback, 50);
    expect(attempts.check(loopback)).toEqual({ allowed: true });
  });

  test('of a web page are locked out although its browser runs on this machine', () => {
    fail(page, 10);
    expect(attempts.check(page)).toMatchObject({ allowed: false });
    expect(attempts.check(loopback)).toEqual({ allowed: true });
  });

  test('of one origin do not lock out another, nor one address another', () => {
    fail(page, 10);
    fail(remote, 10);
    expect(attempts.check({ ...page, origin: 'https://other.example' })).toEqual({ allowed: true });
    expect(attempts.check({ ...remote, address: '192.168.1.10' })).toEqual({ allowed: true });
  });

  test('that are old do not count', () => {
    fail(remote, 9);
    now += MINUTE;
    expect(fail(remote, 1)).toEqual([250]);
    expect(attempts.check(remote)).toEqual({ allowed: true });
  });

  test('go on counting while the lockout holds', () => {
    fail(remote, 10);
    now += 2 * MINUTE;
    expect(fail(remote, 1)).toEqual([5_000]);
    expect(attempts.check(remote)).toMatchObject({ allowed: false });
  });

  test('are forgotten after a success', () => {
    fail(remote, 9);
    attempts.forgive(remote);
    expect(fail(remote, 1)).toEqual([250]);
  });

  test('of very many addresses do not pile up, and those of the last ones count', () => {
    for (let n = 0; n < 10_050; n += 1) attempts.record({ ...remote, address: `10.0.${n >> 8}.${n & 255}` });
    expect(fail({ ...remote, address: '10.0.39.65' }, 1)).toEqual([500]);
    expect(fail({ ...remote, address: '10.0.0.0' }, 1)).toEqual([250]);
  });
});
