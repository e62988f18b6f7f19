import { describe, expect, test } from 'vitest';
import { connectDialect, DIALECTS } from '../fakes/dialects.ts';
import { modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative } from '../fakes/native-client.ts';
import { createGate, temporaryFolder } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const message = { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' };

describe('the same idempotency key', () => {
  test('while the run is active is in flight, after it ok; the message is there once', async () => {
    const gate = createGate();
    const model = await startModelServer({
      steps: [{ text: 'a' }, { wait: gate.opened }, { finish: 'stop' }],
    });
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    await expect(client.request('chat.send', message)).resolves.toEqual({ runId: 'k', status: 'started' });
    await expect(client.request('chat.send', message)).resolves.toEqual({ runId: 'k', status: 'in_flight' });
    gate.open();
    await client.runEnd('k');
    await expect(client.request('chat.send', message)).resolves.toEqual({ runId: 'k', status: 'ok' });
    await expect(client.request('chat.history', { sessionKey: 'main' })).resolves.toMatchObject({
      totalMessages: 2,
    });
    expect(model.requests).toHaveLength(1);
  });

  test('many times at once starts one run', async () => {
    const model = await startModelServer();
    const client = await connectNative(await startGateway({ config: modelConfig(model) }));
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.request('chat.send', message)));
    await client.runEnd('k');
    expect(answers.filter(({ status }) => status === 'started')).toHaveLength(1);
    expect(model.requests).toHaveLength(1);
    await expect(client.request('chat.history', { sessionKey: 'main' })).resolves.toMatchObject({
      totalMessages: 2,
    });
  });

  test('from two clients at once starts one run', async () => {
    const gateway = await startGateway();
    const clients = [await connectNative(gateway), await connectNative(gateway)];
    const answers = await Promise.all(clients.map((client) => client.request('chat.send', message)));
    expect(answers.map(({ status }) => status).sort()).toEqual(['in_flight', 'started']);
  });

  test('after a restart is ok, and nothing is doubled', async () => {
    const stateDir = temporaryFolder();
    const first = await startGateway({ stateDir });
    const before = await connectNative(first);
    await before.request('chat.send', message);
    await before.runEnd('k');
    await first.stop();
    const after = await connectNative(await startGateway({ stateDir }));
    await expect(after.request('chat.send', message)).resolves.toEqual({ runId: 'k', status: 'ok' });
    await expect(after.request('chat.history', { sessionKey: 'main' })).resolves.toMatchObject({
      totalMessages: 2,
    });
  });

  test('of a run that failed is ok too: the client sees the failure in the history', async () => {
    const client = await connectNative(
      await startGateway({ config: { agents: { defaults: { model: 'x/y' } } } }),
    );
    await client.request('chat.send', message);
    await client.runEnd('k');
    await expect(client.request('chat.send', message)).resolves.toEqual({ runId: 'k', status: 'ok' });
  });

  test('in the json-rpc dialect works the same', async () => {
    const client = await connectDialect(DIALECTS[2]!, await startGateway());
    const params = { message: 'hi', idempotencyKey: 'k' };
    const answers = [await client.ask('chat.send', params), await client.ask('chat.send', params)];
    expect(answers.map(({ result }) => (result as { run_id: string }).run_id)).toEqual(['k', 'k']);
    const { result } = await client.ask('chat.history', { sessionKey: 'default' });
    const { messages } = result as { messages: { role: string }[] };
    expect(messages.filter(({ role }) => role === 'user')).toHaveLength(1);
  });
});

describe('a restart in the middle of an answer', () => {
  test('keeps what was said, and says that it was cut off', async () => {
    const stateDir = temporaryFolder();
    const model = await startModelServer({ steps: [{ text: 'Once upon' }, { hang: true }] });
    const first = await startGateway({ stateDir, config: modelConfig(model) });
    const before = await connectNative(first);
    await before.request('chat.send', message);
    await before.event('chat', ({ state }) => state === 'delta');
    await first.stop();
    expect(before.events('chat').at(-1)).toMatchObject({ state: 'aborted' });
    const after = await connectNative(await startGateway({ stateDir }));
    const { messages } = await after.request('chat.history', { sessionKey: 'main' });
    expect(messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ type: 'text', text: 'Once upon' }], stopReason: 'interrupted' },
    ]);
  });

  test('leaves the messages that waited their turn', async () => {
    const stateDir = temporaryFolder();
    const model = await startModelServer({ steps: [{ text: 'x' }, { hang: true }] }, says('late'));
    const first = await startGateway({ stateDir, config: modelConfig(model) });
    const before = await connectNative(first);
    await before.request('chat.send', message);
    await before.event('chat', ({ state }) => state === 'delta');
    await before.request('chat.send', { ...message, message: 'and?', idempotencyKey: 'k2' });
    await first.stop();
    const after = await connectNative(await startGateway({ stateDir }));
    await expect
      .poll(
        async () => {
          const { messages } = await after.request('chat.history', { sessionKey: 'main' });
          return messages.map(({ role, stopReason }) => [role, stopReason]);
        },
        { timeout: 10_000 },
      )
      .toEqual([
        ['user', undefined],
        ['user', undefined],
        ['assistant', 'interrupted'],
        ['assistant', 'stop'],
      ]);
  });
});
