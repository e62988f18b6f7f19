import { describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import type { DialectName } from '../../../../src-main/gateway/dialects/dialect.ts';
import { createDialects } from '../../../../src-main/gateway/dialects/dialects.ts';
import { Connection, type Established } from '../../../../src-main/gateway/server/connection.ts';
import type { RateLimitSettings } from '../../../../src-main/gateway/server/lifecycle-settings.ts';
import { DEFAULT_LIMITS } from '../../../../src-main/gateway/server/limits.ts';
import { createRateLimiter, type RateLimiter } from '../../../../src-main/gateway/server/rate-limit.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';

const course: RateLimitSettings = {
  enabled: undefined,
  perSecond: 10,
  perMinute: 200,
  burst: 20,
  cooldown: 60_000,
};
const dialects = createDialects(() => 0);
/** Without a network: nothing is sent here. */
const unconnected: unknown = { readyState: 3, OPEN: 1 };

interface Client {
  readonly connection: Connection;
  readonly established: Established;
}

function client(address: string, name = 'x', dialect: DialectName = 'json-rpc'): Client {
  const loopback = address === '127.0.0.1';
  const peer = {
    address,
    loopback,
    origin: undefined,
    userAgent: undefined,
    upgradeAuthenticated: false,
  };
  const connection = new Connection(unconnected as WebSocket, peer, 0, DEFAULT_LIMITS);
  const established: Established = {
    dialect: dialects[dialect],
    principal: {
      role: 'operator',
      scopes: new Set(),
      method: 'token',
      caps: new Set(),
      client: { id: 'cli', mode: 'cli', version: '1', platform: 'linux', displayName: name },
    },
  };
  connection.established = established;
  return { connection, established };
}

function accepted(limiter: RateLimiter, { connection, established }: Client, count: number): number {
  let passed = 0;
  for (let n = 0; n < count; n += 1)
    if (limiter.refuse(connection, established, 'chat.send', 100) === undefined) passed += 1;
  return passed;
}

describe('many connections of one address', () => {
  test('in the network share ten times what one may send', () => {
    const limiter = createRateLimiter(new FakeClock(), () => course);
    const clients = Array.from({ length: 30 }, (_, n) => client('192.168.0.7', `c${n}`));
    const passed = clients.map((each) => accepted(limiter, each, 20));
    expect(passed.reduce((sum, each) => sum + each, 0)).toBe(200);
    expect(accepted(limiter, client('192.168.0.8'), 20)).toBe(20);
  });

  test('are not held back for what the others did once there is room again', async () => {
    const clock = new FakeClock();
    const limiter = createRateLimiter(clock, () => course);
    for (let n = 0; n < 30; n += 1) accepted(limiter, client('192.168.0.7', `c${n}`), 20);
    await clock.advance(1_000);
    expect(accepted(limiter, client('192.168.0.7', 'quiet one'), 20)).toBe(20);
  });

  test('on this machine do not, because all its programs have the same address', () => {
    const limiter = createRateLimiter(new FakeClock(), () => course);
    const clients = Array.from({ length: 30 }, (_, n) => client('127.0.0.1', `c${n}`));
    for (const each of clients) expect(accepted(limiter, each, 20)).toBe(20);
  });
});

describe('a cooldown', () => {
  test('is found again by the same client only, in the same dialect, and until its end', async () => {
    const clock = new FakeClock();
    const limiter = createRateLimiter(clock, () => course);
    const first = client('127.0.0.1');
    accepted(limiter, first, 21);
    limiter.closed(first.connection);
    expect(accepted(limiter, client('127.0.0.1'), 1)).toBe(0);
    expect(accepted(limiter, client('127.0.0.1', 'another'), 1)).toBe(1);
    expect(accepted(limiter, client('127.0.0.1', 'x', 'typed'), 1)).toBe(1);
    expect(accepted(limiter, client('10.0.0.1'), 1)).toBe(1);
    await clock.advance(60_000);
    expect(accepted(limiter, client('127.0.0.1'), 1)).toBe(1);
  });

  test('of very many clients is remembered for the last thousand', () => {
    const limiter = createRateLimiter(new FakeClock(), () => course);
    for (let n = 0; n < 1_001; n += 1) {
      const each = client('127.0.0.1', `c${n}`);
      accepted(limiter, each, 21);
      limiter.closed(each.connection);
    }
    expect(accepted(limiter, client('127.0.0.1', 'c0'), 1)).toBe(1);
    expect(accepted(limiter, client('127.0.0.1', 'c1'), 1)).toBe(0);
  });
});

describe('who is limited', () => {
  test.each([
    [undefined, 'native', false],
    [undefined, 'hybrid', true],
    [undefined, 'json-rpc', true],
    [undefined, 'typed', true],
    [true, 'native', true],
    [false, 'json-rpc', false],
    [false, 'native', false],
  ] as const)('with enabled = %s, %s: %s', (enabled, dialect, limited) => {
    const limiter = createRateLimiter(new FakeClock(), () => ({ ...course, enabled }));
    expect(accepted(limiter, client('127.0.0.1', 'x', dialect), 50)).toBe(limited ? 20 : 50);
    expect(limiter.hits()).toBe(limited ? 30 : 0);
  });
});
