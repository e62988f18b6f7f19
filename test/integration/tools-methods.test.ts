import { describe, expect, test } from 'vitest';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { startToolCaller } from '../fakes/tool-caller.ts';

describe('tools', () => {
  test('are listed in groups, as far as the agent may use them', async () => {
    const client = await connectNative(await startGateway({ config: { tools: { deny: ['group:web'] } } }));
    const { agentId, groups } = await client.request('tools.catalog', {});
    expect(agentId).toBe('main');
    expect(groups.find(({ id }) => id === 'runtime')?.tools).toMatchObject([
      { id: 'exec', risk: 'high', defaultProfiles: ['coding', 'full'] },
      { id: 'process' },
    ]);
    expect(groups.find(({ id }) => id === 'fs')?.tools.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['read', 'write', 'edit', 'list', 'search']),
    );
    expect(groups.some(({ id }) => id === 'web')).toBe(false);
    expect((await client.refusal('tools.catalog', { agentId: 'nobody' })).message).toContain('nobody');
  });

  test('does one thing once for one key, and tells what failed', async () => {
    const client = await connectNative(await startGateway());
    const save = { name: 'memory_save', args: { text: 'Ana likes tea' }, idempotencyKey: 'k' };
    const first = await client.request('tools.invoke', save);
    expect(first).toMatchObject({ ok: true, toolName: 'memory_save', source: 'core' });
    await expect(client.request('tools.invoke', save)).resolves.toEqual(first);
    await expect(client.request('tools.invoke', { name: 'memory_save', args: {} })).resolves.toMatchObject({
      ok: false,
      error: { code: 'INVALID_ARGUMENTS' },
    });
    await expect(
      client.request('tools.invoke', { name: 'read', args: { path: 'nothing' } }),
    ).resolves.toMatchObject({ ok: false, error: { code: 'TOOL_ERROR', message: 'nothing is not there.' } });
  });

  test('read, write and edit files for the agent, and find words in them', async () => {
    const caller = await startToolCaller();
    await caller.call('write', { path: 'a.txt', content: 'one\ntwo\nthree\n' });
    expect((await caller.call('read', { path: 'a.txt', offset: 2, limit: 1 })).text).toBe(
      'two\n[4 lines in all; go on with offset 3]',
    );
    const changed = await caller.call('edit', { path: 'a.txt', old_text: 'two', new_text: '2' });
    expect(changed).toEqual({ text: 'Changed once: a.txt', isError: false });
    const again = await caller.call('edit', { path: 'a.txt', old_text: 'e', new_text: 'E' });
    expect(again.text).toContain('3 times');
    expect((await caller.call('search', { text: 'THREE' })).text).toBe('a.txt:3: three');
    expect((await caller.call('list', {})).text).toContain('a.txt');
  });

  test('notify shows the person something, a few times', async () => {
    const caller = await startToolCaller();
    await caller.call('notify', { title: 'Done', body: 'The backup is complete.' });
    await expect(caller.client.event('notification')).resolves.toMatchObject({
      notification: { kind: 'message', title: 'Done', sessionKey: 'agent:main:main' },
    });
  });

  test('fetch nothing of this computer', async () => {
    const caller = await startToolCaller();
    const { text } = await caller.call('web_fetch', { url: caller.gateway.url.replace('ws:', 'http:') });
    expect(text).toContain('is on this computer or in a private network');
  });
});
