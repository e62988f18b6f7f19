import path from 'node:path';
import { expect, test } from 'vitest';
import type { TimerHandle } from '../../src-main/shared/time.ts';
import { openStore } from '../../src-main/gateway/store/open-store.ts';
import { createCronRepository } from '../../src-main/gateway/store/repositories/cron.ts';
import { HOUR, MINUTE } from '../fakes/cron.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative } from '../fakes/native-client.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

class CountingClock extends LeapingClock {
  scheduled = 0;

  override schedule(delayMs: number, task: () => void): TimerHandle {
    this.scheduled += 1;
    return super.schedule(delayMs, task);
  }
}

/** A profile with so many jobs, none of which is due today. */
async function profileWith(jobs: number): Promise<string> {
  const stateDir = temporaryFolder();
  const first = await startGateway({ stateDir });
  await first.stop();
  const store = openStore(path.join(stateDir, 'clawtray'));
  const repository = createCronRepository(store);
  const now = Date.now();
  await store.write(() => {
    for (let n = 0; n < jobs; n += 1) {
      const at = now + 30 * 24 * HOUR + n * 1_000;
      repository.insert(
        `job-${n}`,
        {
          definition: {
            name: `job ${n}`,
            schedule: { kind: 'cron', expr: '0 9 1 * *' },
            sessionTarget: 'main',
            wakeMode: 'now',
            payload: { kind: 'systemEvent', text: 'x' },
            deleteAfterRun: false,
          },
          enabled: true,
          plan: { fireAt: at, slotAt: at, attempt: 1 },
          missedRuns: undefined,
        },
        now,
      );
    }
  });
  store.close();
  return stateDir;
}

/** Timers that are set in an hour in which nothing is due. */
async function anHour(stateDir: string): Promise<number> {
  const clock = new CountingClock();
  const gateway = await startGateway({ stateDir, clock });
  const client = await connectNative(gateway);
  await client.request('health', {});
  clock.scheduled = 0;
  for (let minute = 0; minute < 60; minute += 1) {
    clock.leap(MINUTE);
    await client.request('health', {});
  }
  const { scheduled } = clock;
  await gateway.stop();
  return scheduled;
}

/** Milliseconds for a thousand looks at what is due. */
function looks(stateDir: string): number {
  const store = openStore(path.join(stateDir, 'clawtray'));
  const repository = createCronRepository(store);
  const now = Date.now();
  const begun = performance.now();
  for (let n = 0; n < 1_000; n += 1) {
    expect(repository.nextDueAt()).toBeGreaterThan(now);
    expect(repository.due(now, 8)).toEqual([]);
  }
  const took = performance.now() - begun;
  store.close();
  return took;
}

test('ten thousand jobs cost no more than ten while none is due', async () => {
  const [few, many] = [await profileWith(10), await profileWith(10_000)];
  const timers = await anHour(few);
  expect(await anHour(many)).toBe(timers);
  // One look a minute; everything else that has a timer has as many.
  expect(timers).toBeLessThan(60 * 8);
  looks(few);
  const [fewTook, manyTook] = [looks(few), looks(many)];
  // An index answers both: going through ten thousand rows would take a hundred times as long.
  expect(manyTook).toBeLessThan(fewTook * 5 + 20);
});
