import { expect, test } from 'vitest';
import { addJob } from '../fakes/cron.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const tz = 'Europe/Berlin';
const at = (iso: string): number => Date.parse(iso);
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

test('shows what runs on each day over all jobs, in the person’s zone, across a change of the clocks', async () => {
  const clock = new FakeClock('2027-03-27T10:00:00Z');
  const client = await connectNative(await startGateway({ clock }));
  await addJob(client, { name: 'Tea', schedule: { kind: 'cron', expr: '0 17 * * *', tz, staggerMs: 0 } });
  await addJob(client, { name: 'Once', schedule: { kind: 'at', at: '2027-03-28T21:59:00Z' } });
  await addJob(client, { name: 'Off', enabled: false });
  const { runs, truncated } = await client.request('cron.upcoming', { toMs: at('2027-03-29T22:00:00Z'), tz });
  expect(runs.map(({ name, atMs, count }) => [name, iso(atMs), count])).toEqual([
    ['Tea', '2027-03-27T16:00', 1],
    ['Tea', '2027-03-28T15:00', 1],
    // A minute before the short Sunday ends.
    ['Once', '2027-03-28T21:59', 1],
    ['Tea', '2027-03-29T15:00', 1],
  ]);
  expect(truncated).toBeUndefined();
});

test('counts what a job does on one day, up to a limit, and goes on with the next day', async () => {
  const clock = new FakeClock('2027-06-01T12:00:00Z');
  const client = await connectNative(await startGateway({ clock }));
  await addJob(client, { name: 'Often', schedule: { kind: 'every', everyMs: 1_000 } });
  await addJob(client, {
    name: 'Hours',
    schedule: { kind: 'cron', expr: '0 18-20 * * *', tz: 'UTC', staggerMs: 0 },
  });
  const toMs = at('2027-06-03T00:00:00Z');
  const { runs } = await client.request('cron.upcoming', { toMs, tz: 'UTC' });
  expect(runs.map(({ name, atMs, count, more }) => [name, iso(atMs), count, more])).toEqual([
    ['Often', '2027-06-01T12:00', 24, true],
    ['Hours', '2027-06-01T18:00', 3, undefined],
    ['Often', '2027-06-02T00:00', 24, true],
    ['Hours', '2027-06-02T18:00', 3, undefined],
  ]);
});

test('begins in a later month, says when there is more, and refuses what no calendar shows', async () => {
  const clock = new FakeClock('2027-06-01T12:00:00Z');
  const client = await connectNative(await startGateway({ clock }));
  for (const name of ['a', 'b', 'c'])
    await addJob(client, { name, schedule: { kind: 'cron', expr: '0 9 * * *', tz: 'UTC', staggerMs: 0 } });
  const fromMs = at('2027-08-01T00:00:00Z');
  const august = await client.request('cron.upcoming', { fromMs, toMs: fromMs + 86_400_000, tz: 'UTC' });
  expect(august.runs.map(({ name, atMs }) => [name, iso(atMs)])).toEqual([
    ['a', '2027-08-01T09:00'],
    ['b', '2027-08-01T09:00'],
    ['c', '2027-08-01T09:00'],
  ]);
  const some = await client.request('cron.upcoming', {
    toMs: at('2027-06-09T00:00:00Z'),
    tz: 'UTC',
    limit: 4,
  });
  expect(some).toMatchObject({ truncated: true });
  expect(some.runs).toHaveLength(4);
  await expect(client.request('cron.upcoming', { toMs: 0 })).resolves.toMatchObject({ runs: [] });
  for (const params of [{ toMs: at('2028-06-01T00:00:00Z') }, { toMs: 1, tz: 'Mars/Base' }])
    expect((await client.refusal('cron.upcoming', params)).error.code).toBe('INVALID_REQUEST');
});
