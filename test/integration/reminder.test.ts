import { describe, expect, test } from 'vitest';
import { messageText } from '../../src-main/shared/protocol/chat.ts';
import { connectDialect, DIALECTS } from '../fakes/dialects.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const MINUTE = 60_000;

async function ask(client: NativeClient, message = 'remind me in one minute to stretch'): Promise<string> {
  await client.request('chat.send', { sessionKey: 'main', message, idempotencyKey: 'k' });
  const end = await client.runEnd('k');
  return end.state === 'final' && end.message !== undefined ? messageText(end.message) : end.state;
}

/** What is in the session after the conversation about the reminder. */
async function arrived(client: NativeClient): Promise<string[]> {
  const { messages } = await client.request('chat.history', { sessionKey: 'main' });
  return messages.filter(({ source }) => source?.kind === 'cron').map(messageText);
}

describe('“remind me in one minute to stretch”', () => {
  test('makes a job, and says when it comes', async () => {
    const client = await connectNative(await startGateway());
    expect(await ask(client)).toMatch(
      /^I’ll remind you in 1 minute, today at \d{1,2}:\d\d(?: [ap]m)?: \*\*Stretch\*\*\.$/,
    );
    expect(await client.event('cron')).toMatchObject({
      action: 'added',
      job: { name: 'Stretch', enabled: true },
    });
    const { jobs } = await client.request('cron.list', {});
    expect(jobs).toMatchObject([{ name: 'Stretch', schedule: { kind: 'at' }, deleteAfterRun: true }]);
  });

  test('fires when the minute is over: message, notification, inbox, and the job is gone', async () => {
    const clock = new LeapingClock();
    const client = await connectNative(await startGateway({ clock }));
    await ask(client);
    clock.leap(30_000);
    await client.request('health', {});
    expect(client.events('notification')).toEqual([]);
    clock.leap(31_000);
    const { notification, unread } = await client.event('notification');
    expect(notification).toMatchObject({
      kind: 'reminder',
      title: 'Reminder',
      body: 'Stretch',
      sessionKey: 'agent:main:main',
    });
    expect(unread).toBe(1);
    expect(await arrived(client)).toEqual(['Reminder: Stretch']);
    const inbox = await client.request('notifications.list', {});
    expect(inbox).toMatchObject({ notifications: [{ id: notification.id }], unread: 1, total: 1 });
    await expect(client.request('cron.list', { includeDisabled: true })).resolves.toMatchObject({ total: 0 });
    expect(client.events('cron').map(({ action }) => action)).toEqual(['added', 'started', 'finished']);
  });

  test('reaches clients of every dialect', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const others = await Promise.all(DIALECTS.map((dialect) => connectDialect(dialect, gateway)));
    const client = await connectNative(gateway);
    // Typed clients have said something before they get events.
    await ask(client);
    clock.leap(MINUTE);
    for (const { wire } of others)
      await wire.waitFor((frame) => JSON.stringify(frame).includes('"reminder"'), 'reminder');
  });

  test('survives a restart before it is due', async () => {
    const stateDir = temporaryFolder();
    const clock = new LeapingClock();
    const first = await startGateway({ stateDir, clock });
    await ask(await connectNative(first));
    await first.stop();
    const client = await connectNative(await startGateway({ stateDir, clock }));
    await expect(client.request('cron.list', {})).resolves.toMatchObject({ total: 1 });
    clock.leap(MINUTE);
    await client.event('notification');
    expect(await arrived(client)).toEqual(['Reminder: Stretch']);
  });

  test('fires exactly once when its time passed while the gateway was closed', async () => {
    const stateDir = temporaryFolder();
    const clock = new LeapingClock();
    const first = await startGateway({ stateDir, clock });
    await ask(await connectNative(first));
    await first.stop();
    clock.leap(60 * MINUTE);
    for (let start = 0; start < 3; start += 1) {
      const gateway = await startGateway({ stateDir, clock });
      const client = await connectNative(gateway);
      await expect.poll(() => arrived(client)).toEqual(['Reminder: Stretch']);
      clock.leap(5 * MINUTE);
      expect(await arrived(client)).toEqual(['Reminder: Stretch']);
      await expect(client.request('notifications.list', {})).resolves.toMatchObject({ total: 1 });
      await gateway.stop();
    }
  });

  test('can be cancelled in words before it fires', async () => {
    const clock = new LeapingClock();
    const client = await connectNative(await startGateway({ clock }));
    await ask(client);
    await client.request('chat.send', {
      sessionKey: 'main',
      message: 'cancel the reminder to stretch',
      idempotencyKey: 'c',
    });
    await client.runEnd('c');
    await expect(client.request('cron.list', {})).resolves.toMatchObject({ total: 0 });
    clock.leap(2 * MINUTE);
    await client.request('health', {});
    expect(await arrived(client)).toEqual([]);
  });
});

describe('a reminder that comes again', () => {
  test('fires every time, once per time, and once for all that it missed', async () => {
    const clock = new LeapingClock();
    const client = await connectNative(await startGateway({ clock }));
    await ask(client, 'remind me every 10 minutes to drink');
    for (const count of [1, 2]) {
      clock.leap(10 * MINUTE);
      await expect.poll(() => arrived(client)).toHaveLength(count);
    }
    clock.leap(55 * MINUTE);
    await expect.poll(() => arrived(client)).toHaveLength(3);
    const { jobs } = await client.request('cron.list', {});
    expect(jobs[0]?.state.nextRunAtMs).toBeGreaterThan(clock.now());
    expect(jobs[0]?.state).toMatchObject({ lastRunStatus: 'ok', consecutiveErrors: 0 });
  });
});

describe('the inbox', () => {
  test('keeps what was read and what was delivered, and tells the other clients', async () => {
    const clock = new LeapingClock();
    const stateDir = temporaryFolder();
    const first = await startGateway({ stateDir, clock });
    const client = await connectNative(first);
    await ask(client);
    clock.leap(MINUTE);
    const { notification } = await client.event('notification');
    const delivered = { id: notification.id, surface: 'os', status: 'delivered' as const };
    await expect(client.request('notifications.delivered', delivered)).resolves.toMatchObject({
      notification: { delivery: { surface: 'os', status: 'delivered' } },
    });
    await expect(client.request('notifications.list', { undelivered: true })).resolves.toMatchObject({
      notifications: [],
    });
    await expect(client.request('notifications.read', { ids: [notification.id] })).resolves.toEqual({
      ok: true,
      unread: 0,
    });
    await client.event('notifications.changed', ({ unread }) => unread === 0);
    await first.stop();
    const again = await connectNative(await startGateway({ stateDir, clock }));
    const { notifications, unread } = await again.request('notifications.list', {});
    expect(unread).toBe(0);
    expect(notifications[0]).toMatchObject({
      readAtMs: expect.any(Number) as number,
      delivery: { surface: 'os' },
    });
  });

  test('says nothing about a notification that is not there', async () => {
    const client = await connectNative(await startGateway());
    await expect(
      client.request('notifications.delivered', {
        id: 'nobody',
        surface: 'os',
        status: 'failed',
        reason: 'x',
      }),
    ).resolves.toEqual({ ok: true, notification: null });
    await expect(client.request('notifications.read', { ids: ['nobody'] })).resolves.toEqual({
      ok: true,
      unread: 0,
    });
  });
});
