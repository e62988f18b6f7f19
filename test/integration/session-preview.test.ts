import { describe, expect, test } from 'vitest';
import { modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';

async function connect(answer = 'yes'): Promise<NativeClient> {
  const model = await startModelServer(says(answer));
  return connectNative(await startGateway({ config: modelConfig(model) }));
}

async function say(client: NativeClient, sessionKey: string, message: string): Promise<void> {
  const idempotencyKey = `${sessionKey} ${message}`;
  await client.request('chat.send', { sessionKey, message, idempotencyKey });
  await client.runEnd(idempotencyKey);
}

describe('a preview', () => {
  test('shows the last messages of each session, oldest first, under the key that was asked for', async () => {
    const client = await connect();
    await say(client, 'main', 'one');
    await say(client, 'work', 'two');
    const { previews } = await client.request('sessions.preview', { keys: ['work', 'agent:main:main'] });
    expect(previews).toEqual([
      {
        key: 'work',
        status: 'ok',
        items: [
          { role: 'user', text: 'two' },
          { role: 'assistant', text: 'yes' },
        ],
      },
      {
        key: 'agent:main:main',
        status: 'ok',
        items: [
          { role: 'user', text: 'one' },
          { role: 'assistant', text: 'yes' },
        ],
      },
    ]);
  });

  test('has no more messages and no longer texts than were asked for', async () => {
    const client = await connect('😀'.repeat(200));
    await say(client, 'main', 'one');
    await say(client, 'main', 'two');
    const shown = await client.request('sessions.preview', { keys: ['main'], limit: 1, maxChars: 22 });
    expect(shown.previews[0]?.items).toEqual([{ role: 'assistant', text: `${'😀'.repeat(10)}…` }]);
    const usual = await client.request('sessions.preview', { keys: ['main'] });
    expect(usual.previews[0]?.items.map(({ text }) => text.length)).toEqual([3, 239, 3, 239]);
  });

  test('tells sessions that are empty, are not there, or cannot be, and still shows the others', async () => {
    const client = await connect();
    await say(client, 'main', 'one');
    await client.request('sessions.patch', { key: 'empty', label: 'Empty' });
    const { previews } = await client.request('sessions.preview', {
      keys: ['empty', 'nowhere', 'agent::x', 'main'],
    });
    expect(previews.map(({ key, status }) => [key, status])).toEqual([
      ['empty', 'empty'],
      ['nowhere', 'missing'],
      ['agent::x', 'error'],
      ['main', 'ok'],
    ]);
  });

  test('answers the first 64 keys', async () => {
    const client = await connect();
    const keys = Array.from({ length: 70 }, (_, n) => `k${n}`);
    const { previews } = await client.request('sessions.preview', { keys });
    expect(previews.map(({ key }) => key)).toEqual(keys.slice(0, 64));
  });

  test('needs the right to read', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway, { scopes: [] });
    const refused = await client.refusal('sessions.preview', { keys: ['main'] });
    expect(refused.error.code).toBe('FORBIDDEN');
  });
});
