import { describe, expect, test } from 'vitest';
import { addJob, finished, HOUR, MINUTE } from '../fakes/cron.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import type { InboxNotification } from '../../src-main/shared/protocol/notifications.ts';

const DAY = 24 * HOUR;

interface Night {
  readonly client: NativeClient;
  readonly clock: LeapingClock;
  /** Hours that nobody runs anything in. @returns the client afterwards */
  readonly pass: (hours: number) => Promise<NativeClient>;
}

/** A computer that sleeps, and one that is switched off. */
const NIGHTS: readonly [string, (config?: object) => Promise<Night>][] = [
  [
    'slept',
    async (config) => {
      const clock = new LeapingClock();
      const client = await connectNative(await startGateway({ clock, config }));
      return {
        client,
        clock,
        pass: (hours) => {
          clock.leap(hours * HOUR);
          return Promise.resolve(client);
        },
      };
    },
  ],
  [
    'was off',
    async (config) => {
      const clock = new LeapingClock();
      const stateDir = temporaryFolder();
      const first = await startGateway({ clock, stateDir, config });
      return {
        client: await connectNative(first),
        clock,
        pass: async (hours) => {
          await first.stop();
          clock.leap(hours * HOUR);
          return connectNative(await startGateway({ clock, stateDir, config }));
        },
      };
    },
  ],
];

/** What is in the inbox, once there is as much. */
function told(client: NativeClient, count: number): Promise<readonly InboxNotification[]> {
  return waitUntil(async () => {
    const { notifications } = await client.request('notifications.list', {});
    return notifications.length >= count ? notifications : undefined;
  }, `${count} notifications`);
}

describe.each(NIGHTS)('slots that passed while the computer %s', (_what, create) => {
  test('are made up for by one run, unless the job says otherwise', async () => {
    const { client, pass } = await create();
    const { id } = await addJob(client);
    const after = await pass(5.5);
    expect(await told(after, 1)).toHaveLength(1);
    const { job, nextRunsAtMs } = await after.request('cron.details', { id });
    expect(job.state.lastRunStatus).toBe('ok');
    // The rhythm stays what it was.
    expect((nextRunsAtMs[0] ?? 0) % HOUR).toBe((job.schedule as { anchorMs: number }).anchorMs % HOUR);
  });

  test('are passed over and listed when the job says so', async () => {
    const { client, pass } = await create();
    const { id } = await addJob(client, { missedRuns: 'skip' });
    const after = await pass(5.5);
    await waitUntil(async () => (await after.request('cron.runs', { id })).entries[0], 'the account of them');
    await expect(after.request('cron.runs', { id })).resolves.toMatchObject({
      entries: [{ status: 'skipped', error: 'Missed: Clawtray was closed, or the computer slept.' }],
    });
    await expect(after.request('notifications.list', {})).resolves.toMatchObject({ total: 0 });
    await expect(after.request('cron.details', { id })).resolves.toMatchObject({
      missedRuns: 'skip',
      job: { enabled: true, state: { consecutiveErrors: 0, consecutiveSkipped: 1 } },
    });
  });

  test('are asked about when the job says so, and run on request', async () => {
    const { client, pass, clock } = await create();
    const { id, state } = await addJob(client, { missedRuns: 'ask' });
    const after = await pass(5.5);
    await told(after, 1);
    const { missed } = await after.request('cron.missed', {});
    expect(missed).toMatchObject([{ jobId: id, jobName: 'Job', slotAtMs: state.nextRunAtMs }]);
    await expect(after.request('notifications.list', { state: 'unread' })).resolves.toMatchObject({
      notifications: [{ title: 'Job was missed', jobId: id }],
    });
    await after.request('cron.missed.resolve', { id, action: 'run' });
    await after.event('notification', ({ notification }) => notification.kind === 'reminder');
    await expect(after.request('cron.missed', {})).resolves.toEqual({ missed: [] });
    const open = await after.request('notifications.list', { state: 'unread' });
    expect(open.notifications.map(({ kind }) => kind)).toEqual(['reminder']);
    const refused = await after.refusal('cron.missed.resolve', { id, action: 'run' });
    expect(refused.detailCode).toBe('CRON_NOTHING_MISSED');
    expect(clock.now()).toBeGreaterThan(state.nextRunAtMs ?? 0);
  });

  test('of a job that runs once are not lost: asked about, it runs late', async () => {
    const { client, pass, clock } = await create();
    const at = new Date(clock.now() + HOUR).toISOString();
    const { id } = await addJob(client, { schedule: { kind: 'at', at }, missedRuns: 'ask' });
    const after = await pass(20);
    await told(after, 1);
    await expect(after.request('cron.get', { id })).resolves.toMatchObject({ enabled: false });
    await after.request('cron.missed.resolve', { id, action: 'run' });
    await after.event('notification', ({ notification }) => notification.kind === 'reminder');
    await expect(after.request('cron.list', { includeDisabled: true })).resolves.toMatchObject({ total: 0 });
  });

  test('are left when nobody wants them', async () => {
    const { client, pass } = await create();
    const { id } = await addJob(client, { missedRuns: 'ask' });
    const after = await pass(3.5);
    await told(after, 1);
    await after.request('cron.missed.resolve', { id, action: 'skip' });
    await after.request('health', {});
    const { notifications } = await after.request('notifications.list', {});
    expect(notifications).toMatchObject([{ state: 'resolved' }]);
  });

  test('are passed over by all recurring jobs when the configuration says so, but not what runs once', async () => {
    const { client, pass, clock } = await create({ cron: { skipMissedJobs: true } });
    await addJob(client);
    const at = new Date(clock.now() + HOUR).toISOString();
    await addJob(client, { schedule: { kind: 'at', at }, payload: { kind: 'systemEvent', text: 'Once' } });
    const after = await pass(5.5);
    await told(after, 1);
    await after.request('health', {});
    expect(await told(after, 1)).toMatchObject([{ body: 'Once' }]);
  });
});

describe('a clock that is set back', () => {
  test('by less than three hours runs nothing a second time', async () => {
    const clock = new LeapingClock();
    const client = await connectNative(await startGateway({ clock }));
    const { id } = await addJob(client);
    clock.leap(HOUR);
    await finished(client, id);
    clock.leap(-2 * HOUR);
    clock.leap(2 * HOUR);
    await client.request('health', {});
    expect(client.events('notification')).toHaveLength(1);
    clock.leap(HOUR);
    await finished(client, id, 2);
  });

  test('by days lets jobs run by the new time, and no slot twice', async () => {
    const clock = new LeapingClock('2026-11-21T09:30:00Z');
    const client = await connectNative(await startGateway({ clock }));
    const schedule = { kind: 'cron', expr: '0 12 * * *', tz: 'UTC' };
    const { id } = await addJob(client, { schedule });
    clock.leap(3 * HOUR);
    await finished(client, id);
    // Set ahead by a year, and right again two minutes later.
    clock.leap(365 * DAY);
    await finished(client, id, 2);
    clock.leap(2 * MINUTE - 365 * DAY);
    const now = clock.now();
    // It is noticed with the next look, at the latest a minute later.
    clock.leap(MINUTE);
    await client.event('cron', ({ action }) => action === 'scheduled');
    const { nextRunsAtMs } = await client.request('cron.details', { id });
    // That of the 22nd was run when the clock was a year ahead.
    expect(nextRunsAtMs[0]).toBe(Date.parse('2026-11-23T12:00:00Z'));
    expect(nextRunsAtMs[0]).toBeGreaterThan(now);
    // To before noon, which has been run already.
    clock.leap(-4 * HOUR);
    clock.leap(MINUTE);
    clock.leap(MINUTE);
    await expect(client.request('cron.details', { id })).resolves.toMatchObject({
      nextRunsAtMs: [Date.parse('2026-11-23T12:00:00Z'), ...new Array<unknown>(4).fill(expect.any(Number))],
    });
  });

  test('while nobody looked is noticed at the start', async () => {
    const clock = new LeapingClock('2030-01-01T09:30:00Z');
    const stateDir = temporaryFolder();
    const first = await startGateway({ clock, stateDir });
    const client = await connectNative(first);
    const { id } = await addJob(client);
    clock.leap(HOUR);
    await finished(client, id);
    await first.stop();
    const right = new LeapingClock('2026-11-21T09:30:00Z');
    const again = await connectNative(await startGateway({ clock: right, stateDir }));
    const { job } = await again.request('cron.details', { id });
    expect(job.state.nextRunAtMs).toBeLessThanOrEqual(right.now() + 4 * 365 * DAY);
  });
});
