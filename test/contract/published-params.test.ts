import { describe, expect, test } from 'vitest';
import { connectNative, openNative, Refused } from '../fakes/native-client.ts';
import { paramChecks } from '../fakes/openclaw-validators.ts';
import { startGateway } from '../fakes/test-gateway.ts';

type Method = keyof typeof paramChecks;

const job = {
  name: 'x',
  schedule: { kind: 'every', everyMs: 60_000 },
  sessionTarget: 'isolated',
  wakeMode: 'now',
  payload: { kind: 'agentTurn', message: 'hi' },
};

// What OpenClaw's own apps and command line send. A field that means nothing to us may be passed over, never refused.
describe('params of OpenClaw’s own clients are understood', () => {
  test.each<[Method, Record<string, unknown>]>([
    ['chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k', deliver: false }],
    [
      'chat.send',
      { sessionKey: 'main', message: 'hi', idempotencyKey: 'k', thinking: 'low', timeoutMs: 30_000 },
    ],
    ['chat.send', { sessionKey: 'main', agentId: 'main', message: 'hi', idempotencyKey: 'k' }],
    ['chat.history', { sessionKey: 'main', limit: 200, maxChars: 12_000 }],
    ['chat.history', { sessionKey: 'main', agentId: 'main' }],
    ['sessions.list', { includeGlobal: true, includeUnknown: false, activeMinutes: 60, limit: 50 }],
    ['sessions.list', { agentId: 'main', includeDerivedTitles: true }],
    ['cron.list', { includeDisabled: true, enabled: 'all', sortBy: 'nextRunAtMs', sortDir: 'asc' }],
    ['cron.list', { compact: true, query: 'x' }],
    ['wake', { mode: 'next-heartbeat', text: 'x', sessionKey: 'main', agentId: 'main', source: 'cron' }],
  ])('%s %j', async (method, params) => {
    expect(paramChecks[method](params)).toEqual([]);
    const client = await connectNative(await startGateway());
    await expect(client.call(method, params)).resolves.toBeDefined();
  });
});

describe('what the published schema refuses is refused here, too', () => {
  test.each<[Method, Record<string, unknown>]>([
    ['chat.send', { message: 'hi', idempotencyKey: 'k' }],
    ['chat.send', { sessionKey: '', message: 'hi', idempotencyKey: 'k' }],
    ['chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: '' }],
    ['chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k', urgent: true }],
    ['chat.history', { sessionKey: 'main', limit: 0 }],
    ['chat.history', { sessionKey: 'main', limit: 1_001 }],
    ['chat.history', { sessionKey: 'main', limit: 1.5 }],
    ['sessions.list', { limit: 0 }],
    ['cron.add', { ...job, name: '' }],
    ['cron.add', { ...job, payload: { kind: 'agentTurn', message: '' } }],
    ['cron.add', { ...job, schedule: { kind: 'every', everyMs: 1.5 } }],
    ['cron.add', { ...job, wakeMode: 'soon' }],
    ['cron.list', { limit: 201 }],
    ['cron.run', { id: '' }],
    ['cron.run', { id: 'x', mode: 'always' }],
    ['cron.remove', {}],
    ['wake', { mode: 'soon', text: 'x' }],
    ['wake', { mode: 'now', text: '' }],
    ['wake', { mode: 'now' }],
    ['cron.remove', { id: 'x', jobId: 'x' }],
  ])('%s %j', async (method, params) => {
    expect(paramChecks[method](params)).not.toEqual([]);
    const client = await connectNative(await startGateway());
    expect((await client.refusal(method, params)).error.code).toBe('INVALID_REQUEST');
  });
});

describe('connect', () => {
  const client = { id: 'gateway-client', mode: 'backend', version: '1', platform: 'linux' } as const;
  const base = { minProtocol: 4, maxProtocol: 4, client };

  test.each<object>([
    {},
    {
      caps: ['tool-events', 'something-new'],
      commands: ['x'],
      permissions: { camera: true },
      pathEnv: '/bin',
      locale: 'de',
      userAgent: 'x',
    },
    {
      client: {
        ...client,
        displayName: 'X',
        deviceFamily: 'Desktop',
        modelIdentifier: 'M',
        timeZone: 'UTC',
        instanceId: 'i',
        buildId: 'b',
      },
    },
    { auth: { approvalRuntimeToken: 'x' } },
    { scopes: ['operator.bogus'] },
    { client: { ...client, displayName: '' } },
    { client: { ...client, version: '' } },
    { client: { ...client, id: 'me' } },
    { client: { ...client, extra: 1 } },
    { auth: { secret: 'x' } },
    { minProtocol: 0 },
    { minProtocol: '4' },
    { scopes: 'operator.read' },
    { scopes: [''] },
    { device: {} },
    { role: '' },
    { extra: 1 },
  ])('accepts the form of the params exactly when the published schema does: %j', async (change) => {
    const gateway = await startGateway();
    const params = { ...base, ...change };
    const stranger = await openNative(gateway.url);
    const refused = await stranger.call('connect', params).then(
      () => undefined,
      (error: unknown) => error,
    );
    const form = refused instanceof Refused && refused.message.startsWith('invalid connect params');
    expect(form).toBe(paramChecks.connect(params).length > 0);
  });
});
