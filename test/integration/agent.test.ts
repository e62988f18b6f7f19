import { describe, expect, test } from 'vitest';
import { DIALECTS, connectDialect } from '../fakes/dialects.ts';
import { FakeClock, settle } from '../fakes/fake-clock.ts';
import { callsTool, modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { createGate } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import type { AgentEvent } from '../../src-main/shared/protocol/agent.ts';
import { messageText } from '../../src-main/shared/protocol/chat.ts';

function follow(client: NativeClient, runId: string): readonly AgentEvent[] {
  return client.events('agent').filter((event) => event.runId === runId);
}

describe('agent', () => {
  test('accepts at once and answers the same request again with the result', async () => {
    const model = await startModelServer({
      steps: [{ text: 'All' }, { text: ' done.' }, { finish: 'stop' }],
    });
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    const id = client.post('agent', { message: 'hi', idempotencyKey: 'k', sessionKey: 'coding' });
    const accepted = await client.wire.waitFor((frame) => frame['id'] === id, 'acceptance');
    expect(accepted['payload']).toMatchObject({
      runId: 'k',
      sessionKey: 'agent:main:coding',
      agentId: 'main',
      status: 'accepted',
    });
    const done = await client.wire.waitFor(
      (frame) => frame['id'] === id && (frame['payload'] as { status: string }).status !== 'accepted',
      'result',
    );
    expect(done['payload']).toMatchObject({
      runId: 'k',
      status: 'ok',
      summary: 'completed',
      result: { payloads: [{ text: 'All done.' }], meta: { stopReason: 'stop' } },
    });
  });

  test('of a model that fails ends with error and its reason', async () => {
    const model = await startModelServer({ status: 400, body: '{"error":{"message":"no"}}' });
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    const id = client.post('agent', { message: 'hi', idempotencyKey: 'k' });
    const done = await client.wire.waitFor(
      (frame) => frame['id'] === id && (frame['payload'] as { status: string }).status === 'error',
      'result',
    );
    expect(done['payload']).toMatchObject({ summary: expect.stringContaining('HTTP 400') as string });
  });

  test('with the same key does not run twice', async () => {
    const model = await startModelServer(says('yes'));
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await client.request('agent', { message: 'hi', idempotencyKey: 'k' });
    await client.runEnd('k');
    await expect(client.request('agent', { message: 'hi', idempotencyKey: 'k' })).resolves.toMatchObject({
      status: 'ok',
    });
    expect(model.requests).toHaveLength(1);
  });

  test('tells the model what the program wants it to know', async () => {
    const model = await startModelServer(says('yes'));
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await client.request('agent', { message: 'hi', idempotencyKey: 'k', extraSystemPrompt: 'Rhyme always.' });
    await client.runEnd('k');
    expect(JSON.stringify(model.requests[0]?.body.messages[0])).toContain('Rhyme always.');
  });

  test('uses the model that it names', async () => {
    const model = await startModelServer(says('yes'));
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await client.request('agent', { message: 'hi', idempotencyKey: 'k', provider: 'fake', model: 'm2' });
    await client.runEnd('k');
    expect(model.requests[0]?.body.model).toBe('m2');
  });
});

describe('agent.wait', () => {
  test('answers when the run is over', async () => {
    const gate = createGate();
    const model = await startModelServer({
      steps: [{ text: 'x' }, { wait: gate.opened }, { finish: 'stop' }],
    });
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await client.request('agent', { message: 'hi', idempotencyKey: 'k' });
    const waited = client.request('agent.wait', { runId: 'k' });
    await model.request(1);
    gate.open();
    await expect(waited).resolves.toMatchObject({ runId: 'k', status: 'ok', stopReason: 'stop' });
    await expect(client.request('agent.wait', { runId: 'k', timeoutMs: 0 })).resolves.toMatchObject({
      status: 'ok',
    });
  });

  test('may begin before the run does', async () => {
    const gateway = await startGateway();
    const waiting = await connectNative(gateway);
    const client = await connectNative(gateway);
    const waited = waiting.request('agent.wait', { runId: 'k' });
    await waiting.request('health', {});
    await client.request('agent', { message: 'hi', idempotencyKey: 'k' });
    await expect(waited).resolves.toMatchObject({ status: 'ok' });
  });

  test('of a run that nobody knows ends with timeout', async () => {
    const clock = new FakeClock();
    const client = await connectNative(await startGateway({ clock }));
    const waited = client.request('agent.wait', { runId: 'nobody', timeoutMs: 5_000 });
    await client.request('health', {});
    await settle();
    await clock.advance(5_001);
    await expect(waited).resolves.toEqual({ runId: 'nobody', status: 'timeout' });
  });
});

describe('agent events', () => {
  test('tell the life of a run and its words, in order', async () => {
    const model = await startModelServer({
      steps: [{ text: 'Hello' }, { text: ' there' }, { finish: 'stop' }],
    });
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' });
    await client.event('agent', (e) => e.runId === 'k' && e.stream === 'lifecycle' && e.data.phase === 'end');
    const events = follow(client, 'k');
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events[0]).toMatchObject({
      stream: 'lifecycle',
      data: { phase: 'start' },
      sessionKey: 'agent:main:main',
      agentId: 'main',
    });
    expect(events).toContainEqual(
      expect.objectContaining({
        stream: 'lifecycle',
        data: { phase: 'model', provider: 'fake', model: 'm1' },
      }),
    );
    const words = events.flatMap((event) => (event.stream === 'assistant' ? [event.data] : []));
    expect(words.map(({ delta }) => delta).join('')).toBe('Hello there');
    expect(words.at(-1)?.text).toBe('Hello there');
  });

  test('of tools go to those who ask for them', async () => {
    const model = await startModelServer(callsTool('memory_search', { query: 'Ana' }), says('Nothing.'));
    const gateway = await startGateway({ config: modelConfig(model) });
    const plain = await connectNative(gateway);
    const curious = await connectNative(gateway, { caps: ['tool-events'] });
    await plain.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' });
    await curious.runEnd('k');
    await plain.runEnd('k');
    const tools = follow(curious, 'k').filter(({ stream }) => stream === 'tool');
    expect(tools.map(({ data }) => data)).toMatchObject([
      { phase: 'start', name: 'memory_search', args: { query: 'Ana' } },
      { phase: 'result', name: 'memory_search', isError: false, result: { content: [{ type: 'text' }] } },
    ]);
    expect(follow(plain, 'k').filter(({ stream }) => stream === 'tool')).toEqual([]);
  });

  test('of a run that is stopped and of one that fails say so', async () => {
    const model = await startModelServer(
      { steps: [{ text: 'x' }, { hang: true }] },
      { status: 400, body: '{}' },
    );
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'a' });
    await client.event('chat', ({ state }) => state === 'delta');
    await client.request('chat.abort', { sessionKey: 'main', runId: 'a' });
    await client.runEnd('a');
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'b' });
    await client.runEnd('b');
    await client.request('health', {});
    expect(follow(client, 'a').at(-1)?.data).toMatchObject({
      phase: 'end',
      aborted: true,
      stopReason: 'rpc',
    });
    expect(follow(client, 'b').at(-1)?.data).toMatchObject({ phase: 'error' });
  });

  test('with session-scoped-events come only from sessions that are followed', async () => {
    const gateway = await startGateway();
    const writer = await connectNative(gateway);
    const scoped = await connectNative(gateway, { caps: ['session-scoped-events'] });
    await scoped.request('sessions.messages.subscribe', { key: 'coding' });
    for (const [key, session] of [
      ['a', 'coding'],
      ['b', 'writing'],
    ] as const) {
      await writer.request('chat.send', { sessionKey: session, message: 'hi', idempotencyKey: key });
      await writer.runEnd(key);
    }
    await scoped.request('health', {});
    expect(new Set(scoped.events('agent').map(({ runId }) => runId))).toEqual(new Set(['a']));
    expect(new Set(scoped.events('chat').map(({ runId }) => runId))).toEqual(new Set(['a']));
  });

  test('reach the protocol page’s clients, and nobody without the right to read', async () => {
    const gateway = await startGateway();
    const page = await connectDialect(DIALECTS[1]!, gateway);
    const blind = await connectNative(gateway, { scopes: [] });
    const client = await connectNative(gateway);
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' });
    await page.wire.waitFor((frame) => frame['event'] === 'agent', 'agent event');
    await client.runEnd('k');
    await blind.request('health', {});
    expect(blind.events('agent')).toEqual([]);
  });
});

describe('chat.inject', () => {
  test('adds a message that no run has said, under its label', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway);
    const other = await connectNative(gateway);
    await other.request('sessions.messages.subscribe', { key: 'main' });
    const { messageId } = await client.request('chat.inject', {
      sessionKey: 'main',
      message: 'All green.',
      label: 'Build',
    });
    const end = await other.runEnd(`inject-${messageId}`);
    expect(end).toMatchObject({ state: 'final', seq: 0 });
    await other.event('session.message', ({ message }) => messageText(message) === '[Build]\n\nAll green.');
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messages.map(messageText)).toEqual(['[Build]\n\nAll green.']);
  });

  test('needs admin', async () => {
    const client = await connectNative(await startGateway(), { scopes: ['operator.write'] });
    const params = { sessionKey: 'main', message: 'x' };
    expect((await client.refusal('chat.inject', params)).detailCode).toBe('MISSING_SCOPE');
  });
});

describe('send', () => {
  test('puts a message into a session and tells the person', async () => {
    const client = await connectNative(await startGateway());
    const sent = await client.request('send', {
      to: 'main',
      message: 'The build is done.',
      idempotencyKey: 'k',
    });
    expect(sent).toMatchObject({ ok: true, channel: 'clawtray', sessionKey: 'agent:main:main' });
    const { notification } = await client.event('notification');
    expect(notification).toMatchObject({
      kind: 'message',
      body: 'The build is done.',
      sessionKey: 'agent:main:main',
    });
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messages.map(messageText)).toEqual(['The build is done.']);
  });

  test('with the same key sends once', async () => {
    const client = await connectNative(await startGateway());
    const params = { to: 'main', message: 'once', idempotencyKey: 'k' };
    const [first, second] = await Promise.all([
      client.request('send', params),
      client.request('send', params),
    ]);
    expect(second).toEqual(first);
    await expect(client.request('chat.history', { sessionKey: 'main' })).resolves.toMatchObject({
      totalMessages: 1,
    });
  });

  test('silently raises no notification', async () => {
    const client = await connectNative(await startGateway());
    await client.request('send', { to: 'main', message: 'x', silent: true, idempotencyKey: 'k' });
    await client.request('health', {});
    expect(client.events('notification')).toEqual([]);
  });

  test('to a channel that is not there says which there are', async () => {
    const client = await connectNative(await startGateway());
    const refused = await client.refusal('send', {
      to: '+491234',
      channel: 'whatsapp',
      message: 'x',
      idempotencyKey: 'k',
    });
    expect(refused.error.code).toBe('INVALID_REQUEST');
    expect(refused.message).toContain('"whatsapp" is not configured');
  });
});
