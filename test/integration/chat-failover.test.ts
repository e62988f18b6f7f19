import { describe, expect, test } from 'vitest';
import type { AgentEvent } from '../../src-main/shared/protocol/agent.ts';
import { messageText, type ChatMessage } from '../../src-main/shared/protocol/chat.ts';
import {
  callsTool,
  fails,
  says,
  startModelServer,
  type ModelServer,
  type Reply,
} from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { createGate } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

const modelTimeouts = { firstChunkMs: 5_000, chunkMs: 5_000 };

interface Two {
  readonly first: ModelServer;
  readonly second: ModelServer;
  readonly gateway: TestGateway;
  readonly client: NativeClient;
}

/** A gateway whose model `one/m1` has `two/m2` to stand in for it. */
async function two(first: readonly Reply[], second: readonly Reply[], agents: object = {}): Promise<Two> {
  const servers = [await startModelServer(...first), await startModelServer(...second)] as const;
  const gateway = await startGateway({
    modelTimeouts,
    config: {
      models: {
        providers: {
          one: { baseUrl: servers[0].url, models: [{ id: 'm1' }] },
          two: { baseUrl: servers[1].url, models: [{ id: 'm2' }] },
        },
      },
      agents: { defaults: { model: { primary: 'one/m1', fallbacks: ['two/m2'] } }, ...agents },
    },
  });
  return { first: servers[0], second: servers[1], gateway, client: await connectNative(gateway) };
}

let keys = 0;

async function say(client: NativeClient, message = 'hi', sessionKey = 'main'): Promise<ChatMessage> {
  keys += 1;
  const idempotencyKey = `say-${keys}`;
  await client.request('chat.send', { sessionKey, message, idempotencyKey });
  await client.runEnd(idempotencyKey, 15_000);
  const { messages } = await client.request('chat.history', { sessionKey });
  const answer = messages.at(-1);
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

const isRetry = (event: AgentEvent): boolean =>
  event.stream === 'run_status' && event.data.phase === 'retrying';
const isStep = (event: AgentEvent): boolean =>
  event.stream === 'lifecycle' && event.data.phase === 'fallback_step';

describe('a model that fails for a while', () => {
  test('is asked again after the pause that it wants, and everybody who follows is told', async () => {
    const slow = { status: 429, headers: { 'retry-after': '0.05' } };
    const { client, first, second } = await two([slow, says('There you are')], [says('Never')]);
    const answer = await say(client);
    expect(messageText(answer)).toBe('There you are');
    expect(answer).toMatchObject({ provider: 'one', model: 'm1' });
    expect(answer.fallback).toBeUndefined();
    expect(first.requests).toHaveLength(2);
    expect(second.requests).toHaveLength(0);
    const { data } = await client.event('agent', isRetry);
    expect(data).toMatchObject({
      phase: 'retrying',
      reason: 'rate_limit',
      message: 'one asks to slow down (HTTP 429). Try again in a moment.',
      retryAttempt: 1,
      maxRetries: 1,
      attempt: 2,
      maxAttempts: 2,
    });
    expect((data as { delayMs: number }).delayMs).toBeGreaterThanOrEqual(50);
  });

  test('is not waited for any more when the person stops the run', async () => {
    const { client, first } = await two([{ status: 503, headers: { 'retry-after': '50' } }], []);
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' });
    await client.event('agent', isRetry);
    await expect(client.request('chat.abort', { sessionKey: 'main' })).resolves.toMatchObject({
      aborted: true,
    });
    expect(await client.runEnd('k')).toMatchObject({ state: 'aborted', stopReason: 'rpc' });
    expect(first.requests).toHaveLength(1);
  });

  test('is asked again between two tools, and the tool before does not run again', async () => {
    const { client, first } = await two(
      [callsTool('memory_save', { text: 'The key is under the mat' }), fails(500), says('Saved.')],
      [],
    );
    expect(messageText(await say(client))).toBe('Saved.');
    expect(first.requests).toHaveLength(3);
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'toolResult', 'assistant']);
  });

  test('is asked again when it broke off while it thought, and its thoughts are not kept twice', async () => {
    const thought = (text: string): string =>
      `data: ${JSON.stringify({ choices: [{ index: 0, delta: { reasoning_content: text } }] })}\n\n`;
    const { client, first } = await two(
      [
        { steps: [{ raw: thought('Half a th') }, { reset: true }] },
        { steps: [{ raw: thought('A thought') }, { text: 'Yes' }, { finish: 'stop' }] },
      ],
      [],
    );
    await client.request('sessions.patch', { key: 'main', reasoningLevel: 'on' });
    const answer = await say(client);
    expect(first.requests).toHaveLength(2);
    expect(answer.content).toEqual([
      { type: 'thinking', thinking: 'A thought' },
      { type: 'text', text: 'Yes' },
    ]);
  });
});

describe('a model that stands in', () => {
  test('answers when the chosen one cannot, and that is told, stored and counted', async () => {
    const { client, second } = await two([fails(401)], [says('I can', { prompt: 3, completion: 2 })]);
    const answer = await say(client);
    const reason = 'one refused the key (HTTP 401). Check the apiKey in the configuration.';
    expect(answer).toMatchObject({
      provider: 'two',
      model: 'm2',
      fallback: { from: 'one/m1', reason: 'auth', message: reason },
    });
    expect((await client.event('agent', isStep)).data).toMatchObject({
      fallbackStepFromModel: 'one/m1',
      fallbackStepToModel: 'two/m2',
      fallbackStepFromFailureReason: 'auth',
      fallbackStepFromFailureMessage: reason,
      fallbackStepChainPosition: 1,
    });
    expect(second.requests).toHaveLength(1);
    const usage = await client.request('sessions.usage', {});
    expect(JSON.stringify(usage)).toContain('"m2"');
  });

  test('goes on answering while the chosen one rests, until the configuration changes', async () => {
    const { client, first, second, gateway } = await two([fails(402)], [says('I can')]);
    await say(client);
    await say(client);
    expect(first.requests).toHaveLength(1);
    expect(second.requests).toHaveLength(2);
    const { models } = await client.request('models.list', { view: 'default', preparedOnly: true });
    expect(models.find(({ provider }) => provider === 'one')).toMatchObject({
      available: false,
      unavailableReason: 'cooldown',
      unavailableUntil: expect.any(Number) as number,
    });
    first.reply(says('Back again'));
    const { hash } = await client.request('config.get', {});
    await client.request('config.patch', {
      raw: JSON.stringify({ models: { providers: { one: { apiKey: 'new' } } } }),
      baseHash: hash,
    });
    const answer = await say(client);
    expect(messageText(answer)).toBe('Back again');
    expect(answer.fallback).toBeUndefined();
    expect(gateway.log.unexpected()).toEqual([]);
  });

  test('does not take over an answer of which words have come', async () => {
    const heard = createGate();
    const { client, second } = await two(
      [{ steps: [{ text: 'Once upon' }, { wait: heard.opened }, { reset: true }] }],
      [says('Never')],
    );
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' });
    await client.event('chat', ({ state }) => state === 'delta');
    heard.open();
    expect(await client.runEnd('k')).toMatchObject({
      state: 'error',
      errorDetail: { provider: 'one', model: 'm1', failoverReason: 'network' },
    });
    expect(second.requests).toHaveLength(0);
  });

  test('is not asked for a model that somebody chose for the session', async () => {
    const { client, second } = await two([fails(401)], [says('Never')]);
    await client.request('sessions.patch', { key: 'main', model: 'one/m1' });
    expect(await say(client)).toMatchObject({ stopReason: 'error' });
    expect(second.requests).toHaveLength(0);
  });

  test('is the agent’s own, for an agent with a model of its own', async () => {
    const { client, first, second } = await two([says('From one')], [fails(404)], {
      list: [{ id: 'ops', model: { primary: 'two/m2', fallbacks: ['one/m1', 'nowhere/m9'] } }],
    });
    const { agents } = await client.request('agents.list', {});
    expect(agents.map(({ model }) => model)).toEqual([
      { primary: 'one/m1', fallbacks: ['two/m2'] },
      { primary: 'two/m2', fallbacks: ['one/m1', 'nowhere/m9'] },
    ]);
    const answer = await say(client, 'hi', 'agent:ops:main');
    expect(answer).toMatchObject({
      provider: 'one',
      fallback: { from: 'two/m2', reason: 'model_not_found' },
    });
    expect([first.requests.length, second.requests.length]).toEqual([1, 1]);
  });

  test('cannot help either: the last failure is told, and that nobody is left', async () => {
    const { client } = await two([fails(401)], [fails(404)]);
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' });
    expect(await client.runEnd('k')).toMatchObject({
      state: 'error',
      errorMessage: 'two does not have the model m2 (HTTP 404).',
      errorDetail: { provider: 'two', model: 'm2', failoverReason: 'model_not_found', httpStatus: 404 },
    });
    const last = await client.event(
      'agent',
      (event) =>
        isStep(event) &&
        (event.data as { fallbackStepChainPosition: number }).fallbackStepChainPosition === 2,
    );
    expect(last.data).toMatchObject({ fallbackStepFinalOutcome: 'chain_exhausted' });
  });

  test('stands in for a chosen one that nobody provides', async () => {
    const { client } = await two([], [says('I can')], {
      defaults: { model: { primary: 'gone/m9', fallbacks: ['two/m2'] } },
    });
    expect(await say(client)).toMatchObject({ provider: 'two', fallback: { from: 'gone/m9' } });
  });
});

test('a model whose content rules forbid the answer says so, and no other one is asked', async () => {
  const { client, second } = await two(
    [{ steps: [{ text: 'Well' }, { finish: 'content_filter' }] }],
    [says('Never')],
  );
  await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' });
  expect(await client.runEnd('k')).toMatchObject({ state: 'error', errorKind: 'refusal' });
  expect(second.requests).toHaveLength(0);
});

test('a mistake beside the model takes nothing with it and is told', async () => {
  const { client } = await two([says('Still here')], [], {
    defaults: { model: { primary: 'one/m1', fallbacks: 'two/m2' }, skills: 'all' },
  });
  expect(await say(client)).toMatchObject({ provider: 'one' });
  const { problems } = await client.request('status', {});
  const [told] = problems.filter(({ code }) => code === 'config').map(({ message }) => message);
  expect(told).toContain(
    'agents.defaults.model.fallbacks in the configuration is not used: it must be array.',
  );
  expect(told).toContain('agents.defaults.skills in the configuration is not used: it must be array.');
});
