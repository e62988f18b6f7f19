import { describe, expect, test } from 'vitest';
import { messageText } from '../../src-main/shared/protocol/chat.ts';
import { connectDialect, DIALECTS } from '../fakes/dialects.ts';
import { callsTool, modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative } from '../fakes/native-client.ts';
import { createGate } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const [, hybrid, jsonRpc, typed] = DIALECTS;

describe.each(DIALECTS)('a chat, $name', (dialect) => {
  test('goes through and completes with what the model said', async () => {
    const model = await startModelServer(says('Hello from the model', { prompt: 7, completion: 5 }));
    const client = await connectDialect(dialect, await startGateway({ config: modelConfig(model) }));
    const end = await client.chat('hi');
    expect(model.requests[0]?.body.messages.at(-1)).toEqual({ role: 'user', content: 'hi' });
    const said = {
      native: () => messageText((end['payload'] as { message: never }).message),
      hybrid: () => messageText((end['payload'] as { message: never }).message),
      'json-rpc': () =>
        client.wire.frames
          .filter((frame) => frame['method'] === 'chat.stream')
          .map((frame) => (frame['params'] as { chunk: string }).chunk)
          .join(''),
      typed: () => (end['payload'] as { text: string }).text,
    }[dialect.name]();
    expect(said).toBe('Hello from the model');
    expect(JSON.stringify(end)).toContain('12');
  });

  test('works with the built-in assistant when there is no model', async () => {
    const client = await connectDialect(dialect, await startGateway());
    const end = await client.chat('hi');
    const heard = JSON.stringify([...client.wire.frames, end]);
    expect(heard).toContain('not a language model');
  });
});

describe('the stream of a run', () => {
  test('native: status, deltas that add up to the whole, one end; numbered without a gap', async () => {
    const model = await startModelServer(says('one two three four five six seven eight'));
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await client.request('chat.send', { sessionKey: 'main', message: 'count', idempotencyKey: 'k' });
    const end = await client.runEnd('k');
    const events = client.events('chat');
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const states = events.map(({ state }) => state);
    expect(states.slice(0, 2)).toEqual(['status', 'status']);
    expect(states.filter((state) => state === 'final')).toHaveLength(1);
    const deltas = events.filter((event) => event.state === 'delta');
    expect(deltas.map(({ deltaText }) => deltaText).join('')).toBe('one two three four five six seven eight');
    for (const [index, { message }] of deltas.entries()) {
      const soFar = deltas.slice(0, index + 1).map(({ deltaText }) => deltaText);
      expect(messageText(message)).toBe(soFar.join(''));
    }
    expect(end).toMatchObject({
      state: 'final',
      stopReason: 'stop',
      usage: { input: 7, output: 5, totalTokens: 12 },
    });
  });

  test('whoever sends a message has its answer before anybody is told about the message', async () => {
    const client = await connectNative(await startGateway());
    await client.request('sessions.subscribe', {});
    await client.request('sessions.messages.subscribe', { key: 'main' });
    for (const key of ['k', 'l']) {
      const from = client.wire.frames.length;
      await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: key });
      await client.runEnd(key);
      const frames = client.wire.frames.slice(from).map(({ type, event }) => event ?? type);
      expect(frames.slice(0, 3)).toEqual(['res', 'session.message', 'sessions.changed']);
    }
  });

  test('comes while the model still speaks', async () => {
    const gate = createGate();
    const model = await startModelServer({
      steps: [{ text: 'first ' }, { wait: gate.opened }, { text: 'second' }, { finish: 'stop' }],
    });
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' });
    const delta = await client.event('chat', (event) => event.state === 'delta');
    expect(delta).toMatchObject({ deltaText: 'first ' });
    const history = await client.request('chat.history', { sessionKey: 'main' });
    expect(history.inFlightRun).toMatchObject({ runId: 'k', text: 'first ', status: 'running' });
    gate.open();
    await client.runEnd('k');
  });

  test('json-rpc: pieces are numbered from 0, and the end says how long it took', async () => {
    const model = await startModelServer(says('one two three'));
    const client = await connectDialect(jsonRpc!, await startGateway({ config: modelConfig(model) }));
    const end = await client.chat('count');
    const pieces = client.wire.frames.filter((frame) => frame['method'] === 'chat.stream');
    expect(pieces.map((frame) => (frame['params'] as { index: number }).index)).toEqual(
      pieces.map((_, n) => n),
    );
    expect(end['params']).toEqual({
      total_tokens: 12,
      channel: 'default',
      duration_ms: expect.any(Number) as number,
    });
  });

  test('json-rpc: goes to those who talk in the channel and to nobody else', async () => {
    const gateway = await startGateway();
    const inside = await connectDialect(jsonRpc!, gateway);
    const outside = await connectDialect(jsonRpc!, gateway);
    await inside.ask('channel.create', { name: 'coding' });
    await inside.ask('chat.send', { message: 'hi', channel: 'coding' });
    await inside.wire.waitFor(
      (frame) =>
        frame['method'] === 'chat.complete' && (frame['params'] as { channel: string }).channel === 'coding',
      'end',
    );
    await outside.ask('system.status');
    expect(outside.wire.frames.filter((frame) => frame['method'] === 'chat.stream')).toEqual([]);
  });

  test('json-rpc: another agent’s session of the same name is another conversation', async () => {
    const gateway = await startGateway();
    const course = await connectDialect(jsonRpc!, gateway);
    const person = await connectNative(gateway);
    await person.request('agents.create', { name: 'work' });
    await person.request('chat.send', {
      sessionKey: 'agent:work:default',
      message: 'hi',
      idempotencyKey: 'k',
    });
    await person.runEnd('k');
    await course.ask('system.status');
    expect(course.wire.frames.filter((frame) => frame['method'] === 'chat.stream')).toEqual([]);
  });

  test('typed: only the one who asked is answered', async () => {
    const gateway = await startGateway();
    const asking = await connectDialect(typed!, gateway);
    const other = await connectDialect(typed!, gateway);
    await asking.chat('hi');
    await other.ask('status');
    expect(other.wire.frames.filter((frame) => frame['type'] === 'response')).toEqual([]);
  });

  test('every client that may read sees it, whoever asked and in whichever dialect', async () => {
    const gateway = await startGateway();
    const asking = await connectDialect(typed!, gateway);
    const watching = await connectNative(gateway);
    const page = await connectDialect(hybrid!, gateway);
    await asking.chat('hi');
    await watching.event('chat', ({ state }) => state === 'final');
    await page.wire.waitFor((frame) => hybrid!.ends(frame), 'end');
  });
});

describe('a model that uses tools', () => {
  test('gets its arguments together from pieces, runs the tool, and goes on', async () => {
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const model = await startModelServer(
      callsTool('reminder_set', { text: 'Stretch', at }, 7),
      says('Done.'),
    );
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await client.request('chat.send', { sessionKey: 'main', message: 'remind me', idempotencyKey: 'k' });
    expect(await client.runEnd('k')).toMatchObject({ state: 'final' });
    const { jobs } = await client.request('cron.list', {});
    expect(jobs).toMatchObject([{ name: 'Stretch', schedule: { kind: 'at', at } }]);
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'toolResult', 'assistant']);
    expect(model.requests[1]?.body.messages.at(-1)).toMatchObject({ role: 'tool' });
  });

  test('is told when it gets the arguments wrong, and may try again', async () => {
    const model = await startModelServer(callsTool('reminder_set', { text: 5 }), says('Sorry.'));
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await client.request('chat.send', { sessionKey: 'main', message: 'remind me', idempotencyKey: 'k' });
    expect(await client.runEnd('k')).toMatchObject({ state: 'final' });
    expect(JSON.stringify(model.requests[1]?.body.messages.at(-1))).toContain('must be string');
  });

  test('typed: the answer lists the tools that were used', async () => {
    const model = await startModelServer(callsTool('memory_search', { query: 'Ana' }), says('Nothing.'));
    const client = await connectDialect(typed!, await startGateway({ config: modelConfig(model) }));
    const { payload } = await client.chat('what do you know about Ana?');
    expect(payload).toMatchObject({
      text: 'Nothing.',
      tool_calls: [{ tool: 'memory_search', args: { query: 'Ana' } }],
    });
  });

  test('typed: each tool is told while it works, and its result, before the answer', async () => {
    const model = await startModelServer(callsTool('memory_search', { query: 'Ana' }), says('Nothing.'));
    const client = await connectDialect(typed!, await startGateway({ config: modelConfig(model) }));
    const { id } = await client.chat('what do you know about Ana?');
    const types = client.wire.frames.filter((frame) => frame['id'] === id).map((frame) => frame['type']);
    expect(types).toEqual(expect.arrayContaining(['tool_call', 'tool_result', 'response']));
  });
});
