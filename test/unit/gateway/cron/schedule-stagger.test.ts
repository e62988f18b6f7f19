import { describe, expect, test } from 'vitest';
import { nextRun } from '../../../../src-main/gateway/cron/schedule.ts';
import type { CronSchedule } from '../../../../src-main/shared/protocol/cron.ts';

const NOW = Date.parse('2026-11-21T09:30:00Z');
const HOUR = Date.parse('2026-11-21T10:00:00Z');
const MINUTE = 60_000;

const cron = (expr: string, staggerMs?: number): CronSchedule => ({
  kind: 'cron',
  expr,
  tz: 'UTC',
  ...(staggerMs === undefined ? {} : { staggerMs }),
});

function offset(schedule: CronSchedule, jobId: string): number {
  return nextRun(schedule, NOW, jobId, 'UTC')! - HOUR;
}

describe('stagger', () => {
  test('spreads jobs that run at full hours over five minutes', () => {
    const offsets = Array.from({ length: 50 }, (_, index) => offset(cron('0 * * * *'), `job-${index}`));
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...offsets)).toBeLessThan(5 * MINUTE);
    expect(new Set(offsets).size).toBeGreaterThan(40);
  });

  test('gives the same job the same offset every time', () => {
    expect(offset(cron('0 * * * *'), 'job-1')).toBe(offset(cron('0 * * * *'), 'job-1'));
    const first = nextRun(cron('0 * * * *'), NOW, 'job-1', 'UTC')!;
    expect(nextRun(cron('0 * * * *'), first, 'job-1', 'UTC')).toBe(first + 60 * MINUTE);
  });

  test('is off with 0', () => {
    expect(offset(cron('0 * * * *', 0), 'job-1')).toBe(0);
  });

  test('leaves expressions alone that name their own time', () => {
    for (const expr of ['0 10 * * *', '0 10 * * 6']) expect(offset(cron(expr), 'job-1')).toBe(0);
  });

  test('holds for the form with seconds too', () => {
    const offsets = [1, 2, 3, 4].map((n) => offset(cron('0 0 * * * *'), `job-${n}`));
    expect(offsets.some((value) => value > 0)).toBe(true);
  });

  test('uses the span that the schedule names', () => {
    const offsets = Array.from({ length: 20 }, (_, n) => offset(cron('0 10 * * *', 10_000), `job-${n}`));
    expect(offsets.every((value) => value >= 0 && value < 10_000)).toBe(true);
    expect(offsets.some((value) => value > 0)).toBe(true);
  });

  test('does not skip a slot whose offset is still ahead', () => {
    const job = 'job-2';
    const shift = offset(cron('0 * * * *'), job);
    expect(shift).toBeGreaterThan(0);
    expect(nextRun(cron('0 * * * *'), HOUR + shift - 1, job, 'UTC')).toBe(HOUR + shift);
  });
});
