import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { connectCourse, openCourse, type CourseClient } from '../fakes/course-client.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway, writeConfig, type TestGateway } from '../fakes/test-gateway.ts';

interface Ping {
  readonly seq: number;
  readonly notifications: readonly { readonly type: string; readonly msg: string }[];
}

/** Lets the time until the next ping pass, and waits for the ping. */
async function nextPing(client: CourseClient, clock: LeapingClock, interval = 30_000): Promise<Ping> {
  const before = client.told('heartbeat.ping').length;
  clock.leap(interval);
  await client.notification('heartbeat.ping', () => client.told('heartbeat.ping').length > before);
  return client.told('heartbeat.ping')[before] as unknown as Ping;
}

async function remind(gateway: TestGateway, text: string): Promise<void> {
  const client = await connectNative(gateway);
  const job = await client.request('cron.add', {
    name: text,
    schedule: { kind: 'at', at: '2099-01-01T00:00:00Z' },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text },
  });
  await client.request('cron.run', { id: job.id, mode: 'force' });
  await client.event('notification', ({ notification }) => notification.body === text);
  await client.close();
}

describe('heartbeat.ping', () => {
  test('comes every interval with the next number, and is answered by a request or a notification', async () => {
    const clock = new LeapingClock();
    const client = await connectCourse(await startGateway({ clock }));
    expect(client.session['heartbeat_interval']).toBe(30);
    expect(await nextPing(client, clock)).toEqual({ seq: 1, notifications: [] });
    await expect(client.call('heartbeat.pong', { seq: 1, client_load: 0.45 })).resolves.toEqual({ ok: true });
    expect((await nextPing(client, clock)).seq).toBe(2);
    client.notify('heartbeat.pong', { seq: 2 });
    await client.call('system.status');
    expect(client.wire.frames.filter((frame) => frame['id'] === null)).toEqual([]);
  });

  test('of a number that was never sent cannot be answered', async () => {
    const clock = new LeapingClock();
    const client = await connectCourse(await startGateway({ clock }));
    await nextPing(client, clock);
    for (const seq of [0, 2, -1]) {
      expect(await client.refusal('heartbeat.pong', { seq })).toMatchObject({
        code: -32602,
        message: `There was no heartbeat.ping with seq ${seq}.`,
      });
    }
    for (const params of [{}, { seq: '1' }, { seq: 1, client_load: -1 }, { seq: 1, client_load: 'high' }]) {
      expect(await client.refusal('heartbeat.pong', params)).toMatchObject({ code: -32602 });
    }
  });

  test('does not come in the other dialects', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const native = await connectNative(gateway);
    clock.leap(30_000);
    await native.event('tick');
    expect(JSON.stringify(native.wire.frames)).not.toContain('heartbeat.ping');
  });

  test('tells a client’s load to everybody who asks who is there', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const client = await connectCourse(gateway);
    await nextPing(client, clock);
    await client.call('heartbeat.pong', { seq: 1, client_load: 0.45 });
    const { hello } = await connectNative(gateway);
    const entry = hello.snapshot.presence.find(({ host }) => host === 'cli-macbook-pro');
    expect(entry?.tags).toEqual(['client-load:0.45']);
  });
});

test('everybody is asked at once when the computer has slept', async () => {
  const clock = new LeapingClock();
  const gateway = await startGateway({ clock });
  const [one, other] = [await connectCourse(gateway), await connectCourse(gateway)];
  gateway.gateway.resumed();
  await one.notification('heartbeat.ping', ({ seq }) => seq === 1);
  await other.notification('heartbeat.ping', ({ seq }) => seq === 1);
});

describe('a client that does not answer', () => {
  test('is closed with 4002 when more than three pings were missed', async () => {
    const clock = new LeapingClock();
    const client = await connectCourse(await startGateway({ clock }));
    for (let n = 1; n <= 4; n += 1) expect((await nextPing(client, clock)).seq).toBe(n);
    clock.leap(30_000);
    await expect(client.ended).resolves.toEqual({ code: 4002, reason: 'Heartbeat timeout' });
  });

  // The course's exercise: an interval of 5 seconds, and no pong on purpose.
  test('with an interval of 5 seconds is closed only when the timeout has passed as well', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock, config: { gateway: { heartbeat_interval: 5 } } });
    const client = await connectCourse(gateway);
    expect(client.session['heartbeat_interval']).toBe(5);
    for (let n = 1; n <= 16; n += 1) expect((await nextPing(client, clock, 5_000)).seq).toBe(n);
    // 80 seconds of silence, 15 missed: not yet.
    await expect(client.call('system.status')).resolves.toMatchObject({ status: 'ok' });
    clock.leap(10_000);
    await expect(client.ended).resolves.toEqual({ code: 4002, reason: 'Heartbeat timeout' });
  });

  test('is closed when its patience is configured so', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({
      clock,
      config: { gateway: { heartbeatInterval: 10, heartbeatTimeout: 15, heartbeatMaxMissed: 1 } },
    });
    const client = await connectCourse(gateway);
    await nextPing(client, clock, 10_000);
    await nextPing(client, clock, 10_000);
    clock.leap(10_000);
    await expect(client.ended).resolves.toMatchObject({ code: 4002 });
  });

  test('after auth.handshake may not leave it to the WebSocket’s own pong; without one it may', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const silent = await connectCourse(gateway);
    const plain = await openCourse(gateway);
    await plain.call('system.status');
    for (let n = 1; n <= 5; n += 1) {
      const ponged = new Promise((resolve) => plain.wire.socket.once('ping', resolve));
      clock.leap(30_000);
      await ponged;
      // Behind the pong, so that it has arrived.
      await plain.call('system.status');
    }
    await expect(silent.ended).resolves.toMatchObject({ code: 4002 });
    await expect(plain.call('system.status')).resolves.toMatchObject({ heartbeat_ok: 1, heartbeat_total: 1 });
  });
});

test('a client that answers stays for as long as it likes', async () => {
  const clock = new LeapingClock();
  const client = await connectCourse(await startGateway({ clock }));
  for (let n = 1; n <= 10; n += 1) {
    const { seq } = await nextPing(client, clock);
    await client.call('heartbeat.pong', { seq, client_load: 0 });
  }
  expect(client.told('heartbeat.ping')).toHaveLength(10);
});

describe('notifications', () => {
  test('ride on the next ping, and leave when it is answered', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const client = await connectCourse(gateway);
    await remind(gateway, 'Meeting at 3 PM');
    const { seq, notifications } = await nextPing(client, clock);
    expect(notifications).toEqual([
      {
        type: 'reminder',
        msg: 'Meeting at 3 PM',
        id: expect.any(String) as string,
        channel: 'default',
        created_at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      },
    ]);
    await client.call('heartbeat.pong', { seq });
    expect((await nextPing(client, clock)).notifications).toEqual([]);
  });

  test('that are read, snoozed or over before the ping do not ride', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const client = await connectCourse(gateway);
    const reader = await connectNative(gateway);
    for (const text of ['one', 'two', 'three', 'four']) await remind(gateway, text);
    const { notifications: all } = await reader.request('notifications.list', {});
    const id = (text: string): string => all.find(({ body }) => body === text)?.id ?? '';
    await reader.request('notifications.read', { ids: [id('one')] });
    await reader.request('notifications.snooze', { ids: [id('two')], untilMs: clock.now() + 3_600_000 });
    await reader.request('notifications.resolve', { ids: [id('three')] });
    expect((await nextPing(client, clock)).notifications).toMatchObject([{ msg: 'four' }]);
    await remind(gateway, 'five');
    await reader.request('notifications.read', {});
    expect((await nextPing(client, clock)).notifications).toEqual([]);
  });

  test('come twice at most when nobody answers', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const client = await connectCourse(gateway);
    await remind(gateway, 'Water the plants');
    const told: number[] = [];
    for (let n = 0; n < 3; n += 1) told.push((await nextPing(client, clock)).notifications.length);
    expect(told).toEqual([1, 1, 0]);
  });

  test('of all kinds say what they are', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const client = await connectCourse(gateway);
    await client.call('sessions_send', { message: { type: 'call_started', call_id: 'c', to_number: '+1' } });
    await client.call('sessions_send', { message: { type: 'error', error: 'no line' } });
    const { notifications } = await nextPing(client, clock);
    expect(notifications).toMatchObject([
      { type: 'call', msg: 'Call started: Call to +1', channel: 'call:c' },
      { type: 'alert', msg: 'A call client reports an error: no line' },
    ]);
  });

  test('do not ride when the configuration says so', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({
      clock,
      config: { gateway: { proactive_notifications: false } },
    });
    const client = await connectCourse(gateway);
    await remind(gateway, 'x');
    expect((await nextPing(client, clock)).notifications).toEqual([]);
  });
});

// The course's own file.
test('the course’s configuration is understood as it stands', async () => {
  const stateDir = temporaryFolder();
  writeFileSync(
    path.join(stateDir, 'config.toml'),
    `[gateway]
heartbeat_interval = 7         # Ping interval (seconds)
heartbeat_timeout = 120        # Timeout (seconds), = 3 x interval
heartbeat_max_missed = 5       # Max allowed missed heartbeats
proactive_notifications = true # Enable proactive notifications

[gateway.rate_limit]
enabled = true
messages_per_second = 10       # Max messages per second
messages_per_minute = 3        # Max messages per minute
burst_size = 20                # Burst allowance
cooldown_seconds = 50          # Cooldown after triggering
`,
  );
  const client = await connectCourse(await startGateway({ stateDir }));
  expect(client.session['heartbeat_interval']).toBe(7);
  for (let n = 0; n < 3; n += 1) await client.call('system.status');
  expect(await client.refusal('system.status')).toMatchObject({ code: 4003, data: { retryAfterMs: 50_000 } });
});

describe('a configuration that changes', () => {
  const readAgain = (gateway: TestGateway): Promise<true> =>
    waitUntil(
      () => (gateway.log.text.includes('configuration read again') ? true : undefined),
      'the configuration',
      8_000,
    );

  test('changes the interval of those who are connected', async () => {
    const clock = new LeapingClock();
    const stateDir = temporaryFolder();
    const gateway = await startGateway({ clock, stateDir });
    const client = await connectCourse(gateway);
    writeConfig(stateDir, { gateway: { heartbeat_interval: 5 } });
    await readAgain(gateway);
    expect((await nextPing(client, clock, 5_000)).seq).toBe(1);
    expect((await nextPing(client, clock, 5_000)).seq).toBe(2);
    expect((await connectCourse(gateway)).session['heartbeat_interval']).toBe(5);
  });

  test('to something that makes no sense is told, and the default holds', async () => {
    const gateway = await startGateway({ config: { gateway: { heartbeat_interval: 'often', port: 1 } } });
    const client = await connectNative(gateway);
    const { problems } = await client.request('status', {});
    expect(problems).toMatchObject([
      { message: 'gateway.heartbeat_interval must be a number from 1 to 3600; 30 is used.' },
    ]);
  });
});
