import { describe, expect, test } from 'vitest';
import { messageText } from '../../src-main/shared/protocol/chat.ts';
import type { SessionsChangedEvent } from '../../src-main/shared/protocol/sessions.ts';
import { DAY } from '../../src-main/shared/time.ts';
import { connectCourse } from '../fakes/course-client.ts';
import { ask, bearer } from '../fakes/http-client.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { modelConfig, says, startModelServer, type Reply } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { storedArchive } from '../fakes/stored-archive.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

const STUCK: Reply = { steps: [{ text: 'Once upon ' }, { hang: true }] };

interface Ready {
  readonly gateway: TestGateway;
  readonly client: NativeClient;
}

async function connect(...replies: Reply[]): Promise<Ready> {
  const model = await startModelServer(...(replies.length === 0 ? [says('yes')] : replies));
  const gateway = await startGateway({ config: modelConfig(model) });
  const client = await connectNative(gateway);
  await client.request('sessions.subscribe', {});
  return { gateway, client };
}

async function say(client: NativeClient, sessionKey: string, message: string): Promise<void> {
  await begin(client, sessionKey, message);
  await client.runEnd(`${sessionKey} ${message}`);
}

/** @returns the run's id */
async function begin(client: NativeClient, sessionKey: string, message: string): Promise<string> {
  const idempotencyKey = `${sessionKey} ${message}`;
  await client.request('chat.send', { sessionKey, message, idempotencyKey });
  return idempotencyKey;
}

async function texts(client: NativeClient, sessionKey: string): Promise<readonly string[]> {
  const { messages } = await client.request('chat.history', { sessionKey });
  return messages.map(messageText);
}

async function sessionId(client: NativeClient, sessionKey: string): Promise<string> {
  return (await client.request('chat.history', { sessionKey })).sessionId;
}

const changed = (client: NativeClient, reason: string): Promise<SessionsChangedEvent> =>
  client.event('sessions.changed', (event) => event.reason === reason);

describe('the label of a session', () => {
  test('is changed, told, found, and taken away with null', async () => {
    const { client } = await connect();
    await say(client, 'work', 'hello');
    const id = await sessionId(client, 'work');
    const answer = await client.request('sessions.patch', { key: 'work', label: '  Taxes ' });
    expect(answer).toMatchObject({
      ok: true,
      key: 'agent:main:work',
      entry: { sessionId: id, label: 'Taxes' },
    });
    const event = await changed(client, 'patch');
    expect(event).toMatchObject({ sessionKey: 'agent:main:work', session: { label: 'Taxes' } });
    const { sessions } = await client.request('sessions.list', { label: 'Taxes' });
    expect(sessions.map(({ key }) => key)).toEqual(['agent:main:work']);
    const cleared = await client.request('sessions.patch', { key: 'work', label: null });
    expect(cleared.entry).not.toHaveProperty('label');
    expect((await client.request('sessions.list', {})).sessions[0]).not.toHaveProperty('label');
    expect(await texts(client, 'work')).toEqual(['hello', 'yes']);
  });

  test('outlasts the gateway', async () => {
    const { gateway, client } = await connect();
    await client.request('sessions.patch', { key: 'work', label: 'Taxes' });
    await gateway.stop();
    const again = await connectNative(await startGateway({ stateDir: gateway.stateDir }));
    expect((await again.request('sessions.list', {})).sessions).toMatchObject([{ label: 'Taxes' }]);
  });

  test('belongs to one session of an agent', async () => {
    const { client } = await connect();
    await client.request('sessions.patch', { key: 'a', label: 'Taxes' });
    await client.request('sessions.patch', { key: 'a', label: 'Taxes' });
    const refused = await client.refusal('sessions.patch', { key: 'b', label: 'Taxes' });
    expect(refused.message).toContain('label already in use: Taxes');
    await client.request('agents.create', { name: 'other' });
    await client.request('sessions.patch', { key: 'b', agentId: 'other', label: 'Taxes' });
    // What was refused has made no session.
    const { sessions } = await client.request('sessions.list', {});
    expect(sessions.map(({ key }) => key).sort()).toEqual(['agent:main:a', 'agent:other:b']);
  });

  test('is not changed for whoever thinks of another conversation', async () => {
    const { client } = await connect();
    await say(client, 'work', 'hello');
    const expectedSessionId = await sessionId(client, 'work');
    await client.request('sessions.patch', { key: 'work', label: 'A', expectedSessionId });
    await client.request('sessions.reset', { key: 'work' });
    const refused = await client.refusal('sessions.patch', { key: 'work', label: 'B', expectedSessionId });
    expect(refused.detailCode).toBe('SESSION_CHANGED');
    expect((await client.request('sessions.list', {})).sessions).toMatchObject([{ label: 'A' }]);
  });

  test.each([
    [{ label: '   ' }, 'invalid label: empty'],
    [{}, 'nothing to change'],
    [{ label: 'x', execHost: 'node' }, 'at /execHost: cannot be set here'],
    [{ fastMode: null }, 'at /fastMode: cannot be set here'],
    [{ lable: 'x' }, "unexpected property 'lable'"],
  ])('%j is refused with the reason', async (params, reason) => {
    const { client } = await connect();
    const refused = await client.refusal('sessions.patch', { key: 'work', ...params });
    expect(refused.message).toContain(reason);
  });
});

describe('a session that is reset', () => {
  test('begins anew under the same key, with its label', async () => {
    const { gateway, client } = await connect();
    await say(client, 'work', 'hello');
    await client.request('sessions.patch', { key: 'work', label: 'Taxes' });
    const before = await sessionId(client, 'work');
    const { entry, key } = await client.request('sessions.reset', { key: 'work', reason: 'new' });
    expect(key).toBe('agent:main:work');
    expect(entry.label).toBe('Taxes');
    expect(entry.sessionId).not.toBe(before);
    const event = await changed(client, 'new');
    expect(event.session).toMatchObject({ key, sessionId: entry.sessionId, label: 'Taxes' });
    expect(event.session).not.toHaveProperty('lastMessagePreview');
    expect(await texts(client, 'work')).toEqual([]);
    expect(await sessionId(client, 'work')).toBe(entry.sessionId);
    await say(client, 'work', 'again');
    expect(await texts(client, 'work')).toEqual(['again', 'yes']);
    await gateway.stop();
    expect(storedArchive(gateway.stateDir)).toEqual([
      { sessionId: before, key, reason: 'new', label: 'Taxes', texts: ['hello', 'yes'] },
    ]);
  });

  test('knows nothing of what was said before', async () => {
    const model = await startModelServer(says('yes'));
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await say(client, 'main', 'the secret is 4711');
    await client.request('sessions.reset', { key: 'main' });
    await say(client, 'main', 'what is it?');
    expect(JSON.stringify(model.requests.at(-1)?.body.messages)).not.toContain('4711');
  });

  test('has its runs stopped first, and what they said goes into the archive', async () => {
    const { gateway, client } = await connect(STUCK, says('yes'));
    const running = await begin(client, 'main', 'a story');
    const waiting = await begin(client, 'main', 'another');
    await client.event('chat', ({ state }) => state === 'delta');
    await client.request('sessions.reset', { key: 'main' });
    expect((await client.runEnd(running)).state).toBe('aborted');
    expect((await client.runEnd(waiting)).state).toBe('aborted');
    expect(await texts(client, 'main')).toEqual([]);
    expect((await changed(client, 'reset')).session).not.toHaveProperty('status');
    await say(client, 'main', 'now');
    expect(await texts(client, 'main')).toEqual(['now', 'yes']);
    await gateway.stop();
    const [archived] = storedArchive(gateway.stateDir);
    expect(archived?.reason).toBe('reset');
    expect([...(archived?.texts ?? [])].sort()).toEqual(['', 'Once upon ', 'a story', 'another']);
  });

  test('is made if it was not there; an empty conversation is not archived', async () => {
    const { gateway, client } = await connect();
    const first = await client.request('sessions.reset', { key: 'fresh' });
    const second = await client.request('sessions.reset', { key: 'fresh' });
    expect(second.entry.sessionId).not.toBe(first.entry.sessionId);
    await gateway.stop();
    expect(storedArchive(gateway.stateDir)).toEqual([]);
  });

  test('is left alone for whoever thinks of another conversation, and its run goes on', async () => {
    const { client } = await connect(STUCK);
    await begin(client, 'main', 'a story');
    await client.event('chat', ({ state }) => state === 'delta');
    const refused = await client.refusal('sessions.reset', { key: 'main', expectedSessionId: 'old' });
    expect(refused.detailCode).toBe('SESSION_CHANGED');
    expect((await client.request('sessions.list', {})).sessions).toMatchObject([{ status: 'running' }]);
  });

  test('takes no message until that is done, and says when to send it again', async () => {
    const { client } = await connect(STUCK);
    await begin(client, 'main', 'a story');
    await client.event('chat', ({ state }) => state === 'delta');
    const reset = client.request('sessions.reset', { key: 'main' });
    const params = { sessionKey: 'main', message: 'and now', idempotencyKey: 'k' };
    const refused = await client.refusal('chat.send', params);
    expect(refused.error).toMatchObject({ code: 'UNAVAILABLE', retryable: true, retryAfterMs: 1_000 });
    await reset;
    await client.request('chat.send', params);
    expect(await texts(client, 'main')).toEqual(['and now']);
  });

  test('twice at once is reset once or twice, never half', async () => {
    const { gateway, client } = await connect();
    await say(client, 'main', 'hello');
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, () => client.request('sessions.reset', { key: 'main' })),
    );
    expect(results.map(({ status }) => status)).toContain('fulfilled');
    expect(await texts(client, 'main')).toEqual([]);
    await gateway.stop();
    expect(storedArchive(gateway.stateDir).map((one) => one.texts)).toEqual([['hello', 'yes']]);
  });
});

describe('a session that is deleted', () => {
  test('is gone, and what was said is archived', async () => {
    const { gateway, client } = await connect();
    await say(client, 'work', 'hello');
    const id = await sessionId(client, 'work');
    const answer = await client.request('sessions.delete', { key: 'work' });
    expect(answer).toEqual({ ok: true, key: 'agent:main:work', deleted: true, archived: [id] });
    const event = await changed(client, 'delete');
    expect(event).toMatchObject({ sessionKey: 'agent:main:work', agentId: 'main' });
    expect(event).not.toHaveProperty('session');
    expect((await client.request('sessions.list', {})).sessions).toEqual([]);
    expect(await texts(client, 'work')).toEqual([]);
    const again = await client.request('sessions.delete', { key: 'work' });
    expect(again).toEqual({ ok: true, key: 'agent:main:work', deleted: false, archived: [] });
    await gateway.stop();
    expect(storedArchive(gateway.stateDir)).toMatchObject([
      { sessionId: id, reason: 'delete', texts: ['hello', 'yes'] },
    ]);
  });

  test('with its transcript leaves nothing of it, nor of its earlier conversations', async () => {
    const { gateway, client } = await connect();
    await say(client, 'work', 'hello');
    await say(client, 'other', 'hello');
    await client.request('sessions.reset', { key: 'work' });
    await client.request('sessions.reset', { key: 'other' });
    await say(client, 'work', 'again');
    const answer = await client.request('sessions.delete', { key: 'work', deleteTranscript: true });
    expect(answer).toMatchObject({ deleted: true, archived: [] });
    await gateway.stop();
    expect(storedArchive(gateway.stateDir).map(({ key }) => key)).toEqual(['agent:main:other']);
  });

  test('has its runs stopped first, and does not come back with what they said', async () => {
    const { client } = await connect(STUCK);
    const running = await begin(client, 'work', 'a story');
    const waiting = await begin(client, 'work', 'another');
    await client.event('chat', ({ state }) => state === 'delta');
    await client.request('sessions.delete', { key: 'work' });
    expect((await client.runEnd(running)).state).toBe('aborted');
    expect((await client.runEnd(waiting)).state).toBe('aborted');
    expect((await client.request('sessions.list', {})).sessions).toEqual([]);
    await expect(client.request('health', {})).resolves.toMatchObject({ ok: true });
  });

  test.each(['main', 'agent:main:main', 'agent:other:main'])('cannot be %s', async (key) => {
    const { client } = await connect();
    await client.request('agents.create', { name: 'other' });
    await say(client, key, 'hello');
    const refused = await client.refusal('sessions.delete', { key });
    expect(refused.error.code).toBe('INVALID_REQUEST');
    expect(refused.message).toContain('Cannot delete the main session (agent:');
    expect(await texts(client, key)).toEqual(['hello', 'yes']);
  });

  test('is still there when it is another conversation, or has gone on, since the caller looked', async () => {
    const { client } = await connect();
    await say(client, 'work', 'hello');
    const [row] = (await client.request('sessions.list', {})).sessions;
    const expectedSessionUpdatedAt = (row?.updatedAt ?? 0) - 1;
    for (const expected of [{ expectedSessionId: 'old' }, { expectedSessionUpdatedAt }]) {
      const refused = await client.refusal('sessions.delete', { key: 'work', ...expected });
      expect(refused.detailCode).toBe('SESSION_CHANGED');
    }
    expect(await texts(client, 'work')).toEqual(['hello', 'yes']);
    const right = { expectedSessionId: row?.sessionId, expectedSessionUpdatedAt: row?.updatedAt };
    await expect(client.request('sessions.delete', { key: 'work', ...right })).resolves.toMatchObject({
      deleted: true,
    });
  });

  test('is gone as a channel, too', async () => {
    const { gateway, client } = await connect();
    const course = await connectCourse(gateway);
    await course.call('channel.create', { name: 'work' });
    await client.request('sessions.delete', { key: 'work' });
    const { channels } = await course.call('channel.list');
    expect((channels as { channel: string }[]).map(({ channel }) => channel)).toEqual(['default']);
  });

  test('of a single HTTP request is in the archive no longer than it would have been kept', async () => {
    const clock = new LeapingClock();
    const first = await startGateway({ clock });
    await ask(first, '/v1/chat/completions', {
      headers: bearer(first),
      body: { model: 'openclaw', messages: [{ role: 'user', content: 'hello' }] },
    });
    const client = await connectNative(first);
    const { sessions } = await client.request('sessions.list', { search: 'openai' });
    await client.request('sessions.delete', { key: sessions[0]?.key ?? '' });
    await first.stop();
    expect(storedArchive(first.stateDir)).toHaveLength(1);
    clock.leap(31 * DAY);
    const second = await startGateway({ stateDir: first.stateDir, clock });
    await second.stop();
    expect(storedArchive(first.stateDir)).toEqual([]);
  });

  test('can begin again under the same key', async () => {
    const { gateway, client } = await connect();
    await say(client, 'work', 'hello');
    await client.request('sessions.delete', { key: 'work' });
    await say(client, 'work', 'a new one');
    expect(await texts(client, 'work')).toEqual(['a new one', 'yes']);
    await gateway.stop();
    const again = await connectNative(await startGateway({ stateDir: gateway.stateDir }));
    expect(await texts(again, 'work')).toEqual(['a new one', 'yes']);
  });
});

describe('sessions.abort', () => {
  test('stops the run that is active; the one that waits has its turn', async () => {
    const { client } = await connect(STUCK, says('yes'));
    const running = await begin(client, 'main', 'a story');
    const waiting = await begin(client, 'main', 'another');
    await client.event('chat', ({ state }) => state === 'delta');
    const answer = await client.request('sessions.abort', { key: 'main' });
    expect(answer).toEqual({ ok: true, abortedRunId: running, status: 'aborted' });
    expect((await client.runEnd(running)).state).toBe('aborted');
    expect((await client.runEnd(waiting)).state).toBe('final');
  });

  test('stops those that wait as well when it is asked to', async () => {
    const { client } = await connect(STUCK);
    const running = await begin(client, 'main', 'a story');
    const waiting = await begin(client, 'main', 'another');
    await client.event('chat', ({ state }) => state === 'delta');
    const answer = await client.request('sessions.abort', { key: 'main', clearQueued: true });
    expect(answer).toMatchObject({ abortedRunId: running, status: 'aborted' });
    expect((await client.runEnd(running)).state).toBe('aborted');
    expect((await client.runEnd(waiting)).state).toBe('aborted');
  });

  test('finds a run by its id alone', async () => {
    const { client } = await connect(STUCK);
    const runId = await begin(client, 'work', 'a story');
    await client.event('chat', ({ state }) => state === 'delta');
    await expect(client.request('sessions.abort', { key: 'main', runId })).resolves.toEqual({
      ok: true,
      abortedRunId: null,
      status: 'no-active-run',
    });
    const answer = await client.request('sessions.abort', { runId });
    expect(answer).toMatchObject({ abortedRunId: runId, status: 'aborted' });
    await client.runEnd(runId);
    for (const params of [{ runId }, { key: 'work' }, { key: 'nowhere', clearQueued: true }])
      expect((await client.request('sessions.abort', params)).status).toBe('no-active-run');
  });

  test('needs to know which', async () => {
    const { client } = await connect();
    const refused = await client.refusal('sessions.abort', { clearQueued: true });
    expect(refused.message).toContain('key or runId is needed');
  });
});

describe('who may change sessions', () => {
  test.each([
    ['sessions.patch', { label: 'x' }, 'operator.read', 'operator.write'],
    ['sessions.abort', {}, 'operator.read', 'operator.write'],
    ['sessions.reset', {}, 'operator.write', 'operator.admin'],
    ['sessions.delete', {}, 'operator.write', 'operator.admin'],
  ])('%s with %j: not with %s, but with %s', async (method, params, less, enough) => {
    const gateway = await startGateway();
    const given = { key: 'work', ...params };
    const lesser = await connectNative(gateway, { scopes: [less] });
    expect((await lesser.refusal(method, given)).error.code).toBe('FORBIDDEN');
    const holder = await connectNative(gateway, { scopes: [enough] });
    await expect(holder.call(method, given)).resolves.toMatchObject({ ok: true });
  });
});
