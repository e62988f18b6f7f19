import { describe, expect, test } from 'vitest';
import { messageText } from '../../src-main/shared/protocol/chat.ts';
import { useGatewayProcesses } from '../fakes/gateway-process.ts';
import { callsTool, modelConfig, says, startModelServer, type Reply } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { createGate, temporaryFolder } from '../fakes/temporary.ts';
import { startGateway, writeConfig } from '../fakes/test-gateway.ts';

const startProcess = useGatewayProcesses();

const send = (client: NativeClient, key: string, more: Record<string, unknown> = {}): Promise<unknown> =>
  client.call('chat.send', { sessionKey: 'main', message: `message ${key}`, idempotencyKey: key, ...more });

/** What the model was told by the person and by itself, one line each. */
const told = (messages: readonly { role: string; content: unknown }[] | undefined): readonly string[] =>
  (messages ?? []).flatMap(({ role, content }) =>
    role === 'system' || role === 'tool' || content === null
      ? []
      : [`${role}: ${typeof content === 'string' ? content : JSON.stringify(content)}`],
  );

async function connect(replies: readonly Reply[], queue?: Record<string, unknown>) {
  const model = await startModelServer(...replies);
  const config = { ...modelConfig(model), ...(queue === undefined ? {} : { messages: { queue } }) };
  const gateway = await startGateway({ config });
  return { model, gateway, client: await connectNative(gateway) };
}

const waitsFor = (gate: { opened: Promise<void> }): Reply => ({
  steps: [{ text: 'first' }, { wait: gate.opened }, { finish: 'stop' }],
});

describe('collect', () => {
  test('answers all that wait in one turn, and each of them ends', async () => {
    const gate = createGate();
    const { model, client } = await connect([waitsFor(gate), says('all')]);
    await send(client, 'a');
    await model.request(1);
    for (const key of ['b', 'c', 'd']) await send(client, key, { queueMode: 'collect' });
    gate.open();
    const ends = await Promise.all(['a', 'b', 'c', 'd'].map((key) => client.runEnd(key)));
    expect(ends.map(({ state }) => state)).toEqual(['final', 'final', 'final', 'final']);
    expect(model.requests).toHaveLength(2);
    expect(told(model.requests[1]?.body.messages)).toEqual([
      'user: message a',
      'assistant: first',
      'user: message b',
      'user: message c',
      'user: message d',
    ]);
    // Only the one whose turn it was has the answer.
    expect(ends.map((end) => (end.state === 'final' ? end.message !== undefined : undefined))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('shows what was answered together in later turns, too', async () => {
    const gate = createGate();
    const { model, client } = await connect([waitsFor(gate), says('all'), says('later')]);
    await send(client, 'a');
    await model.request(1);
    await send(client, 'b', { queueMode: 'collect' });
    await send(client, 'c', { queueMode: 'collect' });
    gate.open();
    await client.runEnd('c');
    await send(client, 'd');
    await client.runEnd('d');
    expect(told(model.requests[2]?.body.messages).slice(2)).toEqual([
      'user: message b',
      'user: message c',
      'assistant: all',
      'user: message d',
    ]);
  });
});

describe('steer', () => {
  test('is taken in between two steps of the turn that goes on', async () => {
    const gate = createGate();
    const tool = callsTool('gateway_status', {});
    const slow: Reply = 'steps' in tool ? { steps: [{ wait: gate.opened }, ...tool.steps] } : tool;
    const { model, client } = await connect([slow, says('both')]);
    await send(client, 'a');
    await model.request(1);
    await send(client, 'b', { queueMode: 'steer' });
    gate.open();
    const end = await client.runEnd('a');
    expect(end.state === 'final' && end.message !== undefined ? messageText(end.message) : '').toBe('both');
    const steered = await client.runEnd('b');
    expect(steered).toMatchObject({ state: 'final' });
    expect(steered).not.toHaveProperty('message');
    expect(told(model.requests[1]?.body.messages)).toEqual(['user: message a', 'user: message b']);
    expect(model.requests).toHaveLength(2);
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messages[1]).toMatchObject({ runId: 'b', answeredBy: 'a' });
  });

  test('has its own turn when the other one has no further step', async () => {
    const gate = createGate();
    const { model, client } = await connect([waitsFor(gate), says('second')]);
    await send(client, 'a');
    await model.request(1);
    await send(client, 'b', { queueMode: 'steer' });
    gate.open();
    const end = await client.runEnd('b');
    expect(end.state === 'final' && end.message !== undefined ? messageText(end.message) : '').toBe('second');
  });
});

describe('interrupt', () => {
  const STUCK: Reply = { steps: [{ text: 'Once upon ' }, { hang: true }] };

  test('stops what goes on, keeps what it said, and is answered next', async () => {
    const { model, client } = await connect([STUCK, says('new')]);
    await send(client, 'a');
    await client.event('chat', ({ state }) => state === 'delta');
    await send(client, 'b');
    await expect(send(client, 'c', { queueMode: 'interrupt' })).resolves.toEqual({
      runId: 'c',
      status: 'started',
      interruptedActiveRun: true,
    });
    expect(await client.runEnd('a')).toMatchObject({ state: 'aborted', stopReason: 'aborted' });
    expect(await client.runEnd('b')).toMatchObject({ state: 'aborted', stopReason: 'aborted' });
    expect(await client.runEnd('c')).toMatchObject({ state: 'final' });
    expect(model.requests).toHaveLength(2);
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messages.map(messageText)).toContain('Once upon ');
    // The one that gave way is still part of the conversation.
    expect(told(model.requests[1]?.body.messages)).toContain('user: message b');
  });

  test('says nothing of an interruption where there was none', async () => {
    const { client } = await connect([says('yes')]);
    await expect(send(client, 'a', { queueMode: 'interrupt' })).resolves.toEqual({
      runId: 'a',
      status: 'started',
    });
  });
});

describe('the mode of a message that says none', () => {
  test('is the session’s, else the configuration’s', async () => {
    const { client } = await connect([{ steps: [{ text: 'x' }, { hang: true }] }], { mode: 'interrupt' });
    await send(client, 'a');
    await client.event('chat', ({ state }) => state === 'delta');
    await expect(send(client, 'b')).resolves.toMatchObject({ interruptedActiveRun: true });
    await client.event('chat', ({ state, runId }) => state === 'delta' && runId === 'b');
    await client.request('sessions.patch', { key: 'main', queueMode: 'followup' });
    await expect(send(client, 'c')).resolves.toEqual({ runId: 'c', status: 'started' });
  });
});

describe('messages that wait', () => {
  const HANGS: Reply = { steps: [{ text: 'x' }, { hang: true }] };

  test('are shown in the history and counted in the list', async () => {
    const { client } = await connect([HANGS]);
    await client.request('sessions.subscribe', {});
    await send(client, 'a');
    await client.event('chat', ({ state }) => state === 'delta');
    await send(client, 'b');
    await send(client, 'c');
    const { pendingInputs } = await client.request('chat.history', { sessionKey: 'main' });
    expect(pendingInputs).toMatchObject({
      total: 2,
      items: [
        { runId: 'b', state: 'queued', message: { content: 'message b' } },
        { runId: 'c', state: 'queued' },
      ],
    });
    await client.event('sessions.changed', ({ session }) => session?.queuedMessages === 2);
    await client.request('chat.abort', { sessionKey: 'main', runId: 'b' });
    const { sessions } = await client.request('sessions.list', {});
    expect(sessions).toMatchObject([{ status: 'running', queuedMessages: 1 }]);
  });

  test('are as many as the configuration allows', async () => {
    const { client } = await connect([HANGS], { cap: 2 });
    for (const key of ['a', 'b', 'c']) await send(client, key);
    const params = { sessionKey: 'main', message: 'x', idempotencyKey: 'd' };
    expect((await client.refusal('chat.send', params)).message).toContain('2 messages wait in this session');
  });

  test('give way from the oldest on when the configuration says so, and stay in the conversation', async () => {
    const { client } = await connect([HANGS], { cap: 2, drop: 'summarize' });
    await send(client, 'a');
    await client.event('chat', ({ state }) => state === 'delta');
    for (const key of ['b', 'c', 'd']) await send(client, key);
    expect(await client.runEnd('b')).toMatchObject({ state: 'aborted', stopReason: 'aborted' });
    const { pendingInputs, messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(pendingInputs?.items.map(({ runId }) => runId)).toEqual(['c', 'd']);
    expect(messages.map(messageText)).toContain('message b');
  });

  test('have their turn after a kill, once, and the one that was being answered says that it was cut off', async () => {
    const stateDir = temporaryFolder();
    const model = await startModelServer({ steps: [{ text: 'x' }, { hang: true }] });
    writeConfig(stateDir, modelConfig(model));
    const first = await startProcess(stateDir);
    const before = await connectNative(first);
    await send(before, 'a');
    await before.event('chat', ({ state }) => state === 'delta');
    await send(before, 'b', { thinking: 'low' });
    await send(before, 'c', { queueMode: 'collect' });
    await send(before, 'd', { queueMode: 'collect' });
    await first.kill();
    model.reply(says('late'));
    const client = await connectNative(await startProcess(stateDir));
    const texts = async (): Promise<readonly string[]> => {
      const { messages } = await client.request('chat.history', { sessionKey: 'main' });
      return messages.map((message) => message.errorMessage ?? messageText(message));
    };
    await expect
      .poll(texts, { timeout: 10_000 })
      .toEqual([
        'message a',
        'message b',
        'message c',
        'message d',
        'Clawtray was closed before this was answered.',
        'late',
        'late',
      ]);
    expect((model.requests[1]?.body as { reasoning_effort?: string }).reasoning_effort).toBe('low');
    await expect(send(client, 'b')).resolves.toMatchObject({ status: 'ok' });
    expect(model.requests).toHaveLength(3);
  });

  test('have their turn after an orderly restart', async () => {
    const { gateway, model, client } = await connect([HANGS]);
    await send(client, 'a');
    await client.event('chat', ({ state }) => state === 'delta');
    await send(client, 'b');
    await gateway.stop();
    model.reply(says('late'));
    const again = await connectNative(await startGateway({ stateDir: gateway.stateDir }));
    await expect
      .poll(
        async () => {
          const { messages } = await again.request('chat.history', { sessionKey: 'main' });
          return messages.map(messageText);
        },
        { timeout: 10_000 },
      )
      .toEqual(['message a', 'message b', 'x', 'late']);
  });

  test('have no turn in a session that is deleted', async () => {
    const { model, client } = await connect([HANGS]);
    for (const key of ['a', 'b']) await send(client, key, { sessionKey: 'work' });
    await model.request(1);
    await client.request('sessions.delete', { key: 'work' });
    expect(await client.runEnd('b')).toMatchObject({ state: 'aborted' });
    expect(model.requests).toHaveLength(1);
  });
});
