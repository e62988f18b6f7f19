import { describe, expect, test } from 'vitest';
import { connectDialect, DIALECTS } from '../fakes/dialects.ts';
import { connectNative } from '../fakes/native-client.ts';
import { binaryFrame, RawSocket, textFrame } from '../fakes/raw-socket.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { openWire } from '../fakes/wire-client.ts';

const EXPECTED = 'expected connect, auth.handshake or a typed message';

describe('a first frame', () => {
  test.each(['hello', '{', '', 'null', '[]', '{}', '{"type":"hello"}', '[{"type":"chat"}]'])(
    'that belongs to no dialect (%j) closes with 1002 and says what was expected',
    async (text) => {
      const { url } = await startGateway();
      const wire = await openWire(url);
      wire.send(text);
      const ended = await wire.ended;
      expect(ended.code).toBe(1002);
      expect(ended.reason).toContain(EXPECTED);
    },
  );

  test('that is native but not connect closes with 1008', async () => {
    const { url } = await startGateway();
    const wire = await openWire(url);
    wire.send({ type: 'req', id: '1', method: 'health' });
    await expect(wire.ended).resolves.toEqual({
      code: 1008,
      reason: 'invalid handshake: first request must be connect',
    });
  });

  test('that is a batch without credentials is answered with -32600 and closed with 1008', async () => {
    const { url } = await startGateway();
    const wire = await openWire(url);
    wire.send([{ jsonrpc: '2.0', id: 1, method: 'system.status' }]);
    const answer = await wire.waitFor((frame) => 'error' in frame, 'error');
    expect(answer).toMatchObject({ id: null, error: { code: -32600 } });
    await expect(wire.ended).resolves.toMatchObject({ code: 1008 });
  });

  test('that is a batch is answered when the address has the token', async () => {
    const { url, token } = await startGateway();
    const wire = await openWire(`${url}/?token=${token}`);
    wire.send([{ jsonrpc: '2.0', id: 1, method: 'system.status' }]);
    const answer = await wire.waitFor((frame) => Array.isArray(frame), 'array');
    expect(answer).toMatchObject([{ id: 1, result: { status: 'ok' } }]);
  });

  test('that is a sessions_send without credentials is answered with -32001', async () => {
    const { url } = await startGateway();
    const wire = await openWire(url);
    wire.send({ jsonrpc: '2.0', id: 1, method: 'sessions_send', params: { message: { type: 'heartbeat' } } });
    const answer = await wire.waitFor((frame) => frame['id'] === 1, 'answer');
    expect(answer).toMatchObject({
      error: { code: -32001, message: expect.stringContaining('auth.handshake') as string },
    });
    await expect(wire.ended).resolves.toMatchObject({ code: 1008 });
  });

  test('in binary closes with 1003', async () => {
    const { url } = await startGateway();
    const wire = await openWire(url);
    wire.socket.send(Buffer.from('{}'));
    await expect(wire.ended).resolves.toMatchObject({ code: 1003 });
  });

  test('of 64 KiB is read, a longer one closes with 1009', async () => {
    const { url } = await startGateway();
    const fits = await openWire(url);
    fits.send('x'.repeat(65_536));
    await expect(fits.ended).resolves.toMatchObject({ code: 1002 });
    const long = await openWire(url);
    long.send('x'.repeat(65_537));
    await expect(long.ended).resolves.toMatchObject({ code: 1009 });
    const wide = await openWire(url);
    wide.send('ä'.repeat(40_000));
    await expect(wide.ended).resolves.toMatchObject({ code: 1009 });
  });

  test('that never ends is cut off before it is collected', async () => {
    const { url } = await startGateway();
    const wire = await openWire(url);
    wire.socket.send('x'.repeat(20_000_000));
    await expect(wire.ended).resolves.toMatchObject({ code: 1009 });
  });

  test('may be long when the address has the token', async () => {
    const { url, token } = await startGateway();
    const wire = await openWire(`${url}/?token=${token}`);
    wire.send({ type: 'chat', id: 'm', payload: { text: `status ${'x'.repeat(100_000)}` } });
    const answer = await wire.waitFor((frame) => frame['id'] === 'm', 'answer');
    expect(answer['type']).toBe('response');
  });
});

describe.each(DIALECTS)('once signed in, $name', (dialect) => {
  test('a binary frame closes with 1003', async () => {
    const { wire } = await connectDialect(dialect, await startGateway());
    wire.socket.send(Buffer.from('{}'));
    await expect(wire.ended).resolves.toMatchObject({ code: 1003 });
  });

  test('a frame over the limit closes with 1009', async () => {
    const gateway = await startGateway({ limits: { maxPayload: 100_000 } });
    const { wire } = await connectDialect(dialect, gateway);
    wire.send('x'.repeat(100_001));
    await expect(wire.ended).resolves.toMatchObject({ code: 1009 });
  });

  test('one unreadable frame does not end the connection', async () => {
    const client = await connectDialect(dialect, await startGateway());
    client.wire.send('{ this is not JSON');
    expect(dialect.error(await client.ask(dialect.names.status))).toBeUndefined();
  });
});

describe('three unreadable frames in a row', () => {
  test.each(DIALECTS.filter(({ name }) => name !== 'native'))('close with 1002, $name', async (dialect) => {
    const { wire } = await connectDialect(dialect, await startGateway());
    for (let n = 0; n < 3; n += 1) wire.send('nonsense');
    await expect(wire.ended).resolves.toMatchObject({ code: 1002 });
  });

  test('are passed over in the native dialect', async () => {
    const client = await connectNative(await startGateway());
    for (let n = 0; n < 10; n += 1) client.wire.send('nonsense');
    await expect(client.request('health', {})).resolves.toMatchObject({ ok: true });
  });
});

describe('after the gateway has closed a connection', () => {
  const call = (id: string): Buffer =>
    textFrame({
      jsonrpc: '2.0',
      method: 'sessions_send',
      params: { message: { type: 'call_started', call_id: id, to_number: '+1' } },
    });
  const sessionsOf = async (gateway: { url: string; token: string }): Promise<unknown[]> => {
    const { sessions } = await (await connectNative(gateway)).request('sessions.list', {});
    return sessions.map(({ key }) => key);
  };

  test('a garbage first frame cannot be made good by a second one', async () => {
    const gateway = await startGateway();
    const raw = await new RawSocket(gateway.port).upgrade();
    const signIn = { jsonrpc: '2.0', id: 1, method: 'auth.handshake', params: { token: gateway.token } };
    raw.write(textFrame('nonsense'), textFrame(signIn), call('late'));
    await raw.sees(EXPECTED);
    // Another connection's answer comes after everything that the first one could have caused.
    expect(await sessionsOf(gateway)).toEqual([]);
  });

  test('nothing that comes on it is executed any more', async () => {
    const gateway = await startGateway();
    const raw = await new RawSocket(gateway.port).upgrade(`/?token=${gateway.token}`);
    raw.write(call('before'));
    raw.write(binaryFrame(Buffer.from('x')), call('after'));
    await raw.sees('only text frames');
    expect(await sessionsOf(gateway)).toEqual(['call:before']);
  });
});
