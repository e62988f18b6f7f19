import { describe, expect, test } from 'vitest';
import {
  repetitionInWords,
  soonInWords,
  timeInWords,
} from '../../../../src-main/gateway/runtime/offline/words.ts';
import type { CronSchedule } from '../../../../src-main/shared/protocol/cron.ts';

const ZONE = 'Europe/Berlin';
const NOW = Date.parse('2026-11-21T10:00:00+01:00');
const at = (time: string): number => Date.parse(time);

describe('timeInWords', () => {
  test.each([
    ['2026-11-21T18:05:00+01:00', 'today at 18:05'],
    ['2026-11-21T00:00:00+01:00', 'today at 00:00'],
    ['2026-11-22T00:00:00+01:00', 'tomorrow at 00:00'],
    ['2026-11-22T23:59:00+01:00', 'tomorrow at 23:59'],
    ['2026-11-24T09:00:00+01:00', 'on Tuesday 24 November at 09:00'],
    ['2027-05-03T12:00:00+02:00', 'on Monday 3 May 2027 at 12:00'],
    ['2026-11-20T09:00:00+01:00', 'on Friday 20 November at 09:00'],
  ])('%s', (time, words) => {
    expect(timeInWords(at(time), NOW, ZONE, 24)).toBe(words);
  });

  test.each([
    ['2026-11-21T18:05:00+01:00', 'today at 6:05 pm'],
    ['2026-11-22T00:00:00+01:00', 'tomorrow at 12:00 am'],
    ['2026-11-22T12:30:00+01:00', 'tomorrow at 12:30 pm'],
  ])('%s where a day has twice twelve hours', (time, words) => {
    expect(timeInWords(at(time), NOW, ZONE, 12)).toBe(words);
  });

  test('counts days in the zone of the person, also over the clock change', () => {
    const beforeMidnight = at('2026-11-21T23:30:00Z');
    expect(timeInWords(beforeMidnight, NOW, ZONE, 24)).toBe('tomorrow at 00:30');
    const saturday = at('2026-10-24T23:00:00+02:00');
    expect(timeInWords(at('2026-10-25T23:30:00+01:00'), saturday, ZONE, 24)).toBe('tomorrow at 23:30');
  });
});

describe('soonInWords', () => {
  test.each([
    [5, 'in a moment'],
    [44, 'in a moment'],
    [45, 'in 1 minute'],
    [60, 'in 1 minute'],
    [89, 'in 1 minute'],
    [120, 'in 2 minutes'],
    [20 * 60, 'in 20 minutes'],
    [60 * 60, 'in 60 minutes'],
    [2 * 3600, 'in 2 hours'],
    [6 * 3600, undefined],
  ])('%i s from now: %s', (seconds, words) => {
    expect(soonInWords(NOW + seconds * 1_000, NOW)).toBe(words);
  });
});

describe('repetitionInWords', () => {
  const cron = (expr: string): CronSchedule => ({ kind: 'cron', expr });
  const every = (minutes: number): CronSchedule => ({ kind: 'every', everyMs: minutes * 60_000 });

  test.each([
    [cron('0 9 * * *'), 'every day at 09:00'],
    [cron('30 8 * * 1-5'), 'every weekday at 08:30'],
    [cron('0 10 * * 6,0'), 'every weekend day at 10:00'],
    [cron('0 7 * * 1,3,5'), 'every Monday, Wednesday and Friday at 07:00'],
    [cron('0 9 * * 7'), 'every Sunday at 09:00'],
    [cron('0 9 15 * *'), 'every month on day 15 at 09:00'],
    [cron('0 8,20 * * *'), 'every day at 08:00 and 20:00'],
    [cron('0 9 L * *'), 'every month on the last day at 09:00'],
    [cron('0 10 * * 1#1'), 'every month on the first Monday at 10:00'],
    [cron('0 9 * * 5#L'), 'every month on the last Friday at 09:00'],
    [cron('0 9 3 5 *'), 'every year on 3 May at 09:00'],
    [cron('*/5 * * * *'), 'on the schedule */5 * * * *'],
    [cron('0 9 * * 2-4'), 'on the schedule 0 9 * * 2-4'],
    [every(1), 'every minute'],
    [every(90), 'every 90 minutes'],
    [every(60), 'every hour'],
    [every(120), 'every 2 hours'],
    [every(1_440), 'every day'],
    [every(4_320), 'every 3 days'],
    [every(10_080), 'every week'],
    [every(20_160), 'every 2 weeks'],
    [{ kind: 'at', at: '2026-11-21T10:00:00Z' } satisfies CronSchedule, undefined],
  ] as const)('%j', (schedule, words) => {
    expect(repetitionInWords(schedule, 24)).toBe(words);
  });

  test('times are told as the person’s computer counts hours', () => {
    expect(repetitionInWords({ kind: 'cron', expr: '30 8,17 * * 1-5', tz: ZONE }, 12)).toBe(
      'every weekday at 8:30 am and 5:30 pm',
    );
  });

  test('a pace that is no whole number of minutes is told in seconds', () => {
    expect(repetitionInWords({ kind: 'every', everyMs: 45_000 }, 24)).toBe('every 45 seconds');
  });
});
