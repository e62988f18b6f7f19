import { describe, expect, test } from 'vitest';
import { connectDialect, DIALECTS } from '../fakes/dialects.ts';
import { fails, modelConfig, says, startModelServer, type Reply, type Step } from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { createGate } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { messageText, type ChatEvent } from '../../src-main/shared/protocol/chat.ts';

const modelTimeouts = { firstChunkMs: 150, chunkMs: 150 };

/** Sends a message to a gateway whose model answers like this, and waits for the end. */
async function run(...replies: Reply[]): Promise<{ end: ChatEvent; client: NativeClient; requests: number }> {
  const model = await startModelServer(...replies);
  const client = await connectNative(await startGateway({ config: modelConfig(model), modelTimeouts }));
  await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' });
  return { end: await client.runEnd('k', 15_000), client, requests: model.requests.length };
}

describe('a model endpoint that fails is told in words', () => {
  test.each<[string, Reply, string, string]>([
    ['500', fails(500), 'fake had an error of its own (HTTP 500). Try again.', 'unknown'],
    ['503', fails(503), 'fake is overloaded (HTTP 503). Try again in a moment.', 'unknown'],
    ['401', fails(401), 'fake refused the key (HTTP 401). Check the apiKey in the configuration.', 'unknown'],
    ['403', fails(403), 'fake refused the key (HTTP 403). Check the apiKey in the configuration.', 'unknown'],
    ['404', fails(404), 'fake does not have the model m1 (HTTP 404).', 'unknown'],
    ['429', fails(429), 'fake asks to slow down (HTTP 429). Try again in a moment.', 'rate_limit'],
    ['413', fails(413), 'The conversation is too long for m1. Start a new one.', 'context_length'],
    [
      '400 about the context',
      fails(400, '{"error":{"message":"This model’s maximum context length is 10 tokens"}}'),
      'The conversation is too long for m1. Start a new one.',
      'context_length',
    ],
    ['400', fails(400), 'fake refused the request (HTTP 400).', 'unknown'],
    [
      'an HTML page',
      { status: 502, body: '<html>Bad gateway</html>', headers: { 'retry-after-ms': '1' } },
      'fake had an error of its own (HTTP 502). Try again.',
      'unknown',
    ],
    [
      'a stall before the first word',
      { steps: [{ hang: true }] },
      'fake stopped answering. Try again, or choose another model.',
      'timeout',
    ],
  ])(
    '%s',
    async (_name, reply, errorMessage, errorKind) => {
      const { end, client } = await run(reply);
      expect(end).toMatchObject({ state: 'error', errorMessage, errorKind });
      const { messages } = await client.request('chat.history', { sessionKey: 'main' });
      expect(messages).toMatchObject([
        { role: 'user' },
        { role: 'assistant', stopReason: 'error', errorMessage },
      ]);
    },
    20_000,
  );

  test('nobody listens', async () => {
    const model = await startModelServer();
    await model.close();
    const client = await connectNative(await startGateway({ config: modelConfig(model), modelTimeouts }));
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' });
    const end = await client.runEnd('k', 15_000);
    const where = model.url.replace('/v1', '');
    expect(end).toMatchObject({
      state: 'error',
      errorMessage: `Couldn’t reach fake at ${where}/v1. Is it running?`,
    });
  }, 20_000);

  test('without giving away what the address has in it', async () => {
    const config = {
      models: {
        providers: {
          fake: { baseUrl: 'http://me:SECRET@127.0.0.1:9/v1?key=SECRET', models: [{ id: 'm1' }] },
        },
      },
    };
    const client = await connectNative(await startGateway({ config, modelTimeouts }));
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' });
    const end = await client.runEnd('k', 15_000);
    expect(end.state).toBe('error');
    expect(JSON.stringify(client.wire.frames)).not.toContain('SECRET');
  }, 20_000);
});

describe('a model that breaks off', () => {
  test.each<[string, readonly Step[]]>([
    ['stalls', [{ hang: true }]],
    ['loses the connection', [{ reset: true }]],
    ['ends without a finish', []],
    ['turns to garbage', [{ raw: 'data: {"nonsense\n\n' }]],
    ['sends an error in the stream', [{ raw: 'data: {"error":{"message":"overloaded"}}\n\n' }]],
  ])('in the middle and %s: what was said stays, and the failure is told', async (_how, rest) => {
    const heard = createGate();
    const model = await startModelServer({ steps: [{ text: 'Once upon' }, { wait: heard.opened }, ...rest] });
    const timeouts = { firstChunkMs: 5_000, chunkMs: 500 };
    const client = await connectNative(
      await startGateway({ config: modelConfig(model), modelTimeouts: timeouts }),
    );
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' });
    await client.event('chat', ({ state }) => state === 'delta');
    heard.open();
    const end = await client.runEnd('k');
    expect(end).toMatchObject({
      state: 'error',
      errorMessage: expect.stringMatching(
        /fake (stopped answering|sent an answer|broke off|had an error|is overloaded)|reach fake/,
      ) as string,
    });
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messageText(messages[1]!)).toBe('Once upon');
    expect(messages[1]).toMatchObject({ stopReason: 'error' });
  });
});

describe('a model that says nothing of use', () => {
  test.each<[string, Reply]>([
    ['an empty stream', { steps: [] }],
    ['only garbage', { steps: [{ raw: 'hello, this is not an event stream\n\n' }] }],
    ['JSON of another kind', { status: 200, body: '{"ok":true}', headers: {} }],
    ['a web page', { steps: [{ raw: '<html><body>Sign in</body></html>' }] }],
  ])('%s is a failure, not an empty answer', async (_name, reply) => {
    const { end } = await run(reply);
    expect(end).toMatchObject({ state: 'error' });
  });
});

describe('a model that only stumbles', () => {
  test('is asked again after a 500 and a 429', async () => {
    const { end, requests } = await run(fails(500), fails(429), says('There you are'));
    expect(end).toMatchObject({ state: 'final' });
    expect(requests).toBe(3);
  });

  test('is not asked again after a 401', async () => {
    expect((await run(fails(401))).requests).toBe(1);
  });

  test('answers the next message as if nothing had happened', async () => {
    const model = await startModelServer(fails(401), says('Better now'));
    const client = await connectNative(await startGateway({ config: modelConfig(model), modelTimeouts }));
    for (const key of ['a', 'b']) {
      await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: key });
      await client.runEnd(key);
    }
    expect(await client.runEnd('b')).toMatchObject({ state: 'final' });
  });

  test('may say very much', async () => {
    const long = 'word '.repeat(40_000);
    const { end, client } = await run({ steps: [{ text: long }, { text: long }, { finish: 'stop' }] });
    expect(end).toMatchObject({ state: 'final' });
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messageText(messages[1]!)).toHaveLength(400_000);
  });

  test('that was cut off by its limit says why it stopped', async () => {
    const { end } = await run({ steps: [{ text: 'Once' }, { finish: 'length' }] });
    expect(end).toMatchObject({ state: 'final', stopReason: 'length' });
  });
});

describe('a failure in the other dialects', () => {
  test.each(DIALECTS)('$name', async (dialect) => {
    const model = await startModelServer(fails(401));
    const client = await connectDialect(
      dialect,
      await startGateway({ config: modelConfig(model), modelTimeouts }),
    );
    if (dialect.name === 'typed') {
      const answer = await client.ask('chat', { text: 'hi' });
      expect(answer).toMatchObject({
        type: 'error',
        payload: { code: 'UNAVAILABLE', message: expect.stringContaining('refused the key') as string },
      });
    } else {
      expect(JSON.stringify(await client.chat('hi'))).toContain('refused the key');
    }
  });

  test('a model that the configuration names and nobody provides', async () => {
    const config = { agents: { defaults: { model: 'acme/m1' } } };
    const client = await connectNative(await startGateway({ config }));
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' });
    const end = await client.runEnd('k');
    expect(end).toMatchObject({
      state: 'error',
      errorMessage: expect.stringContaining('no provider "acme"') as string,
    });
  });
});
