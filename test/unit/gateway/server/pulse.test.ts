import { expect, test } from 'vitest';
import { createPulse } from '../../../../src-main/gateway/server/pulse.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';

test('a pulse beats while it is started, with one timer', async () => {
  const clock = new FakeClock();
  let beats = 0;
  const pulse = createPulse(clock, 100, () => (beats += 1));
  expect(clock.pending).toBe(0);
  pulse.start();
  pulse.start();
  await clock.advance(350);
  expect([beats, clock.pending]).toEqual([3, 1]);
  pulse.stop();
  await clock.advance(1_000);
  expect([beats, clock.pending]).toEqual([3, 0]);
});

test('an interval that changed holds from the restart on', async () => {
  const clock = new FakeClock();
  let interval = 60_000;
  let beats = 0;
  const pulse = createPulse(
    clock,
    () => interval,
    () => (beats += 1),
  );
  pulse.restart();
  expect(clock.pending).toBe(0);
  pulse.start();
  await clock.advance(1_000);
  interval = 5_000;
  pulse.restart();
  await clock.advance(10_000);
  expect([beats, clock.pending]).toEqual([2, 1]);
});
