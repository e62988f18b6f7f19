import { describe, expect, test } from 'vitest';
import { addJob, finished, HOUR, MINUTE } from '../fakes/cron.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const report = { sessionTarget: 'isolated', payload: { kind: 'agentTurn', message: 'what time is it' } };

/** A reminder or the result of a job, now; as it was told. */
async function raise(client: NativeClient, text: string, more: object = {}): Promise<string | undefined> {
  const { id } = await addJob(client, {
    name: text,
    schedule: { kind: 'at', at: '2099-01-01T00:00:00Z' },
    deleteAfterRun: false,
    payload: { kind: 'systemEvent', text },
    ...more,
  });
  await client.request('cron.run', { id, mode: 'force' });
  await finished(client, id);
  const { notification } = await client.event('notification', ({ notification: { jobId } }) => jobId === id);
  return notification.held;
}

describe('quiet hours', () => {
  const quietHours = { enabled: true, start: '22:00', end: '07:00', timezone: 'Europe/Berlin' };

  test('hold what may wait, on the wall of their zone, and tell it as one when they end', async () => {
    // 21:50 in Berlin.
    const clock = new LeapingClock('2026-11-21T20:50:00Z');
    const client = await connectNative(await startGateway({ clock }));
    await client.request('notifications.settings.set', { quietHours });
    expect(await raise(client, 'Evening news', report)).toBeUndefined();
    clock.leap(20 * MINUTE);
    expect(await raise(client, 'Night news', report)).toBe('quiet-hours');
    expect(await raise(client, 'More news', report)).toBe('quiet-hours');
    // Whoever asked for it expects it now.
    expect(await raise(client, 'Take the pill')).toBeUndefined();
    clock.leap(8.5 * HOUR);
    await client.request('health', {});
    expect(client.events('notifications.summary')).toEqual([]);
    clock.leap(30 * MINUTE);
    await expect(client.event('notifications.summary')).resolves.toMatchObject({
      count: 2,
      title: '2 notifications',
      body: 'More news, Night news',
    });
    clock.leap(HOUR);
    await client.request('health', {});
    expect(client.events('notifications.summary')).toHaveLength(1);
    await expect(client.request('notifications.list', {})).resolves.toMatchObject({ unread: 4 });
  });

  test('outlive a restart, with what they hold', async () => {
    const clock = new LeapingClock('2026-11-21T22:00:00Z');
    const stateDir = temporaryFolder();
    const first = await startGateway({ clock, stateDir });
    const client = await connectNative(first);
    await client.request('notifications.settings.set', { quietHours });
    expect(await raise(client, 'Night news', report)).toBe('quiet-hours');
    await first.stop();
    clock.leap(9 * HOUR);
    const again = await connectNative(await startGateway({ clock, stateDir }));
    clock.leap(MINUTE);
    await expect(again.event('notifications.summary')).resolves.toMatchObject({
      count: 1,
      body: 'Night news',
    });
  });

  test('hold what they are told to, and end at once when they are switched off', async () => {
    const clock = new LeapingClock('2026-11-21T22:00:00Z');
    const client = await connectNative(await startGateway({ clock }));
    await client.request('notifications.settings.set', {
      quietHours: { ...quietHours, except: ['automation'] },
    });
    expect(await raise(client, 'News', report)).toBeUndefined();
    expect(await raise(client, 'Take the pill')).toBe('quiet-hours');
    await client.request('notifications.settings.set', { quietHours: { enabled: false } });
    await expect(client.event('notifications.summary')).resolves.toMatchObject({ body: 'Take the pill' });
    await expect(client.request('notifications.settings.get', {})).resolves.toMatchObject({
      quietHours: { ...quietHours, enabled: false, except: ['automation'] },
    });
  });

  test.each([{ start: '25:00' }, { end: '7' }, { timezone: 'Mars/Olympus' }, { except: ['nobody'] }])(
    'that make no sense are refused: %j',
    async (wrong) => {
      const client = await connectNative(await startGateway());
      const { error } = await client.refusal('notifications.settings.set', { quietHours: wrong });
      expect(error.code).toBe('INVALID_REQUEST');
      await expect(client.request('notifications.settings.get', {})).resolves.toMatchObject({
        quietHours: { enabled: false, start: '22:00', end: '07:00' },
      });
    },
  );
});

test('the lock screen shows nothing private until somebody wants that, and everybody is told', async () => {
  const client = await connectNative(await startGateway());
  await expect(client.request('notifications.settings.get', {})).resolves.toMatchObject({
    lockScreen: 'private',
  });
  await client.request('notifications.settings.set', { lockScreen: 'full' });
  await expect(client.event('notifications.changed')).resolves.toMatchObject({
    settings: { lockScreen: 'full' },
  });
  const { error } = await client.refusal('notifications.settings.set', { lockScreen: 'some' });
  expect(error.code).toBe('INVALID_REQUEST');
});

test('a source that is off waits in the inbox, and others are shown', async () => {
  const client = await connectNative(await startGateway({ clock: new LeapingClock() }));
  await client.request('notifications.settings.set', { sources: { automation: { os: false } } });
  expect(await raise(client, 'News', report)).toBe('source-off');
  expect(await raise(client, 'Take the pill')).toBeUndefined();
  await expect(client.request('notifications.list', { source: 'automation' })).resolves.toMatchObject({
    notifications: [{ title: 'News', state: 'unread', held: 'source-off' }],
  });
});

describe('after the computer has slept', () => {
  test('what was missed is handled by each job’s policy, and told as one summary', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const client = await connectNative(gateway);
    for (let n = 0; n < 8; n += 1)
      await addJob(client, { name: `j${n}`, payload: { kind: 'systemEvent', text: `j${n}` } });
    const skipping = await addJob(client, { name: 'skips', missedRuns: 'skip' });
    const asking = await addJob(client, { name: 'asks', missedRuns: 'ask' });
    // Nothing runs while it sleeps; then the system says that it is back.
    clock.leap(7.5 * HOUR);
    gateway.gateway.resumed();
    const told = await waitUntil(async () => {
      const list = await client.request('notifications.list', {});
      return list.notifications.length >= 9 ? list : undefined;
    }, 'what was missed');
    expect(
      told.notifications.map(({ title, body }) => (title === 'Reminder' ? body : title)).toSorted(),
    ).toEqual(['asks was missed', ...Array.from({ length: 8 }, (_, n) => `j${n}`)]);
    clock.leap(30_000);
    await client.event('notifications.summary');
    clock.leap(MINUTE);
    await client.request('health', {});
    const popped = client.events('notification').filter(({ notification: { held } }) => held === undefined);
    const summaries = client.events('notifications.summary');
    expect(summaries).toHaveLength(1);
    expect(popped.length + summaries[0]!.count).toBe(9);
    await expect(client.request('cron.runs', { id: skipping.id })).resolves.toMatchObject({
      entries: [{ status: 'skipped' }],
    });
    await expect(client.request('cron.missed', {})).resolves.toMatchObject({
      missed: [{ jobId: asking.id }],
    });
  });

  test('nothing pops up by itself in the first moments', async () => {
    const clock = new LeapingClock();
    const started = await startGateway({ clock });
    const client = await connectNative(started);
    started.gateway.resumed();
    expect(await raise(client, 'one')).toBe('summary');
    expect(await raise(client, 'two')).toBe('summary');
    clock.leap(30_000);
    await expect(client.event('notifications.summary')).resolves.toMatchObject({ count: 2 });
    expect(await raise(client, 'three')).toBeUndefined();
  });
});

test('what is open, read, snoozed or over is found as such, and the count is that of the unread', async () => {
  const clock = new LeapingClock();
  const stateDir = temporaryFolder();
  const first = await startGateway({ clock, stateDir });
  const client = await connectNative(first);
  for (const text of ['a', 'b', 'c', 'd']) await raise(client, text);
  const { notifications } = await client.request('notifications.list', {});
  const id = (text: string): string => notifications.find(({ body }) => body === text)?.id ?? '';
  await expect(client.request('notifications.read', { ids: [id('a')] })).resolves.toEqual({
    ok: true,
    unread: 3,
  });
  await client.request('notifications.snooze', { ids: [id('b')], untilMs: clock.now() + HOUR });
  await client.request('notifications.resolve', { ids: [id('c')] });
  await first.stop();
  const again = await connectNative(await startGateway({ clock, stateDir }));
  const bodies = async (
    state: 'unread' | 'read' | 'snoozed' | 'resolved' | 'open',
  ): Promise<readonly string[]> =>
    (await again.request('notifications.list', { state })).notifications.map(({ body }) => body);
  expect(await bodies('unread')).toEqual(['d']);
  expect(await bodies('read')).toEqual(['a']);
  expect(await bodies('snoozed')).toEqual(['b']);
  expect(await bodies('resolved')).toEqual(['c']);
  await expect(again.request('notifications.list', {})).resolves.toMatchObject({
    unread: 1,
    snoozed: 1,
    total: 4,
  });
});

test('a delivery that failed is kept with its reason, and told', async () => {
  const client = await connectNative(await startGateway({ clock: new LeapingClock() }));
  await raise(client, 'a');
  const { id } = (await client.request('notifications.list', { undelivered: true })).notifications[0]!;
  const delivery = {
    surface: 'os',
    status: 'failed',
    reason: 'No notification service is running.',
  } as const;
  await expect(client.request('notifications.delivered', { id, ...delivery })).resolves.toMatchObject({
    notification: { id, delivery },
  });
  await client.event('notifications.changed');
  await expect(client.request('notifications.list', { undelivered: true })).resolves.toMatchObject({
    notifications: [],
    unread: 1,
  });
});
