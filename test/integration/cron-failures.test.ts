import { describe, expect, test } from 'vitest';
import { addJob, AGENT, finished, HOUR, MINUTE } from '../fakes/cron.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import {
  fails,
  modelConfig,
  says,
  startModelServer,
  type ModelServer,
  type Reply,
} from '../fakes/model-server.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { waitUntil } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import type { CronDetailsResult } from '../../src-main/shared/protocol/cron.ts';

const WRONG = fails(400, '{"error":{"message":"no such model"}}');

interface Made {
  readonly client: NativeClient;
  readonly clock: LeapingClock;
  readonly model: ModelServer;
}

async function create(...replies: Reply[]): Promise<Made> {
  const clock = new LeapingClock();
  const model = await startModelServer(...replies);
  const client = await connectNative(await startGateway({ clock, config: modelConfig(model) }));
  return { client, clock, model };
}

const details = (client: NativeClient, id: string): Promise<CronDetailsResult> =>
  client.request('cron.details', { id });

async function ended(client: NativeClient, count: number): Promise<void> {
  await waitUntil(
    () =>
      client.events('cron').filter(({ action }) => action === 'finished').length >= count ? true : undefined,
    `run ${count} to end`,
  );
}

describe('a failure that passes by itself', () => {
  test('is tried again after 30 s, a minute and five, as the same slot, and alerts nobody before that', async () => {
    // Two calls a time: the provider is asked once more by the run itself.
    const { client, clock } = await create(fails(500));
    const { id, state } = await addJob(client, { ...AGENT, schedule: { kind: 'every', everyMs: 24 * HOUR } });
    clock.leap(24 * HOUR);
    const slotAtMs = state.nextRunAtMs;
    for (const [index, pause] of [30_000, MINUTE, 5 * MINUTE].entries()) {
      await ended(client, index + 1);
      expect((await details(client, id)).retry).toEqual({ slotAtMs, attempt: index + 2 });
      expect(client.events('notification')).toEqual([]);
      clock.leap(pause);
    }
    await ended(client, 4);
    const after = await details(client, id);
    expect(after.retry).toBeUndefined();
    expect(after.job.state).toMatchObject({ consecutiveErrors: 1, lastErrorReason: 'server_error' });
    expect((await client.event('notification')).notification).toMatchObject({
      kind: 'alert',
      source: 'automation',
      title: 'Job did not work',
      jobId: id,
    });
  }, 30_000);

  test('of a job that runs once keeps it until it has worked', async () => {
    const { client, clock, model } = await create(fails(503));
    const at = new Date(clock.now() + MINUTE).toISOString();
    const { id } = await addJob(client, { ...AGENT, schedule: { kind: 'at', at } });
    clock.leap(MINUTE);
    await ended(client, 1);
    expect((await details(client, id)).job.enabled).toBe(true);
    model.reply(says('done'));
    clock.leap(30_000);
    await ended(client, 2);
    expect((await client.refusal('cron.get', { id })).detailCode).toBe('CRON_JOB_NOT_FOUND');
    expect(client.events('notification').map(({ notification }) => notification.body)).toEqual(['done']);
  });
});

describe('failures in a row', () => {
  test('let the next slot wait longer each time, are told once an hour, and end with a notice', async () => {
    const { client, clock, model } = await create(WRONG);
    const { id } = await addJob(client, { ...AGENT, schedule: { kind: 'every', everyMs: MINUTE } });
    for (const [index, pause] of [0, 30_000, MINUTE, 5 * MINUTE, 15 * MINUTE].entries()) {
      const { nextRunAtMs = 0 } = (await details(client, id)).job.state;
      expect(nextRunAtMs - clock.now()).toBeGreaterThanOrEqual(pause - 2_000);
      clock.leap(nextRunAtMs - clock.now());
      await ended(client, index + 1);
    }
    const alerts = client.events('notification').filter(({ notification }) => notification.kind === 'alert');
    expect(alerts.filter(({ notification }) => notification.held === undefined)).toHaveLength(1);
    await expect(client.request('notifications.list', {})).resolves.toMatchObject({
      total: 1,
      unread: 1,
      notifications: [{ count: 5, body: expect.stringContaining('(5 times in a row)') as string }],
    });
    model.reply(says('fine'));
    const { nextRunAtMs = 0 } = (await details(client, id)).job.state;
    clock.leap(nextRunAtMs - clock.now());
    await ended(client, 6);
    expect((await details(client, id)).job.state).toMatchObject({ consecutiveErrors: 0 });
    const { notifications } = await client.request('notifications.list', { state: 'open' });
    expect(notifications.map(({ kind, body }) => [kind, body])).toEqual([['job', 'fine']]);
  }, 30_000);

  test('switch the job off after ten, with a notice; switched on again it begins anew', async () => {
    const { client, clock } = await create(WRONG);
    const { id } = await addJob(client, { ...AGENT, schedule: { kind: 'every', everyMs: MINUTE } });
    for (let count = 1; count <= 10; count += 1) {
      const { nextRunAtMs = 0 } = (await details(client, id)).job.state;
      clock.leap(nextRunAtMs - clock.now());
      await ended(client, count);
    }
    const { job } = await details(client, id);
    expect(job).toMatchObject({
      enabled: false,
      state: { autoDisabled: { reason: 'consecutive-failures', consecutiveErrors: 10 } },
    });
    const last = client.events('notification').at(-1)?.notification;
    expect(last).toMatchObject({ title: 'Job was switched off' });
    expect(last?.held).toBeUndefined();
    const again = await client.request('cron.update', { id, patch: { enabled: true } });
    expect(again.state).toMatchObject({ consecutiveErrors: 0 });
    expect(again.state.autoDisabled).toBeUndefined();
    await expect(client.request('notifications.list', {})).resolves.toMatchObject({ unread: 0 });
  }, 30_000);

  test.each<[string, unknown, number]>([
    ['are told from the number on that the job says', { after: 3 }, 1],
    ['are not told when the job says so', false, 0],
  ])('%s', async (_what, failureAlert, alerts) => {
    const { client } = await create(WRONG);
    const { id } = await addJob(client, { ...AGENT, failureAlert });
    for (let count = 1; count <= 3; count += 1) {
      await client.request('cron.run', { id });
      await ended(client, count);
      await waitUntil(
        async () => ((await details(client, id)).job.state.runningAtMs === undefined ? true : undefined),
        'end',
      );
      await client.request('health', {});
    }
    expect(client.events('notification')).toHaveLength(alerts);
  });
});

test('a run by hand that fails leaves the schedule alone', async () => {
  const { client } = await create(fails(500));
  const { id, state } = await addJob(client, AGENT);
  await client.request('cron.run', { id });
  await finished(client, id);
  expect((await details(client, id)).job.state).toMatchObject({
    nextRunAtMs: state.nextRunAtMs,
    lastRunStatus: 'error',
  });
});

test('“due” takes the slot that is due', async () => {
  const { client, clock } = await create(says('x'));
  const { id } = await addJob(client);
  await expect(client.request('cron.run', { id, mode: 'due' })).resolves.toMatchObject({ reason: 'not-due' });
  clock.leap(HOUR);
  await client.request('cron.run', { id, mode: 'due' });
  await finished(client, id);
  await client.request('health', {});
  expect(client.events('notification')).toHaveLength(1);
});
