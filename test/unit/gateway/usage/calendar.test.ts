import { describe, expect, test } from 'vitest';
import { reportDays, type WantedDays } from '../../../../src-main/gateway/usage/calendar.ts';
import { HOUR } from '../../../../src-main/shared/time.ts';

function days(wanted: WantedDays, now = '2026-11-21T23:30:00Z', firstAt?: string) {
  return reportDays(wanted, {
    now: Date.parse(now),
    hostZone: 'Asia/Tokyo',
    firstAt: firstAt === undefined ? undefined : Date.parse(firstAt),
  });
}

const dates = (wanted: WantedDays, now?: string, firstAt?: string): string[] =>
  days(wanted, now, firstAt).map(({ date }) => date);

describe('the days of a report', () => {
  test('are the last 30 in UTC when nothing is said', () => {
    const all = days({});
    expect([all.length, all[0]?.date, all.at(-1)?.date]).toEqual([30, '2026-10-23', '2026-11-21']);
    expect(all.at(-1)).toMatchObject({
      from: Date.parse('2026-11-21T00:00:00Z'),
      to: Date.parse('2026-11-22T00:00:00Z'),
    });
  });

  test('begin where the gateway is, or in the zone that is named', () => {
    expect(dates({ mode: 'gateway', days: 1 })).toEqual(['2026-11-22']);
    expect(dates({ timeZone: 'America/New_York', days: 1 })).toEqual(['2026-11-21']);
    expect(days({ mode: 'specific', utcOffset: 'UTC+5:30', days: 1 })[0]).toMatchObject({
      date: '2026-11-22',
      from: Date.parse('2026-11-21T18:30:00Z'),
    });
  });

  test('are as long as the clock makes them', () => {
    const [spring, autumn] = [
      days({ timeZone: 'Europe/Zurich', startDate: '2026-03-29', endDate: '2026-03-29' })[0],
      days({ timeZone: 'Europe/Zurich', startDate: '2026-10-25', endDate: '2026-10-25' })[0],
    ];
    expect([spring, autumn].map((day) => ((day?.to ?? 0) - (day?.from ?? 0)) / HOUR)).toEqual([23, 25]);
  });

  test('begin after midnight where the clock skips it', () => {
    const [day] = days({ timeZone: 'Africa/Cairo', startDate: '2026-04-24', endDate: '2026-04-24' });
    expect(new Date(day?.from ?? 0).toISOString()).toBe('2026-04-23T22:00:00.000Z');
    expect(((day?.to ?? 0) - (day?.from ?? 0)) / HOUR).toBe(23);
  });

  test('follow each other without a gap, in every zone', () => {
    for (const timeZone of [
      'Europe/Zurich',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'America/St_Johns',
      'Africa/Cairo',
    ]) {
      const year = days({ timeZone, startDate: '2026-01-01', endDate: '2026-12-31' });
      expect(year).toHaveLength(365);
      for (const [n, day] of year.entries()) {
        expect(day.from % (15 * 60_000), `${timeZone} ${day.date}`).toBe(0);
        if (n > 0) expect(day.from).toBe(year[n - 1]?.to);
      }
    }
  });

  test('all are those since the first call', () => {
    expect(dates({ days: 'all' }, undefined, '2026-11-20T12:00:00Z')).toEqual(['2026-11-20', '2026-11-21']);
    expect(dates({ days: 'all' })).toEqual(['2026-11-21']);
  });

  test.each([
    [{ startDate: '2026-02-30' }, 'startDate must be a day'],
    [{ startDate: '2026-11-22' }, 'startDate is after endDate'],
    [{ startDate: '1970-01-01' }, 'at most 3660'],
    [{ timeZone: 'Mars/Olympus' }, 'no time zone "Mars/Olympus"'],
    [{ mode: 'specific' }, 'needs a timeZone'],
    [{ utcOffset: 'UTC+99' }, 'utcOffset must be'],
  ] as const)('%j are none', (wanted, text) => {
    expect(() => days(wanted)).toThrow(text);
  });
});
