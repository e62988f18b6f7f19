import { describe, expect, test } from 'vitest';
import { messageText } from '../../src-main/shared/protocol/chat.ts';
import { modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

async function connect(): Promise<{ readonly gateway: TestGateway; readonly client: NativeClient }> {
  const model = await startModelServer(says('yes'));
  const gateway = await startGateway({ config: modelConfig(model) });
  return { gateway, client: await connectNative(gateway) };
}

async function keys(client: NativeClient): Promise<readonly string[]> {
  const { sessions } = await client.request('sessions.list', {});
  return sessions.map(({ key }) => key);
}

describe('a session that is created', () => {
  test('is new, has its label, and is told', async () => {
    const { client } = await connect();
    await client.request('sessions.subscribe', {});
    const made = await client.request('sessions.create', { label: 'Taxes' });
    expect(made).toMatchObject({ ok: true, runStarted: false, entry: { label: 'Taxes' } });
    expect(made.key).toMatch(/^agent:main:dashboard:[\w-]{36}$/);
    expect(made.entry.sessionId).toBe(made.sessionId);
    const event = await client.event('sessions.changed', ({ reason }) => reason === 'create');
    expect(event).toMatchObject({ sessionKey: made.key, session: { label: 'Taxes' } });
    const other = await client.request('sessions.create', {});
    expect([...(await keys(client))].sort()).toEqual([made.key, other.key].sort());
  });

  test('answers its first message', async () => {
    const { client } = await connect();
    await client.request('agents.create', { name: 'other' });
    const made = await client.request('sessions.create', { agentId: 'other', message: ' ', task: 'hello' });
    expect(made).toMatchObject({ runStarted: true, status: 'started' });
    expect(made.key).toMatch(/^agent:other:/);
    expect((await client.runEnd(made.runId ?? '')).state).toBe('final');
    const { messages } = await client.request('chat.history', { sessionKey: made.key });
    expect(messages.map(messageText)).toEqual(['hello', 'yes']);
  });

  test('is the one that exists when the key is taken', async () => {
    const { client } = await connect();
    const first = await client.request('sessions.create', { key: 'work' });
    const second = await client.request('sessions.create', { key: 'work' });
    expect(second).toMatchObject({ key: 'agent:main:work', sessionId: first.sessionId });
  });

  test('is one for one idempotency key, with one message, also after a restart', async () => {
    const { gateway, client } = await connect();
    const params = { message: 'hello', idempotencyKey: 'k' };
    const [first, second] = await Promise.all([
      client.request('sessions.create', params),
      client.request('sessions.create', params),
    ]);
    expect(second).toEqual(first);
    await client.runEnd('k');
    await gateway.stop();
    const again = await connectNative(await startGateway({ stateDir: gateway.stateDir }));
    expect((await again.request('sessions.create', params)).key).toBe(first.key);
    expect(await keys(again)).toEqual([first.key]);
    const { totalMessages } = await again.request('chat.history', { sessionKey: first.key });
    expect(totalMessages).toBe(2);
  });

  test('is not made with the label of another one', async () => {
    const { client } = await connect();
    const { key } = await client.request('sessions.create', { label: 'Taxes' });
    const refused = await client.refusal('sessions.create', { label: 'Taxes' });
    expect(refused.message).toContain('label already in use');
    expect(await keys(client)).toEqual([key]);
  });

  test('is there even when its message cannot be taken, which is told', async () => {
    const model = await startModelServer({ steps: [{ text: 'x' }, { hang: true }] });
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    for (let n = 0; n <= 20; n += 1)
      await client.request('chat.send', { sessionKey: 'work', message: 'hi', idempotencyKey: `k${n}` });
    const made = await client.request('sessions.create', { key: 'work', message: 'one too many' });
    expect(made).toMatchObject({
      key: 'agent:main:work',
      runStarted: false,
      runError: { code: 'UNAVAILABLE', retryable: true, retryAfterMs: 5_000 },
    });
  });

  test('has nothing that sessions do not have here', async () => {
    const { client } = await connect();
    const refused = await client.refusal('sessions.create', { worktree: true });
    expect(refused.message).toContain('at /worktree: cannot be chosen here');
    expect(await keys(client)).toEqual([]);
  });

  test('needs the right to write', async () => {
    const { gateway } = await connect();
    const reader = await connectNative(gateway, { scopes: ['operator.read'] });
    expect((await reader.refusal('sessions.create', {})).error.code).toBe('FORBIDDEN');
  });
});
