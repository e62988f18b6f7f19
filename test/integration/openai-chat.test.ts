// `/v1/chat/completions` and `/v1/models`, with the official client and with plain HTTP.

import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { DAY } from '../../src-main/shared/time.ts';
import { ask, bearer, eventsIn } from '../fakes/http-client.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { callsTool, fails, modelConfig, says, startModelServer, type Reply } from '../fakes/model-server.ts';
import { connectNative } from '../fakes/native-client.ts';
import { createGate, temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

const PATH = '/v1/chat/completions';
const HELLO = { model: 'openclaw', messages: [{ role: 'user', content: 'hi' }] };

function sdk(gateway: TestGateway): OpenAI {
  return new OpenAI({ baseURL: `http://127.0.0.1:${gateway.port}/v1`, apiKey: gateway.token, maxRetries: 0 });
}

async function startWith(...replies: Reply[]) {
  const model = await startModelServer(...replies);
  const gateway = await startGateway({ config: modelConfig(model) });
  return { model, gateway, client: sdk(gateway), port: gateway.port };
}

const WEATHER = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Weather of a place',
    parameters: { type: 'object', properties: { place: { type: 'string' } } },
  },
} as const;

describe('the official client', () => {
  test('gets an answer, with the usage that the provider reported', async () => {
    const { client, model } = await startWith(says('Hello there', { prompt: 10, completion: 2 }));
    const answer = await client.chat.completions.create({
      model: 'openclaw/default',
      messages: [{ role: 'user', content: 'hi' }],
    });
    expect(answer).toMatchObject({
      id: expect.stringMatching(/^chatcmpl_/) as string,
      object: 'chat.completion',
      model: 'openclaw/default',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello there' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 },
    });
    expect(Math.abs(answer.created - Date.now() / 1000)).toBeLessThan(60);
    expect(model.requests[0]?.body.messages.at(-1)).toEqual({ role: 'user', content: 'hi' });
  });

  test('gets no usage when the provider reports none', async () => {
    const { client } = await startWith({ steps: [{ text: 'Hello' }, { finish: 'stop' }] });
    const answer = await client.chat.completions.create({
      model: 'openclaw',
      messages: [{ role: 'user', content: 'hi' }],
    });
    expect(answer.usage).toBeUndefined();
  });

  test('streams the answer while it is being written', async () => {
    const gate = createGate();
    const { client } = await startWith({
      steps: [
        { text: 'Hel' },
        { wait: gate.opened },
        { text: 'lo' },
        { finish: 'stop' },
        { usage: { prompt: 3, completion: 2 } },
      ],
    });
    const stream = await client.chat.completions.create({
      model: 'openclaw',
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'hi' }],
    });
    const texts: string[] = [];
    const reasons: unknown[] = [];
    let usage: unknown;
    for await (const chunk of stream) {
      const text = chunk.choices[0]?.delta.content ?? '';
      if (text !== '') texts.push(text);
      // Only what has come already can open the gate for the rest.
      if (text === 'Hel') gate.open();
      if (chunk.choices[0]?.finish_reason != null) reasons.push(chunk.choices[0].finish_reason);
      usage = chunk.usage ?? usage;
    }
    expect(texts.join('')).toBe('Hello');
    expect(reasons).toEqual(['stop']);
    expect(usage).toEqual({ prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 });
  });

  test('gets the calls of its own tools, and goes on with their results', async () => {
    const { client, model } = await startWith(
      callsTool('get_weather', { place: 'Oslo' }),
      says('It is 7 °C in Oslo.'),
    );
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'weather in Oslo?' }];
    const first = await client.chat.completions.create({ model: 'openclaw', messages, tools: [WEATHER] });
    const [choice] = first.choices;
    expect(choice).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: null,
        tool_calls: [{ type: 'function', function: { name: 'get_weather', arguments: '{"place":"Oslo"}' } }],
      },
    });
    const call = choice!.message.tool_calls![0]!;
    messages.push(choice!.message, { role: 'tool', tool_call_id: call.id, content: '7 °C' });
    const second = await client.chat.completions.create({ model: 'openclaw', messages, tools: [WEATHER] });
    expect(second.choices[0]?.message.content).toBe('It is 7 °C in Oslo.');
    const roles = model.requests[1]?.body.messages.map(({ role }) => role);
    expect(roles).toEqual(['system', 'user', 'assistant', 'tool']);
    // The program's tool is offered beside the gateway's own.
    const names = model.requests[0]?.body.tools?.map((tool) => tool.function.name);
    expect(names).toEqual(expect.arrayContaining(['get_weather', 'reminder_set']));
  });

  test('streams the calls of its own tools', async () => {
    const { client } = await startWith(callsTool('get_weather', { place: 'Oslo' }));
    const runner = client.chat.completions.stream({
      model: 'openclaw',
      messages: [{ role: 'user', content: 'weather?' }],
      tools: [WEATHER],
    });
    const { choices } = await runner.finalChatCompletion();
    expect(choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { tool_calls: [{ function: { name: 'get_weather', arguments: '{"place":"Oslo"}' } }] },
    });
  });

  test('uses the gateway’s own tools without seeing them', async () => {
    const { client, gateway } = await startWith(
      callsTool('reminder_set', { text: 'stretch', every_minutes: 60 }),
      says('Done.'),
    );
    const answer = await client.chat.completions.create({
      model: 'openclaw',
      messages: [{ role: 'user', content: 'remind me' }],
    });
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'Done.' } });
    expect(answer.choices[0]?.message.tool_calls).toBeUndefined();
    const owner = await connectNative(gateway);
    expect((await owner.request('cron.list', {})).jobs.map(({ name }) => name)).toEqual(['stretch']);
  });

  test('lists the agents as models', async () => {
    const gateway = await startGateway();
    const client = sdk(gateway);
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toEqual(['openclaw', 'openclaw/default', 'openclaw/main']);
    await expect(client.models.retrieve('openclaw/default')).resolves.toMatchObject({
      id: 'openclaw/default',
      object: 'model',
      owned_by: 'openclaw',
    });
    await expect(client.models.retrieve('gpt-4o')).rejects.toMatchObject({ status: 404 });
  });

  test.each<[string, Reply, number, string]>([
    ['a provider that is busy', fails(429), 429, 'rate_limit_error'],
    ['a provider that fails', fails(500), 502, 'api_error'],
    ['a conversation that is too long', fails(413), 400, 'invalid_request_error'],
  ])('is told of %s', async (_what, reply, status, type) => {
    const { client } = await startWith(reply);
    const asking = client.chat.completions.create({
      model: 'openclaw',
      messages: [{ role: 'user', content: 'hi' }],
    });
    await expect(asking).rejects.toMatchObject({ status, type });
  });

  test('is told of a failure in the middle of a stream', async () => {
    const gate = createGate();
    const { client } = await startWith({ steps: [{ text: 'Hel' }, { wait: gate.opened }, { reset: true }] });
    const stream = await client.chat.completions.create({
      model: 'openclaw',
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
    });
    const texts: string[] = [];
    const read = async (): Promise<void> => {
      for await (const chunk of stream) {
        const text = chunk.choices[0]?.delta.content ?? '';
        texts.push(text);
        if (text !== '') gate.open();
      }
    };
    await expect(read()).rejects.toThrow(/broke off|could not be read|reach/);
    expect(texts.join('')).toBe('Hel');
  });
});

describe('the conversation', () => {
  test('is the client’s own, instructions included', async () => {
    const { model, port, gateway } = await startWith(says('ok'));
    await ask({ port }, PATH, {
      headers: bearer(gateway),
      body: {
        messages: [
          { role: 'system', content: 'Talk like a pirate.' },
          { role: 'user', content: 'one' },
          { role: 'assistant', content: 'two' },
          { role: 'developer', content: 'Be brief.' },
          { role: 'user', content: [{ type: 'text', text: 'three' }] },
        ],
      },
    });
    const [system, ...rest] = model.requests[0]!.body.messages;
    expect(system!.content).toMatch(/Talk like a pirate\.\n\nBe brief\.$/);
    expect(rest).toEqual([
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'two' },
      { role: 'user', content: 'three' },
    ]);
  });

  test('of two requests without a user is not remembered', async () => {
    const { model, gateway } = await startWith(says('ok'));
    for (const content of ['first', 'second']) {
      await ask(gateway, PATH, { headers: bearer(gateway), body: { messages: [{ role: 'user', content }] } });
    }
    expect(model.requests[1]?.body.messages.slice(1)).toEqual([{ role: 'user', content: 'second' }]);
  });

  test.each([
    ['of one user', { user: 'ana' }, {}, 'agent:main:openai-user:ana'],
    ['of one session key', {}, { 'x-openclaw-session-key': 'desk' }, 'agent:main:desk'],
  ])('%s is remembered', async (_what, fields, headers, sessionKey) => {
    const { model, gateway } = await startWith(says('ok'));
    for (const content of ['first', 'second']) {
      await ask(gateway, PATH, {
        headers: { ...bearer(gateway), ...headers },
        body: { ...fields, messages: [{ role: 'user', content }] },
      });
    }
    expect(model.requests[1]?.body.messages.slice(1)).toEqual([
      { role: 'user', content: 'first' },
      { role: 'assistant', content: 'ok' },
      { role: 'user', content: 'second' },
    ]);
    const owner = await connectNative(gateway);
    const { messages } = await owner.request('chat.history', { sessionKey });
    expect(messages.map(({ content }) => content)).toHaveLength(4);
  });

  test('of a single request is in no list, but can be found, for a month', async () => {
    const clock = new LeapingClock();
    const stateDir = temporaryFolder();
    const first = await startGateway({ stateDir, clock });
    await ask(first, PATH, { headers: bearer(first), body: HELLO });
    const owner = await connectNative(first);
    expect((await owner.request('sessions.list', {})).count).toBe(0);
    const { sessions } = await owner.request('sessions.list', { search: 'openai' });
    expect(sessions.map(({ key }) => key)).toEqual([
      expect.stringMatching(/^agent:main:openai:[\w-]{36}$/) as string,
    ]);
    await first.stop();
    clock.leap(29 * DAY);
    const second = await startGateway({ stateDir, clock });
    const found = await (await connectNative(second)).request('sessions.list', { search: 'openai' });
    expect(found.count).toBe(1);
    await second.stop();
    clock.leap(2 * DAY);
    const third = await startGateway({ stateDir, clock });
    const left = await (await connectNative(third)).request('sessions.list', { search: 'openai' });
    expect(left.count).toBe(0);
  });

  test('goes to the model that the header or the name chooses', async () => {
    const other = await startModelServer(says('from the other'));
    const { gateway, model } = await startWith(says('from the first'));
    const config = modelConfig(model) as { models: { providers: Record<string, unknown> } };
    config.models.providers['other'] = { baseUrl: other.url, models: [{ id: 'm2' }] };
    const both = await startGateway({ config });
    expect(gateway.port).not.toBe(both.port);
    const byHeader = await ask(both, PATH, {
      headers: { ...bearer(both), 'x-openclaw-model': 'other/m2' },
      body: HELLO,
    });
    const byName = await ask(both, PATH, { headers: bearer(both), body: { ...HELLO, model: 'other/m2' } });
    expect([byHeader.json['model'], byName.json['model']]).toEqual(['openclaw', 'other/m2']);
    expect(other.requests.map(({ body }) => body.model)).toEqual(['m2', 'm2']);
  });

  test('passes the settings for the model on', async () => {
    const { model, gateway } = await startWith(says('ok'));
    await ask(gateway, PATH, {
      headers: bearer(gateway),
      body: {
        ...HELLO,
        temperature: 0.5,
        top_p: 0.9,
        max_completion_tokens: 64,
        presence_penalty: 1,
        frequency_penalty: -1,
        seed: 7,
        stop: 'END',
      },
    });
    expect(model.requests[0]?.body).toMatchObject({
      temperature: 0.5,
      top_p: 0.9,
      max_tokens: 64,
      presence_penalty: 1,
      frequency_penalty: -1,
      seed: 7,
      stop: ['END'],
    });
  });

  test('says when the model ran out of room', async () => {
    const { gateway } = await startWith({ steps: [{ text: 'Hel' }, { finish: 'length' }] });
    const { json } = await ask(gateway, PATH, { headers: bearer(gateway), body: HELLO });
    expect(json['choices']).toMatchObject([{ finish_reason: 'length', message: { content: 'Hel' } }]);
  });

  test('that demands a call of a tool does not pass for answered without one', async () => {
    const { gateway, model } = await startWith(says('no call'));
    const body = { ...HELLO, tools: [WEATHER], tool_choice: 'required' };
    const { status, json } = await ask(gateway, PATH, { headers: bearer(gateway), body });
    expect([status, json]).toMatchObject([502, { error: { type: 'api_error' } }]);
    expect(model.requests[0]?.body).toMatchObject({
      tool_choice: 'required',
      tools: [{ function: { name: 'get_weather' } }],
    });
  });

  test('works with the built-in assistant', async () => {
    const gateway = await startGateway();
    const { json } = await ask(gateway, PATH, {
      headers: bearer(gateway),
      body: { messages: [{ role: 'user', content: 'remember that Ana likes tea' }] },
    });
    expect(json['choices']).toMatchObject([{ message: { content: 'I’ll remember that.' } }]);
    expect(json).not.toHaveProperty('usage');
  });
});

describe('a client that goes away', () => {
  test.each([true, false])('ends its run (stream: %s)', async (stream) => {
    const { model, gateway } = await startWith({ steps: [{ text: 'Hel' }, { hang: true }] });
    const abort = new AbortController();
    const asking = fetch(`http://127.0.0.1:${gateway.port}${PATH}`, {
      method: 'POST',
      headers: { ...bearer(gateway), 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...HELLO, stream, user: 'ana' }),
      signal: abort.signal,
    }).then((response) => response.text());
    const request = await model.request(1);
    abort.abort();
    await expect(asking).rejects.toThrow();
    await waitUntil(() => (request.cancelled ? true : undefined), 'the end of the request to the model');
    const owner = await connectNative(gateway);
    const stored = await waitUntil(async () => {
      const { messages } = await owner.request('chat.history', { sessionKey: 'openai-user:ana' });
      return messages.find(({ stopReason }) => stopReason === 'aborted');
    }, 'the end of the run');
    expect(stored.content).toEqual([{ type: 'text', text: 'Hel' }]);
  });
});

describe('a stream on the wire', () => {
  test('has OpenAI’s chunks in their order and ends with [DONE]', async () => {
    const { gateway } = await startWith(says('Hello there'));
    const { status, headers, text } = await ask(gateway, PATH, {
      headers: bearer(gateway),
      body: { ...HELLO, stream: true },
    });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const events = eventsIn(text).map(({ data }) => data);
    expect(events.at(-1)).toBe('[DONE]');
    const chunks = events.slice(0, -1) as { choices: { delta: object; finish_reason: unknown }[] }[];
    expect(chunks[0]).toMatchObject({
      object: 'chat.completion.chunk',
      model: 'openclaw',
      choices: [{ index: 0, delta: { role: 'assistant' }, finish_reason: null }],
    });
    expect(chunks.at(-1)?.choices).toEqual([{ index: 0, delta: {}, finish_reason: 'stop' }]);
    expect(JSON.stringify(chunks)).not.toContain('usage');
  });

  test('tells a failure as an event', async () => {
    const { gateway } = await startWith(fails(500));
    const { text } = await ask(gateway, PATH, {
      headers: bearer(gateway),
      body: { ...HELLO, stream: true },
    });
    const events = eventsIn(text).map(({ data }) => data);
    expect(events.at(-2)).toMatchObject({
      error: { type: 'api_error', message: expect.any(String) as string },
    });
    expect(events.at(-1)).toBe('[DONE]');
  });
});

describe('a request is refused', () => {
  const refused = async (gateway: TestGateway, body: unknown) => {
    const { status, json } = await ask(gateway, PATH, {
      headers: bearer(gateway),
      body: typeof body === 'string' ? body : { messages: HELLO.messages, ...(body as object) },
    });
    return { status, error: json['error'] as Record<string, unknown> };
  };

  test.each<[string, unknown, string | null]>([
    ['that is not JSON', '{', null],
    ['without messages', '{}', 'messages'],
    ['with no user message', { messages: [{ role: 'system', content: 'x' }] }, 'messages'],
    ['with an empty user message', { messages: [{ role: 'user', content: ' ' }] }, 'messages'],
    ['with an unknown role', { messages: [{ role: 'robot', content: 'x' }] }, 'messages.0.role'],
    ['for a foreign model', { model: 'gpt-4o' }, 'model'],
    ['for an unknown agent', { model: 'openclaw/nobody' }, 'model'],
    ['for a provider that is not configured', { model: 'acme/big' }, 'model'],
    ['for more than one answer', { n: 2 }, 'n'],
    ['that is too hot', { temperature: 2.1 }, 'temperature'],
    ['with a penalty out of range', { presence_penalty: -3 }, 'presence_penalty'],
    ['with five stops', { stop: ['1', '2', '3', '4', '5'] }, 'stop'],
    [
      'with a picture',
      {
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x/y.png' } }] }],
      },
      'messages.0.content',
    ],
    [
      'with a tool that is the gateway’s',
      { tools: [{ type: 'function', function: { name: 'memory_save' } }] },
      'tools',
    ],
    ['with a tool of another kind', { tools: [{ type: 'web_search' }] }, 'tools.0.type'],
    ['with a choice among no tools', { tool_choice: 'required' }, 'tool_choice'],
    [
      'with a result of no call',
      { messages: [{ role: 'tool', tool_call_id: 'x', content: 'y' }] },
      'messages',
    ],
    [
      'with a call that has no result',
      {
        messages: [
          { role: 'user', content: 'x' },
          {
            role: 'assistant',
            tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
          },
          { role: 'user', content: 'y' },
        ],
      },
      'messages',
    ],
    ['with a user that cannot be a name', { user: 'a\u0000b' }, 'user'],
  ])('%s', async (_what, body, param) => {
    const gateway = await startGateway();
    const { status, error } = await refused(gateway, body);
    expect(status).toBe(400);
    expect(error).toMatchObject({
      type: 'invalid_request_error',
      message: expect.any(String) as string,
      param,
    });
  });

  test.each(['subagent:x', 'cron:job', 'acp:y', 'agent:main:cron:job', 'agent:nobody:main'])(
    'for the session %s',
    async (key) => {
      const gateway = await startGateway();
      const { status } = await ask(gateway, PATH, {
        headers: { ...bearer(gateway), 'x-openclaw-session-key': key },
        body: HELLO,
      });
      expect(status).toBe(400);
    },
  );

  test('with another verb', async () => {
    const { status, headers, json } = await ask(await startGateway(), PATH, { method: 'GET' });
    expect([status, headers.allow]).toEqual([405, 'POST']);
    expect(json).toMatchObject({ error: { type: 'invalid_request_error', code: null, param: null } });
  });

  test('that is larger than 20 MB, whether it says so or not', async () => {
    const gateway = await startGateway();
    const { status } = await ask(gateway, PATH, {
      headers: bearer(gateway),
      method: 'POST',
      body: ' '.repeat(20 * 1024 * 1024 + 1),
    });
    expect(status).toBe(413);
    const chunked = await ask(gateway, PATH, {
      headers: { ...bearer(gateway), 'Transfer-Encoding': 'chunked' },
      method: 'POST',
      body: ' '.repeat(20 * 1024 * 1024 + 1),
    });
    expect(chunked.status).toBe(413);
  });

  test('without the secret, with a wrong one, and with one in the address', async () => {
    const gateway = await startGateway();
    for (const [path, headers] of [
      [PATH, {}],
      [PATH, { Authorization: 'Bearer wrong' }],
      [`${PATH}?token=${gateway.token}`, {}],
    ] as const) {
      const { status, json, headers: told } = await ask(gateway, path, { headers, body: HELLO });
      expect(status).toBe(401);
      expect(json).toEqual({
        error: { message: 'Unauthorized', type: 'unauthorized', param: null, code: null },
      });
      expect(told['www-authenticate']).toBe('Bearer');
    }
  });

  test('of a page of another origin, whatever it knows', async () => {
    const gateway = await startGateway();
    const { status } = await ask(gateway, PATH, {
      headers: { ...bearer(gateway), Origin: 'https://evil.example' },
      body: HELLO,
    });
    expect(status).toBe(403);
  });

  test('that came through a proxy', async () => {
    const gateway = await startGateway();
    const { status, json } = await ask(gateway, PATH, {
      headers: { ...bearer(gateway), 'X-Forwarded-For': '10.0.0.1' },
      body: HELLO,
    });
    expect([status, json]).toMatchObject([403, { error: { type: 'proxy_attribution_required' } }]);
  });

  test('when the route is switched off', async () => {
    const endpoints = { chatCompletions: { enabled: false }, responses: { enabled: false } };
    const gateway = await startGateway({ config: { gateway: { http: { endpoints } } } });
    for (const path of [PATH, '/v1/responses']) {
      const { status, json } = await ask(gateway, path, { headers: bearer(gateway), body: HELLO });
      expect([status, json]).toMatchObject([404, { error: { param: null } }]);
    }
    expect((await ask(gateway, '/v1/models', { headers: bearer(gateway) })).status).toBe(404);
  });

  test('by mode none only without the scope', async () => {
    const gateway = await startGateway({ config: { gateway: { auth: { mode: 'none' } } } });
    expect((await ask(gateway, PATH, { body: HELLO })).status).toBe(200);
    const { status, json } = await ask(gateway, PATH, {
      headers: { 'x-openclaw-scopes': 'operator.read' },
      body: HELLO,
    });
    expect(status).toBe(403);
    expect(json).toMatchObject({ error: { details: { code: 'MISSING_SCOPE' } } });
  });
});
