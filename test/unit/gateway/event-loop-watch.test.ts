import { expect, it } from 'vitest';
import { watchEventLoop } from '../../../src-main/gateway/watchdog/event-loop-watch.ts';
import { createProblems } from '../../../src-main/gateway/problems.ts';
import { FakeClock } from '../../fakes/fake-clock.ts';
import { RecordingLog } from '../../fakes/recording-log.ts';

function watch() {
  const clock = new FakeClock();
  const problems = createProblems(
    () => clock.now(),
    () => undefined,
  );
  const log = new RecordingLog();
  /** Time that passed without the loop running: the monotonic clock goes on, timers do not. */
  let blocked = 0;
  const started = clock.now();
  const watchdog = watchEventLoop({ clock, elapsed: () => clock.now() - started + blocked, problems, log });
  return {
    clock,
    log,
    watchdog,
    block: (ms: number) => {
      blocked += ms;
    },
    codes: () => problems.list().map(({ code, message }) => `${code}: ${message}`),
  };
}

it('a process that did not react says so in the log and as a problem, for a while', async () => {
  const { clock, log, watchdog, block, codes } = watch();
  await clock.advance(5_000);
  block(1_500);
  await clock.advance(1_000);
  expect(codes()).toEqual([]);

  block(4_200);
  await clock.advance(1_000);
  expect(codes()).toEqual([
    expect.stringContaining('event-loop-blocked: Clawtray did not react for 4.2 seconds'),
  ]);
  expect(log.lines).toContainEqual({
    level: 'warn',
    message: 'the process did not react',
    fields: { blockedMs: 4_200 },
  });

  await clock.advance(9 * 60_000);
  block(3_000);
  await clock.advance(1_000);
  await clock.advance(9 * 60_000);
  expect(codes()).toHaveLength(1);
  await clock.advance(60_000);
  expect(codes()).toEqual([]);
  watchdog.stop();
  expect(clock.pending).toBe(0);
});

it('a computer that slept was not blocked', async () => {
  const { clock, watchdog, block, codes } = watch();
  block(3_600_000);
  watchdog.resumed();
  await clock.advance(2_000);
  expect(codes()).toEqual([]);
});
