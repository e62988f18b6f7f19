import { describe, expect, test } from 'vitest';
import { settle } from '../../fakes/fake-clock.ts';
import { createTestGatewayClient } from '../../fakes/test-gateway-client.ts';

describe('reconnecting', () => {
  test('waits 1, 2, 4, … seconds, at most 60, and gives up after ten attempts', async () => {
    const { client, clock, sockets, socket, log } = createTestGatewayClient();
    const ended = client.connect();
    const delays: number[] = [];
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await settle();
      socket().drop();
      const before = sockets.length;
      const from = clock.now();
      while (sockets.length === before) await clock.advance(500);
      delays.push((clock.now() - from) / 1_000);
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    socket().drop();
    await expect(ended).resolves.toBe('gave-up');
    expect(clock.pending).toBe(0);
    expect(sockets).toHaveLength(11);
    expect(log.lines.at(-1)).toMatchObject({
      level: 'error',
      message: 'gave up reconnecting to the gateway',
    });
  });

  test.each([
    [{ maxReconnectAttempts: 0 }, []],
    [{ maxReconnectAttempts: 3, reconnectBaseDelay: 0.5, reconnectMaxDelay: 1.5 }, [0.5, 1, 1.5]],
    [{ maxReconnectAttempts: 2, reconnectBaseDelay: 5, reconnectMaxDelay: 2 }, [2, 2]],
  ])('with %j waits %j seconds', async (options, expected) => {
    const { client, log, clock, socket } = createTestGatewayClient(options);
    const ended = client.connect();
    for (let attempt = 0; attempt <= expected.length; attempt += 1) {
      await settle();
      socket().drop();
      await clock.advance((expected[attempt] ?? 0) * 1_000);
    }
    await expect(ended).resolves.toBe('gave-up');
    const waits = log.lines
      .filter(({ level }) => level === 'warn')
      .map(({ fields }) => fields['retryInSeconds']);
    expect(waits).toEqual(expected);
  });

  test('begins with the first delay again after a connection that stood', async () => {
    const { client, clock, log, socket, accept } = createTestGatewayClient();
    void client.connect();
    for (const delay of [1_000, 2_000, 4_000]) {
      await settle();
      socket().drop();
      await clock.advance(delay);
    }
    await accept();
    socket().drop();
    expect(log.lines.at(-1)?.fields).toMatchObject({ retryInSeconds: 1 });
  });

  test('starts over when it is asked to connect after it gave up', async () => {
    const { client, clock, socket, accept } = createTestGatewayClient({ maxReconnectAttempts: 0 });
    const ended = client.connect();
    await settle();
    socket().drop();
    await ended;
    const again = client.connect();
    await accept();
    expect(client.isConnected).toBe(true);
    await client.disconnect();
    await expect(again).resolves.toBe('disconnected');
    expect(clock.pending).toBe(0);
  });
});

describe('connecting', () => {
  test('is done when the gateway acknowledges the first message, not when the socket opens', async () => {
    const { client, socket } = createTestGatewayClient();
    void client.connect();
    await settle();
    expect(socket().url).toBe('ws://127.0.0.1:18789');
    socket().open();
    await settle();
    expect(client.isConnected).toBe(false);
    expect(socket().requests).toEqual([
      { jsonrpc: '2.0', id: 1, method: 'sessions_send', params: { message: { type: 'heartbeat' } } },
    ]);
    socket().receive({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n', ts: 1 } });
    socket().acknowledge();
    await settle();
    expect(client.isConnected).toBe(true);
  });

  test('is a failed attempt when the gateway does not let it in', async () => {
    const { client, clock, socket, log } = createTestGatewayClient({ maxReconnectAttempts: 1 });
    const ended = client.connect();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await settle();
      socket().open();
      socket().receive({
        jsonrpc: '2.0',
        id: attempt + 1,
        error: { code: -32001, message: 'Authentication required.' },
      });
      await settle();
      expect(client.isConnected).toBe(false);
      await clock.advance(1_000);
    }
    await expect(ended).resolves.toBe('gave-up');
    expect(log.text).toContain('The gateway refuses messages: Authentication required.');
  });

  test('is a failed attempt when nothing comes for 10 s', async () => {
    const { client, clock, socket, log } = createTestGatewayClient();
    void client.connect();
    await settle();
    socket().open();
    await clock.advance(10_000);
    expect(socket().closedWith).toBeDefined();
    expect(log.text).toContain('The gateway did not answer in time.');
  });

  test('says why a socket failed, where the socket says it', async () => {
    const { client, socket, log } = createTestGatewayClient();
    void client.connect();
    await settle();
    socket().drop(1006, '', 'connect ECONNREFUSED 127.0.0.1:18789');
    expect(log.lines.at(-1)?.fields).toMatchObject({ reason: 'connect ECONNREFUSED 127.0.0.1:18789' });
  });

  test('twice is one connection', async () => {
    const { client, sockets } = createTestGatewayClient();
    expect(client.connect()).toBe(client.connect());
    await settle();
    expect(sockets).toHaveLength(1);
  });

  test('ends with disconnect, and nothing goes on', async () => {
    const { client, clock, socket, sockets, accept } = createTestGatewayClient();
    const ended = client.connect();
    await accept();
    await client.disconnect();
    await expect(ended).resolves.toBe('disconnected');
    expect(client.isConnected).toBe(false);
    expect(socket().closedWith).toBe(1000);
    socket().drop(1000);
    await clock.advance(120_000);
    expect(sockets).toHaveLength(1);
    expect(clock.pending).toBe(0);
    await client.disconnect();
  });

  test('tells those who wait for it', async () => {
    const { client, clock, accept } = createTestGatewayClient();
    const early = client.whenConnected(2);
    await clock.advance(2_000);
    await expect(early).resolves.toBe(false);
    void client.connect();
    const later = client.whenConnected(2);
    await accept();
    await expect(later).resolves.toBe(true);
    await expect(client.whenConnected(0)).resolves.toBe(true);
  });
});

test('survives frames that are not JSON or of no known form', async () => {
  const { client, accept } = createTestGatewayClient();
  void client.connect();
  const socket = await accept();
  for (const frame of [
    '',
    'null',
    '[]',
    '{"id":{},"result":{}}',
    '{"id":null,"error":{"code":-32700}}',
    '{"id":99,"error":"no"}',
    '{"jsonrpc":"2.0","method":"event","params":{"event":"tick"}}',
  ])
    socket.receive(frame);
  await settle();
  expect(client.isConnected).toBe(true);
});

describe('the address', () => {
  test.each([
    [{ token: 's e&t' }, 'ws://127.0.0.1:18789?token=s%20e%26t'],
    [{ url: 'wss://host:1/x?a=b', token: 't' }, 'wss://host:1/x?a=b&token=t'],
    [{ url: 'ws://host?token=own', token: 't' }, 'ws://host?token=own'],
    [{ url: 'ws://host', token: '' }, 'ws://host'],
  ])('of %j is %s', async (options, expected) => {
    const { client, socket } = createTestGatewayClient(options);
    void client.connect();
    await settle();
    expect(socket().url).toBe(expected);
  });

  test('is never told with its token', async () => {
    const { client, clock, socket, log, accept } = createTestGatewayClient({
      url: 'ws://user:pass@host:1?token=secret-1',
      maxReconnectAttempts: 1,
    });
    void client.connect();
    await accept();
    socket().drop();
    await clock.advance(1_000);
    socket().drop();
    await client.disconnect();
    expect(log.lines.length).toBeGreaterThan(3);
    expect(log.lines[0]?.fields).toMatchObject({ gateway: 'ws://host:1' });
    expect(log.text).not.toMatch(/secret-1|pass/);
  });

  test.each(['', 'http://host', 'host:18789', 'ws://', 'ws://host#part', 'ws://a b'])(
    'cannot be %j, and the error does not repeat it',
    (url) => {
      expect(() => createTestGatewayClient({ url })).toThrow(
        new TypeError('The gateway’s url must look like ws://127.0.0.1:18789 or wss://host:port.'),
      );
    },
  );

  test.each([
    { maxReconnectAttempts: -1 },
    { maxReconnectAttempts: 1.5 },
    { maxReconnectAttempts: NaN },
    { reconnectBaseDelay: -1 },
    { reconnectMaxDelay: Infinity },
  ])('options cannot be %j', (options) => {
    expect(() => createTestGatewayClient(options)).toThrow(RangeError);
  });
});

describe('heartbeats', () => {
  test('go out every 30 s while there is a connection', async () => {
    const { client, clock, accept } = createTestGatewayClient();
    void client.connect();
    const socket = await accept();
    const sent = socket.requests.length;
    await clock.advance(29_999);
    expect(socket.requests).toHaveLength(sent);
    await clock.advance(1);
    expect(socket.requests.at(-1)?.params.message).toEqual({ type: 'heartbeat' });
    await clock.advance(60_000);
    expect(socket.requests).toHaveLength(sent + 3);
    expect(client.isConnected).toBe(true);
  });

  test('that nobody answers end the connection after a minute', async () => {
    const { client, clock, accept, sockets, log } = createTestGatewayClient();
    void client.connect();
    const socket = await accept();
    socket.answers = undefined;
    await clock.advance(60_000);
    expect(client.isConnected).toBe(false);
    expect(log.text).toContain('Nothing was heard from the gateway for too long.');
    await clock.advance(1_000);
    expect(sockets).toHaveLength(2);
  });
});
