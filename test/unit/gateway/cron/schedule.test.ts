import { describe, expect, test } from 'vitest';
import { acceptSchedule, nextRun } from '../../../../src-main/gateway/cron/schedule.ts';
import type { CronSchedule } from '../../../../src-main/shared/protocol/cron.ts';

const NOW = Date.parse('2026-11-21T09:00:00Z');
const MINUTE = 60_000;

/** Fields of a cron schedule that runs exactly when it says. */
const exact = (expr: string, tz = 'UTC'): CronSchedule => ({ kind: 'cron', expr, tz, staggerMs: 0 });

function next(schedule: CronSchedule, after = NOW, zone = 'UTC'): string | undefined {
  const at = nextRun(schedule, after, 'job-1', zone);
  return at === undefined ? undefined : new Date(at).toISOString();
}

describe('at', () => {
  test('runs at its time, once', () => {
    const schedule: CronSchedule = { kind: 'at', at: '2026-11-21T10:00:00Z' };
    expect(next(schedule)).toBe('2026-11-21T10:00:00.000Z');
    expect(next(schedule, Date.parse('2026-11-21T10:00:00Z'))).toBeUndefined();
  });

  test.each([
    ['2026-11-21T10:00', '2026-11-21T10:00:00.000Z'],
    ['2026-11-21 10:00:30', '2026-11-21T10:00:30.000Z'],
    ['2026-11-22', '2026-11-22T00:00:00.000Z'],
    ['2026-11-21T10:00:00+02:00', '2026-11-21T08:00:00.000Z'],
    ['2026-11-21T10:00:00-0530', '2026-11-21T15:30:00.000Z'],
    ['2026-11-21T10:00:00.250z', '2026-11-21T10:00:00.250Z'],
    ['  2026-11-21T10:00:00Z ', '2026-11-21T10:00:00.000Z'],
  ])('reads %j, in UTC where it names no zone', (at, expected) => {
    expect(next({ kind: 'at', at }, 0)).toBe(expected);
  });

  test.each([
    'tomorrow',
    '10:00',
    '2026-13-01T00:00:00Z',
    '2026-11-21T25:00:00Z',
    '21.11.2026',
    '1795252438807',
    '',
    '2026-02-30T09:00:00Z',
  ])('refuses %j', (at) => {
    expect(() => acceptSchedule({ kind: 'at', at }, 0, 'UTC')).toThrow(/schedule\.at/);
  });

  test('refuses a time that is long past, and says how long', () => {
    const past: CronSchedule = { kind: 'at', at: '2026-11-21T08:30:00Z' };
    expect(() => acceptSchedule(past, NOW, 'UTC')).toThrow(
      'schedule.at is in the past: 2026-11-21T08:30:00Z (30 minutes ago). Current time: 2026-11-21T09:00:00.000Z',
    );
  });

  test('takes a time that has just passed as now', () => {
    const accepted = acceptSchedule({ kind: 'at', at: '2026-11-21T08:59:30Z' }, NOW, 'UTC');
    expect(nextRun(accepted, NOW, 'job-1', 'UTC')).toBe(NOW + 1);
  });
});

describe('every', () => {
  test('counts from its anchor, whatever time it is', () => {
    const schedule: CronSchedule = { kind: 'every', everyMs: 10 * MINUTE, anchorMs: NOW - 25 * MINUTE };
    expect(nextRun(schedule, NOW, 'j', 'UTC')).toBe(NOW + 5 * MINUTE);
    expect(nextRun(schedule, NOW + 5 * MINUTE, 'j', 'UTC')).toBe(NOW + 15 * MINUTE);
  });

  test('begins at an anchor that lies ahead', () => {
    expect(nextRun({ kind: 'every', everyMs: MINUTE, anchorMs: NOW + 7 }, NOW, 'j', 'UTC')).toBe(NOW + 7);
  });

  test('gets the moment of its acceptance as anchor', () => {
    expect(acceptSchedule({ kind: 'every', everyMs: MINUTE }, NOW, 'UTC')).toMatchObject({ anchorMs: NOW });
  });

  test('is always strictly later, also after a very long time', () => {
    const schedule: CronSchedule = { kind: 'every', everyMs: 1, anchorMs: 0 };
    expect(nextRun(schedule, NOW, 'j', 'UTC')).toBe(NOW + 1);
  });

  test('never lies beyond the last date that there is', () => {
    const last = 8_640_000_000_000_000;
    const at = nextRun({ kind: 'every', everyMs: last, anchorMs: NOW }, NOW, 'j', 'UTC');
    expect(at ?? 0).toBeLessThanOrEqual(last);
  });

  test('is refused when it comes after that', () => {
    const never: CronSchedule = { kind: 'every', everyMs: MINUTE, anchorMs: 8_640_000_000_000_001 };
    expect(() => acceptSchedule(never, NOW, 'UTC')).toThrow('never runs');
  });
});

describe('cron', () => {
  test.each([
    ['30 8 * * 1-5', '2026-11-23T08:30:00.000Z'],
    ['0 10 * * *', '2026-11-21T10:00:00.000Z'],
    ['15 30 9 * * *', '2026-11-21T09:30:15.000Z'],
    ['0 0 1 1 *', '2027-01-01T00:00:00.000Z'],
    ['0 12 29 2 *', '2028-02-29T12:00:00.000Z'],
    ['0 9 13 * 5', '2026-11-27T09:00:00.000Z'],
    ['*/20 * * * *', '2026-11-21T09:20:00.000Z'],
  ])('%j runs next at %s', (expr, expected) => {
    expect(next(exact(expr))).toBe(expected);
  });

  test('is strictly later than the moment it is asked about', () => {
    expect(next(exact('0 9 * * *'))).toBe('2026-11-22T09:00:00.000Z');
  });

  test('uses its own zone, else the host’s', () => {
    expect(next(exact('0 18 * * *', 'Asia/Tokyo'))).toBe('2026-11-22T09:00:00.000Z');
    expect(next({ kind: 'cron', expr: '0 18 * * *', staggerMs: 0 }, NOW, 'America/New_York')).toBe(
      '2026-11-21T23:00:00.000Z',
    );
  });

  test.each(['', 'hello', '60 * * * *', '* * * *', '* * * * * * *', '0 25 * * *', '0 0 32 * *', 'a b c d e'])(
    'refuses the expression %j',
    (expr) => {
      expect(() => acceptSchedule(exact(expr), NOW, 'UTC')).toThrow(/schedule\.expr/);
    },
  );

  test('refuses an expression that never comes', () => {
    expect(() => acceptSchedule(exact('0 0 30 2 *'), NOW, 'UTC')).toThrow('never runs');
  });

  test.each(['Mars/Olympus', 'not a zone', '../../etc/localtime'])(
    'refuses the time zone %j in words',
    (tz) => {
      expect(() => acceptSchedule(exact('0 9 * * *', tz), NOW, 'UTC')).toThrow(/^schedule\.expr .*time zone/);
    },
  );
});
