import { describe, expect, test, vi } from 'vitest';
import type { LocalServer } from '../../src-main/gateway/runtime/providers/local-servers.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const config = {
  models: {
    providers: {
      cloud: {
        baseUrl: 'http://127.0.0.1:9/v1',
        apiKey: 'key-1',
        models: [{ id: 'big', name: 'The big one' }, { id: 'org/small' }],
      },
    },
  },
  agents: { defaults: { model: { primary: 'cloud/other' } } },
};

const configured = [
  { id: 'other', name: 'other', provider: 'cloud' },
  { id: 'big', name: 'The big one', provider: 'cloud' },
  { id: 'org/small', name: 'org/small', provider: 'cloud' },
];

function server(id: LocalServer['id'], ...models: string[]): LocalServer {
  return { id, name: id, baseUrl: 'http://127.0.0.1:9/v1', models };
}

const found = [
  { id: 'llama3.2', name: 'llama3.2', provider: 'ollama', available: true },
  { id: 'qwen3', name: 'qwen3', provider: 'lmstudio', available: true },
];
const findServers = (): Promise<readonly LocalServer[]> =>
  Promise.resolve([server('ollama', 'llama3.2'), server('lmstudio', 'qwen3')]);

describe('models.list', () => {
  test('answers what is configured and what was found on this machine, with the providers', async () => {
    const client = await connectNative(await startGateway({ config, findServers }));
    for (const params of [undefined, {}, { view: 'default' }, { agentId: 'main' }] as const)
      await expect(client.request('models.list', params)).resolves.toEqual({
        models: [...configured, ...found],
      });
    expect(JSON.stringify(client.wire.frames)).not.toContain('key-1');
  });

  test.each(['configured', 'provider-config'] as const)('with view %s asks no server', async (view) => {
    const asked = vi.fn(findServers);
    const client = await connectNative(await startGateway({ config, findServers: asked }));
    await expect(client.request('models.list', { view })).resolves.toEqual({ models: configured });
    expect(asked).not.toHaveBeenCalled();
  });

  test('asks again only when the answer is old, or on request and not too often', async () => {
    const clock = new FakeClock();
    const asked = vi.fn(findServers);
    const client = await connectNative(await startGateway({ clock, findServers: asked }));
    await expect(client.request('models.list', { preparedOnly: true })).resolves.toEqual({ models: [] });
    expect(asked).toHaveBeenCalledTimes(0);
    await client.request('models.list', {});
    await client.request('models.list', {});
    await client.request('models.list', { refresh: true });
    expect(asked).toHaveBeenCalledTimes(1);
    await clock.advance(6_000);
    await client.request('models.list', {});
    expect(asked).toHaveBeenCalledTimes(1);
    asked.mockResolvedValue([]);
    await expect(client.request('models.list', { refresh: true })).resolves.toEqual({ models: [] });
    expect(asked).toHaveBeenCalledTimes(2);
  });

  test('is empty when there is no model, or when nobody is to look for one', async () => {
    const bare = await connectNative(await startGateway());
    await expect(bare.request('models.list', {})).resolves.toEqual({ models: [] });
    const off = await startGateway({ config: { models: { detect: false } }, findServers });
    const client = await connectNative(off);
    await expect(client.request('models.list', { refresh: true })).resolves.toEqual({ models: [] });
  });

  test('does not list a server’s models under the name of a provider that is configured', async () => {
    const provider = { baseUrl: 'http://127.0.0.1:9/v1', models: [{ id: 'mine' }] };
    const client = await connectNative(
      await startGateway({ config: { models: { providers: { ollama: provider } } }, findServers }),
    );
    await expect(client.request('models.list', {})).resolves.toEqual({
      models: [{ id: 'mine', name: 'mine', provider: 'ollama' }, found[1]],
    });
  });

  test('is bounded', async () => {
    const many = Array.from({ length: 3_000 }, (_, n) => `m${n}`);
    const gateway = await startGateway({ findServers: () => Promise.resolve([server('ollama', ...many)]) });
    const { models } = await (await connectNative(gateway)).request('models.list', {});
    expect(models).toHaveLength(1_000);
  });

  test('refuses to refresh what it may not ask for', async () => {
    const client = await connectNative(await startGateway());
    const { error } = await client.refusal('models.list', { preparedOnly: true, refresh: true });
    expect(error.message).toContain('exclude each other');
  });

  test('lists names that a run can be asked for, also of the second server that was found', async () => {
    const model = await startModelServer(says('From the second one'));
    const gateway = await startGateway({
      config: { models: modelConfig(model)['models'], agents: { defaults: { model: 'fake/m1' } } },
      findServers: () =>
        Promise.resolve([
          server('ollama', 'llama3.2'),
          { ...server('lmstudio', 'qwen3'), baseUrl: model.url },
        ]),
    });
    const client = await connectNative(gateway);
    const { models } = await client.request('models.list', {});
    const last = models.at(-1);
    const { runId } = await client.request('agent', {
      message: 'hi',
      sessionKey: 'main',
      model: `${last?.provider}/${last?.id}`,
      idempotencyKey: 'k',
    });
    await client.runEnd(runId);
    expect((await model.request(1)).body.model).toBe('qwen3');
  });
});
