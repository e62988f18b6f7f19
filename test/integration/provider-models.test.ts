import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FakeClock } from '../fakes/fake-clock.ts';
import { connectNative } from '../fakes/native-client.ts';
import { waitUntil } from '../fakes/temporary.ts';
import { startGateway, writeConfig } from '../fakes/test-gateway.ts';

interface Provider {
  readonly url: string;
  readonly asked: IncomingMessage[];
  answer: (response: ServerResponse) => void;
}

const lists =
  (...models: object[]) =>
  (response: ServerResponse): void => {
    response.end(JSON.stringify({ data: models }));
  };

async function startProvider(answer: Provider['answer']): Promise<Provider> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    provider.answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const provider: Provider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    answer,
  };
  return provider;
}

function config(providers: Record<string, object>): unknown {
  return { models: { detect: false, providers } };
}

describe('models.list asks providers', () => {
  test('whose models the configuration does not describe, with their key, and shows what they tell', async () => {
    const cloud = await startProvider(lists({ id: 'm1', context_length: 1_000 }, { id: 'text-embedding-3' }));
    const claude = await startProvider(lists({ id: 'claude-x', display_name: 'Claude X' }));
    const gateway = await startGateway({
      config: config({
        cloud: { baseUrl: cloud.url, apiKey: 'SECRET-1', headers: { 'x-team': 'a' } },
        claude: { baseUrl: claude.url, apiKey: 'SECRET-2', api: 'anthropic-messages' },
      }),
    });
    const client = await connectNative(gateway);
    expect(await client.request('models.list', {})).toEqual({
      models: [
        { id: 'm1', name: 'm1', provider: 'cloud', contextWindow: 1_000, available: true },
        { id: 'claude-x', name: 'Claude X', provider: 'claude', available: true },
      ],
      providerOutcomes: [
        { provider: 'cloud', status: 'ready' },
        { provider: 'claude', status: 'ready' },
      ],
    });
    expect(cloud.asked[0]).toMatchObject({
      url: '/v1/models',
      headers: { authorization: 'Bearer SECRET-1', 'x-team': 'a' },
    });
    expect(claude.asked[0]).toMatchObject({
      url: '/v1/models?limit=1000',
      headers: { 'x-api-key': 'SECRET-2', 'anthropic-version': '2023-06-01' },
    });
    expect(JSON.stringify(client.wire.frames)).not.toContain('SECRET');
  });

  test('that are described only with view all; what the configuration says goes first', async () => {
    const cloud = await startProvider(lists({ id: 'm1', context_length: 9 }, { id: 'm2' }));
    const models = [
      { id: 'm1', name: 'Mine', contextWindow: 5, reasoning: true, input: ['text', 'image'] },
      { id: 'old' },
    ];
    const gateway = await startGateway({ config: config({ cloud: { baseUrl: cloud.url, models } }) });
    const client = await connectNative(gateway);
    const described = {
      id: 'm1',
      name: 'Mine',
      provider: 'cloud',
      contextWindow: 5,
      reasoning: true,
      input: ['text', 'image'],
    };
    expect(await client.request('models.list', {})).toEqual({
      models: [described, { id: 'old', name: 'old', provider: 'cloud' }],
    });
    expect(cloud.asked).toEqual([]);
    expect((await client.request('models.list', { view: 'all' })).models).toEqual([
      { ...described, available: true },
      { id: 'old', name: 'old', provider: 'cloud' },
      { id: 'm2', name: 'm2', provider: 'cloud', available: true },
    ]);
  });

  test('and says which are down or refuse the key, instead of failing', async () => {
    const refusing = await startProvider((response) => response.writeHead(401).end());
    const broken = await startProvider((response) => response.end('{"data"'));
    const elsewhere = await startProvider(lists({ id: 'stolen' }));
    const moved = await startProvider((response) =>
      response.writeHead(302, { location: `${elsewhere.url}/models` }).end(),
    );
    const huge = await startProvider((response) => response.end(' '.repeat(9_000_000)));
    const gateway = await startGateway({
      config: config({
        refusing: { baseUrl: refusing.url, apiKey: 'SECRET', models: [{ id: 'm' }] },
        broken: { baseUrl: broken.url },
        moved: { baseUrl: moved.url, apiKey: 'SECRET' },
        huge: { baseUrl: huge.url },
        down: { baseUrl: 'http://127.0.0.1:9/v1', models: [{ id: 'm' }] },
      }),
    });
    const client = await connectNative(gateway);
    const { models, providerOutcomes } = await client.request('models.list', { view: 'all' });
    expect(models).toEqual([
      { id: 'm', name: 'm', provider: 'refusing', available: false, unavailableReason: 'auth-failed' },
      { id: 'm', name: 'm', provider: 'down', available: false },
    ]);
    expect(providerOutcomes?.map(({ status }) => status)).toEqual([
      'auth-rejected',
      'unavailable',
      'unavailable',
      'unavailable',
      'unavailable',
    ]);
    expect(elsewhere.asked).toEqual([]);
  });

  test('rarely, on request not more often than every five seconds, and again when their settings change', async () => {
    const clock = new FakeClock();
    const cloud = await startProvider(lists({ id: 'm1' }));
    const gateway = await startGateway({ clock, config: config({ cloud: { baseUrl: cloud.url } }) });
    const client = await connectNative(gateway);
    const list = async (params: object): Promise<unknown> =>
      (await client.request('models.list', params)).models.map(({ id, available }) => [id, available]);
    expect(await list({ preparedOnly: true })).toEqual([]);
    await Promise.all([list({}), list({}), list({})]);
    await list({ refresh: true });
    expect(cloud.asked).toHaveLength(1);
    await clock.advance(5_000);
    await list({});
    expect(cloud.asked).toHaveLength(1);
    cloud.answer = (response) => response.writeHead(500).end();
    expect(await list({ refresh: true })).toEqual([['m1', false]]);
    expect(cloud.asked).toHaveLength(2);
    cloud.answer = lists({ id: 'm2' });
    await clock.advance(60_000);
    expect(await list({})).toEqual([['m2', true]]);
    writeConfig(gateway.stateDir, config({ cloud: { baseUrl: cloud.url, apiKey: 'another' } }));
    await waitUntil(
      async () => {
        await list({});
        return cloud.asked.at(-1)?.headers.authorization === 'Bearer another' ? true : undefined;
      },
      'the provider to be asked with the new key',
      10_000,
    );
  });
});
