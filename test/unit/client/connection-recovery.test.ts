import { describe, expect, test, vi } from 'vitest';
import { settle } from '../../fakes/fake-clock.ts';
import { HELLO } from '../../fakes/fake-socket.ts';
import { createTestConnection } from '../../fakes/test-connection.ts';

describe('losing the connection', () => {
  test('comes back with growing delays, up to the maximum', async () => {
    const { connection, clock, socket } = createTestConnection();
    connection.start();
    const delays: number[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await settle();
      socket().drop();
      const { state } = connection;
      if (state.status !== 'waiting') throw new Error(`is ${state.status}`);
      delays.push(state.retryAtMs - clock.now());
      await clock.advance(delays.at(-1) ?? 0);
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  });

  test('starts over with the first delay after a connection that stood', async () => {
    const { connection, clock, socket } = createTestConnection();
    connection.start();
    await settle();
    socket().drop();
    await clock.advance(1_000);
    socket().challenge();
    await settle();
    socket().answer('connect', HELLO);
    await settle();
    socket().drop(1012, 'service restart');
    expect(connection.state).toMatchObject({
      status: 'waiting',
      retryAtMs: clock.now() + 1_000,
      reason: 'service restart',
    });
  });

  test('waits as long as the gateway asks for, if that is longer, but not for ever', async () => {
    const { connection, clock, socket } = createTestConnection();
    connection.start();
    for (const [retryAfterMs, expected] of [
      [5_000, 5_000],
      [10, 2_000],
      [86_400_000, 300_000],
    ] as const) {
      await settle();
      socket().challenge();
      await settle();
      const error = { code: 'UNAVAILABLE', message: 'gateway starting', retryable: true, retryAfterMs };
      socket().refuse('connect', error);
      await settle();
      expect(connection.state).toMatchObject({ status: 'waiting', retryAtMs: clock.now() + expected });
      await clock.advance(expected);
    }
  });

  test('does not come back when it was stopped', async () => {
    const { connection, clock, connect, sockets } = createTestConnection();
    const socket = await connect();
    connection.stop();
    socket.drop(1000);
    await clock.advance(60_000);
    expect(sockets).toHaveLength(1);
    expect(socket.closedWith).toBe(1000);
    expect(connection.state.status).toBe('stopped');
    expect(clock.pending).toBe(0);
  });

  test('retries at once when asked to', async () => {
    const { connection, sockets, socket } = createTestConnection();
    connection.start();
    await settle();
    socket().drop();
    connection.retryNow();
    await settle();
    expect(sockets).toHaveLength(2);
    expect(connection.state.status).toBe('connecting');
  });

  test('asks for access anew with every attempt, because a ticket works once', async () => {
    let tickets = 0;
    const access = vi.fn(() =>
      Promise.resolve({ url: 'ws://gateway', auth: { bootstrapToken: `ticket-${(tickets += 1)}` } }),
    );
    const { connection, clock, socket } = createTestConnection({ access });
    connection.start();
    for (const expected of ['ticket-1', 'ticket-2']) {
      await settle();
      socket().challenge();
      await settle();
      expect(socket().request('connect')?.params).toMatchObject({ auth: { bootstrapToken: expected } });
      socket().drop();
      await clock.advance(2_000);
    }
    expect(access).toHaveBeenCalledTimes(3);
  });

  test('tries again when access cannot be had', async () => {
    const access = vi.fn().mockRejectedValueOnce(new Error('no gateway is running'));
    const { connection, clock, sockets } = createTestConnection({ access });
    connection.start();
    await settle();
    expect(connection.state).toMatchObject({ status: 'waiting', reason: 'no gateway is running' });
    access.mockResolvedValue({ url: 'ws://gateway' });
    await clock.advance(1_000);
    expect(sockets).toHaveLength(1);
  });

  test('a restart while access is being asked for leaves no second socket open', async () => {
    const waiting: ((access: { url: string }) => void)[] = [];
    const access = (): Promise<{ url: string }> => new Promise((resolve) => waiting.push(resolve));
    const { connection, sockets } = createTestConnection({ access });
    connection.start();
    connection.stop();
    connection.start();
    for (const resolve of waiting) resolve({ url: 'ws://gateway' });
    await settle();
    expect(sockets.filter((socket) => socket.closedWith === undefined)).toHaveLength(1);
  });

  test('a proof that comes too late is not sent over the next socket', async () => {
    const proofs: (() => void)[] = [];
    const prove = (): Promise<{
      id: string;
      publicKey: string;
      signature: string;
      signedAt: number;
      nonce: string;
    }> =>
      new Promise((resolve) =>
        proofs.push(() => {
          resolve({ id: 'd', publicKey: 'k', signature: 's', signedAt: 1, nonce: 'old' });
        }),
      );
    const { connection, clock, socket, sockets } = createTestConnection({
      access: () => Promise.resolve({ url: 'ws://gateway', prove }),
    });
    connection.start();
    await settle();
    socket().challenge();
    await settle();
    socket().drop();
    await clock.advance(1_000);
    expect(sockets).toHaveLength(2);
    for (const finish of proofs) finish();
    await settle();
    expect(socket().sent).toEqual([]);
  });

  test('a late close of an old socket does not disturb the new one', async () => {
    const { connection, connect, sockets } = createTestConnection();
    const old = await connect();
    connection.stop();
    await connect();
    old.drop();
    old.receive({ type: 'event', event: 'tick', payload: { ts: 1 } });
    expect(sockets).toHaveLength(2);
    expect(connection.state.status).toBe('connected');
  });
});
