import { describe, expect, test } from 'vitest';
import { createDevice } from '../fakes/device.ts';
import { modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { deviceOptions, PublishedClient } from '../fakes/published-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { waitUntil } from '../fakes/temporary.ts';

const BACKEND = { clientName: 'gateway-client', mode: 'backend' } as const;
const scopes = ['operator.read', 'operator.write', 'operator.admin'];

describe('the published client as a local back end', () => {
  test('connects with the token and gets hello', async () => {
    const gateway = await startGateway();
    const client = await new PublishedClient({
      ...BACKEND,
      url: gateway.url,
      token: gateway.token,
      scopes,
    }).start();
    expect(client.connectErrors).toEqual([]);
    expect(client.hellos[0]).toMatchObject({ type: 'hello-ok', protocol: 4, auth: { scopes } });
  });

  test('chats and gets the events to the end', async () => {
    const model = await startModelServer(says('Hello from the model'));
    const gateway = await startGateway({ config: modelConfig(model) });
    const client = await new PublishedClient({
      ...BACKEND,
      url: gateway.url,
      token: gateway.token,
      scopes,
    }).start();
    const params = { sessionKey: 'agent:main:main', message: 'hi', idempotencyKey: 'k-1' };
    expect(await client.request('chat.send', params)).toEqual({ runId: 'k-1', status: 'started' });
    const final = await client.event('chat', ({ state }) => state === 'final');
    expect(final).toMatchObject({ runId: 'k-1', sessionKey: 'agent:main:main', stopReason: 'stop' });
    const states = client.events
      .filter(({ event }) => event === 'chat')
      .map(({ payload }) => (payload as { state: string }).state);
    expect(states[0]).toBe('status');
    expect(states).toContain('delta');
    expect(await client.request('chat.history', { sessionKey: 'agent:main:main', limit: 50 })).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant' }],
    });
  });

  test('lists sessions and automations, and runs one', async () => {
    const gateway = await startGateway();
    const client = await new PublishedClient({
      ...BACKEND,
      url: gateway.url,
      token: gateway.token,
      scopes,
    }).start();
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' });
    await client.event('chat', ({ state }) => state === 'final');
    const list = await client.request('sessions.list', {
      limit: 20,
      includeDerivedTitles: true,
      includeLastMessage: true,
    });
    expect(list).toMatchObject({ count: 1, sessions: [{ key: 'agent:main:main', derivedTitle: 'hi' }] });
    for (const schedule of [
      { kind: 'every', everyMs: 60_000 },
      { kind: 'cron', expr: '0 9 * * 1-5', tz: 'Europe/Berlin' },
      { kind: 'at', at: '2099-01-01T00:00:00Z' },
    ]) {
      await client.request('cron.add', {
        name: `job ${schedule.kind}`,
        schedule,
        sessionTarget: 'isolated',
        wakeMode: 'now',
        payload: { kind: 'agentTurn', message: 'hi' },
      });
    }
    const jobs = await client.request('cron.list', { includeDisabled: true });
    expect(jobs).toMatchObject({ total: 3 });
    const [{ id }] = jobs['jobs'] as [{ id: string }];
    await client.request('cron.run', { id, mode: 'force' });
    await client.event('cron', ({ action, status }) => action === 'finished' && status === 'ok');
    await client.request('cron.remove', { id });
  });

  test('is told what is wrong in OpenClaw’s terms', async () => {
    const gateway = await startGateway();
    const client = await new PublishedClient({
      ...BACKEND,
      url: gateway.url,
      token: gateway.token,
      scopes: ['operator.read'],
    }).start();
    await expect(
      client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' }),
    ).rejects.toMatchObject({
      gatewayCode: 'FORBIDDEN',
      details: { code: 'MISSING_SCOPE', missingScope: 'operator.write' },
    });
    await expect(client.request('no.such.method')).rejects.toMatchObject({ gatewayCode: 'INVALID_REQUEST' });
  });

  test('with a wrong token stops trying', async () => {
    const gateway = await startGateway();
    const client = await new PublishedClient({ ...BACKEND, url: gateway.url, token: 'wrong' }).start();
    expect(client.connectErrors[0]).toMatchObject({
      gatewayCode: 'INVALID_REQUEST',
      details: { code: 'AUTH_TOKEN_MISMATCH' },
    });
    await waitUntil(() => client.closes[0], 'the close');
    expect(client.closes[0]?.code).toBe(1008);
  });

  test('notices the end of the gateway, and comes back when it does', async () => {
    const gateway = await startGateway();
    const client = await new PublishedClient({
      ...BACKEND,
      url: gateway.url,
      token: gateway.token,
      scopes,
    }).start();
    await gateway.stop();
    await client.event('shutdown', ({ reason }) => reason === 'gateway stopping');
    await waitUntil(() => client.closes.find(({ code }) => code === 1012), 'the close');
    await startGateway({ stateDir: gateway.stateDir, port: gateway.port });
    await waitUntil(() => client.hellos[1], 'the second hello', 10_000);
  });
});

describe('the published client with a device identity', () => {
  test('is paired, keeps its token, and comes back with it', async () => {
    const gateway = await startGateway();
    const device = createDevice();
    const options = deviceOptions(device);
    const app = {
      clientName: 'openclaw-linux',
      mode: 'ui',
      deviceFamily: 'Desktop',
      url: gateway.url,
      scopes: ['operator.read'],
    } as const;
    const first = await new PublishedClient({
      ...app,
      ...options,
      scopes: [...app.scopes],
      token: gateway.token,
    }).start();
    expect(first.connectErrors).toEqual([]);
    expect(options.tokens.get('operator')).toMatchObject({ scopes: ['operator.read'] });
    await first.client.stopAndWait();
    const second = await new PublishedClient({ ...app, ...options, scopes: [...app.scopes] }).start();
    expect(second.connectErrors).toEqual([]);
    expect(second.hellos[0]).toMatchObject({ auth: { scopes: ['operator.read'] } });
    await expect(second.request('sessions.list', {})).resolves.toHaveProperty('sessions');
  });
});
