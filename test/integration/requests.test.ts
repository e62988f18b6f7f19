import { describe, expect, test } from 'vitest';
import { connectDialect, DIALECTS, type DialectClient } from '../fakes/dialects.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { openWire, type Frame, type WireClient } from '../fakes/wire-client.ts';

const [native, hybrid, jsonRpc, typed] = DIALECTS;

async function connect(dialect = jsonRpc): Promise<DialectClient> {
  return connectDialect(dialect!, await startGateway());
}

const answerTo = (wire: WireClient, id: unknown): Promise<Frame> =>
  wire.waitFor((frame) => frame['id'] === id && !('method' in frame), `answer to ${JSON.stringify(id)}`);

describe('an unknown method', () => {
  test('native', async () => {
    const client = await connect(native);
    expect(native!.error(await client.ask('chat.sendd'))).toEqual({
      code: 'INVALID_REQUEST',
      message: 'unknown method: chat.sendd',
      details: { nearest: 'chat.send' },
    });
  });

  test('hybrid', async () => {
    const client = await connect(hybrid);
    expect(hybrid!.error(await client.ask('sessions.lst'))).toEqual({
      code: 'METHOD_NOT_FOUND',
      message: 'unknown method: sessions.lst',
      details: { nearest: 'sessions.list' },
    });
  });

  test('json-rpc', async () => {
    const client = await connect(jsonRpc);
    expect(jsonRpc!.error(await client.ask('chat.sendd'))).toEqual({
      code: -32601,
      message: 'Method not found: chat.sendd',
      details: { nearest: 'chat.send' },
    });
    expect(jsonRpc!.error(await client.ask('fly.to.the.moon'))?.details).toEqual({});
  });

  test('typed', async () => {
    const client = await connect(typed);
    expect(typed!.error(await client.ask('dance'))).toMatchObject({
      code: 'UNKNOWN_TYPE',
      message: 'Unknown message type: dance',
    });
  });

  test.each(['__proto__', 'constructor', 'typed.chat', 'toString', ''])(
    '%j is one in every dialect',
    async (name) => {
      const gateway = await startGateway();
      for (const dialect of DIALECTS) {
        const client = await connectDialect(dialect, gateway);
        expect(dialect.error(await client.ask(name)), dialect.name).toBeDefined();
      }
    },
  );
});

describe('wrong params', () => {
  test.each(DIALECTS)('are refused with the place that is wrong, $name', async (dialect) => {
    const client = await connect(dialect);
    const [method, params, place] = {
      native: [
        'chat.send',
        { sessionKey: 'main', message: 5, idempotencyKey: 'k' },
        'at /message: must be string',
      ],
      hybrid: ['chat.history', { sessionKey: 'main', limit: 'all' }, 'at /limit: must be number'],
      'json-rpc': ['chat.send', { message: { text: 'x' } }, 'at /message: must be string'],
      typed: ['chat', { text: 5 }, 'at /text: must be string'],
    }[dialect.name] as [string, object, string];
    const error = dialect.error(await client.ask(method, params));
    expect(error?.message).toContain(`params: ${place}`);
    const codes = {
      native: 'INVALID_REQUEST',
      hybrid: 'INVALID_REQUEST',
      'json-rpc': -32602,
      typed: 'INVALID_PAYLOAD',
    };
    expect(error?.code).toBe(codes[dialect.name]);
  });

  test('that nobody knows are refused by name', async () => {
    const client = await connectNative(await startGateway());
    const refused = await client.refusal('health', { prob: true });
    expect(refused.message).toBe("invalid health params: at root: unexpected property 'prob'");
  });

  test.each([[[]], [[1, 2]]])('%j is no object', async (params) => {
    const client = await connect();
    expect(jsonRpc!.error(await client.ask('system.status', params))).toMatchObject({ code: -32602 });
  });

  test('an empty message is refused', async () => {
    const gateway = await startGateway();
    const client = await connectNative(gateway);
    for (const message of ['', '  \n']) {
      const refused = await client.refusal('chat.send', { sessionKey: 'main', message, idempotencyKey: 'k' });
      expect(refused.message).toBe('The message is empty.');
    }
    const course = await connectDialect(jsonRpc!, gateway);
    expect(jsonRpc!.error(await course.ask('chat.send', {}))).toMatchObject({ code: -32602 });
  });
});

describe('ids', () => {
  test.each([1, 0, -5, 1.5, 'a', '', null])('come back as they were, json-rpc: %j', async (id) => {
    const { wire } = await connect();
    wire.send({ jsonrpc: '2.0', id, method: 'system.status' });
    await expect(answerTo(wire, id)).resolves.toHaveProperty('result');
  });

  test.each([1, 'a'])('come back as they were, hybrid: %j', async (id) => {
    const { wire } = await connect(hybrid);
    wire.send({ jsonrpc: '2.0', id, method: 'health' });
    await expect(answerTo(wire, id)).resolves.toMatchObject({ ok: true });
  });

  test('a number is refused under the same number, native', async () => {
    const gateway = await startGateway();
    const wire = await openWire(`${gateway.url}/?token=${gateway.token}`);
    wire.send(native!.signIn(undefined));
    wire.send({ type: 'req', id: 7, method: 'health' });
    await expect(answerTo(wire, 7)).resolves.toMatchObject({
      ok: false,
      error: { code: 'INVALID_REQUEST', message: 'invalid request frame: at /id: must be string' },
    });
    wire.send({ type: 'req', id: 'x', method: 'health' });
    await expect(answerTo(wire, 'x')).resolves.toMatchObject({ ok: true });
  });

  test('are not invented where there was none, typed', async () => {
    const { wire } = await connect(typed);
    wire.send({ type: 'status', payload: {} });
    const answer = await wire.waitFor((frame) => frame['type'] === 'status' && !('id' in frame), 'status');
    expect(answer).toMatchObject({ payload: { status: 'ok' } });
  });
});

describe('notifications', () => {
  test('are executed and never answered, not even when they fail', async () => {
    const gateway = await startGateway();
    const { wire } = await connectDialect(jsonRpc!, gateway);
    const before = wire.frames.length;
    wire.send({
      jsonrpc: '2.0',
      method: 'sessions_send',
      params: { message: { type: 'transcript', call_id: 'c', text: 'x' } },
    });
    wire.send({ jsonrpc: '2.0', method: 'no.such.method' });
    wire.send({ jsonrpc: '2.0', method: 'chat.send', params: {} });
    wire.send({ jsonrpc: '2.0', id: 'last', method: 'system.status' });
    await answerTo(wire, 'last');
    const answers = wire.frames.slice(before).filter((frame) => 'result' in frame || 'error' in frame);
    expect(answers).toHaveLength(1);
    const { sessions } = await (await connectNative(gateway)).request('sessions.list', {});
    expect(sessions.map(({ key }) => key)).toEqual(['call:c']);
  });
});

describe('batches', () => {
  const batchAnswer = (wire: WireClient): Promise<Frame[]> =>
    wire.waitFor((frame) => Array.isArray(frame), 'array') as unknown as Promise<Frame[]>;

  test('are executed in order and answered in one array', async () => {
    const { wire } = await connect();
    wire.send([
      { jsonrpc: '2.0', id: 1, method: 'system.status' },
      { jsonrpc: '2.0', method: 'system.status' },
      'nonsense',
      { jsonrpc: '2.0', id: 'x', method: 'no.such' },
      { jsonrpc: '2.0', id: null, method: 'system.status' },
    ]);
    const answers = await batchAnswer(wire);
    expect(answers).toMatchObject([
      { id: 1, result: { status: 'ok' } },
      { id: null, error: { code: -32600 } },
      { id: 'x', error: { code: -32601 } },
      { id: null, result: { status: 'ok' } },
    ]);
    expect(answers).toHaveLength(4);
  });

  test('see what an entry before them did', async () => {
    const { wire } = await connect();
    const send = { type: 'call_started', call_id: 'c-1', to_number: '+1' };
    wire.send([
      { jsonrpc: '2.0', id: 1, method: 'sessions_send', params: { message: send } },
      { jsonrpc: '2.0', id: 2, method: 'sessions.list' },
    ]);
    const [, second] = await batchAnswer(wire);
    expect(second).toMatchObject({ result: { count: 1 } });
  });

  test('of nothing but notifications are not answered', async () => {
    const { wire } = await connect();
    wire.send([{ jsonrpc: '2.0', method: 'system.status' }]);
    wire.send({ jsonrpc: '2.0', id: 'last', method: 'system.status' });
    await answerTo(wire, 'last');
    expect(wire.frames.some((frame) => Array.isArray(frame))).toBe(false);
  });

  test('of nothing at all are an invalid request', async () => {
    const { wire } = await connect();
    wire.send([]);
    const answer = await wire.waitFor((frame) => 'error' in frame, 'error');
    expect(answer).toMatchObject({ id: null, error: { code: -32600 } });
  });

  test('of more than fifty: the first fifty are executed, each other one is refused with 4003', async () => {
    const gateway = await startGateway({ config: { gateway: { rate_limit: { enabled: false } } } });
    const { wire } = await connectDialect(jsonRpc!, gateway);
    wire.send(Array.from({ length: 55 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'system.status' })));
    const answers = await batchAnswer(wire);
    expect(answers.filter((answer) => 'result' in answer).map(({ id }) => id)).toEqual([...Array(50).keys()]);
    expect(answers.slice(50)).toMatchObject(
      [50, 51, 52, 53, 54].map((id) => ({ id, error: { code: 4003 } })),
    );
  });

  test('of more than fifty do not answer the notifications among the rest', async () => {
    const gateway = await startGateway({ config: { gateway: { rate_limit: { enabled: false } } } });
    const { wire } = await connectDialect(jsonRpc!, gateway);
    const many = Array.from({ length: 50 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'system.status' }));
    wire.send([...many, { jsonrpc: '2.0', method: 'system.status' }]);
    expect(await batchAnswer(wire)).toHaveLength(50);
  });

  test('of very many entries do not stop the gateway for everybody else', async () => {
    const gateway = await startGateway();
    const { wire } = await connectDialect(jsonRpc!, gateway);
    const other = await connectNative(gateway);
    wire.send(`[${'0,'.repeat(250_000)}0]`);
    const started = performance.now();
    await other.request('health', {});
    expect(performance.now() - started).toBeLessThan(1_500);
  });
});

describe('many requests at once', () => {
  test('are all answered, each with its own answer', async () => {
    const client = await connectNative(await startGateway());
    const answers = await Promise.all(Array.from({ length: 300 }, () => client.request('health', {})));
    expect(answers.every(({ ok }) => ok)).toBe(true);
  });

  test('of one client beyond its limit are refused with a time to wait', async () => {
    const gateway = await startGateway({ limits: { maxInFlight: 3 } });
    const client = await connectNative(gateway);
    const send = (n: number): Promise<unknown> =>
      client.call('chat.send', { sessionKey: `s${n}`, message: 'hi', idempotencyKey: `k${n}` });
    const results = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => send(n)));
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(3);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { error: { code: 'UNAVAILABLE', retryable: true, retryAfterMs: 1_000 } },
    });
    await expect(client.request('health', {})).resolves.toMatchObject({ ok: true });
  });
});
