import { describe, expect, test } from 'vitest';
import { connectDialect, DIALECTS, openDialect, WITH_HANDSHAKE } from '../fakes/dialects.ts';
import { BACKEND, connectNative, openNative, type NativeOptions } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import type { ConnectParams } from '../../src-main/shared/protocol/connect.ts';

const job = {
  name: 'x',
  schedule: { kind: 'every', everyMs: 60_000 },
  sessionTarget: 'main',
  wakeMode: 'now',
  payload: { kind: 'systemEvent', text: 'x' },
};
const send = { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' };

describe('what a client may do', () => {
  test('one that may only read cannot send, and is told which scope is missing', async () => {
    const client = await connectNative(await startGateway(), { scopes: ['operator.read'] });
    await expect(client.request('sessions.list', {})).resolves.toHaveProperty('sessions');
    const refused = await client.refusal('chat.send', send);
    expect(refused.error).toEqual({
      code: 'FORBIDDEN',
      message: 'missing scope: operator.write',
      details: { code: 'MISSING_SCOPE', missingScope: 'operator.write', requiredScopes: ['operator.write'] },
    });
    for (const method of [
      'chat.abort',
      'sessions_send',
      'notifications.read',
      'cron.add',
      'cron.update',
      'cron.remove',
      'cron.run',
    ]) {
      expect((await client.refusal(method, {})).detailCode, method).toBe('MISSING_SCOPE');
    }
  });

  test('one that may write can also read, and cannot change automations', async () => {
    const client = await connectNative(await startGateway(), { scopes: ['operator.write'] });
    await expect(client.request('chat.send', send)).resolves.toMatchObject({ status: 'started' });
    await expect(client.request('chat.history', { sessionKey: 'main' })).resolves.toHaveProperty('messages');
    expect((await client.refusal('cron.add', job)).detailCode).toBe('MISSING_SCOPE');
  });

  test('an administrator can do everything', async () => {
    const client = await connectNative(await startGateway(), { scopes: ['operator.admin'] });
    await client.call('cron.add', job);
    await client.call('chat.send', send);
    await client.call('status', {});
  });

  test.each([[[]], [['operator.bogus']]])(
    'one with the scopes %j gets health and nothing else',
    async (scopes) => {
      const client = await connectNative(await startGateway(), { scopes });
      expect(client.hello.auth.scopes).toEqual(scopes);
      await expect(client.request('health', {})).resolves.toMatchObject({ ok: true });
      const ofNodes = new Set(['node.event', 'node.invoke.result']);
      for (const method of client.hello.features.methods.filter((name) => name !== 'health')) {
        const { detailCode, message } = await client.refusal(method, {});
        if (ofNodes.has(method)) expect(message).toBe('unauthorized role: operator');
        else expect(detailCode, method).toBe('MISSING_SCOPE');
      }
    },
  );

  test('a scope is asked for before the params are looked at', async () => {
    const client = await connectNative(await startGateway(), { scopes: [] });
    expect((await client.refusal('chat.send', { wrong: 1 })).error.code).toBe('FORBIDDEN');
  });
});

describe('a client without a device', () => {
  const client = (
    id: ConnectParams['client']['id'],
    mode: ConnectParams['client']['mode'],
  ): ConnectParams['client'] => ({
    ...BACKEND,
    id,
    mode,
  });

  test.each([
    ['gateway-client', 'backend'],
    ['cli', 'cli'],
  ] as const)('%s/%s keeps its scopes on this machine', async (id, mode) => {
    const { hello } = await connectNative(await startGateway(), { client: client(id, mode) });
    expect(hello.auth.scopes).toEqual(['operator.read', 'operator.write', 'operator.admin']);
    expect(hello.auth.deviceToken).toBeUndefined();
  });

  test.each([
    ['gateway-client', 'ui'],
    ['gateway-client', 'cli'],
    ['cli', 'backend'],
    ['webchat', 'webchat'],
    ['openclaw-macos', 'ui'],
    ['test', 'test'],
  ] as const)('%s/%s has no scopes whatever it claims', async (id, mode) => {
    const { hello } = await connectNative(await startGateway(), { client: client(id, mode) });
    expect(hello.auth.scopes).toEqual([]);
  });

  test('cannot be the control UI, which would only seem to work', async () => {
    const gateway = await startGateway();
    const page = await openNative(gateway.url);
    await expect(
      page.connect({ token: gateway.token, client: client('openclaw-control-ui', 'ui') }),
    ).rejects.toMatchObject({ detailCode: 'CONTROL_UI_DEVICE_IDENTITY_REQUIRED' });
    await expect(page.ended).resolves.toMatchObject({ code: 1008 });
  });

  test('has no scopes when a page sent it, although the page may connect', async () => {
    const gateway = await startGateway();
    const headers = { origin: `http://127.0.0.1:${gateway.port}` };
    const { hello } = await connectNative(gateway, { socket: { headers } });
    expect(hello.auth.scopes).toEqual([]);
  });

  test('cannot be a node', async () => {
    const gateway = await startGateway();
    const node = await openNative(gateway.url);
    await expect(node.connect({ token: gateway.token, role: 'node' })).rejects.toMatchObject({
      error: { code: 'NOT_PAIRED', details: { code: 'DEVICE_IDENTITY_REQUIRED' } },
    });
    await expect(node.ended).resolves.toMatchObject({ code: 1008 });
  });

  test.each<NativeOptions>([
    { role: 'owner' },
    { client: { ...BACKEND, mode: 'operator' as never } },
    { client: { ...BACKEND, id: 'me' as never } },
  ])('with %j is refused', async (options) => {
    const gateway = await startGateway();
    const stranger = await openNative(gateway.url);
    await expect(stranger.connect({ token: gateway.token, ...options })).rejects.toMatchObject({
      error: { code: 'INVALID_REQUEST' },
    });
    await expect(stranger.ended).resolves.toMatchObject({ code: 1008 });
  });
});

describe('the other dialects', () => {
  const [, hybrid, jsonRpc, typed] = DIALECTS;

  test('json-rpc: the token’s holder is the owner, an administrator only on request', async () => {
    const gateway = await startGateway();
    const plain = await connectDialect(jsonRpc!, gateway);
    await expect(plain.ask('sessions.list')).resolves.toHaveProperty('result');
    expect(await plain.ask('cron.add', job)).toMatchObject({
      error: { code: -32003, data: { missingScope: 'operator.admin' } },
    });
    const admin = await openDialect(jsonRpc!, gateway);
    const params = { token: gateway.token, scopes: ['operator.admin'] };
    admin.wire.send({ ...jsonRpc!.signIn(undefined), params });
    expect(await admin.ask('cron.add', job)).toHaveProperty('result');
  });

  test('json-rpc: a page never becomes an administrator', async () => {
    const gateway = await startGateway();
    const client = await openDialect(jsonRpc!, gateway);
    await client.wire.close();
    const { WireClient } = await import('../fakes/wire-client.ts');
    const wire = await new WireClient(gateway.url, { origin: `http://127.0.0.1:${gateway.port}` }).opened();
    wire.send({
      ...jsonRpc!.signIn(undefined),
      params: { token: gateway.token, scopes: ['operator.admin'] },
    });
    wire.send({ jsonrpc: '2.0', id: 1, method: 'cron.add', params: job });
    const answer = await wire.waitFor((frame) => frame['id'] === 1, 'answer');
    expect(answer).toMatchObject({ error: { code: -32003 } });
  });

  test('hybrid: without client and scopes it counts as the command line', async () => {
    const gateway = await startGateway();
    const client = await openDialect(hybrid!, gateway);
    client.wire.send({
      jsonrpc: '2.0',
      id: 'sign-in',
      method: 'connect',
      params: { auth: { token: gateway.token } },
    });
    const hello = await client.wire.waitFor((frame) => frame['id'] === 'sign-in', 'hello');
    expect(hello).toMatchObject({
      payload: {
        auth: { role: 'operator', scopes: ['operator.read', 'operator.write', 'operator.approvals'] },
      },
    });
    expect(await client.ask('cron.add', job)).toMatchObject({
      error: { code: 'UNAUTHORIZED', message: 'missing scope: operator.admin' },
    });
  });

  test.each([
    ['control', 'operator'],
    ['operator', 'operator'],
    ['webchat', 'operator'],
  ])('hybrid: the role %s is %s', async (role, expected) => {
    const gateway = await startGateway();
    const client = await openDialect(hybrid!, gateway);
    client.wire.send({
      jsonrpc: '2.0',
      id: 'sign-in',
      method: 'connect',
      params: { role, auth: { token: gateway.token } },
    });
    const hello = await client.wire.waitFor((frame) => frame['id'] === 'sign-in', 'hello');
    expect(hello).toMatchObject({ payload: { auth: { role: expected } } });
  });

  test.each(['node', 'owner', 'constructor', ''])(
    'hybrid: the role %j is refused without a device',
    async (role) => {
      const gateway = await startGateway();
      const client = await openDialect(hybrid!, gateway);
      client.wire.send({
        jsonrpc: '2.0',
        id: 'sign-in',
        method: 'connect',
        params: { role, auth: { token: gateway.token } },
      });
      const answer = await client.wire.waitFor((frame) => frame['id'] === 'sign-in', 'answer');
      expect(answer).toMatchObject({ ok: false });
      await expect(client.wire.ended).resolves.toMatchObject({ code: 1008 });
    },
  );

  test('typed: may ask and chat', async () => {
    const client = await connectDialect(typed!, await startGateway());
    expect(await client.ask('status')).toMatchObject({ type: 'status', payload: { status: 'ok' } });
    expect(await client.chat('hi')).toMatchObject({ type: 'response' });
  });

  test.each(WITH_HANDSHAKE)(
    '$name: what a client tells about itself may be empty and still makes no broken frame',
    async (dialect) => {
      const gateway = await startGateway();
      const watching = await connectNative(gateway);
      const client = await openDialect(dialect, gateway);
      const params = {
        native: { ...(dialect.signIn(gateway.token)['params'] as object) },
        hybrid: {
          client: { id: '', displayName: '', version: '', platform: '' },
          auth: { token: gateway.token },
        },
        'json-rpc': { client_id: '', client_version: '', token: gateway.token },
      }[dialect.name as 'native'];
      client.wire.send({ ...dialect.signIn(undefined), params });
      await client.ask(dialect.names.status);
      await watching.event('presence', ({ presence }) => presence.length === 2);
    },
  );
});
