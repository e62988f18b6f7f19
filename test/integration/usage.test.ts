import { describe, expect, test } from 'vitest';
import type { UsageTotals } from '../../src-main/shared/protocol/usage.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import {
  callsTool,
  fails,
  says,
  startModelServer,
  type ModelServer,
  type Reply,
} from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../fakes/test-gateway.ts';

const COST = { input: 1, output: 2, cacheRead: 0.1, cacheWrite: 1.25 };

function config(server: ModelServer, cost: unknown): Record<string, unknown> {
  return {
    models: { providers: { fake: { baseUrl: server.url, models: [{ id: 'm1', cost }, { id: 'm2' }] } } },
    agents: { defaults: { model: 'fake/m1' } },
  };
}

interface Bench {
  readonly client: NativeClient;
  readonly gateway: TestGateway;
  readonly server: ModelServer;
  /** Sends a message and waits for its end. */
  readonly say: (text: string, sessionKey?: string) => ReturnType<NativeClient['runEnd']>;
}

let keys = 0;

async function bench(
  replies: readonly Reply[],
  options: TestGatewayOptions & { cost?: unknown } = {},
): Promise<Bench> {
  const server = await startModelServer(...replies);
  const { cost, ...rest } = options;
  const gateway = await startGateway({ config: config(server, 'cost' in options ? cost : COST), ...rest });
  const client = await connectNative(gateway);
  return {
    client,
    gateway,
    server,
    say: async (message, sessionKey = 'main') => {
      keys += 1;
      const idempotencyKey = `k${keys}`;
      const { runId } = await client.request('chat.send', { sessionKey, message, idempotencyKey });
      return client.runEnd(runId);
    },
  };
}

const NOTHING: UsageTotals = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: 0,
  totalCost: 0,
  inputCost: 0,
  outputCost: 0,
  cacheReadCost: 0,
  cacheWriteCost: 0,
  missingCostEntries: 0,
  missingUsageEntries: 0,
};

describe('usage.cost', () => {
  test('is what the provider reported, at the price of the configuration', async () => {
    const { client, say } = await bench([
      says('Hi', { prompt: 1_000_000, completion: 500_000, cached: 400_000, reasoning: 100_000 }),
    ]);
    const end = await say('hello');
    const usage = {
      input: 600_000,
      output: 500_000,
      cacheRead: 400_000,
      reasoning: 100_000,
      totalTokens: 1_500_000,
    };
    expect(end).toMatchObject({ usage });
    const { daily, totals, byModel, days } = await client.request('usage.cost', {});
    const known = {
      input: 600_000,
      output: 500_000,
      cacheRead: 400_000,
      totalTokens: 1_500_000,
      inputCost: 0.6,
      outputCost: 1,
      cacheReadCost: 0.04,
      missingCostEntries: 0,
    };
    expect(totals).toMatchObject(known);
    expect(totals.totalCost).toBeCloseTo(1.64);
    expect(daily).toMatchObject([{ ...known, date: new Date().toISOString().slice(0, 10) }]);
    expect(byModel).toMatchObject([{ provider: 'fake', model: 'm1', count: 1, totals: known }]);
    expect(days).toBe(30);
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messages.at(-1)?.usage?.cost?.total).toBeCloseTo(1.64);
  });

  test('counts every call of a turn, also before the one that fails', async () => {
    const { client, say, server } = await bench([]);
    const heard = client.event('chat', ({ state }) => state === 'delta').then(() => undefined);
    server.reply(
      {
        steps: [
          { toolCall: { id: 'c', name: 'reminder_list', pieces: ['{}'] } },
          { finish: 'tool_calls' },
          { usage: { prompt: 10, completion: 1 } },
        ],
      },
      { steps: [{ text: 'half' }, { wait: heard }, { reset: true }] },
    );
    expect(await say('list')).toMatchObject({ state: 'error' });
    const { totals, byModel } = await client.request('usage.cost', {});
    expect(totals).toMatchObject({ input: 10, output: 1, missingCostEntries: 1, missingUsageEntries: 1 });
    expect(byModel).toMatchObject([{ count: 2 }]);
  });

  test('charges nothing for what was refused, and counts it as a call', async () => {
    const { client, say } = await bench([fails(500), says('now', { prompt: 3, completion: 1 }), fails(401)]);
    await say('one');
    expect(await say('two')).toMatchObject({ state: 'error' });
    const { totals, byModel } = await client.request('usage.cost', {});
    expect(totals).toMatchObject({ input: 3, output: 1, missingCostEntries: 0 });
    expect(byModel).toMatchObject([{ count: 3 }]);
  });

  test('says of a turn that was stopped that its tokens are not known', async () => {
    const { client, gateway } = await bench([{ steps: [{ text: 'Wait' }, { hang: true }] }]);
    const { runId } = await client.request('chat.send', {
      sessionKey: 'main',
      message: 'x',
      idempotencyKey: 'stop',
    });
    await client.event('chat', ({ state }) => state === 'delta');
    await client.request('chat.abort', { sessionKey: 'main' });
    await client.runEnd(runId);
    const { totals } = await client.request('usage.cost', {});
    expect(totals).toEqual({ ...NOTHING, missingCostEntries: 1, missingUsageEntries: 1 });
    expect(gateway.log.unexpected()).toEqual([]);
  });

  test('without a price is missing, not nothing', async () => {
    for (const cost of [undefined, { input: 1 }, 'free', { input: -1, output: 2 }]) {
      const { client, say } = await bench([says('Hi')], { cost });
      const end = await say('hello');
      expect(end).toMatchObject({ usage: { input: 7, output: 5 } });
      expect(end).not.toHaveProperty('usage.cost');
      const { totals } = await client.request('usage.cost', {});
      expect(totals).toEqual({ ...NOTHING, input: 7, output: 5, totalTokens: 12, missingCostEntries: 1 });
    }
  });

  test('invents nothing when the provider writes nonsense', async () => {
    const { client, say, server } = await bench([]);
    const chunk = (usage: unknown): Reply => ({
      steps: [
        { text: 'Hi' },
        { finish: 'stop' },
        {
          raw: `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm1', choices: [], usage })}\n\n`,
        },
      ],
    });
    server.reply(
      chunk({ completion_tokens: 5 }),
      chunk({ prompt_tokens: -4, completion_tokens: 1 }),
      chunk(null),
    );
    for (let n = 0; n < 3; n += 1) expect(await say('hello')).toMatchObject({ state: 'final' });
    const { totals } = await client.request('usage.cost', {});
    expect(totals).toEqual({ ...NOTHING, missingCostEntries: 3, missingUsageEntries: 3 });
  });

  test('is by the days of the zone that is asked for, and stays after a restart', async () => {
    const clock = new FakeClock('2026-11-20T23:30:00Z');
    const { client, say, gateway, server } = await bench([says('Hi', { prompt: 1, completion: 1 })], {
      clock,
    });
    const first = say('one');
    await server.request(1);
    await clock.advance(100);
    await first;
    await clock.advance(3_600_000);
    const second = say('two');
    await server.request(2);
    await clock.advance(100);
    await second;
    const daily = async (params: object): Promise<unknown> =>
      (await client.request('usage.cost', params)).daily.map(({ date, input }) => [date, input]);
    expect(await daily({})).toEqual([
      ['2026-11-20', 1],
      ['2026-11-21', 1],
    ]);
    expect(await daily({ timeZone: 'Asia/Tokyo', days: 1 })).toEqual([['2026-11-21', 2]]);
    expect(await daily({ startDate: '2026-11-19', endDate: '2026-11-20' })).toEqual([['2026-11-20', 1]]);
    await gateway.stop();
    const again = await connectNative(await startGateway({ stateDir: gateway.stateDir, clock }));
    expect((await again.request('usage.cost', {})).totals).toMatchObject({ input: 2, output: 2 });
  });

  test('is nothing for the built-in assistant', async () => {
    const client = await connectNative(await startGateway());
    const { runId } = await client.request('chat.send', {
      sessionKey: 'main',
      message: 'status',
      idempotencyKey: 'k',
    });
    await client.runEnd(runId);
    expect(await client.request('usage.cost', undefined)).toMatchObject({
      daily: [],
      byModel: [],
      totals: NOTHING,
    });
    expect(await client.request('sessions.usage', {})).toMatchObject({
      sessions: [],
      aggregates: { messages: { user: 1, assistant: 2, toolCalls: 1 }, tools: { uniqueTools: 1 } },
    });
  });

  test.each([
    { days: 0 },
    { days: 1.5 },
    { mode: 'local' },
    { startDate: 'today' },
    { timeZone: 'Nowhere' },
    { x: 1 },
  ])('refuses %j', async (params) => {
    const client = await connectNative(await startGateway());
    expect((await client.refusal('usage.cost', params)).error.code).toBe('INVALID_REQUEST');
  });
});

describe('usage.status', () => {
  test('shows the providers, and what they said about their limits until those are full again', async () => {
    const clock = new FakeClock();
    const headers = {
      'x-ratelimit-limit-requests': '100',
      'x-ratelimit-remaining-requests': '25',
      'x-ratelimit-reset-requests': '60s',
    };
    const { client, say, server } = await bench([{ steps: [{ text: 'Hi' }, { finish: 'stop' }], headers }], {
      clock,
    });
    expect((await client.request('usage.status', {})).providers).toEqual([
      { provider: 'fake', displayName: 'fake', windows: [] },
    ]);
    const run = say('hello');
    await server.request(1);
    await clock.advance(100);
    await run;
    const { providers } = await client.request('usage.status', {});
    expect(providers[0]?.windows).toMatchObject([{ label: 'requests', usedPercent: 75 }]);
    await clock.advance(61_000);
    expect((await client.request('usage.status', {})).providers[0]?.windows).toEqual([]);
  });
});

describe('sessions.usage', () => {
  test('shows each session with its models, messages and tools', async () => {
    const { client, say } = await bench([
      callsTool('reminder_list', {}),
      says('None.', { prompt: 20, completion: 2 }),
      says('Hi', { prompt: 5, completion: 1 }),
    ]);
    await say('which reminders?', 'work');
    await say('hello');
    const { sessions, totals, aggregates, overview } = await client.request('sessions.usage', {});
    expect(sessions.map(({ key }) => key)).toEqual(['agent:main:main', 'agent:main:work']);
    expect(sessions[1]).toMatchObject({
      agentId: 'main',
      modelProvider: 'fake',
      model: 'm1',
      scope: 'instance',
      usage: {
        input: 20,
        missingCostEntries: 1,
        messageCounts: { total: 4, user: 1, assistant: 2, toolCalls: 1, toolResults: 1, errors: 0 },
        toolUsage: { tools: [{ name: 'reminder_list', count: 1 }] },
        modelUsage: [{ provider: 'fake', model: 'm1', count: 2 }],
      },
    });
    expect(totals).toMatchObject({ input: 25, output: 3 });
    expect(aggregates).toMatchObject({
      messages: { user: 2, assistant: 3 },
      byProvider: [{ provider: 'fake', count: 3 }],
      byAgent: [{ agentId: 'main' }],
      modelDaily: [{ model: 'm1', tokens: 28, count: 3 }],
      daily: [{ tokens: 28, messages: 6, toolCalls: 1, errors: 0 }],
    });
    expect(overview).toMatchObject({ matchedSessions: 2, returnedSessions: 2 });
    const one = await client.request('sessions.usage', { key: 'work', limit: 1 });
    expect([one.sessions.length, one.totals.input]).toEqual([1, 20]);
  });

  test('keeps what was spent in a session that was reset or deleted', async () => {
    const { client, say } = await bench([says('Hi', { prompt: 5, completion: 1 })]);
    await say('one', 'work');
    await client.request('sessions.reset', { key: 'work' });
    await say('two', 'work');
    const each = await client.request('sessions.usage', { groupBy: 'instance' });
    expect(each.sessions.map(({ key, usage }) => [key === 'agent:main:work', usage.input])).toEqual([
      [true, 5],
      [false, 5],
    ]);
    const family = await client.request('sessions.usage', { groupBy: 'family' });
    expect(family.sessions).toMatchObject([
      { key: 'agent:main:work', scope: 'family', usage: { input: 10 } },
    ]);
    expect(family.sessions[0]?.includedSessionIds).toHaveLength(2);
    await client.request('sessions.delete', { key: 'work' });
    expect((await client.request('usage.cost', {})).totals.input).toBe(10);
    // An earlier conversation is found under the key that the list gave it.
    const { points } = await client.request('sessions.usage.timeseries', {
      key: each.sessions[1]?.key ?? '',
    });
    expect(points).toMatchObject([{ input: 5 }]);
  });

  test('as a series adds up call by call, and as a log has the texts', async () => {
    const { client, say } = await bench([says('Hi there', { prompt: 1_000_000, completion: 0 })]);
    await say('one');
    await say('two');
    const { points } = await client.request('sessions.usage.timeseries', { key: 'main' });
    expect(points).toMatchObject([
      { totalTokens: 1_000_000, cost: 1, cumulativeTokens: 1_000_000, cumulativeCost: 1 },
      { cumulativeTokens: 2_000_000, cumulativeCost: 2 },
    ]);
    const { logs } = await client.request('sessions.usage.logs', { key: 'main', limit: 2 });
    expect(logs).toMatchObject([
      { role: 'user', content: 'two' },
      { role: 'assistant', content: 'Hi there', tokens: 1_000_000, cost: 1 },
    ]);
  });

  test('is empty where there is nothing', async () => {
    const client = await connectNative(await startGateway());
    expect(await client.request('sessions.usage', { range: 'all', key: 'none' })).toMatchObject({
      sessions: [],
    });
    expect((await client.request('sessions.usage.timeseries', { key: 'none' })).points).toEqual([]);
    expect(await client.request('sessions.usage.logs', { key: 'none' })).toEqual({ logs: [] });
  });
});
