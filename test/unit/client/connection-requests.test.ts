import { describe, expect, test, vi } from 'vitest';
import { settle } from '../../fakes/fake-clock.ts';
import { HELLO } from '../../fakes/fake-socket.ts';
import { createTestConnection } from '../../fakes/test-connection.ts';

describe('requests', () => {
  test('resolve with the payload of their own answer', async () => {
    const { connection, connect } = createTestConnection();
    const socket = await connect();
    const answer = connection.request('health', {});
    await settle();
    socket.answer('health', { ok: true });
    await expect(answer).resolves.toEqual({ ok: true });
  });

  test('reject with what the gateway says: code, detail code, retry', async () => {
    const { connection, connect } = createTestConnection();
    const socket = await connect();
    const answer = connection.request('chat.abort', { sessionKey: 'main' });
    const outcome = expect(answer).rejects.toMatchObject({
      name: 'RequestError',
      code: 'FORBIDDEN',
      message: 'missing scope: operator.write',
      detailCode: 'MISSING_SCOPE',
      retryable: true,
      retryAfterMs: 40,
    });
    await settle();
    socket.refuse('chat.abort', {
      code: 'FORBIDDEN',
      message: 'missing scope: operator.write',
      details: { code: 'MISSING_SCOPE' },
      retryable: true,
      retryAfterMs: 40,
    });
    await outcome;
  });

  test('survive an error without any content', async () => {
    const { connection, connect } = createTestConnection();
    const socket = await connect();
    const outcome = expect(connection.request('health', {})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await settle();
    socket.receive({ type: 'res', id: socket.request('health')?.id, ok: false });
    await outcome;
  });

  test('wait for the connection when there is none yet', async () => {
    const { connection, socket } = createTestConnection();
    connection.start();
    const answer = connection.request('health', {});
    await settle();
    socket().challenge();
    await settle();
    expect(socket().request('health')).toBeUndefined();
    socket().answer('connect', HELLO);
    await settle();
    socket().answer('health', { ok: true });
    await expect(answer).resolves.toEqual({ ok: true });
  });

  test('give up when the gateway cannot be reached in their time', async () => {
    const { connection, clock } = createTestConnection();
    connection.start();
    const outcome = expect(connection.request('health', {}, 5_000)).rejects.toThrow(
      'The gateway cannot be reached.',
    );
    await clock.advance(5_000);
    await outcome;
  });

  test('give up when the answer does not come in their time', async () => {
    const { connection, connect, clock } = createTestConnection();
    await connect();
    const outcome = expect(connection.request('health', {}, 5_000)).rejects.toThrow(
      'not answered within 5 s',
    );
    await clock.advance(5_000);
    await outcome;
    expect(connection.state.status).toBe('connected');
  });

  test('end when the connection is lost: nobody knows whether they were executed', async () => {
    const { connection, connect } = createTestConnection();
    const socket = await connect();
    const outcome = expect(connection.request('health', {})).rejects.toMatchObject({ name: 'NoAnswerError' });
    await settle();
    socket.drop(1012, 'service restart');
    await outcome;
  });

  test('are refused at once when the connection was never started or is stopped', async () => {
    const { connection } = createTestConnection();
    await expect(connection.request('health', {})).rejects.toThrow('The connection is closed.');
  });

  test('fail with the reason when the gateway turns the client away', async () => {
    const { connection, socket } = createTestConnection();
    connection.start();
    const outcome = expect(connection.request('health', {})).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    await settle();
    socket().challenge();
    await settle();
    socket().refuse('connect', { code: 'INVALID_REQUEST', message: 'unauthorized: gateway token mismatch' });
    await outcome;
  });

  test('events reach their listeners, and one that throws does not keep them from the others', async () => {
    const { connection, connect } = createTestConnection();
    const socket = await connect();
    const heard = vi.fn();
    connection.on('tick', () => {
      throw new Error('no');
    });
    const unsubscribe = connection.on('tick', heard);
    socket.receive({ type: 'event', event: 'tick', payload: { ts: 5 }, seq: 1 });
    unsubscribe();
    socket.receive({ type: 'event', event: 'tick', payload: { ts: 6 }, seq: 2 });
    expect(heard).toHaveBeenCalledExactlyOnceWith({ ts: 5 });
  });
});
