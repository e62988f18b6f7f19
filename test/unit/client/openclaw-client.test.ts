import { describe, expect, test, vi } from 'vitest';
import { NoAnswerError } from '../../../src-main/client/client-error.ts';
import { OpenClawClient, type OpenClawClientOptions } from '../../../src-main/client/openclaw-client.ts';
import type { RpcMethods } from '../../../src-main/client/rpc-methods.ts';
import { settle } from '../../fakes/fake-clock.ts';
import { HELLO, type FakeSocket } from '../../fakes/fake-socket.ts';
import { paramChecks } from '../../fakes/openclaw-validators.ts';
import { createBench, type ClientBench } from '../../fakes/test-gateway-client.ts';

interface Bench extends ClientBench {
  readonly client: OpenClawClient;
  /** Plays the gateway's part of the handshake. */
  readonly shakeHands: () => Promise<FakeSocket>;
}

function createOpenClawBench(options: Partial<OpenClawClientOptions> = {}): Bench {
  const bench = createBench();
  const client = new OpenClawClient({ url: 'ws://gateway/ws', token: 't', ...options }, bench.host);
  return {
    ...bench,
    client,
    shakeHands: async () => {
      await settle();
      const socket = bench.socket();
      socket.challenge();
      await settle();
      socket.answer('connect', HELLO);
      await settle();
      return socket;
    },
  };
}

/** The methods of the gateway overview's table. */
const TABLE = `health
  chat.send chat.abort chat.history chat.inject
  agents.list agents.create agents.update agents.delete
  agents.files.list agents.files.get agents.files.set
  sessions.list sessions.patch sessions.spawn sessions.preview sessions.reset sessions.delete sessions.compact
  models.list
  config.get config.set config.patch config.schema config.apply
  cron.list cron.add cron.update cron.remove cron.run cron.runs cron.status
  channels.status channels.logout
  exec.approvals.list exec.approvals.resolve exec.approvals.overrides exec.approvals.overrides.set
  usage.status usage.cost
  skills.status skills.bins skills.install skills.update
  logs.tail`.split(/\s+/);

type Call = (params: object) => Promise<unknown>;

function methodAt(client: RpcMethods, name: string): Call {
  return name.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], client) as Call;
}

describe('the namespaces', () => {
  test.each(TABLE)('call %s by its name, with the given params', async (name) => {
    const { client, shakeHands } = createOpenClawBench();
    void client.connect();
    const socket = await shakeHands();
    const answer = methodAt(client, name)({ marker: 1 });
    await settle();
    expect(socket.sent.at(-1)).toMatchObject({ type: 'req', method: name, params: { marker: 1 } });
    socket.answer(name, { done: true });
    await expect(answer).resolves.toEqual({ done: true });
  });

  test('and request calls everything else', async () => {
    const { client, shakeHands } = createOpenClawBench();
    void client.connect();
    const socket = await shakeHands();
    const answer = client.request('plugins.list', { all: true });
    await settle();
    socket.answer('plugins.list', [1]);
    await expect(answer).resolves.toEqual([1]);
    expect(socket.request('plugins.list')?.params).toEqual({ all: true });
  });

  test('give a message a key when it has none, and leave it its own', async () => {
    const { client, shakeHands } = createOpenClawBench();
    void client.connect();
    const socket = await shakeHands();
    const keys: unknown[] = [];
    for (const idempotencyKey of [undefined, undefined, 'own']) {
      void client.chat.send({ sessionKey: 'main', message: 'hi', idempotencyKey });
      await settle();
      const { params } = socket.request('chat.send') ?? {};
      expect(paramChecks['chat.send'](params)).toEqual([]);
      keys.push((params as { idempotencyKey: unknown }).idempotencyKey);
      socket.answer('chat.send', {});
    }
    expect(new Set(keys).size).toBe(3);
    expect(keys.at(-1)).toBe('own');
  });
});

describe('calls', () => {
  test('wait until the handshake is done', async () => {
    const { client, shakeHands, socket } = createOpenClawBench();
    void client.connect();
    const answer = client.health();
    await settle();
    expect(socket().sent).toEqual([]);
    await shakeHands();
    socket().answer('health', { ok: true });
    await expect(answer).resolves.toEqual({ ok: true });
  });

  test('wait for the next connection when there is none', async () => {
    const { client, clock, shakeHands, socket } = createOpenClawBench();
    void client.connect();
    const first = await shakeHands();
    first.drop();
    const answer = client.health();
    await clock.advance(1_000);
    await shakeHands();
    socket().answer('health', { ok: true });
    await expect(answer).resolves.toEqual({ ok: true });
  });

  test('are told at once when the gateway has turned the client away', async () => {
    const { client, socket, log, sockets, clock } = createOpenClawBench();
    const refused = expect(client.connect()).rejects.toMatchObject({ detailCode: 'AUTH_TOKEN_MISMATCH' });
    await settle();
    socket().challenge();
    await settle();
    const details = { code: 'AUTH_TOKEN_MISMATCH' };
    socket().refuse('connect', { code: 'INVALID_REQUEST', message: 'unauthorized', details });
    await refused;
    await expect(client.health()).rejects.toMatchObject({ detailCode: 'AUTH_TOKEN_MISMATCH' });
    await clock.advance(60_000);
    expect(sockets).toHaveLength(1);
    expect(log.lines.at(-1)).toMatchObject({ level: 'error', fields: { code: 'AUTH_TOKEN_MISMATCH' } });
    log.expect(/refuses/);
  });
});

describe('connecting', () => {
  test('sends what the published protocol allows, with the token inside', async () => {
    const { client, shakeHands } = createOpenClawBench();
    const connected = client.connect();
    const socket = await shakeHands();
    await expect(connected).resolves.toEqual(HELLO);
    expect(client.isConnected).toBe(true);
    const { params } = socket.request('connect') ?? {};
    expect(paramChecks.connect(params)).toEqual([]);
    expect(params).toMatchObject({
      auth: { token: 't' },
      client: { id: 'gateway-client', mode: 'backend', platform: 'linux' },
      role: 'operator',
    });
  });

  test.each([
    [{ token: '' }, {}],
    [{ token: undefined, password: 'p' }, { password: 'p' }],
  ])('with %j sends the credentials %j', async (options, auth) => {
    const { client, shakeHands } = createOpenClawBench(options);
    void client.connect();
    const socket = await shakeHands();
    expect(socket.request('connect')?.params).toMatchObject({ auth });
    expect((socket.request('connect')?.params as { auth: object }).auth).toEqual(auth);
  });

  test('goes on until the gateway is there', async () => {
    const { client, clock, shakeHands, socket, log } = createOpenClawBench({
      url: 'ws://gateway/?token=secret',
    });
    const connected = client.connect();
    await settle();
    socket().drop(1006, '', 'connect ECONNREFUSED');
    await clock.advance(1_000);
    await shakeHands();
    await expect(connected).resolves.toEqual(HELLO);
    expect(log.lines[0]).toMatchObject({
      level: 'warn',
      fields: { gateway: 'ws://gateway', reason: 'connect ECONNREFUSED' },
    });
    expect(log.text).not.toContain('secret');
  });

  test('asked for again while it waits, is tried at once', async () => {
    const { client, socket, sockets, shakeHands } = createOpenClawBench();
    const connected = client.connect();
    await settle();
    socket().drop();
    void client.connect();
    await shakeHands();
    expect(sockets).toHaveLength(2);
    await connected;
  });

  test('ends with disconnect', async () => {
    const { client, clock } = createOpenClawBench();
    const connected = expect(client.connect()).rejects.toBeInstanceOf(NoAnswerError);
    client.disconnect();
    await connected;
    expect(client.isConnected).toBe(false);
    expect(clock.pending).toBe(0);
    await expect(client.health()).rejects.toBeInstanceOf(NoAnswerError);
  });
});

test('events come by name, and all of them to those who want all', async () => {
  const { client, shakeHands } = createOpenClawBench();
  void client.connect();
  const socket = await shakeHands();
  const [ticks, all] = [vi.fn(), vi.fn()];
  client.on('tick', ticks);
  const unsubscribe = client.onEvent(all);
  socket.receive({ type: 'event', event: 'tick', payload: { ts: 5 }, seq: 1 });
  socket.receive({ type: 'event', event: 'plugin.news', payload: [1], seq: 2 });
  unsubscribe();
  socket.receive({ type: 'event', event: 'tick', payload: { ts: 6 }, seq: 3 });
  expect(ticks.mock.calls).toEqual([[{ ts: 5 }], [{ ts: 6 }]]);
  expect(all.mock.calls).toEqual([
    [{ event: 'tick', payload: { ts: 5 } }],
    [{ event: 'plugin.news', payload: [1] }],
  ]);
});

test('an event cannot pass for a change of state', async () => {
  const { client, shakeHands } = createOpenClawBench();
  void client.connect();
  const socket = await shakeHands();
  const states = vi.fn();
  client.onState(states);
  for (const event of ['state', 'event'])
    socket.receive({ type: 'event', event, payload: { status: 'stopped' } });
  expect(states).not.toHaveBeenCalled();
  expect(client.isConnected).toBe(true);
});
