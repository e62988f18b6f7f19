import { describe, expect, test } from 'vitest';
import { addJob, HOUR, MINUTE } from '../fakes/cron.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';

describe('many at once', () => {
  test('are one summary after the first few, and approvals are shown all the same', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const client = await connectNative(gateway, {
      scopes: ['operator.read', 'operator.write', 'operator.admin', 'operator.approvals'],
    });
    for (let n = 0; n < 12; n += 1) await addJob(client, { payload: { kind: 'systemEvent', text: `n${n}` } });
    clock.leap(HOUR);
    await client.event('notification', ({ unread }) => unread === 12);
    const shown = client.events('notification').filter(({ notification }) => notification.held === undefined);
    expect(shown).toHaveLength(5);
    const asker = await connectNative(gateway, { scopes: ['operator.approvals'] });
    await asker.request('exec.approval.request', { command: 'df -h', twoPhase: true });
    const { notification } = await client.event(
      'notification',
      ({ notification: { kind } }) => kind === 'approval',
    );
    expect(notification.held).toBeUndefined();
    clock.leap(3_000);
    await expect(client.event('notifications.summary')).resolves.toMatchObject({ count: 7 });
  });
});

test('a snooze puts it out of the way, over the count, and brings it back as unread', async () => {
  const clock = new LeapingClock();
  const client = await connectNative(await startGateway({ clock }));
  const { id: job } = await addJob(client);
  await client.request('cron.run', { id: job });
  const { id } = (await client.event('notification')).notification;
  await expect(
    client.request('notifications.snooze', { ids: [id], untilMs: clock.now() + 10 * MINUTE }),
  ).resolves.toEqual({ ok: true, unread: 0 });
  await expect(client.request('notifications.list', {})).resolves.toMatchObject({ unread: 0, snoozed: 1 });
  clock.leap(10 * MINUTE);
  await client.event('notification', ({ notification }) => notification.updatedAtMs !== undefined);
  await expect(client.request('notifications.list', {})).resolves.toMatchObject({ unread: 1, snoozed: 0 });
  await client.request('notifications.resolve', { ids: [id] });
  await expect(client.request('notifications.list', { state: 'resolved' })).resolves.toMatchObject({
    notifications: [{ id, state: 'resolved' }],
    unread: 0,
  });
});
