import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSqlite } from '../../src-main/gateway/store/sqlite.ts';
import { modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const tell = (client: NativeClient, sessionKey: string, message: string): Promise<unknown> =>
  client.request('chat.inject', { sessionKey, message });

async function found(
  client: NativeClient,
  query: string,
  more: Record<string, unknown> = {},
): Promise<string[]> {
  const { results } = await client.request('sessions.search', { query, ...more });
  return results.map(({ snippet }) => snippet);
}

describe('sessions.search', () => {
  test('finds what persons and agents said, with the session and the message', async () => {
    const model = await startModelServer(says('The boiler is in the cellar.'));
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await client.request('chat.send', { sessionKey: 'house', message: 'Where is it?', idempotencyKey: 'k' });
    await client.runEnd('k');
    await tell(client, 'other', 'Nothing to see.');
    const { results } = await client.request('sessions.search', { query: 'boiler' });
    const { messages, sessionId } = await client.request('chat.history', { sessionKey: 'house' });
    expect(results).toMatchObject([
      {
        sessionKey: 'agent:main:house',
        sessionId,
        messageId: messages[1]?.__openclaw?.id,
        role: 'assistant',
        snippet: 'The boiler is in the cellar.',
      },
    ]);
    expect(await found(client, 'where')).toEqual(['Where is it?']);
  });

  test('wants all of the words, each from its beginning, in any case and with or without accents', async () => {
    const client = await connectNative(await startGateway());
    for (const text of ['Die Haustür klemmt', 'Das Haus ist groß', 'Türkei'])
      await tell(client, 'main', text);
    expect((await found(client, 'HAUS')).sort()).toEqual(['Das Haus ist groß', 'Die Haustür klemmt']);
    expect(await found(client, 'haus klemmt')).toEqual(['Die Haustür klemmt']);
    expect(await found(client, 'tur')).toEqual(['Türkei']);
    expect(await found(client, 'haus auto')).toEqual([]);
  });

  test('finds words of languages that put no spaces between them', async () => {
    const client = await connectNative(await startGateway());
    await tell(client, 'main', '明天早上九点提醒我给安娜打电话');
    await tell(client, 'main', '昨天安静');
    expect(await found(client, '安娜')).toEqual(['明天早上九点提醒我给安娜打电话']);
    expect(await found(client, '娜安')).toEqual([]);
  });

  test('takes every character of the question as it is', async () => {
    const client = await connectNative(await startGateway());
    await tell(client, 'main', 'x said "yes" OR no');
    for (const query of ['"', '***', 'NEAR(', '\u0000', '😀'])
      expect(await found(client, query), query).toEqual([]);
    expect(await found(client, '"yes" OR*')).toEqual(['x said "yes" OR no']);
  });

  test('is bounded, in the named sessions or of one agent', async () => {
    const config = { agents: { list: [{ id: 'main' }, { id: 'other' }] } };
    const client = await connectNative(await startGateway({ config }));
    for (const key of ['a', 'b', 'agent:other:c']) await tell(client, key, `apple in ${key}`);
    expect(await found(client, 'apple', { sessionKeys: ['b', 'nowhere'] })).toEqual(['apple in b']);
    expect(await found(client, 'apple', { agentId: 'other' })).toEqual(['apple in agent:other:c']);
    const page = await client.request('sessions.search', { query: 'apple', limit: 2 });
    expect(page).toMatchObject({ truncated: true });
    expect(page.results).toHaveLength(2);
  });

  test('forgets what was deleted, and finds what was said since', async () => {
    const client = await connectNative(await startGateway());
    await tell(client, 'a', 'old apple');
    expect(await found(client, 'apple')).toEqual(['old apple']);
    await client.request('sessions.reset', { key: 'a' });
    expect(await found(client, 'apple')).toEqual([]);
    await tell(client, 'a', 'new apple');
    expect(await found(client, 'apple')).toEqual(['new apple']);
    await client.request('sessions.delete', { key: 'a' });
    expect(await found(client, 'apple')).toEqual([]);
    await tell(client, 'b', 'newest apple');
    expect(await found(client, 'apple')).toEqual(['newest apple']);
  });

  test('goes on where it was after a restart, also with what nobody had indexed', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway);
    for (let n = 0; n < 700; n += 100)
      await Promise.all(Array.from({ length: 100 }, (_, m) => tell(client, 'main', `pear ${n + m}`)));
    await tell(client, 'main', 'last pear');
    await gateway.stop();
    const db = openSqlite(path.join(gateway.stateDir, 'clawtray', 'clawtray.sqlite'));
    db.exec('DELETE FROM message_index; UPDATE message_index_state SET position = 0;');
    db.close();
    const again = await connectNative(await startGateway({ stateDir: gateway.stateDir }));
    const first = await again.request('sessions.search', { query: 'pear', limit: 1 });
    expect(first).toMatchObject({ indexing: true });
    await expect.poll(() => found(again, 'last pear')).toEqual(['last pear']);
  });
});

describe('sessions.describe', () => {
  test('shows one session, or null', async () => {
    const client = await connectNative(await startGateway());
    await client.request('sessions.create', { key: 'work', label: 'Work' });
    await tell(client, 'work', 'hello');
    const { session } = await client.request('sessions.describe', { key: 'work', includeLastMessage: true });
    expect(session).toMatchObject({ key: 'agent:main:work', label: 'Work', lastMessagePreview: 'hello' });
    expect((await client.request('sessions.describe', { key: 'nowhere' })).session).toBeNull();
  });
});

describe('sessions.resolve', () => {
  test('knows a session by its key, its id and its label', async () => {
    const client = await connectNative(await startGateway());
    const { sessionId } = await client.request('sessions.create', { key: 'work', label: 'Work' });
    const work = { ok: true, key: 'agent:main:work', agentId: 'main', displayName: 'Work' };
    await expect(client.request('sessions.resolve', { key: 'work' })).resolves.toEqual(work);
    await expect(client.request('sessions.resolve', { sessionId })).resolves.toEqual(work);
    await expect(client.request('sessions.resolve', { label: 'Work' })).resolves.toEqual(work);
    const elsewhere = { label: 'Work', agentId: 'other', allowMissing: true };
    await expect(client.request('sessions.resolve', elsewhere)).resolves.toEqual({ ok: false });
  });

  test.each([
    [{ key: 'nowhere' }, 'No session found: nowhere'],
    [{}, 'give a key, a sessionId or a label'],
    [{ shortId: 'ab' }, 'at /shortId: is not known here'],
  ])('%j is refused', async (params, reason) => {
    const client = await connectNative(await startGateway());
    expect((await client.refusal('sessions.resolve', params)).message).toContain(reason);
  });
});

describe('sessions.send', () => {
  test('sends to a session that is there, once', async () => {
    const model = await startModelServer(says('yes'));
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    const params = { key: 'work', message: 'hello', idempotencyKey: 'k' };
    const refused = await client.refusal('sessions.send', params);
    expect(refused.message).toContain('There is no session agent:main:work');
    await client.request('sessions.create', { key: 'work' });
    await expect(client.request('sessions.send', params)).resolves.toEqual({ runId: 'k', status: 'started' });
    await client.runEnd('k');
    await expect(client.request('sessions.send', params)).resolves.toEqual({ runId: 'k', status: 'ok' });
    expect(model.requests).toHaveLength(1);
  });
});
