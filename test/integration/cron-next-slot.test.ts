// When a daily job comes next, after what people do around its time: look at it, make it in the evening, start again.

import { describe, expect, test } from 'vitest';
import { addJob, HOUR } from '../fakes/cron.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

/** Far from UTC, so that a forgotten zone shows. */
const AUCKLAND = 'Pacific/Auckland';
/** 20:00 in Auckland (UTC+13). */
const EVENING = '2026-01-15T07:00:00Z';
const NEXT_MORNING = Date.parse('2026-01-15T20:00:00Z');

const daily = { kind: 'cron', expr: '0 9 * * *', tz: AUCKLAND, staggerMs: 0 } as const;

async function nextRun(client: NativeClient, id: string): Promise<number | undefined> {
  return (await client.request('cron.details', { id })).nextRunsAtMs[0];
}

describe('a daily job', () => {
  test('that is made in the evening comes the next morning, not the one after', async () => {
    const clock = new LeapingClock(EVENING);
    const client = await connectNative(await startGateway({ clock }));
    const { id } = await addJob(client, { schedule: daily });
    expect(await nextRun(client, id)).toBe(NEXT_MORNING);
  });

  test('that is changed in the evening does too', async () => {
    const clock = new LeapingClock(EVENING);
    const client = await connectNative(await startGateway({ clock }));
    const { id } = await addJob(client, { schedule: { ...daily, expr: '0 7 * * *' } });
    await client.request('cron.update', { id, patch: { schedule: daily } });
    expect(await nextRun(client, id)).toBe(NEXT_MORNING);
  });

  test('does not run at a restart, and keeps its time', async () => {
    const clock = new LeapingClock(EVENING);
    const stateDir = temporaryFolder();
    const first = await startGateway({ clock, stateDir });
    const { id } = await addJob(await connectNative(first), { schedule: daily });
    await first.stop();
    clock.leap(HOUR);
    const client = await connectNative(await startGateway({ clock, stateDir }));
    expect(await nextRun(client, id)).toBe(NEXT_MORNING);
    expect((await client.request('cron.runs', { id })).entries).toEqual([]);
  });

  test('is not passed over because somebody looks at it when it is due', async () => {
    const clock = new LeapingClock(EVENING);
    const client = await connectNative(await startGateway({ clock }));
    const { id } = await addJob(client, { schedule: daily });
    const looking = Promise.all([
      client.request('cron.list', {}),
      client.request('cron.status', {}),
      client.request('cron.details', { id }),
    ]);
    clock.leap(NEXT_MORNING - clock.now());
    await looking;
    for (let i = 0; i < 5; i += 1) {
      await client.request('cron.list', {});
      await client.request('cron.status', {});
    }
    await waitUntil(
      async () => ((await client.request('cron.runs', { id })).entries.length === 1 ? true : undefined),
      'the run',
    );
    expect(await nextRun(client, id)).toBe(NEXT_MORNING + 24 * HOUR);
  });
});
