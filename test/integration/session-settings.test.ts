import { describe, expect, test } from 'vitest';
import { messageText, type ChatMessage } from '../../src-main/shared/protocol/chat.ts';
import { callsTool, modelConfig, says, startModelServer, type Reply } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';

async function say(
  client: NativeClient,
  key: string,
  more: Record<string, unknown> = {},
): Promise<ChatMessage | undefined> {
  await client.call('chat.send', { sessionKey: 'work', message: `m ${key}`, idempotencyKey: key, ...more });
  const end = await client.runEnd(key);
  return end.state === 'final' ? end.message : undefined;
}

const THINKS: Reply = {
  steps: [
    ...['let me ', 'think'].map((text) => ({
      raw: `data: ${JSON.stringify({
        id: 'c1',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm1',
        choices: [{ index: 0, delta: { reasoning_content: text }, finish_reason: null }],
      })}\n\n`,
    })),
    { text: 'yes' },
    { finish: 'stop' },
  ],
};

async function connect(...replies: Reply[]) {
  const model = await startModelServer(...(replies.length === 0 ? [says('yes')] : replies));
  const config = modelConfig(model);
  const providers = {
    fake: { baseUrl: model.url, apiKey: 'key-1', models: [{ id: 'm1' }, { id: 'm2' }] },
    down: { baseUrl: model.url, models: [{ id: 'x' }] },
  };
  const gateway = await startGateway({ config: { ...config, models: { providers } } });
  const client = await connectNative(gateway, { caps: ['tool-events'] });
  const patch = (settings: Record<string, unknown>): Promise<Record<string, unknown>> =>
    client.call('sessions.patch', { key: 'work', ...settings }) as Promise<Record<string, unknown>>;
  return { model, gateway, client, patch };
}

const sentTo = (body: unknown): { model: string; reasoning_effort?: string } =>
  body as { model: string; reasoning_effort?: string };

describe('the model of a session', () => {
  test('answers in it, also when it is named without its provider, until it is taken away', async () => {
    const { model, client, patch } = await connect();
    expect(await patch({ model: 'm2' })).toMatchObject({
      entry: { model: 'fake/m2' },
      resolved: { modelProvider: 'fake', model: 'm2' },
    });
    await say(client, 'a');
    await patch({ model: null });
    await say(client, 'b');
    expect(model.requests.map(({ body }) => body.model)).toEqual(['m2', 'm1']);
  });

  test('stands in the list and outlasts a reset', async () => {
    const { client, patch } = await connect();
    await patch({ model: 'fake/m2' });
    await client.request('sessions.reset', { key: 'work' });
    const { sessions } = await client.request('sessions.list', {});
    expect(sessions).toMatchObject([{ modelProvider: 'fake', model: 'm2' }]);
  });

  test.each([['nobody/x'], ['x/'], ['unknown-model']])(
    '%s is refused, and changes nothing',
    async (model) => {
      const { client } = await connect();
      const refused = await client.refusal('sessions.patch', { key: 'work', model });
      expect(refused.error.code).toBe('INVALID_REQUEST');
      expect((await client.request('sessions.list', {})).sessions).toEqual([]);
    },
  );

  test('cannot be chosen where there is none', async () => {
    const client = await connectNative(await startGateway());
    const refused = await client.refusal('sessions.patch', { key: 'work', model: 'm1' });
    expect(refused.message).toContain('no model "m1" to choose');
  });
});

describe('the thinking level', () => {
  test('of the session, and that of one message, reach the model', async () => {
    const { model, client, patch } = await connect();
    await say(client, 'a');
    await patch({ thinkingLevel: 'low' });
    await say(client, 'b');
    await say(client, 'c', { thinking: 'high' });
    await patch({ thinkingLevel: 'off' });
    await say(client, 'd');
    expect(model.requests.map(({ body }) => sentTo(body).reasoning_effort)).toEqual([
      undefined,
      'low',
      'high',
      'none',
    ]);
  });

  test('that nobody knows is refused with those that are known', async () => {
    const { client } = await connect();
    const refused = await client.refusal('sessions.patch', { key: 'work', thinkingLevel: 'enormous' });
    expect(refused.message).toContain('Known are off, minimal, low, medium, high, xhigh');
  });

  test('is nothing for the built-in assistant', async () => {
    const client = await connectNative(await startGateway());
    const refused = await client.refusal('sessions.patch', { key: 'work', thinkingLevel: 'low' });
    expect(refused.message).toBe('thinkingLevel "low" is not supported for clawtray/offline (use off)');
  });
});

describe('the model’s thoughts', () => {
  const content = async (client: NativeClient): Promise<unknown> =>
    (await client.request('chat.history', { sessionKey: 'work' })).messages.at(-1)?.content;

  test('are nowhere unless they are asked for', async () => {
    const { client } = await connect(THINKS);
    await say(client, 'a');
    expect(await content(client)).toEqual([{ type: 'text', text: 'yes' }]);
    expect(client.events('agent').filter(({ stream }) => stream === 'thinking')).toEqual([]);
  });

  test('are kept with the answer, and told while it thinks', async () => {
    const { model, client, patch } = await connect(THINKS);
    await patch({ reasoningLevel: 'stream' });
    await say(client, 'a');
    expect(await content(client)).toEqual([
      { type: 'thinking', thinking: 'let me think' },
      { type: 'text', text: 'yes' },
    ]);
    const told = client.events('agent').filter(({ stream }) => stream === 'thinking');
    expect(told.at(-1)?.data).toEqual({ text: 'let me think', delta: 'think' });
    await say(client, 'b');
    expect(JSON.stringify(model.requests[1]?.body.messages)).not.toContain('let me think');
  });
});

describe('what is told of tools', () => {
  const USES_TOOL = [callsTool('gateway_status', {}), says('done')];
  const toolEvents = (client: NativeClient): readonly unknown[] =>
    client.events('agent').flatMap((event) => (event.stream === 'tool' ? [event.data] : []));

  test('is everything at first', async () => {
    const { client } = await connect(...USES_TOOL);
    await say(client, 'a');
    expect(JSON.stringify(toolEvents(client)[1])).toContain('runtimeVersion');
  });

  test('is that they work, not what they answer, with verboseLevel on', async () => {
    const { client, patch } = await connect(...USES_TOOL);
    await patch({ verboseLevel: 'on' });
    await say(client, 'a');
    expect(toolEvents(client)).toMatchObject([
      { phase: 'start', name: 'gateway_status' },
      { phase: 'result', isError: false, result: { content: [] } },
    ]);
  });

  test('is nothing with verboseLevel off', async () => {
    const { client, patch } = await connect(...USES_TOOL);
    await patch({ verboseLevel: 'off' });
    await say(client, 'a');
    expect(toolEvents(client)).toEqual([]);
  });
});

describe('the line about usage', () => {
  test('stands below the answer, as the provider reported it, and the model never sees it', async () => {
    const { model, client, patch } = await connect(says('yes', { prompt: 7, completion: 5 }));
    await patch({ responseUsage: 'full' });
    const answer = await say(client, 'a');
    expect(answer === undefined ? '' : messageText(answer)).toBe(
      'yes\n\nUsage: 7 tokens in, 5 out · fake/m1',
    );
    const deltas = client.events('chat').flatMap((e) => (e.state === 'delta' ? [e.deltaText] : []));
    expect(deltas.join('')).toBe('yes\n\nUsage: 7 tokens in, 5 out · fake/m1');
    await say(client, 'b');
    expect(JSON.stringify(model.requests[1]?.body.messages)).not.toContain('Usage:');
  });

  test('says that nothing was reported, and invents nothing', async () => {
    const { client, patch } = await connect({ steps: [{ text: 'yes' }, { finish: 'stop' }] });
    await patch({ responseUsage: 'tokens' });
    const answer = await say(client, 'a');
    expect(answer === undefined ? '' : messageText(answer)).toBe('yes\n\nUsage: not reported');
  });
});

describe('a session that takes no messages', () => {
  test('refuses them with the reason and stores nothing, until it takes them again', async () => {
    const { client, patch } = await connect();
    await patch({ sendPolicy: 'deny' });
    const params = { sessionKey: 'work', message: 'x', idempotencyKey: 'k' };
    const refused = await client.refusal('chat.send', params);
    expect(refused.detailCode).toBe('SEND_DENIED');
    expect(refused.message).toContain('its sendPolicy is "deny"');
    const agent = await client.refusal('agent', { sessionKey: 'work', message: 'x', idempotencyKey: 'a' });
    expect(agent.detailCode).toBe('SEND_DENIED');
    expect((await client.request('chat.history', { sessionKey: 'work' })).totalMessages).toBe(0);
    await patch({ sendPolicy: 'allow' });
    await expect(client.request('chat.send', params)).resolves.toMatchObject({ status: 'started' });
  });
});

describe('where a session stands in the list', () => {
  const keys = async (client: NativeClient, params: Record<string, unknown> = {}): Promise<string[]> => {
    const { sessions } = (await client.call('sessions.list', params)) as { sessions: { key: string }[] };
    return sessions.map(({ key }) => key.slice('agent:main:'.length)).sort();
  };

  test('archived ones are left out, found on request, and back when somebody writes', async () => {
    const { client, patch } = await connect();
    await say(client, 'a');
    await client.request('sessions.create', { key: 'other' });
    await patch({ archived: true });
    expect(await keys(client)).toEqual(['other']);
    expect(await keys(client, { archived: true })).toEqual(['work']);
    expect(await keys(client, { archived: 'all' })).toEqual(['other', 'work']);
    await say(client, 'b');
    expect(await keys(client)).toEqual(['other', 'work']);
  });

  test('pinned ones and those of one category are found', async () => {
    const { client, patch } = await connect();
    await client.request('sessions.create', { key: 'other', category: 'Home' });
    await patch({ pinned: true, unread: true, icon: '🏠', color: 'blue', category: 'Work' });
    expect(await keys(client, { pinned: true })).toEqual(['work']);
    expect(await keys(client, { group: 'Home' })).toEqual(['other']);
    const { sessions } = await client.request('sessions.list', { pinned: true });
    expect(sessions).toMatchObject([{ pinned: true, unread: true, icon: '🏠', color: 'blue' }]);
    await patch({ pinned: false, unread: false });
    expect(await keys(client, { pinned: true })).toEqual([]);
  });

  test('those that nobody wrote to can be left out, and the order can follow what was written', async () => {
    const { client } = await connect();
    await say(client, 'a');
    await client.request('sessions.create', { key: 'empty' });
    await client.request('chat.inject', { sessionKey: 'note', message: 'x' });
    expect(await keys(client, { requireLastInteraction: true })).toEqual(['work']);
    const { sessions } = await client.request('sessions.list', { sortBy: 'lastInteractionAt' });
    expect(sessions[0]?.key).toBe('agent:main:work');
    expect(sessions[0]?.lastInteractionAt).toBeTypeOf('number');
  });
});

test('settings outlast the gateway', async () => {
  const { gateway, patch } = await connect();
  await patch({ model: 'm2', sendPolicy: 'deny', verboseLevel: 'off' });
  await gateway.stop();
  const again = await connectNative(await startGateway({ stateDir: gateway.stateDir }));
  const { sessions } = await again.request('sessions.list', {});
  expect(sessions).toMatchObject([{ model: 'm2', sendPolicy: 'deny', verboseLevel: 'off' }]);
});
