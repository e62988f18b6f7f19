import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import type { CronAddParams } from '../../src-main/shared/protocol/cron.ts';

const MINUTE = 60_000;

const job = (change: Partial<CronAddParams> = {}): CronAddParams => ({
  name: 'Stand up',
  schedule: { kind: 'every', everyMs: MINUTE },
  sessionTarget: 'main',
  wakeMode: 'now',
  payload: { kind: 'systemEvent', text: 'Stand up' },
  ...change,
});

describe('cron.add', () => {
  test('answers the job with its defaults, and tells the clients', async () => {
    const client = await connectNative(await startGateway());
    const added = await client.request('cron.add', job({ description: 'every minute' }));
    expect(added).toMatchObject({
      name: 'Stand up',
      description: 'every minute',
      enabled: true,
      deleteAfterRun: false,
      schedule: { kind: 'every', everyMs: MINUTE, anchorMs: expect.any(Number) as number },
      state: { consecutiveErrors: 0 },
    });
    expect(added.state.nextRunAtMs).toBeGreaterThan(added.createdAtMs);
    expect(await client.event('cron')).toMatchObject({ action: 'added', jobId: added.id });
  });

  test.each<[string, object, string]>([
    ['no name', { name: '' }, 'at /name: must not have fewer than 1 characters'],
    [
      'an unknown kind of schedule',
      { schedule: { kind: 'moon' } },
      'at /schedule/kind: must be one of the known kinds',
    ],
    ['a pace of nothing', { schedule: { kind: 'every', everyMs: 0 } }, 'at /schedule/everyMs: must be >= 1'],
    [
      'a wrong expression',
      { schedule: { kind: 'cron', expr: 'now and then' } },
      'schedule.expr "now and then"',
    ],
    [
      'an unknown zone',
      { schedule: { kind: 'cron', expr: '0 9 * * *', tz: 'Mars/Olympus' } },
      'Mars/Olympus',
    ],
    [
      'a time that is past',
      { schedule: { kind: 'at', at: '2020-01-01T00:00:00Z' } },
      'schedule.at is in the past',
    ],
    [
      'an agent in the main session',
      { payload: { kind: 'agentTurn', message: 'x' } },
      'main cron jobs require payload.kind="systemEvent"',
    ],
    ['an unknown target', { sessionTarget: 'everywhere' }, 'at /sessionTarget'],
    ['an unknown field', { urgent: true }, "unexpected property 'urgent'"],
    ['a session key that cannot be one', { sessionKey: 'agent::x' }, 'sessionKey'],
    ['a session key with a control character', { sessionKey: 'a\u0000b' }, 'sessionKey'],
    ['a target whose session cannot be', { sessionTarget: 'session:agent:nobody' }, 'session'],
    ['an agent whose name cannot be', { agentId: 'a b' }, 'agent'],
  ])('refuses %s', async (_what, change, message) => {
    const client = await connectNative(await startGateway());
    const refused = await client.refusal('cron.add', { ...job(), ...change });
    expect(refused.error.code).toBe('INVALID_REQUEST');
    expect(refused.message).toContain(message);
    await expect(client.request('cron.list', {})).resolves.toMatchObject({ total: 0 });
  });
});

describe('cron.list', () => {
  test('shows what comes next first, in pages, and disabled jobs only on request', async () => {
    const client = await connectNative(await startGateway());
    for (const [name, minutes, enabled] of [
      ['c', 3, true],
      ['a', 1, true],
      ['off', 2, false],
      ['b', 2, true],
    ] as const) {
      await client.request(
        'cron.add',
        job({ name, enabled, schedule: { kind: 'every', everyMs: minutes * MINUTE } }),
      );
    }
    const first = await client.request('cron.list', { limit: 2 });
    expect(first).toMatchObject({ total: 3, offset: 0, limit: 2, hasMore: true, nextOffset: 2 });
    expect(first.jobs.map(({ name }) => name)).toEqual(['a', 'b']);
    const second = await client.request('cron.list', { limit: 2, offset: 2 });
    expect(second).toMatchObject({ hasMore: false, nextOffset: null });
    expect(second.jobs.map(({ name }) => name)).toEqual(['c']);
    await expect(client.request('cron.list', { includeDisabled: true })).resolves.toMatchObject({ total: 4 });
  });
});

describe('cron.status', () => {
  test('counts the jobs and says when the next is due; where they lie only to administrators', async () => {
    const gateway = await startGateway();
    const admin = await connectNative(gateway);
    const reader = await connectNative(gateway, { scopes: ['operator.read'] });
    const empty = { enabled: true, triggersEnabled: false, storage: 'sqlite', jobs: 0, nextWakeAtMs: null };
    await expect(reader.request('cron.status', {})).resolves.toEqual(empty);
    await admin.request('cron.add', job({ enabled: false }));
    const { state } = await admin.request('cron.add', job());
    const file = path.join(gateway.stateDir, 'clawtray', 'clawtray.sqlite');
    await expect(admin.request('cron.status', {})).resolves.toEqual({
      ...empty,
      jobs: 2,
      nextWakeAtMs: state.nextRunAtMs,
      storePath: file,
      sqlitePath: file,
    });
  });
});

describe('cron.get', () => {
  test('answers the job under either name of its id, and says when there is none', async () => {
    const client = await connectNative(await startGateway());
    const added = await client.request('cron.add', job({ enabled: false }));
    await expect(client.request('cron.get', { id: added.id })).resolves.toEqual(added);
    await expect(client.call('cron.get', { jobId: added.id })).resolves.toEqual(added);
    expect((await client.refusal('cron.get', { id: 'nobody' })).detailCode).toBe('CRON_JOB_NOT_FOUND');
  });
});

describe('cron.remove', () => {
  test('removes the job for good', async () => {
    const clock = new LeapingClock();
    const client = await connectNative(await startGateway({ clock }));
    const { id } = await client.request('cron.add', job());
    await expect(client.request('cron.remove', { id })).resolves.toEqual({ ok: true, removed: true });
    await client.event('cron', ({ action }) => action === 'removed');
    clock.leap(5 * MINUTE);
    await client.request('health', {});
    expect(client.events('notification')).toEqual([]);
  });

  test('takes the id under either name, and says when there is no such job', async () => {
    const client = await connectNative(await startGateway());
    const { id } = await client.request('cron.add', job());
    await expect(client.call('cron.remove', { jobId: id })).resolves.toEqual({ ok: true, removed: true });
    const refused = await client.refusal('cron.remove', { id });
    expect(refused.detailCode).toBe('CRON_JOB_NOT_FOUND');
    expect((await client.refusal('cron.run', { id: 'nobody' })).detailCode).toBe('CRON_JOB_NOT_FOUND');
  });
});

describe('cron.run', () => {
  test('runs the job now and leaves its schedule alone', async () => {
    const client = await connectNative(await startGateway());
    const added = await client.request('cron.add', job());
    const answer = await client.request('cron.run', { id: added.id });
    expect(answer).toEqual({ ok: true, enqueued: true, runId: expect.stringContaining(added.id) as string });
    await client.event('cron', ({ action, status }) => action === 'finished' && status === 'ok');
    const { jobs } = await client.request('cron.list', {});
    expect(jobs[0]?.state).toMatchObject({ nextRunAtMs: added.state.nextRunAtMs, lastRunStatus: 'ok' });
  });

  test('says why it did not run: not due, disabled', async () => {
    const client = await connectNative(await startGateway());
    const waiting = await client.request('cron.add', job());
    const off = await client.request('cron.add', job({ enabled: false }));
    await expect(client.request('cron.run', { id: waiting.id, mode: 'due' })).resolves.toMatchObject({
      enqueued: false,
      reason: 'not-due',
    });
    await expect(client.request('cron.run', { id: off.id, mode: 'if-enabled' })).resolves.toMatchObject({
      enqueued: false,
      reason: 'disabled',
    });
    await expect(client.request('cron.run', { id: off.id, mode: 'force' })).resolves.toMatchObject({
      enqueued: true,
    });
  });

  test('of an agent tells the person what it said, in a session of its own', async () => {
    const client = await connectNative(await startGateway());
    const { id } = await client.request(
      'cron.add',
      job({ sessionTarget: 'isolated', payload: { kind: 'agentTurn', message: 'hi' } }),
    );
    await client.request('cron.run', { id });
    const { notification } = await client.event('notification');
    expect(notification).toMatchObject({ kind: 'job', title: 'Stand up', jobId: id });
    expect(notification.body).toContain('not a language model');
    expect(notification.sessionKey).toMatch(new RegExp(`^agent:main:cron:${id}:run:`));
    const { messages } = await client.request('chat.history', { sessionKey: notification.sessionKey ?? '' });
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  test('of an agent that fails raises an alert and counts the error', async () => {
    const client = await connectNative(
      await startGateway({ config: { agents: { defaults: { model: 'x/y' } } } }),
    );
    const { id } = await client.request(
      'cron.add',
      job({ sessionTarget: 'isolated', payload: { kind: 'agentTurn', message: 'hi' } }),
    );
    await client.request('cron.run', { id });
    const { notification } = await client.event('notification');
    expect(notification).toMatchObject({ kind: 'alert', title: 'Stand up did not work' });
    const { jobs } = await client.request('cron.list', {});
    expect(jobs[0]?.state).toMatchObject({ lastRunStatus: 'error', consecutiveErrors: 1 });
  });
});
