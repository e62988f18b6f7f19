import { describe, expect, test } from 'vitest';
import { settle } from '../../fakes/fake-clock.ts';
import { createTestConnection } from '../../fakes/test-connection.ts';

const tick = { type: 'event', event: 'tick', payload: { ts: 1 }, seq: 1 };

describe('silence', () => {
  test('of two tick intervals ends the connection with 4000', async () => {
    const { connection, clock, connect } = createTestConnection();
    const socket = await connect();
    await clock.advance(59_999);
    expect(connection.state.status).toBe('connected');
    await clock.advance(1);
    expect(socket.closedWith).toBe(4000);
    expect(connection.state).toMatchObject({ status: 'waiting' });
  });

  test('is over with any frame', async () => {
    const { connection, clock, connect } = createTestConnection();
    const socket = await connect();
    for (let minute = 0; minute < 5; minute += 1) {
      await clock.advance(50_000);
      socket.receive(tick);
    }
    expect(connection.state.status).toBe('connected');
    await clock.advance(60_000);
    expect(connection.state.status).toBe('waiting');
  });
});

describe('being turned away', () => {
  const refuse = async (error: object): Promise<ReturnType<typeof createTestConnection>> => {
    const made = createTestConnection();
    made.connection.start();
    await settle();
    made.socket().challenge();
    await settle();
    made.socket().refuse('connect', error);
    await settle();
    return made;
  };

  test('for good reasons is final: nothing is tried again by itself', async () => {
    const { connection, clock, sockets } = await refuse({
      code: 'INVALID_REQUEST',
      message: 'unauthorized: gateway token mismatch',
      details: { code: 'AUTH_TOKEN_MISMATCH' },
    });
    expect(connection.state).toMatchObject({
      status: 'refused',
      error: { detailCode: 'AUTH_TOKEN_MISMATCH' },
    });
    await clock.advance(600_000);
    expect(sockets).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test('can be followed by another try when a person asks for it', async () => {
    const { connection, sockets } = await refuse({ code: 'NOT_PAIRED', message: 'pairing required' });
    connection.retryNow();
    await settle();
    expect(sockets).toHaveLength(2);
  });

  test('for a moment is tried again', async () => {
    const { connection } = await refuse({ code: 'UNAVAILABLE', message: 'starting', retryable: true });
    expect(connection.state).toMatchObject({ status: 'waiting', reason: 'starting' });
  });

  test('with a stale ticket is tried again, with a new one', async () => {
    const { connection, clock, sockets } = await refuse({
      code: 'INVALID_REQUEST',
      message: 'bootstrap token invalid',
      details: { code: 'AUTH_BOOTSTRAP_TOKEN_INVALID' },
    });
    expect(connection.state.status).toBe('waiting');
    await clock.advance(1_000);
    expect(sockets).toHaveLength(2);
  });

  test('with a time to wait is not tried again before that', async () => {
    const { clock, sockets } = await refuse({
      code: 'INVALID_REQUEST',
      message: 'too many failed authentication attempts',
      retryable: true,
      retryAfterMs: 300_000,
      details: { code: 'AUTH_RATE_LIMITED' },
    });
    await clock.advance(299_000);
    expect(sockets).toHaveLength(1);
    await clock.advance(10_000);
    expect(sockets.length).toBeGreaterThan(1);
  });
});
