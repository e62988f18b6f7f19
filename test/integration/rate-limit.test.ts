import { describe, expect, test } from 'vitest';
import { connectCourse, openCourse, type CourseClient, type RpcError } from '../fakes/course-client.ts';
import { connectDialect, DIALECTS } from '../fakes/dialects.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway, writeConfig } from '../fakes/test-gateway.ts';
import type { Frame } from '../fakes/wire-client.ts';

const [, hybrid, , typed] = DIALECTS;

interface Outcome {
  readonly accepted: number;
  readonly refused: readonly RpcError[];
}

function outcomeOf(answers: readonly Frame[]): Outcome {
  return {
    accepted: answers.filter((answer) => 'result' in answer).length,
    refused: answers.flatMap((answer) => ('error' in answer ? [answer['error'] as RpcError] : [])),
  };
}

/** Sends that many requests at once. */
async function flood(client: CourseClient, count: number, method = 'system.status'): Promise<Outcome> {
  const ids = Array.from({ length: count }, (_, n) =>
    client.post(method, { name: `flood-${n}`, channel: 'x' }),
  );
  return outcomeOf(await Promise.all(ids.map((id) => client.answer(id))));
}

/** Uses up the burst and earns the cooldown. */
async function exhaust(client: CourseClient): Promise<void> {
  const { refused } = await flood(client, 25);
  expect(refused.length).toBeGreaterThan(0);
}

const limited = (config: object = {}): { gateway: object } => ({ gateway: { rate_limit: config } });

// The course's exercise: rapidly send 50 messages and observe.
describe('fifty messages at once', () => {
  test('pass up to the burst; each other one is refused with 4003 and a time to wait', async () => {
    const client = await connectCourse(await startGateway());
    const { accepted, refused } = await flood(client, 50);
    expect(accepted).toBeGreaterThanOrEqual(20);
    // Some more may pass while they arrive: ten a second.
    expect(accepted).toBeLessThan(30);
    expect(accepted + refused.length).toBe(50);
    for (const error of refused) {
      expect(error).toMatchObject({ code: 4003, message: 'Rate limit exceeded' });
      const wait = error.data?.['retryAfterMs'];
      expect(wait).toBeGreaterThan(50_000);
      expect(wait).toBeLessThanOrEqual(60_000);
    }
  });

  test('do not end the connection, which works again when the cooldown is over', async () => {
    const clock = new LeapingClock();
    const client = await connectCourse(await startGateway({ clock }));
    await flood(client, 50);
    clock.leap(59_000);
    expect(await client.refusal('system.status')).toMatchObject({ code: 4003 });
    clock.leap(1_500);
    await expect(client.call('system.status')).resolves.toMatchObject({ status: 'ok' });
  });

  test('are executed only as far as they were accepted', async () => {
    const gateway = await startGateway();
    const client = await connectCourse(gateway);
    const { accepted } = await flood(client, 50, 'channel.create');
    const other = await connectCourse(gateway, { clientId: 'another' });
    const { channels } = (await other.call('channel.list')) as { channels: unknown[] };
    // And the default one.
    expect(channels).toHaveLength(accepted + 1);
  });

  test('are counted in the status', async () => {
    const gateway = await startGateway();
    const { refused } = await flood(await connectCourse(gateway), 50);
    const { traffic } = await (await connectNative(gateway)).request('status', {});
    expect(traffic.rateLimitHits).toBe(refused.length);
    const other = await connectCourse(gateway, { clientId: 'another' });
    await expect(other.call('system.status')).resolves.toMatchObject({ rate_limit_hits: refused.length });
  });
});

describe('what is counted', () => {
  test('each entry of a batch', async () => {
    const client = await connectCourse(await startGateway());
    client.wire.send(
      Array.from({ length: 30 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'system.status' })),
    );
    const answers = await client.wire.waitFor((frame) => Array.isArray(frame), 'array');
    const { accepted, refused } = outcomeOf(answers as unknown as Frame[]);
    expect([accepted, refused.length]).toEqual([20, 10]);
    expect(refused.every(({ code }) => code === 4003)).toBe(true);
  });

  test('notifications, which are neither executed nor answered when there are too many', async () => {
    const gateway = await startGateway();
    const client = await connectCourse(gateway);
    for (let n = 0; n < 40; n += 1) client.notify('channel.create', { name: `n-${n}` });
    const id = client.post('system.status');
    await client.answer(id);
    expect(client.wire.frames.filter((frame) => frame['id'] === null)).toEqual([]);
    const other = await connectCourse(gateway, { clientId: 'another' });
    const { channels } = (await other.call('channel.list')) as { channels: unknown[] };
    expect(channels.length).toBeGreaterThanOrEqual(21);
    expect(channels.length).toBeLessThan(31);
  });

  test('what cannot be read, too', async () => {
    const client = await connectCourse(await startGateway({ config: limited({ messages_per_minute: 1 }) }));
    await client.call('system.status');
    client.wire.send('{');
    const answer = await client.wire.waitFor((frame) => frame['id'] === null, 'answer');
    expect(answer).toMatchObject({ error: { code: 4003 } });
  });

  test('a second handshake, too', async () => {
    const client = await connectCourse(await startGateway({ config: limited({ messages_per_minute: 1 }) }));
    expect(await client.refusal('auth.handshake')).toMatchObject({ code: -32600 });
    expect(await client.refusal('auth.handshake')).toMatchObject({ code: 4003 });
  });

  test('not sessions_send, of which a client may flush a whole queue', async () => {
    const client = await openCourse(await startGateway());
    await exhaust(client);
    const message = { type: 'transcript', call_id: 'c', text: 'x' };
    const ids = Array.from({ length: 1_000 }, () => client.post('sessions_send', { message }));
    const { accepted } = outcomeOf(await Promise.all(ids.map((id) => client.answer(id))));
    expect(accepted).toBe(1_000);
  });

  test('but how many bytes of it', async () => {
    const client = await openCourse(await startGateway());
    const message = { type: 'transcript', call_id: 'c', text: 'x', padding: 'x'.repeat(8_000_000) };
    const ids = Array.from({ length: 10 }, () => client.post('sessions_send', { message }));
    const { accepted, refused } = outcomeOf(await Promise.all(ids.map((id) => client.answer(id))));
    expect(accepted).toBe(8);
    expect(refused.every(({ code }) => code === 4003)).toBe(true);
  });

  test('not the answer to a heartbeat', async () => {
    const clock = new LeapingClock();
    const client = await connectCourse(await startGateway({ clock }));
    clock.leap(30_000);
    await client.notification('heartbeat.ping');
    await exhaust(client);
    await expect(client.call('heartbeat.pong', { seq: 1 })).resolves.toEqual({ ok: true });
  });
});

describe('a client that goes on', () => {
  test('through the whole cooldown is closed with 4003', async () => {
    const clock = new LeapingClock();
    const client = await connectCourse(await startGateway({ clock }));
    await exhaust(client);
    for (let n = 0; n < 11; n += 1) {
      clock.leap(5_000);
      expect(await client.refusal('system.status')).toMatchObject({ code: 4003 });
    }
    clock.leap(6_000);
    const last = client.post('system.status');
    await expect(client.ended).resolves.toEqual({ code: 4003, reason: 'Rate limit exceeded' });
    expect(client.wire.frames.find((frame) => frame['id'] === last)).toMatchObject({ error: { code: 4003 } });
  });

  test('with longer and longer pauses is not', async () => {
    const clock = new LeapingClock();
    const client = await connectCourse(await startGateway({ clock }));
    await exhaust(client);
    for (const pause of [1_000, 2_000, 4_000, 8_000, 16_000]) {
      clock.leap(pause);
      expect(await client.refusal('system.status')).toMatchObject({ code: 4003 });
    }
    clock.leap(32_000);
    await expect(client.call('system.status')).resolves.toMatchObject({ status: 'ok' });
  });

  test('on a new connection finds its cooldown there; others do not', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const client = await connectCourse(gateway);
    await exhaust(client);
    await client.close();
    const again = await connectCourse(gateway);
    expect(await again.refusal('system.status')).toMatchObject({ code: 4003 });
    const other = await connectCourse(gateway, { clientId: 'another' });
    await expect(other.call('system.status')).resolves.toMatchObject({ status: 'ok' });
    clock.leap(60_000);
    await expect(again.call('system.status')).resolves.toMatchObject({ status: 'ok' });
  });
});

describe('in the other dialects', () => {
  test('typed: RATE_LIMITED with a time to wait', async () => {
    const client = await connectDialect(
      typed!,
      await startGateway({ config: limited({ messages_per_minute: 2 }) }),
    );
    const { payload } = await client.ask('status').then(() => client.ask('status'));
    expect(payload).toMatchObject({ code: 'RATE_LIMITED', message: 'Rate limit exceeded' });
    expect((payload as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(50_000);
  });

  test('hybrid: RATE_LIMITED with a time to wait', async () => {
    const client = await connectDialect(
      hybrid!,
      await startGateway({ config: limited({ messages_per_minute: 1 }) }),
    );
    await client.ask('health');
    expect(await client.ask('health')).toMatchObject({
      ok: false,
      error: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: expect.any(Number) as number },
    });
  });

  test('native: there is no limit, also when only its figures are configured', async () => {
    const client = await connectNative(await startGateway({ config: limited({ messages_per_minute: 1 }) }));
    await Promise.all(Array.from({ length: 100 }, () => client.request('health', {})));
  });

  test('native: there is one when it is switched on', async () => {
    const config = limited({ enabled: true, messages_per_minute: 1 });
    const client = await connectNative(await startGateway({ config }));
    await client.request('health', {});
    expect((await client.refusal('health')).error).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'Rate limit exceeded',
      retryable: true,
      retryAfterMs: expect.any(Number) as number,
    });
  });
});

describe('the configuration', () => {
  test('switches it off', async () => {
    const client = await connectCourse(await startGateway({ config: limited({ enabled: false }) }));
    expect((await flood(client, 100)).refused).toEqual([]);
  });

  test('says how much is too much, in either spelling', async () => {
    const client = await connectCourse(
      await startGateway({
        config: { gateway: { rateLimit: { burstSize: 3, messagesPerSecond: 1, cooldownSeconds: 5 } } },
      }),
    );
    const { accepted, refused } = await flood(client, 10);
    expect(accepted).toBe(3);
    expect(refused[0]?.data?.['retryAfterMs']).toBe(5_000);
  });

  test('holds for those who are connected as soon as it changes', async () => {
    const stateDir = temporaryFolder();
    const gateway = await startGateway({ stateDir });
    const client = await connectCourse(gateway);
    writeConfig(stateDir, limited({ enabled: false }));
    await waitUntil(
      () => (gateway.log.text.includes('configuration read again') ? true : undefined),
      'the configuration',
      8_000,
    );
    expect((await flood(client, 100)).refused).toEqual([]);
  });
});
