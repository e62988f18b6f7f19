import { describe, expect, test } from 'vitest';
import { messageText } from '../../src-main/shared/protocol/chat.ts';
import { modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { createGate } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const send = (client: NativeClient, key: string, sessionKey = 'main'): Promise<unknown> =>
  client.request('chat.send', { sessionKey, message: `message ${key}`, idempotencyKey: key });

describe('one session', () => {
  test('answers one message at a time, in the order in which they came', async () => {
    const model = await startModelServer(says('yes'));
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    const keys = ['a', 'b', 'c', 'd'];
    await Promise.all(keys.map((key) => send(client, key)));
    await client.runEnd('d');
    const asked = model.requests.map(({ body }) => body.messages.at(-1)?.content);
    expect(asked).toEqual(keys.map((key) => `message ${key}`));
    const ends = client.events('chat').filter(({ state }) => state === 'final');
    expect(ends.map(({ runId }) => runId)).toEqual(keys);
  });

  test('a message that waits is not yet part of the conversation before it', async () => {
    const gate = createGate();
    const model = await startModelServer({
      steps: [{ wait: gate.opened }, { text: 'yes' }, { finish: 'stop' }],
    });
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await send(client, 'a');
    await send(client, 'b');
    await model.request(1);
    expect(JSON.stringify(model.requests[0]?.body.messages)).not.toContain('message b');
    gate.open();
    await client.runEnd('b');
    const second = model.requests[1]?.body.messages.slice(1);
    expect(second?.map(({ role }) => role)).toContain('assistant');
  });

  test('lets twenty wait; the next one is refused with a time to wait, and is not stored', async () => {
    const model = await startModelServer({ steps: [{ text: 'x' }, { hang: true }] });
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    for (let n = 0; n <= 20; n += 1) await send(client, `k${n}`);
    const refused = await client.refusal('chat.send', {
      sessionKey: 'main',
      message: 'x',
      idempotencyKey: 'late',
    });
    expect(refused.error).toMatchObject({ code: 'UNAVAILABLE', retryable: true, retryAfterMs: 5_000 });
    expect(refused.message).toContain('20 messages wait in this session already');
    await expect(client.request('chat.history', { sessionKey: 'main' })).resolves.toMatchObject({
      totalMessages: 21,
    });
  });

  test('never acknowledges a message that it then has no room for', async () => {
    const model = await startModelServer({ steps: [{ text: 'x' }, { hang: true }] });
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    const results = await Promise.allSettled(Array.from({ length: 40 }, (_, n) => send(client, `k${n}`)));
    const accepted = results.filter(({ status }) => status === 'fulfilled').length;
    await client.event('chat', ({ state }) => state === 'delta');
    await client.request('chat.abort', { sessionKey: 'main' });
    await client.request('health', {});
    const failed = client.events('chat').filter(({ state }) => state === 'error');
    expect({ accepted, failed: failed.length }).toEqual({ accepted: 21, failed: 0 });
  });

  test('shows a run that waits in the list of sessions', async () => {
    const model = await startModelServer({ steps: [{ text: 'x' }, { hang: true }] });
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await send(client, 'a');
    await client.event('chat', ({ state }) => state === 'delta');
    const { sessions } = await client.request('sessions.list', {});
    expect(sessions).toMatchObject([{ key: 'agent:main:main', status: 'running' }]);
  });
});

describe('several sessions', () => {
  test('are answered side by side', async () => {
    const gate = createGate();
    const model = await startModelServer({
      steps: [{ text: 'x' }, { wait: gate.opened }, { finish: 'stop' }],
    });
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    for (const name of ['a', 'b', 'c']) await send(client, name, name);
    await model.request(3);
    gate.open();
    await Promise.all(['a', 'b', 'c'].map((name) => client.runEnd(name)));
  });

  test('have their own history and know nothing of each other', async () => {
    const model = await startModelServer(says('yes'));
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await send(client, 'a', 'coding');
    await client.runEnd('a');
    await send(client, 'b', 'writing');
    await client.runEnd('b');
    expect(JSON.stringify(model.requests[1]?.body.messages)).not.toContain('message a');
    const { messages } = await client.request('chat.history', { sessionKey: 'coding' });
    expect(messages.map(messageText)).toEqual(['message a', 'yes']);
  });

  test('remember only their own facts', async () => {
    const client = await connectNative(await startGateway());
    const say = async (key: string, sessionKey: string, message: string): Promise<string> => {
      await client.request('chat.send', { sessionKey, message, idempotencyKey: key });
      const end = await client.runEnd(key);
      return end.state === 'final' && end.message !== undefined ? messageText(end.message) : end.state;
    };
    await say('1', 'home', 'remember that the key is under the mat');
    expect(await say('2', 'home', 'what do you know about the key?')).toContain('under the mat');
    expect(await say('3', 'work', 'what do you know about the key?')).toContain('nothing');
  });
});

describe('chat.history', () => {
  test('comes in pages from the newest, and says whether there is more', async () => {
    const client = await connectNative(await startGateway());
    for (const key of ['a', 'b', 'c']) {
      await send(client, key);
      await client.runEnd(key);
    }
    const page = await client.request('chat.history', { sessionKey: 'main', limit: 2 });
    expect(page).toMatchObject({ totalMessages: 6, hasMore: true });
    expect(page.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
    const older = await client.request('chat.history', { sessionKey: 'main', limit: 10, offset: 4 });
    expect(older).toMatchObject({ hasMore: false });
    expect(messageText(older.messages[0]!)).toBe('message a');
  });

  test('of a session that is not there is empty', async () => {
    const client = await connectNative(await startGateway());
    await expect(client.request('chat.history', { sessionKey: 'nowhere' })).resolves.toEqual({
      sessionKey: 'agent:main:nowhere',
      sessionId: '',
      messages: [],
      hasMore: false,
      totalMessages: 0,
    });
  });

  test('keeps any text as it was written', async () => {
    const client = await connectNative(await startGateway());
    const text = 'ä😀 \ud83d "quoted" \\n \u2028 </script> \u0000 ${x} %s';
    await client.request('chat.send', { sessionKey: 'main', message: text, idempotencyKey: 'k' });
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messageText(messages[0]!)).toBe(text);
  });

  test('is cut to what a client can take, newest first, and says that there is more', async () => {
    const client = await connectNative(await startGateway());
    for (let n = 0; n < 20; n += 1) {
      const message = { type: 'transcript', call_id: 'c', text: `${n} `.padEnd(399_000, 'x') };
      await client.call('sessions_send', { message });
    }
    const page = await client.request('chat.history', { sessionKey: 'call:c' });
    expect(JSON.stringify(page).length).toBeLessThan(6_400_000);
    expect(page).toMatchObject({ hasMore: true, totalMessages: 20 });
    expect(messageText(page.messages.at(-1)!)).toMatch(/^19 /);
    const older = await client.request('chat.history', {
      sessionKey: 'call:c',
      offset: page.messages.length,
    });
    expect(messageText(older.messages.at(-1)!)).toMatch(new RegExp(`^${19 - page.messages.length} `));
  });
});

describe('finding', () => {
  test('a session takes every character as it is', async () => {
    const client = await connectNative(await startGateway());
    for (const name of ['100%', 'a_b', 'axb', 'back\\slash']) await send(client, name, name);
    const find = async (search: string): Promise<string[]> => {
      const { sessions } = await client.request('sessions.list', { search });
      return sessions.map(({ key }) => key.slice('agent:main:'.length)).sort();
    };
    expect(await find('0%')).toEqual(['100%']);
    expect(await find('a_b')).toEqual(['a_b']);
    expect(await find('\\')).toEqual(['back\\slash']);
    expect(await find('%')).toEqual(['100%']);
  });

  test('a memory takes the words of the question as words', async () => {
    const client = await connectNative(await startGateway());
    const say = async (key: string, message: string): Promise<string> => {
      await client.request('chat.send', { sessionKey: 'main', message, idempotencyKey: key });
      const end = await client.runEnd(key);
      return end.state === 'final' && end.message !== undefined ? messageText(end.message) : end.state;
    };
    await say('0', 'remember that Ana’s birthday is 3 May');
    for (const [n, query] of [
      'Ana',
      'ana',
      '"Ana" OR *',
      'text:Ana NEAR(x)',
      'Ána^2',
      "'; DROP TABLE memories; -- ana",
    ].entries()) {
      expect(await say(`q${n}`, `what do you know about ${query}?`), query).toContain('birthday');
    }
    expect(await say('none', 'what do you know about ***?')).toContain('nothing');
  });
});
