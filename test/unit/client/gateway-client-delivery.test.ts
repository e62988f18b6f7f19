import { describe, expect, test } from 'vitest';
import {
  CallStartedMessage,
  GatewayMessage,
  HeartbeatMessage,
  TranscriptMessage,
} from '../../../src-main/client/gateway-messages.ts';
import { settle } from '../../fakes/fake-clock.ts';
import { createTestGatewayClient, OK, type GatewayEnd } from '../../fakes/test-gateway-client.ts';

const line = (text: string | number): TranscriptMessage =>
  new TranscriptMessage({ callId: 'c', speaker: 'user', text: String(text) });

const texts = (socket: GatewayEnd): unknown[] => socket.messages.map(({ text }) => text);

const refusal = (code: number, data?: object): object => ({ error: { code, message: 'no', data } });

describe('a message', () => {
  test('goes out as the reference shows it, and is delivered when it is acknowledged', async () => {
    const { client, accept } = createTestGatewayClient();
    void client.connect();
    const socket = await accept();
    socket.answers = undefined;
    const outcome = client.sendMessage(
      new CallStartedMessage({
        callId: 'call-123',
        toNumber: '+1234567890',
        prompt: 'You are a helpful assistant.',
      }),
    );
    await settle();
    expect(socket.requests.at(-1)).toEqual({
      jsonrpc: '2.0',
      id: 2,
      method: 'sessions_send',
      params: {
        message: {
          type: 'call_started',
          call_id: 'call-123',
          to_number: '+1234567890',
          prompt: 'You are a helpful assistant.',
          metadata: {},
        },
      },
    });
    expect(client.queuedMessages).toBe(1);
    socket.acknowledge();
    await expect(outcome).resolves.toEqual({ status: 'delivered' });
    expect(client.queuedMessages).toBe(0);
  });

  test('is queued without a connection, at once', async () => {
    const { client, sockets } = createTestGatewayClient();
    await expect(client.sendMessage(line(1))).resolves.toEqual({ status: 'queued' });
    expect(client.queuedMessages).toBe(1);
    expect(sockets).toHaveLength(0);
  });

  test('goes out again on the next connection when the socket dies before the answer', async () => {
    const { client, clock, accept } = createTestGatewayClient();
    void client.connect();
    const first = await accept();
    first.answers = undefined;
    const outcomes = [line(1), line(2)].map((message) => client.sendMessage(message));
    await settle();
    expect(texts(first)).toEqual(['1']);
    first.drop();
    await expect(Promise.all(outcomes)).resolves.toEqual([{ status: 'queued' }, { status: 'queued' }]);
    await clock.advance(1_000);
    const second = await accept();
    expect(texts(second)).toEqual(['1', '2']);
    expect(client.queuedMessages).toBe(0);
  });

  test('that was acknowledged is not sent again', async () => {
    const { client, clock, accept, socket } = createTestGatewayClient();
    void client.connect();
    await accept();
    await client.sendMessage(line(1));
    socket().drop();
    await clock.advance(1_000);
    expect(texts(await accept())).toEqual([]);
  });

  test('ends the connection when no answer comes within 30 s, and stays first in the queue', async () => {
    const { client, clock, accept } = createTestGatewayClient();
    void client.connect();
    const mute = await accept(({ params }) => (params.message['type'] === 'heartbeat' ? OK : undefined));
    const outcome = client.sendMessage(line(1));
    await clock.advance(30_000);
    await expect(outcome).resolves.toEqual({ status: 'queued' });
    expect(mute.closedWith).toBeDefined();
    await clock.advance(1_000);
    expect(texts(await accept())).toEqual(['1']);
  });

  test('is not lost when the client disconnects before the answer', async () => {
    const { client, accept } = createTestGatewayClient();
    void client.connect();
    const first = await accept();
    first.answers = undefined;
    const outcome = client.sendMessage(line(1));
    await settle();
    await client.disconnect();
    await expect(outcome).resolves.toEqual({ status: 'queued' });
    void client.connect();
    expect(texts(await accept())).toEqual(['1']);
  });
});

describe('the queue', () => {
  test('goes out in its order, one message after the other', async () => {
    const { client, accept } = createTestGatewayClient();
    for (let n = 1; n <= 3; n += 1) await client.sendMessage(line(n));
    void client.connect();
    const delivered: unknown[] = [];
    client.on('delivered', ({ message }) => delivered.push(message.toWire()['text']));
    const socket = await accept(() => undefined);
    for (const expected of [['1'], ['1', '2'], ['1', '2', '3']]) {
      expect(texts(socket)).toEqual(expected);
      socket.acknowledge();
      await settle();
    }
    expect(delivered).toEqual(['1', '2', '3']);
  });

  test('takes a thousand messages; the next one is not taken, and its sender is told', async () => {
    const { client, accept, dropped, log } = createTestGatewayClient();
    for (let n = 1; n <= 1_000; n += 1)
      await expect(client.sendMessage(line(n))).resolves.toEqual({ status: 'queued' });
    const last = line(1_001);
    await expect(client.sendMessage(last)).resolves.toEqual({
      status: 'dropped',
      cause: 'queue-full',
      reason: '1000 messages are waiting already.',
    });
    expect(dropped).toEqual([expect.objectContaining({ message: last, cause: 'queue-full' })]);
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', message: 'a message is dropped' });
    void client.connect();
    const socket = await accept();
    expect(texts(socket)).toEqual(Array.from({ length: 1_000 }, (_, n) => String(n + 1)));
    expect(client.queuedMessages).toBe(0);
  });

  test('that is full lets go of the oldest heartbeat, and says so', async () => {
    const { client, accept, dropped } = createTestGatewayClient();
    const [old, young] = [new HeartbeatMessage(), new HeartbeatMessage()];
    await client.sendMessage(old);
    await client.sendMessage(young);
    for (let n = 1; n <= 998; n += 1) await client.sendMessage(line(n));
    await expect(client.sendMessage(line(999))).resolves.toEqual({ status: 'queued' });
    expect(dropped.map(({ message, cause }) => [message === old, cause])).toEqual([[true, 'superseded']]);
    await expect(client.sendMessage(line(1_000))).resolves.toEqual({ status: 'queued' });
    await expect(client.sendMessage(line(1_001))).resolves.toMatchObject({ cause: 'queue-full' });
    void client.connect();
    expect((await accept()).messages).toHaveLength(1_000);
  });
});

describe('a refusal', () => {
  test.each([-32600, -32601, -32602, -32700])('with %i is final: the others go on', async (code) => {
    const { client, accept, dropped } = createTestGatewayClient();
    void client.connect();
    await accept(({ params }) => (params.message['text'] === 'bad' ? refusal(code) : OK));
    const outcomes = [line('bad'), line('good')].map((message) => client.sendMessage(message));
    await expect(Promise.all(outcomes)).resolves.toEqual([
      { status: 'dropped', cause: 'rejected', reason: 'no' },
      { status: 'delivered' },
    ]);
    expect(dropped).toHaveLength(1);
    expect(client.isConnected).toBe(true);
  });

  test('of another kind is tried again later, and keeps the order', async () => {
    const { client, clock, accept } = createTestGatewayClient();
    void client.connect();
    let busy = true;
    const socket = await accept(({ params }) =>
      busy && params.message['text'] === '1' ? refusal(4003, { retryAfterMs: 5_000 }) : OK,
    );
    const outcome = client.sendMessage(line(1));
    await settle();
    await expect(outcome).resolves.toEqual({ status: 'queued' });
    await expect(client.sendMessage(line(2))).resolves.toEqual({ status: 'queued' });
    busy = false;
    await clock.advance(4_999);
    expect(texts(socket)).toEqual(['1']);
    await clock.advance(1);
    expect(texts(socket)).toEqual(['1', '1', '2']);
    expect(client.queuedMessages).toBe(0);
  });

  test('an answer that acknowledges nothing counts as one', async () => {
    const { client, clock, accept } = createTestGatewayClient();
    void client.connect();
    const socket = await accept(() => ({ result: { status: 'later' } }));
    await client.sendMessage(line(1));
    socket.answers = () => OK;
    await clock.advance(1_000);
    expect(client.queuedMessages).toBe(0);
  });

  test('that never ends lets go of the message after ten attempts', async () => {
    const { client, clock, accept, dropped } = createTestGatewayClient();
    void client.connect();
    const socket = await accept(({ params }) => (params.message['text'] === 'bad' ? refusal(-32603) : OK));
    await client.sendMessage(line('bad'));
    await client.sendMessage(line('good'));
    await clock.advance((1 + 2 + 4 + 8 + 16 + 32 + 60 + 60 + 60) * 1_000);
    expect(texts(socket)).toEqual([...Array.from({ length: 10 }, () => 'bad'), 'good']);
    expect(dropped).toEqual([expect.objectContaining({ cause: 'unacknowledged', reason: 'no' })]);
  });
});

describe('a message that cannot be one', () => {
  class Impossible extends GatewayMessage {
    constructor(data: unknown) {
      super('structured_data', { data });
    }
  }
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;

  test.each([
    ['a circle', circular],
    ['a number that JSON does not have', 1n],
    ['more than a megabyte', 'x'.repeat(1_048_577)],
  ])('for it is %s is dropped, not thrown', async (_what, data) => {
    const { client } = createTestGatewayClient();
    await expect(client.sendMessage(new Impossible(data))).resolves.toMatchObject({
      status: 'dropped',
      cause: 'invalid',
    });
    expect(client.queuedMessages).toBe(0);
  });
});
