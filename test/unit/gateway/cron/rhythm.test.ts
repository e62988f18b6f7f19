import { describe, expect, test } from 'vitest';
import { readRhythm } from '../../../../src-main/shared/cron-rhythm.ts';
import { acceptSchedule, nextRun } from '../../../../src-main/gateway/cron/schedule.ts';
import { workOf } from '../../../fakes/work-time.ts';

function runs(expr: string, tz: string, after: string, count: number): readonly number[] {
  const found: number[] = [];
  for (let at: number | undefined = Date.parse(after); found.length < count;) {
    at = nextRun({ kind: 'cron', expr, tz, staggerMs: 0 }, at, 'job-1', 'UTC');
    if (at === undefined) break;
    found.push(at);
  }
  return found;
}

const iso = (times: readonly number[]): readonly string[] => times.map((at) => new Date(at).toISOString());

const wall = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at);

describe('every so many weeks', () => {
  test('keeps its place on the clock over both changes, and is two weeks apart', () => {
    const expr = '0 17 * * 5 every 2 weeks from 2026-10-16';
    const found = runs(expr, 'Europe/Berlin', '2026-10-01T00:00:00Z', 26);
    expect(iso(found.slice(0, 3))).toEqual([
      '2026-10-16T15:00:00.000Z',
      '2026-10-30T16:00:00.000Z',
      '2026-11-13T16:00:00.000Z',
    ]);
    const days = found.map((at) => wall(at, 'Europe/Berlin'));
    expect(new Set(days.map((day) => day.slice(11)))).toEqual(new Set(['17:00']));
    const apart = days
      .slice(1)
      .map((day, n) => Date.parse(day.slice(0, 10)) - Date.parse(days[n]!.slice(0, 10)));
    expect(new Set(apart)).toEqual(new Set([14 * 86_400_000]));
  });

  test('takes all days of its weeks, which begin on Monday', () => {
    // The 26th is a Thursday: its week is that from the 23rd to the 29th.
    const found = runs('0 9 * * 1,4,0 every 3 weeks from 2026-11-26', 'UTC', '2026-11-20T00:00:00Z', 5);
    expect(iso(found).map((at) => at.slice(0, 10))).toEqual([
      '2026-11-26',
      '2026-11-29',
      '2026-12-14',
      '2026-12-17',
      '2026-12-20',
    ]);
  });

  test('gives the same times whatever moment it is asked about', () => {
    const expr = '*/20 6-7 * * 2 every 2 weeks from 2026-11-24';
    const known = runs(expr, 'America/New_York', '2026-11-20T00:00:00Z', 60);
    for (const [n, at] of known.entries())
      for (const before of [1, 1_000, 60_000, 600_000])
        expect(nextRun({ kind: 'cron', expr, tz: 'America/New_York' }, at - before, 'x', 'UTC')).toBe(
          known[n],
        );
  });
});

describe('every so many days', () => {
  test('counts days of the calendar, also those of 23 and 25 hours', () => {
    const found = runs('30 2 * * * every 3 days from 2027-03-22', 'Europe/Berlin', '2027-03-20T00:00:00Z', 4);
    // On the 28th there is no 02:30.
    expect(found.map((at) => wall(at, 'Europe/Berlin'))).toEqual([
      '2027-03-22 02:30',
      '2027-03-25 02:30',
      '2027-03-28 03:00',
      '2027-03-31 02:30',
    ]);
  });

  test('agrees with counting, in zones of every kind', () => {
    for (const tz of [
      'America/St_Johns',
      'Pacific/Apia',
      'Australia/Lord_Howe',
      'Africa/Cairo',
      'America/Sao_Paulo',
    ]) {
      const daily = runs('0 12 * * *', tz, '2027-01-01T00:00:00Z', 365);
      const first = wall(daily[4]!, tz).slice(0, 10);
      const found = runs(`0 12 * * * every 5 days from ${first}`, tz, '2027-01-01T00:00:00Z', 70);
      expect(found, tz).toEqual(daily.filter((_at, day) => day >= 4 && (day - 4) % 5 === 0).slice(0, 70));
    }
  });

  test('leaps over what is not in it', async () => {
    const work = await workOf(() => {
      expect(runs('* * * * * every 300 days from 2026-11-21', 'UTC', '2026-11-22T00:00:00Z', 1)).toEqual([
        Date.parse('2027-09-17T00:00:00Z'),
      ]);
    });
    expect(work).toBeLessThan(500);
  });
});

test('spreads like the expression in it', () => {
  const schedule = { kind: 'cron', expr: '0 * * * * every 2 days from 2026-11-21', tz: 'UTC' } as const;
  const at = nextRun(schedule, Date.parse('2026-11-21T00:00:00Z'), 'job-7', 'UTC')!;
  expect(at % 3_600_000).toBeLessThan(300_000);
  expect(nextRun({ ...schedule, staggerMs: 0 }, at, 'job-7', 'UTC')! % 3_600_000).toBe(0);
});

test.each([
  ['0 17 * * 5 every 2 weeks from 2026-02-30', 'does not exist'],
  ['0 17 * * 5 every 0 weeks from 2026-11-27', 'is not a schedule'],
  ['0 17 * * 5 every 2 months from 2026-11-27', 'is not a schedule'],
  ['0 17 * * 5 every 2 weeks', 'is not a schedule'],
  ['every 2 weeks from 2026-11-27', 'is not a schedule'],
  ['0 25 * * 5 every 2 weeks from 2026-11-27', 'is not a schedule'],
  // Day 1, 8, 15 … of a rhythm of weeks is always a Friday, and never a Monday.
  ['0 9 * * 1 every 7 days from 2026-11-27', 'never runs'],
  ['* * * * * every 999 weeks from 0001-01-01', 'a year that is not from 1970 to 2999'],
  ['0 0 1 1 * every 999 weeks from 9999-12-31', 'a year that is not from 1970 to 2999'],
  // Read once, each of these would keep everybody else waiting for minutes.
  [`0 0 * * *${' '.repeat(300_000)}x`, 'longer than 500 characters'],
  [`${'0-59,'.repeat(300_000)}0 * * * *`, 'longer than 500 characters'],
])('what makes no sense is refused (%#)', (expr, why) => {
  const now = Date.parse('2026-11-21T09:00:00Z');
  expect(() => acceptSchedule({ kind: 'cron', expr }, now, 'UTC')).toThrow(why);
});

test('a rhythm is looked for in one pass, however many spaces there are', () => {
  expect(readRhythm(`0 0 * * *${' '.repeat(300_000)}every 2 days from 2026-11-27 x`)).toBeUndefined();
  expect(readRhythm(`0 0 * * *${'\t '.repeat(300_000)}every  2 days\tfrom 2026-11-27 `)).toEqual({
    cron: '0 0 * * *',
    count: 2,
    unit: 'days',
    from: '2026-11-27',
  });
});
