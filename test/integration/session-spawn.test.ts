import { describe, expect, test } from 'vitest';
import { messageText } from '../../src-main/shared/protocol/chat.ts';
import { useGatewayProcesses } from '../fakes/gateway-process.ts';
import { callsTool, modelConfig, says, startModelServer, type Reply } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway, writeConfig } from '../fakes/test-gateway.ts';

const startProcess = useGatewayProcesses();
const STUCK: Reply = { steps: [{ text: 'Working' }, { hang: true }] };

async function connect(...replies: Reply[]) {
  const model = await startModelServer(...replies);
  const gateway = await startGateway({ config: modelConfig(model) });
  const client = await connectNative(gateway);
  await client.request('sessions.subscribe', {});
  return { model, gateway, client };
}

const texts = async (client: NativeClient, sessionKey: string): Promise<readonly string[]> => {
  const { messages } = await client.request('chat.history', { sessionKey });
  return messages.map(messageText);
};

describe('sessions.spawn', () => {
  test('begins a task in a session of its own, and tells the parent its result once', async () => {
    const { model, client } = await connect(says('42'));
    const params = { task: 'Compute it', key: 'work', label: 'Maths', idempotencyKey: 'k' };
    const spawned = await client.request('sessions.spawn', params);
    expect(spawned).toMatchObject({
      ok: true,
      status: 'accepted',
      parentSessionKey: 'agent:main:work',
      runId: 'k',
    });
    expect(spawned.key).toMatch(/^agent:main:subagent:/);
    await client.event('sessions.changed', ({ reason }) => reason === 'subagent');
    const [report, ...others] = await texts(client, 'work');
    expect(report).toContain(`Sub-agent “Maths” (${spawned.key}) is done.`);
    expect(report).toContain('42');
    expect(others).toEqual([]);
    expect(await texts(client, spawned.key)).toEqual(['Compute it', '42']);
    await expect(client.request('sessions.spawn', params)).resolves.toMatchObject({ key: spawned.key });
    expect(model.requests).toHaveLength(1);
    const { sessions } = await client.request('sessions.list', { spawnedBy: 'work' });
    expect(sessions).toMatchObject([
      { key: spawned.key, spawnedBy: 'agent:main:work', parentSessionKey: 'agent:main:work', spawnDepth: 1 },
    ]);
    const visible = await client.request('sessions.list', { excludeSubagents: true });
    expect(visible.sessions.map(({ key }) => key)).toEqual(['agent:main:work']);
  });

  test('tells of a failure, and of one that was stopped', async () => {
    const { client, model } = await connect({ status: 401 });
    await client.request('sessions.spawn', { task: 'Fail', key: 'work' });
    await expect
      .poll(() => texts(client, 'work'))
      .toMatchObject([expect.stringContaining('failed: fake refused')]);
    model.reply(STUCK);
    const { runId, key } = await client.request('sessions.spawn', { task: 'Hang', key: 'work' });
    await client.event('chat', (event) => event.runId === runId && event.state === 'delta');
    await client.request('chat.abort', { sessionKey: key });
    await expect.poll(async () => (await texts(client, 'work'))[1]).toContain('was stopped.');
  });

  test('ends with its parent: whoever stops the session stops those that work for it', async () => {
    const { client } = await connect(STUCK);
    const { runId } = await client.request('sessions.spawn', { task: 'Hang', key: 'work' });
    await client.event('chat', (event) => event.runId === runId && event.state === 'delta');
    await expect(client.request('chat.abort', { sessionKey: 'work' })).resolves.toMatchObject({
      aborted: true,
      runIds: [runId],
    });
    expect(await client.runEnd(runId)).toMatchObject({ state: 'aborted' });
  });

  test('is bounded in number', async () => {
    const { client } = await connect(STUCK);
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => client.request('sessions.spawn', { task: `t${n}`, key: 'work' })),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    const refused = await client.refusal('sessions.spawn', { task: 'late', key: 'work' });
    expect(refused.detailCode).toBe('TOO_MANY_SUB_AGENTS');
    expect(refused.error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    await client.request('chat.abort', { sessionKey: 'work' });
  });

  test('is bounded in depth', async () => {
    const { client } = await connect(says('ok'));
    let key = 'work';
    for (let depth = 1; depth <= 3; depth += 1)
      ({ key } = await client.request('sessions.spawn', { task: `depth ${depth}`, key }));
    const refused = await client.refusal('sessions.spawn', { task: 'deeper', key });
    expect(refused.detailCode).toBe('SPAWN_TOO_DEEP');
  });

  test.each([
    [{}, 'task must say what is to be done'],
    [{ task: 'x', model: 'nobody/x' }, 'nobody'],
    [{ task: 'x', agentId: 'unknown-agent' }, 'unknown-agent'],
  ])('%j is refused, and makes no session', async (params, reason) => {
    const { client } = await connect(says('ok'));
    const refused = await client.refusal('sessions.spawn', params);
    expect(refused.message).toContain(reason);
    const { sessions } = await client.request('sessions.list', { excludeSubagents: false });
    expect(sessions.filter(({ key }) => key.includes('subagent'))).toEqual([]);
  });

  test('that a kill has cut off is told by the next start', async () => {
    const stateDir = temporaryFolder();
    const model = await startModelServer(STUCK);
    writeConfig(stateDir, modelConfig(model));
    const first = await startProcess(stateDir);
    const before = await connectNative(first);
    const { runId } = await before.request('sessions.spawn', { task: 'Hang', key: 'work', label: 'Long' });
    await before.event('chat', (event) => event.runId === runId && event.state === 'delta');
    await first.kill();
    const client = await connectNative(await startProcess(stateDir));
    await expect
      .poll(() => texts(client, 'work'), { timeout: 10_000 })
      .toMatchObject([expect.stringContaining('was cut off because Clawtray was closed')]);
  });
});

describe('an agent', () => {
  const toolResult = async (client: NativeClient, key: string): Promise<unknown> => {
    const { messages } = await client.request('chat.history', { sessionKey: key });
    const text = messageText(messages.find(({ role }) => role === 'toolResult')!);
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  };
  const say = async (client: NativeClient, sessionKey: string, id: string): Promise<void> => {
    await client.request('chat.send', { sessionKey, message: id, idempotencyKey: id });
    await client.runEnd(id);
  };

  test('spawns by a tool, and goes on with the report when it comes', async () => {
    const { model, client } = await connect(
      callsTool('sessions_spawn', { task: 'Look it up', label: 'Looker' }),
      says('one of the two'),
    );
    await say(client, 'work', 'go');
    const last = await client.event(
      'chat',
      (event) => event.state === 'final' && event.runId.startsWith('report-'),
    );
    expect(last.sessionKey).toBe('agent:main:work');
    const prompts = model.requests.map(({ body }) => JSON.stringify(body.messages));
    expect(prompts.some((prompt) => prompt.includes('Sub-agent “Looker”'))).toBe(true);
    expect(await toolResult(client, 'work')).toMatchObject({ status: 'accepted' });
  });

  test('sees its own session and its sub-agents, and nobody else’s', async () => {
    const { model, client } = await connect(says('secret of the other one'));
    await say(client, 'other', 'hello');
    model.reply(callsTool('sessions_history', { sessionKey: 'other' }), says('no'));
    await say(client, 'work', 'look');
    expect(await toolResult(client, 'work')).toContain('There is no session other among yours');
    model.reply(callsTool('sessions_list', {}), says('ok'));
    await say(client, 'third', 'list');
    expect(await toolResult(client, 'third')).toMatchObject([{ key: 'agent:main:third' }]);
  });

  test('reads and writes to its sub-agents', async () => {
    const { model, client } = await connect(says('first report'));
    const { key } = await client.request('sessions.spawn', { task: 'Begin', key: 'work' });
    await client.event('sessions.changed', ({ reason }) => reason === 'subagent');
    model.reply(callsTool('sessions_history', { sessionKey: key }), says('ok'));
    await say(client, 'work', 'read');
    expect(await toolResult(client, 'work')).toMatchObject([
      { role: 'user', text: 'Begin' },
      { role: 'assistant', text: 'first report' },
    ]);
    await client.request('sessions.reset', { key: 'work' });
    model.reply(
      callsTool('sessions_send', { sessionKey: key, message: 'More?' }),
      says('second report'),
      says('thanks'),
    );
    await say(client, 'work', 'write');
    expect(await toolResult(client, 'work')).toMatchObject({ status: 'done', reply: 'second report' });
    expect((await texts(client, key)).slice(2)).toEqual(['More?', 'second report']);
  });
});
