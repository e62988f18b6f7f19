import { describe, expect, test } from 'vitest';
import { messageText } from '../../src-main/shared/protocol/chat.ts';
import { connectDialect, DIALECTS } from '../fakes/dialects.ts';
import { modelConfig, says, startModelServer, type ModelServer } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { waitUntil } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const stuck = { steps: [{ text: 'Once upon ' }, { text: 'a time' }, { hang: true }] } as const;

async function begin(): Promise<{ client: NativeClient; model: ModelServer }> {
  const model = await startModelServer(stuck);
  const client = await connectNative(await startGateway({ config: modelConfig(model) }));
  await client.request('chat.send', { sessionKey: 'main', message: 'a story', idempotencyKey: 'k' });
  await client.event(
    'chat',
    (event) => event.state === 'delta' && messageText(event.message).endsWith('time'),
  );
  return { client, model };
}

describe('chat.abort', () => {
  test('stops the run, tells everybody, and hangs up on the model', async () => {
    const { client, model } = await begin();
    await expect(client.request('chat.abort', { sessionKey: 'main' })).resolves.toEqual({
      ok: true,
      aborted: true,
      runIds: ['k'],
    });
    const end = await client.runEnd('k');
    expect(end).toMatchObject({ state: 'aborted', stopReason: 'rpc' });
    await waitUntil(
      () => (model.requests[0]?.cancelled === true ? true : undefined),
      'the model to be left alone',
    );
  });

  test('keeps what was said so far in the history', async () => {
    const { client } = await begin();
    await client.request('chat.abort', { sessionKey: 'main', runId: 'k' });
    const end = await client.runEnd('k');
    expect(end.state === 'aborted' && end.message !== undefined && messageText(end.message)).toBe(
      'Once upon a time',
    );
    const { messages, inFlightRun } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messages.map((message) => [message.role, messageText(message), message.stopReason])).toEqual([
      ['user', 'a story', undefined],
      ['assistant', 'Once upon a time', 'aborted'],
    ]);
    expect(inFlightRun).toBeUndefined();
  });

  test('leaves the session ready for the next message', async () => {
    const { client, model } = await begin();
    await client.request('chat.abort', { sessionKey: 'main' });
    await client.runEnd('k');
    model.reply(says('Hello again'));
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k2' });
    expect(await client.runEnd('k2')).toMatchObject({ state: 'final' });
    // The story that was cut off is part of the conversation.
    expect(JSON.stringify(model.requests[1]?.body.messages)).toContain('Once upon a time');
  });

  test('with nothing to stop is no error', async () => {
    const client = await connectNative(await startGateway());
    const nothing = { ok: true, aborted: false, runIds: [] };
    await expect(client.request('chat.abort', { sessionKey: 'main' })).resolves.toEqual(nothing);
    await expect(client.request('chat.abort', { sessionKey: 'main', runId: 'x' })).resolves.toEqual(nothing);
  });

  test('of another run or another session stops nothing', async () => {
    const { client } = await begin();
    await expect(client.request('chat.abort', { sessionKey: 'main', runId: 'other' })).resolves.toMatchObject(
      { aborted: false },
    );
    await expect(client.request('chat.abort', { sessionKey: 'other' })).resolves.toMatchObject({
      aborted: false,
    });
    await expect(client.request('chat.history', { sessionKey: 'main' })).resolves.toHaveProperty(
      'inFlightRun',
    );
  });

  test('stops messages that wait as well, each with its own end', async () => {
    const { client } = await begin();
    await client.request('chat.send', { sessionKey: 'main', message: 'and then?', idempotencyKey: 'k2' });
    const { runIds } = await client.request('chat.abort', { sessionKey: 'main' });
    expect([...runIds].sort()).toEqual(['k', 'k2']);
    expect(await client.runEnd('k')).toMatchObject({ state: 'aborted' });
    expect(await client.runEnd('k2')).toMatchObject({ state: 'aborted' });
  });

  test('twice is not different from once', async () => {
    const { client } = await begin();
    await Promise.all([1, 2].map(() => client.request('chat.abort', { sessionKey: 'main' })));
    await client.runEnd('k');
    await client.request('health', {});
    expect(client.events('chat').filter(({ state }) => state === 'aborted')).toHaveLength(1);
  });
});

describe('a run that is stopped, in the other dialects', () => {
  test.each(DIALECTS.filter(({ name }) => name !== 'native'))('$name', async (dialect) => {
    const model = await startModelServer(stuck);
    const gateway = await startGateway({ config: modelConfig(model) });
    const watching = await connectNative(gateway);
    const client = await connectDialect(dialect, gateway);
    const end = client.chat('a story');
    await watching.event(
      'chat',
      (event) => event.state === 'delta' && messageText(event.message).endsWith('time'),
    );
    await watching.request('chat.abort', { sessionKey: 'main' });
    const told = {
      hybrid: { event: 'chat', payload: { state: 'aborted', stopReason: 'rpc' } },
      'json-rpc': { method: 'chat.complete', params: { status: 'aborted', channel: 'default' } },
      typed: { type: 'response', payload: { text: 'Once upon a time', stopped: true } },
    }[dialect.name as 'hybrid'];
    expect(await end).toMatchObject(told);
  });

  test('json-rpc may stop it itself', async () => {
    const model = await startModelServer(stuck);
    const client = await connectDialect(DIALECTS[2]!, await startGateway({ config: modelConfig(model) }));
    const end = client.chat('a story');
    await client.wire.waitFor((frame) => frame['method'] === 'chat.stream', 'a piece');
    expect(await client.ask('chat.abort', { sessionKey: 'default' })).toMatchObject({
      result: { aborted: true },
    });
    expect(await end).toMatchObject({ params: { status: 'aborted' } });
  });
});
