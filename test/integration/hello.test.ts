import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { connectNative, openNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';

describe('hello-ok', () => {
  test('says what the gateway is, can do and allows', async () => {
    const gateway = await startGateway();
    const { hello } = await connectNative(gateway);
    expect(hello).toMatchObject({
      type: 'hello-ok',
      protocol: 4,
      server: {
        version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
        connId: expect.any(String) as string,
      },
      auth: { role: 'operator', method: 'token' },
      policy: { maxPayload: 26_214_400, maxBufferedBytes: 52_428_800, tickIntervalMs: 30_000 },
      snapshot: {
        health: { ok: true, defaultAgentId: 'main' },
        sessionDefaults: {
          defaultAgentId: 'main',
          mainKey: 'main',
          mainSessionKey: 'agent:main:main',
          modelConfigured: false,
        },
      },
    });
    expect(hello.features.methods).toEqual(
      expect.arrayContaining([
        'chat.abort',
        'chat.history',
        'chat.send',
        'cron.add',
        'cron.get',
        'cron.list',
        'cron.remove',
        'cron.run',
        'cron.runs',
        'cron.status',
        'cron.update',
        'health',
        'sessions.list',
        'sessions_send',
        'status',
        'system.status',
      ]),
    );
    expect(hello.features.methods.some((name) => name.startsWith('typed.'))).toBe(false);
    expect(hello.features.events).toEqual(
      expect.arrayContaining(['chat', 'cron', 'health', 'notification', 'presence', 'shutdown', 'tick']),
    );
  });

  test('tells only an administrator where things lie', async () => {
    const gateway = await startGateway();
    const admin = await connectNative(gateway);
    expect(admin.hello.snapshot).toMatchObject({
      stateDir: gateway.stateDir,
      configPath: path.join(gateway.stateDir, 'clawtray', 'config.json5'),
      authMode: 'token',
    });
    for (const scopes of [['operator.read'], ['operator.write'], []]) {
      const { hello } = await connectNative(gateway, { scopes });
      expect(Object.keys(hello.snapshot)).not.toEqual(expect.arrayContaining(['stateDir']));
      expect(JSON.stringify(hello.snapshot)).not.toContain('configPath');
      expect(hello.snapshot).not.toHaveProperty('authMode');
    }
  });

  test('says nothing about the profile’s folder to one who may only see health', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway, { scopes: [] });
    await client.request('health', {});
    expect(JSON.stringify(client.wire.frames)).not.toContain(gateway.stateDir);
  });

  test('tells who is there to those who may read, themselves included', async () => {
    const gateway = await startGateway();
    const reader = await connectNative(gateway, { scopes: ['operator.read'] });
    expect(reader.hello.snapshot.presence).toHaveLength(1);
    const blind = await connectNative(gateway, { scopes: [] });
    expect(blind.hello.snapshot.presence).toEqual([]);
  });

  test('never contains the secret', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway);
    expect(JSON.stringify(client.wire.frames)).not.toContain(gateway.token);
    expect(gateway.log.text).not.toContain(gateway.token);
  });

  test('has another connection id each time and the same boot id until a restart', async () => {
    const gateway = await startGateway();
    const [first, second] = [await connectNative(gateway), await connectNative(gateway)];
    expect(first.hello.server.connId).not.toBe(second.hello.server.connId);
    expect(first.hello.server.bootId).toBe(second.hello.server.bootId);
  });
});

describe('the protocol version', () => {
  test.each([
    [4, 4, 4],
    [3, 4, 4],
    [3, 3, 3],
    [1, 99, 4],
    [1, 3, 3],
  ])('between %i and %i it is %i', async (minProtocol, maxProtocol, protocol) => {
    const { hello } = await connectNative(await startGateway(), { minProtocol, maxProtocol });
    expect(hello.protocol).toBe(protocol);
  });

  test.each([
    [5, 9],
    [1, 2],
    [4, 3],
  ])('between %i and %i there is none: 1002', async (minProtocol, maxProtocol) => {
    const gateway = await startGateway();
    const client = await openNative(gateway.url);
    await expect(client.connect({ token: gateway.token, minProtocol, maxProtocol })).rejects.toMatchObject({
      error: {
        code: 'INVALID_REQUEST',
        message: 'protocol mismatch',
        details: {
          code: 'PROTOCOL_MISMATCH',
          clientMinProtocol: minProtocol,
          clientMaxProtocol: maxProtocol,
          expectedProtocol: 4,
        },
      },
    });
    await expect(client.ended).resolves.toEqual({ code: 1002, reason: 'protocol mismatch' });
  });
});
