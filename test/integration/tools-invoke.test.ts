// `POST /tools/invoke`: one tool, called directly.

import { describe, expect, test } from 'vitest';
import { ask, bearer } from '../fakes/http-client.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

const PATH = '/tools/invoke';

const invoke = (gateway: TestGateway, body: object, headers: Record<string, string> = {}) =>
  ask(gateway, PATH, { headers: { ...bearer(gateway), ...headers }, body });

describe('a tool', () => {
  test('does its work, and answers with text and with what the text says', async () => {
    const gateway = await startGateway();
    const { status, json } = await invoke(gateway, {
      tool: 'reminder_set',
      args: { text: 'stretch', every_minutes: 60 },
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      ok: true,
      result: {
        content: [{ type: 'text', text: expect.stringContaining('stretch') as string }],
        details: { text: 'stretch', schedule: { kind: 'every', everyMs: 3_600_000 } },
      },
    });
    const owner = await connectNative(gateway);
    const { jobs } = await owner.request('cron.list', {});
    expect(jobs).toMatchObject([{ name: 'stretch', sessionKey: 'agent:main:main' }]);
  });

  test('works in the session that is named', async () => {
    const gateway = await startGateway();
    await invoke(gateway, { name: 'memory_save', args: { text: 'Ana likes tea' }, sessionKey: 'kitchen' });
    const search = (sessionKey: string) =>
      invoke(gateway, { tool: 'memory_search', args: { query: 'tea' }, sessionKey });
    expect((await search('agent:main:kitchen')).json).toMatchObject({
      result: { details: [{ text: 'Ana likes tea' }] },
    });
    expect((await search('main')).json).toMatchObject({ result: { details: [] } });
  });

  test('is called once for one key', async () => {
    const gateway = await startGateway();
    const body = { tool: 'reminder_set', args: { text: 'once', every_minutes: 5 }, idempotencyKey: 'k1' };
    const [first, second] = await Promise.all([invoke(gateway, body), invoke(gateway, body)]);
    expect(first.text).toBe(second.text);
    const { json } = await invoke(gateway, { tool: 'reminder_list' });
    expect(json).toMatchObject({ result: { details: [{ text: 'once' }] } });
    expect((json as { result: { details: unknown[] } }).result.details).toHaveLength(1);
  });

  test('tells the state of the gateway', async () => {
    const { json } = await invoke(await startGateway(), { tool: 'gateway_status' });
    expect(json).toMatchObject({ result: { details: { sessions: { count: 0 } } } });
  });
});

describe('a call is refused', () => {
  test.each(['exec', 'shell', 'sessions_send', 'cron', 'nodes', 'constructor', 'unknown'])(
    'of %s, as not available',
    async (tool) => {
      const { status, json } = await invoke(await startGateway(), { tool });
      expect(status).toBe(404);
      expect(json).toEqual({
        ok: false,
        error: { type: 'not_found', message: `Tool not available: ${tool}` },
      });
    },
  );

  test('of a tool that the configuration denies', async () => {
    const gateway = await startGateway({ config: { gateway: { tools: { deny: ['memory_save'] } } } });
    const { status } = await invoke(gateway, { tool: 'memory_save', args: { text: 'x' } });
    expect(status).toBe(404);
  });

  test.each<[string, object]>([
    ['that names no tool', {}],
    ['with arguments that are no object', { tool: 'reminder_list', args: [] }],
    ['with wrong arguments', { tool: 'reminder_set', args: { text: '' } }],
    ['with an unknown argument', { tool: 'gateway_status', args: { secrets: true } }],
    ['in a session that cannot be', { tool: 'gateway_status', sessionKey: 'agent::x' }],
  ])('%s', async (_what, body) => {
    const { status, json } = await invoke(await startGateway(), body);
    expect(status).toBe(400);
    expect(json).toMatchObject({
      ok: false,
      error: { type: 'invalid_request', message: expect.any(String) as string },
    });
  });

  test('by the tool itself', async () => {
    const { status, json } = await invoke(await startGateway(), {
      tool: 'reminder_remove',
      args: { id: 'nothing' },
    });
    expect([status, json]).toEqual([
      500,
      { ok: false, error: { type: 'tool_error', message: 'There is no reminder with the id nothing.' } },
    ]);
  });

  test('without the secret', async () => {
    const { status, json } = await ask(await startGateway(), PATH, { body: { tool: 'gateway_status' } });
    expect([status, json]).toEqual([401, { error: { message: 'Unauthorized', type: 'unauthorized' } }]);
  });

  test('without the scope', async () => {
    const gateway = await startGateway({ config: { gateway: { auth: { mode: 'none' } } } });
    const { status, json } = await ask(gateway, PATH, {
      headers: { 'x-openclaw-scopes': 'operator.read' },
      body: { tool: 'gateway_status' },
    });
    expect([status, json]).toMatchObject([403, { ok: false, error: { type: 'forbidden' } }]);
  });

  test('with a body over 2 MB', async () => {
    const { status, json } = await invoke(await startGateway(), {
      tool: 'memory_save',
      args: { text: 'x'.repeat(2 * 1024 * 1024) },
    });
    expect([status, json]).toMatchObject([413, { ok: false, error: { type: 'too_large' } }]);
  });

  test('with another verb', async () => {
    const { status, headers } = await ask(await startGateway(), PATH);
    expect([status, headers.allow]).toEqual([405, 'POST']);
  });
});
