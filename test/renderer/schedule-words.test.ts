import { describe, expect, it } from 'vitest';
import { createI18n } from '../../src-renderer/app/i18n/i18n.ts';
import { ago, shortAgo, upcoming } from '../../src-renderer/app/i18n/times.ts';
import { scheduleInWords } from '../../src-renderer/features/cron/schedule-words.ts';
import { plainPreview } from '../../src-renderer/features/sessions/plain-preview.ts';

const { t } = createI18n();
const MINUTE = 60_000;
const cron = (expr: string, tz?: string): string => {
  const { words, expression } = scheduleInWords({ kind: 'cron', expr, tz }, t);
  return expression === undefined ? words : `${words}: ${expression}`;
};

describe('a schedule in words', () => {
  it.each([
    ['0 9 * * *', /^Every day at (?:09:00|9:00 am)$/],
    ['30 8 * * 1-5', /^Every weekday at /],
    ['30 8 * * 1,2,3,4,5', /^Every weekday at /],
    ['0 10 * * 6,0', /^Every Saturday and Sunday at /],
    ['0 10 * * 6,7', /^Every Saturday and Sunday at /],
    ['0 10 * * 1,3', /^Every Monday and Wednesday at /],
    ['0 9 1 * *', /^Every month on day 1 at /],
    ['0 9 L * *', /^Every month on the last day at /],
    ['0 17 * * 5#2', /^Every month on the second Friday at /],
    ['0 17 * * 5#L', /^Every month on the last Friday at /],
    [
      '0 17 * * 5 every 2 weeks from 2026-11-27',
      /^Every 2 weeks on Friday at (?:17:00|5:00 pm), from 27 Nov 2026$/,
    ],
    ['0 9 * * 1,4 every 3 weeks from 2026-11-23', /^Every 3 weeks on Monday and Thursday at /],
    ['0 9 * * * every 3 days from 2026-11-22', /^Every 3 days at .*, from 22 Nov 2026$/],
    ['0 9 1 * * every 3 days from 2026-11-22', /^On a schedule: 0 9 1/],
    ['*/15 * * * *', /^Every 15 minutes$/],
    ['0 * * * *', /^Every hour$/],
    ['0 */6 * * *', /^Every 6 hours$/],
    ['*/7 * * * *', /^On a schedule: \*\/7/],
    ['0 9 1 * 1', /^On a schedule: /],
    ['0 9 * 6 *', /^On a schedule: /],
    ['nonsense', /^On a schedule: nonsense$/],
  ])('%s', (expr, words) => {
    expect(cron(expr)).toMatch(words);
  });

  it('names a time zone that is not the one here', () => {
    expect(cron('0 9 * * *', 'Pacific/Kiritimati')).toContain('Pacific/Kiritimati time');
  });

  it('counts intervals in the largest unit that fits', () => {
    const every = (minutes: number): string =>
      scheduleInWords({ kind: 'every', everyMs: minutes * MINUTE }, t).words;
    expect([every(1), every(20), every(60), every(120), every(1440)]).toEqual([
      'Every minute',
      'Every 20 minutes',
      'Every hour',
      'Every 2 hours',
      'Every day',
    ]);
  });
});

describe('a moment in words', () => {
  const noon = new Date(2026, 5, 17, 12).getTime();

  it('says when next', () => {
    expect(upcoming(noon - 1, noon, t)).toBe('Due now');
    expect(upcoming(noon + MINUTE, noon, t)).toBe('In 1 minute');
    expect(upcoming(noon + 3 * 60 * MINUTE, noon, t)).toMatch(/^Today at /);
    expect(upcoming(noon + 13 * 60 * MINUTE, noon, t)).toMatch(/^Tomorrow at /);
    expect(upcoming(noon + 3 * 1440 * MINUTE, noon, t)).toMatch(/^Saturday at /);
  });

  it('says how long ago', () => {
    expect(shortAgo(noon, noon, t)).toBe('now');
    expect(shortAgo(noon - 5 * MINUTE, noon, t)).toBe('5 min');
    expect(shortAgo(noon - 3 * 60 * MINUTE, noon, t)).toBe('3 h');
    expect(shortAgo(noon - 13 * 60 * MINUTE, noon, t)).toBe('Yesterday');
    expect(ago(noon - MINUTE, noon, t)).toBe('1 minute ago');
  });
});

describe('a preview', () => {
  it('is free of Markdown', () => {
    expect(plainPreview('# Plan\n- **one** and `two`, see [this](https://x.test)')).toBe(
      'Plan one and two, see this',
    );
    expect(plainPreview('2 * 3 - 1 = 5')).toBe('2 3 1 = 5');
    expect(plainPreview('See: ```ts const a = 1;')).toBe('See: const a = 1;');
    expect(plainPreview('1. Room 12. The bill')).toBe('Room 12. The bill');
  });
});
