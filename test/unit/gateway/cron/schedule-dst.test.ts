import { describe, expect, test } from 'vitest';
import { nextRun } from '../../../../src-main/gateway/cron/schedule.ts';

/** All runs between two moments. */
function runs(expr: string, tz: string, from: string, to: string): string[] {
  const found: string[] = [];
  let after = Date.parse(from);
  for (;;) {
    const at = nextRun({ kind: 'cron', expr, tz, staggerMs: 0 }, after, 'job-1', 'UTC');
    if (at === undefined || at >= Date.parse(to)) return found;
    found.push(new Date(at).toISOString());
    after = at;
  }
}

describe('daylight saving time', () => {
  test('a time that a spring night leaves out still runs once that night', () => {
    // Berlin 2026-03-29: 02:00 becomes 03:00, which is when it runs.
    expect(runs('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', '2026-03-31T00:00Z')).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  test('a time that an autumn night has twice runs once', () => {
    // Berlin 2026-10-25: 03:00 becomes 02:00.
    const night = runs('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', '2026-10-26T12:00Z');
    expect(night).toHaveLength(2);
    expect(night[1]).toBe('2026-10-26T01:30:00.000Z');
  });

  test('a daily time keeps its place on the clock over both changes', () => {
    expect(runs('0 9 * * *', 'America/New_York', '2026-03-07T12:00Z', '2026-03-09T20:00Z')).toEqual([
      '2026-03-07T14:00:00.000Z',
      '2026-03-08T13:00:00.000Z',
      '2026-03-09T13:00:00.000Z',
    ]);
    expect(runs('0 9 * * *', 'America/New_York', '2026-10-31T11:00Z', '2026-11-01T20:00Z')).toEqual([
      '2026-10-31T13:00:00.000Z',
      '2026-11-01T14:00:00.000Z',
    ]);
  });

  test('every hour runs once an hour through both nights', () => {
    const spring = runs('15 * * * *', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T04:00Z');
    expect(spring).toEqual([0, 1, 2, 3].map((hour) => `2026-03-29T0${hour}:15:00.000Z`));
    const autumn = runs('15 * * * *', 'Europe/Berlin', '2026-10-25T00:00Z', '2026-10-25T04:00Z');
    expect(autumn).toEqual([0, 1, 2, 3].map((hour) => `2026-10-25T0${hour}:15:00.000Z`));
  });

  test('half-hour zones and zones far from Greenwich are right', () => {
    expect(runs('0 9 * * *', 'Asia/Kolkata', '2026-11-21T00:00Z', '2026-11-22T00:00Z')).toEqual([
      '2026-11-21T03:30:00.000Z',
    ]);
    expect(runs('0 9 * * 1', 'Pacific/Kiritimati', '2026-11-21T00:00Z', '2026-11-24T00:00Z')).toEqual([
      '2026-11-22T19:00:00.000Z',
    ]);
  });
});
