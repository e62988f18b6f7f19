// `/v1/responses`, with the official client and with plain HTTP.

import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { ask, bearer, eventsIn } from '../fakes/http-client.ts';
import { callsTool, fails, modelConfig, says, startModelServer, type Reply } from '../fakes/model-server.ts';
import { createGate, temporaryFolder } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

const PATH = '/v1/responses';

function sdk(gateway: TestGateway): OpenAI {
  return new OpenAI({ baseURL: `http://127.0.0.1:${gateway.port}/v1`, apiKey: gateway.token, maxRetries: 0 });
}

async function startWith(...replies: Reply[]) {
  const model = await startModelServer(...replies);
  const gateway = await startGateway({ config: modelConfig(model) });
  return { model, gateway, client: sdk(gateway) };
}

const WEATHER = {
  type: 'function',
  name: 'get_weather',
  description: 'Weather of a place',
  parameters: { type: 'object', properties: { place: { type: 'string' } } },
  strict: false,
} as const;

describe('the official client', () => {
  test('gets a response', async () => {
    const { client, model } = await startWith(says('Hello there', { prompt: 10, completion: 2 }));
    const response = await client.responses.create({
      model: 'openclaw/default',
      instructions: 'Talk like a pirate.',
      input: 'hi',
      metadata: { origin: 'test' },
    });
    expect(response).toMatchObject({
      id: expect.stringMatching(/^resp_/) as string,
      object: 'response',
      status: 'completed',
      model: 'openclaw/default',
      output_text: 'Hello there',
      error: null,
      incomplete_details: null,
      metadata: { origin: 'test' },
      output: [
        {
          id: expect.stringMatching(/^msg_/) as string,
          type: 'message',
          role: 'assistant',
          phase: 'final_answer',
          content: [{ type: 'output_text', text: 'Hello there', annotations: [] }],
        },
      ],
      usage: { input_tokens: 10, output_tokens: 2, total_tokens: 12 },
    });
    const [system, user] = model.requests[0]!.body.messages;
    expect(system?.content).toMatch(/Talk like a pirate\.$/);
    expect(user).toEqual({ role: 'user', content: 'hi' });
  });

  test('goes on after an earlier response, also after a restart of the gateway', async () => {
    const model = await startModelServer(says('one'), says('two'));
    const stateDir = temporaryFolder();
    const gateway = await startGateway({ stateDir, config: modelConfig(model) });
    const first = await sdk(gateway).responses.create({ model: 'openclaw', input: 'a' });
    await gateway.stop();
    const again = await startGateway({ stateDir, port: gateway.port });
    const second = await sdk(again).responses.create({
      model: 'openclaw',
      input: 'b',
      previous_response_id: first.id,
    });
    expect(second).toMatchObject({ output_text: 'two', previous_response_id: first.id });
    expect(model.requests[1]?.body.messages.slice(1)).toEqual([
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'one' },
      { role: 'user', content: 'b' },
    ]);
  });

  test('runs its own tools between two responses', async () => {
    const { client, model } = await startWith(
      callsTool('get_weather', { place: 'Oslo' }),
      says('It is 7 °C.'),
    );
    const first = await client.responses.create({ model: 'openclaw', input: 'weather?', tools: [WEATHER] });
    const [call] = first.output;
    expect(call).toMatchObject({
      type: 'function_call',
      name: 'get_weather',
      arguments: '{"place":"Oslo"}',
      status: 'completed',
    });
    const second = await client.responses.create({
      model: 'openclaw',
      previous_response_id: first.id,
      tools: [WEATHER],
      input: [
        {
          type: 'function_call_output',
          call_id: (call as { call_id: string }).call_id,
          output: '7 °C',
        },
      ],
    });
    expect(second.output_text).toBe('It is 7 °C.');
    const roles = model.requests[1]?.body.messages.map(({ role }) => role);
    expect(roles).toEqual(['system', 'user', 'assistant', 'tool']);
    expect(model.requests[1]?.body.messages.at(-1)?.content).toBe('7 °C');
  });

  test('may keep the conversation itself', async () => {
    const { client, model } = await startWith(says('fine'));
    await client.responses.create({
      model: 'openclaw',
      input: [
        { role: 'user', content: 'weather?' },
        { type: 'function_call', call_id: 'c1', name: 'get_weather', arguments: '{"place":"Oslo"}' },
        { type: 'function_call_output', call_id: 'c1', output: '7 °C' },
        { role: 'assistant', content: 'It is 7 °C.' },
        { role: 'user', content: [{ type: 'input_text', text: 'And tomorrow?' }] },
      ],
    });
    expect(model.requests[0]?.body.messages.slice(1)).toMatchObject([
      { role: 'user', content: 'weather?' },
      { role: 'assistant', tool_calls: [{ id: 'c1', function: { name: 'get_weather' } }] },
      { role: 'tool', tool_call_id: 'c1', content: '7 °C' },
      { role: 'assistant', content: 'It is 7 °C.' },
      { role: 'user', content: 'And tomorrow?' },
    ]);
  });

  test('streams the text while it is being written', async () => {
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
    const stream = client.responses.stream({ model: 'openclaw', input: 'hi' });
    const types: string[] = [];
    let text = '';
    for await (const event of stream) {
      if (types.at(-1) !== event.type) types.push(event.type);
      if (event.type === 'response.output_text.delta') {
        text += event.delta;
        if (text === 'Hel') gate.open();
      }
    }
    expect(text).toBe('Hello');
    expect(types).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    await expect(stream.finalResponse()).resolves.toMatchObject({
      status: 'completed',
      output_text: 'Hello',
      usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
    });
  });

  test('streams calls of its own tools', async () => {
    const { client } = await startWith({
      steps: [
        { text: 'Let me look.' },
        { toolCall: { id: 'c1', name: 'get_weather', pieces: ['{"place":', '"Oslo"}'] } },
        { finish: 'tool_calls' },
      ],
    });
    const stream = client.responses.stream({ model: 'openclaw', input: 'weather?', tools: [WEATHER] });
    const { output } = await stream.finalResponse();
    expect(output).toMatchObject([
      { type: 'message', content: [{ text: 'Let me look.' }] },
      { type: 'function_call', call_id: 'c1', name: 'get_weather', arguments: '{"place":"Oslo"}' },
    ]);
    expect(output[0]).not.toHaveProperty('phase');
  });

  test('is told when the model ran out of room', async () => {
    const { client } = await startWith({ steps: [{ text: 'Hel' }, { finish: 'length' }] });
    const response = await client.responses.create({ model: 'openclaw', input: 'hi', max_output_tokens: 16 });
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      usage: null,
    });
  });

  test('is told of a failure', async () => {
    const { client } = await startWith(fails(500));
    await expect(client.responses.create({ model: 'openclaw', input: 'hi' })).rejects.toMatchObject({
      status: 502,
      type: 'api_error',
    });
  });
});

describe('a stream on the wire', () => {
  test('names and numbers its events, and ends with [DONE]', async () => {
    const { gateway } = await startWith(says('Hello'));
    const { text, headers } = await ask(gateway, PATH, {
      headers: bearer(gateway),
      body: { model: 'openclaw', input: 'hi', stream: true },
    });
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const events = eventsIn(text);
    expect(events.at(-1)).toEqual({ data: '[DONE]' });
    for (const [index, { event, data }] of events.slice(0, -1).entries()) {
      expect(data).toMatchObject({ type: event, sequence_number: index });
    }
  });

  test('tells a failure as response.failed', async () => {
    const { gateway } = await startWith(fails(500));
    const { text } = await ask(gateway, PATH, {
      headers: bearer(gateway),
      body: { model: 'openclaw', input: 'hi', stream: true },
    });
    expect(eventsIn(text).at(-2)).toMatchObject({
      event: 'response.failed',
      data: { response: { status: 'failed', error: { code: 'server_error' } } },
    });
  });
});

describe('a request is refused', () => {
  test.each<[string, object, string]>([
    ['without input', {}, 'input'],
    ['with an empty input', { input: '' }, 'input'],
    ['for a foreign model', { input: 'x', model: 'gpt-5' }, 'model'],
    [
      'after a response that is not there',
      { input: 'x', previous_response_id: 'resp_1' },
      'previous_response_id',
    ],
    [
      'with the result of a call that nobody made',
      { input: [{ type: 'function_call_output', call_id: 'c', output: 'x' }] },
      'input',
    ],
    [
      'with a file',
      { input: [{ role: 'user', content: [{ type: 'input_file', file_data: 'eA==' }] }] },
      'input.0.content',
    ],
    ['with an item of another kind', { input: [{ type: 'computer_call' }] }, 'input.0'],
    ['with a tool of another kind', { input: 'x', tools: [{ type: 'web_search' }] }, 'tools.0.type'],
  ])('%s', async (_what, body, param) => {
    const gateway = await startGateway();
    const { status, json } = await ask(gateway, PATH, { headers: bearer(gateway), body });
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { type: 'invalid_request_error', param } });
  });

  test('after a response, when it tells of what came before', async () => {
    const { client, gateway } = await startWith(says('one'));
    const { id } = await client.responses.create({ model: 'openclaw', input: 'a' });
    for (const input of [
      [{ role: 'assistant', content: 'one' }],
      [{ type: 'function_call_output', call_id: 'unknown', output: 'x' }],
    ]) {
      const { status } = await ask(gateway, PATH, {
        headers: bearer(gateway),
        body: { input, previous_response_id: id },
      });
      expect(status).toBe(400);
    }
  });

  test('after a response of another session than the header names', async () => {
    const { client, gateway } = await startWith(says('one'));
    const { id } = await client.responses.create({ model: 'openclaw', input: 'a' });
    const { status } = await ask(gateway, PATH, {
      headers: { ...bearer(gateway), 'x-openclaw-session-key': 'main' },
      body: { input: 'b', previous_response_id: id },
    });
    expect(status).toBe(400);
  });
});
