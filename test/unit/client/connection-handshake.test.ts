import { describe, expect, test, vi } from 'vitest';
import { settle } from '../../fakes/fake-clock.ts';
import { HELLO } from '../../fakes/fake-socket.ts';
import { createTestConnection } from '../../fakes/test-connection.ts';

describe('connecting', () => {
  test('sends nothing before the challenge', async () => {
    const { connection, socket } = createTestConnection();
    connection.start();
    await settle();
    expect(socket().sent).toEqual([]);
    expect(connection.state.status).toBe('connecting');
  });

  test('answers the challenge with connect and is connected by hello-ok', async () => {
    const { connection, connect, states } = createTestConnection({ caps: ['tool-events'] });
    const socket = await connect();
    expect(socket.request('connect')?.params).toEqual({
      minProtocol: 3,
      maxProtocol: 4,
      client: { id: 'cli', mode: 'cli', version: '1', platform: 'linux' },
      role: 'operator',
      scopes: ['operator.read'],
      caps: ['tool-events'],
      auth: { token: 't' },
    });
    expect(connection.state).toEqual({ status: 'connected', hello: HELLO });
    expect(states.map(({ status }) => status)).toEqual(['connecting', 'connected']);
  });

  test('signs the challenge when it has a device identity', async () => {
    const proof = { id: 'd', publicKey: 'k', signature: 's', signedAt: 1, nonce: 'n-7' };
    const prove = vi.fn(() => Promise.resolve(proof));
    const { connection, socket } = createTestConnection({
      access: () => Promise.resolve({ url: 'ws://gateway', prove }),
    });
    connection.start();
    await settle();
    socket().challenge('n-7');
    await settle();
    expect(prove).toHaveBeenCalledWith(
      { nonce: 'n-7', ts: 1 },
      expect.objectContaining({ role: 'operator' }),
    );
    expect(socket().request('connect')?.params).toMatchObject({ device: proof });
  });

  test('answers one challenge, however many come', async () => {
    const { connection, socket } = createTestConnection();
    connection.start();
    await settle();
    socket().challenge('n-1');
    socket().challenge('n-2');
    await settle();
    socket().challenge('n-3');
    await settle();
    expect(socket().sent.map(({ method }) => method)).toEqual(['connect']);
  });

  test('starting twice opens one socket', async () => {
    const { connection, sockets } = createTestConnection();
    connection.start();
    connection.start();
    await settle();
    expect(sockets).toHaveLength(1);
  });

  test('gives up on a gateway that says nothing, and tries again', async () => {
    const { connection, clock, socket } = createTestConnection();
    connection.start();
    await clock.advance(10_000);
    expect(socket().closedWith).toBeDefined();
    expect(connection.state).toMatchObject({
      status: 'waiting',
      reason: 'The gateway did not answer in time.',
    });
  });

  test('does not take an answer that is no hello', async () => {
    const { connection, socket } = createTestConnection();
    connection.start();
    await settle();
    socket().challenge();
    await settle();
    socket().answer('connect', { type: 'hello-ok', policy: { tickIntervalMs: 0 } });
    await settle();
    expect(connection.state.status).toBe('waiting');
  });

  test('survives frames that are not JSON or of no known form', async () => {
    const { connection, connect } = createTestConnection();
    const socket = await connect();
    for (const frame of [
      '',
      'null',
      '[]',
      '{"type":"res"}',
      '{"type":"event"}',
      '{"type":"res","id":7,"ok":true}',
    ])
      socket.receive(frame);
    socket.receive({ type: 'event', event: 'something.new', payload: {} });
    expect(connection.state.status).toBe('connected');
  });
});
