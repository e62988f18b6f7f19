import { describe, expect, test } from 'vitest';
import { addJob } from '../fakes/cron.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const iso = (times: readonly number[]): string[] => times.map((at) => new Date(at).toISOString());

describe('cron.preview', () => {
  test('reads words, and shows the next five runs in the person’s zone, across a change of the clocks', async () => {
    const clock = new FakeClock('2027-03-19T09:00:00Z');
    const client = await connectNative(await startGateway({ clock }));
    const shown = await client.request('cron.preview', {
      text: 'water the plants every Friday at 5pm',
      tz: 'Europe/Berlin',
    });
    expect(shown).toMatchObject({
      schedule: { kind: 'cron', expr: '0 17 * * 5', tz: 'Europe/Berlin' },
      rest: 'water the plants',
      tz: 'Europe/Berlin',
    });
    expect(iso(shown.nextRunsAtMs)).toEqual([
      '2027-03-19T16:00:00.000Z',
      '2027-03-26T16:00:00.000Z',
      '2027-04-02T15:00:00.000Z',
      '2027-04-09T15:00:00.000Z',
      '2027-04-16T15:00:00.000Z',
    ]);
  });

  test('answers those who may only read at once, whatever they write', async () => {
    const client = await connectNative(await startGateway(), { scopes: ['operator.read'] });
    const schedules = [
      { kind: 'cron', expr: `0 0 * * *${' '.repeat(500_000)}x` },
      { kind: 'cron', expr: `${'0-59,'.repeat(500_000)}0 * * * *` },
      { kind: 'cron', expr: '0 0 * * *', tz: 'x'.repeat(500_000) },
      { kind: 'cron', expr: '* * * * * every 2 weeks from 0001-01-01' },
    ];
    for (const schedule of schedules) {
      const refused = await client.refusal('cron.preview', { schedule });
      expect(refused.error.code).toBe('INVALID_REQUEST');
      expect(refused.message.length).toBeLessThan(1_000);
    }
  });

  test('takes “every second Friday” as every other one, at the same hour of the clock all year', async () => {
    const clock = new FakeClock('2027-03-12T09:00:00Z');
    const client = await connectNative(await startGateway({ clock }));
    const tz = 'Europe/Berlin';
    const shown = await client.request('cron.preview', { text: 'every second Friday at 5pm', tz });
    expect(shown.schedule).toEqual({
      kind: 'cron',
      expr: '0 17 * * 5 every 2 weeks from 2027-03-12',
      tz,
      staggerMs: 0,
    });
    expect(iso(shown.nextRunsAtMs)).toEqual([
      '2027-03-12T16:00:00.000Z',
      '2027-03-26T16:00:00.000Z',
      '2027-04-09T15:00:00.000Z',
      '2027-04-23T15:00:00.000Z',
      '2027-05-07T15:00:00.000Z',
    ]);
    // What is saved is what was shown, to those who know nothing of it too.
    const { id } = await addJob(client, { schedule: shown.schedule });
    await expect(client.request('cron.list', { scheduleKind: 'cron' })).resolves.toMatchObject({
      jobs: [{ id, schedule: shown.schedule, state: { nextRunAtMs: shown.nextRunsAtMs[0] } }],
    });
    await expect(client.request('cron.details', { id })).resolves.toMatchObject({
      nextRunsAtMs: shown.nextRunsAtMs,
    });
  });

  test.each([
    ['the second Friday of the month at 5pm', '0 17 * * 5#2'],
    ['every last Friday at 5pm', '0 17 * * 5#L'],
    ['every 3 days at 9', '0 9 * * * every 3 days from 2026-11-22'],
    ['every two weeks on Monday and Thursday at 9', '0 9 * * 1,4 every 2 weeks from 2026-11-23'],
  ])('reads %j', async (text, expr) => {
    const client = await connectNative(await startGateway({ clock: new FakeClock('2026-11-21T09:30:00Z') }));
    const shown = await client.request('cron.preview', { text, tz: 'UTC' });
    expect(shown.schedule).toMatchObject({ expr });
    expect(shown.nextRunsAtMs).toHaveLength(5);
  });

  test('shows a schedule that is not saved, and saves nothing', async () => {
    const client = await connectNative(await startGateway({ clock: new FakeClock('2026-11-21T09:00:30Z') }));
    const { nextRunsAtMs } = await client.request('cron.preview', {
      schedule: { kind: 'cron', expr: '0 * * * *' },
      tz: 'UTC',
      count: 2,
    });
    expect(iso(nextRunsAtMs)).toEqual(['2026-11-21T10:00:00.000Z', '2026-11-21T11:00:00.000Z']);
    await expect(client.request('cron.list', {})).resolves.toMatchObject({ total: 0 });
  });

  test('what runs once has one run', async () => {
    const client = await connectNative(await startGateway({ clock: new FakeClock() }));
    const { nextRunsAtMs } = await client.request('cron.preview', { text: 'in ten minutes' });
    expect(iso(nextRunsAtMs)).toEqual(['2026-11-21T09:10:00.000Z']);
  });

  test.each<[object, string]>([
    [{}, 'either a schedule or a text'],
    [{ text: 'x', schedule: { kind: 'every', everyMs: 1_000 } }, 'either a schedule or a text'],
    [{ text: 'buy milk' }, 'No time was found'],
    [{ text: 'every now and then' }, 'It is not clear when'],
    [{ text: 'every third Friday' }, 'Say "every 3 weeks on Friday" or "the third Friday of every month"'],
    [{ schedule: { kind: 'cron', expr: '0 9 * * 5 every 2 weeks from 2026-13-01' } }, 'does not exist'],
    [{ text: 'daily', tz: 'Mars/Olympus' }, 'no time zone'],
    [{ schedule: { kind: 'cron', expr: 'x y z' } }, 'is not a schedule'],
    [{ schedule: { kind: 'cron', expr: '0 0 31 2 *' } }, 'never runs'],
  ])('refuses %j in words', async (params, message) => {
    const client = await connectNative(await startGateway());
    const refused = await client.refusal('cron.preview', params);
    expect(refused.error.code).toBe('INVALID_REQUEST');
    expect(refused.message).toContain(message);
  });
});

test('cron.details shows the next five runs of a job, with its stagger', async () => {
  const client = await connectNative(await startGateway());
  const { id, state } = await addJob(client, { schedule: { kind: 'cron', expr: '0 * * * *', tz: 'UTC' } });
  const { nextRunsAtMs, missedRuns } = await client.request('cron.details', { id });
  expect(nextRunsAtMs).toHaveLength(5);
  expect(nextRunsAtMs[0]).toBe(state.nextRunAtMs);
  expect(new Set(nextRunsAtMs.map((at) => at % 3_600_000)).size).toBe(1);
  expect(missedRuns).toBe('run-once');
  expect((await client.refusal('cron.details', { id: 'x' })).detailCode).toBe('CRON_JOB_NOT_FOUND');
});
