// Schedules in words ("in ten minutes", "every weekday at 8:30") to schedules. Dates come from chrono, which loads with
// the first phrase; recurrence is ours. English only.

import type { CronSchedule } from '../../shared/protocol/cron.ts';
import { DAY, HOUR, MINUTE } from '../../shared/time.ts';

export interface SchedulePhrase {
  readonly schedule: CronSchedule;
  /** The text without the words that named the time. */
  readonly rest: string;
}

interface ClockTime {
  readonly hour: number;
  readonly minute: number;
}

/** When a day is named without a time. */
const DEFAULT_TIME: ClockTime = { hour: 9, minute: 0 };

/**
 * Finds the schedule in a sentence.
 * @param now the moment that relative phrases count from
 * @param zone IANA zone for recurring schedules
 * @returns `undefined` when no time is named
 */
export async function parseSchedulePhrase(
  text: string,
  now: number,
  zone: string,
): Promise<SchedulePhrase | undefined> {
  return parseRecurrence(text, now, zone) ?? (await parseOnce(text, now));
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const DAY_NAME = '(?:mon|tues|wednes|thurs|fri|satur|sun)day';
const AT = String.raw`(?:,?\s+at\s+(noon|midnight|\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm|a\.m\.|p\.m\.|o'clock)?))?`;

const INTERVAL =
  /\b(?:every|each)\s+(?:(\d+|two|three|four|five|six|ten|fifteen|twenty|thirty)\s+)?(minute|hour|day)s?\b/i;
const ON_DAYS = new RegExp(
  String.raw`\b(?:every|each|on)\s+(${DAY_NAME}s?(?:(?:\s*,\s*|\s+and\s+|\s*,\s*and\s+)${DAY_NAME}s?)*)${AT}`,
  'i',
);
const NAMED = new RegExp(
  String.raw`\b(?:(?:every|each)\s+(day|weekday|weekend|morning|evening)|(daily|weekdays))${AT}`,
  'i',
);
const MONTHLY = new RegExp(
  String.raw`\b(?:every month|monthly)(?:\s+on\s+the\s+(\d{1,2})(?:st|nd|rd|th)?)?${AT}`,
  'i',
);
const NUMBERS: Readonly<Record<string, number>> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  ten: 10,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
};

function parseRecurrence(text: string, now: number, zone: string): SchedulePhrase | undefined {
  return named(text, zone) ?? onDays(text, zone) ?? monthly(text, zone) ?? interval(text, now);
}

function named(text: string, zone: string): SchedulePhrase | undefined {
  const match = NAMED.exec(text);
  if (match === null) return undefined;
  const word = (match[1] ?? match[2] ?? '').toLowerCase();
  const fallback = word === 'evening' ? { hour: 18, minute: 0 } : DEFAULT_TIME;
  const time = clockTime(match[3]) ?? fallback;
  const days = word.startsWith('weekday') ? '1-5' : word === 'weekend' ? '6,0' : '*';
  return cronPhrase(text, match, `${time.minute} ${time.hour} * * ${days}`, zone);
}

function onDays(text: string, zone: string): SchedulePhrase | undefined {
  const match = ON_DAYS.exec(text);
  if (match?.[1] === undefined) return undefined;
  const plural = /days\b/i.test(match[1]);
  // "on Monday" is one Monday; "on Mondays" and "every Monday" are all of them.
  if (/^on\b/i.test(match[0]) && !plural) return undefined;
  const days = [...match[1].toLowerCase().matchAll(new RegExp(DAY_NAME, 'g'))].map(([day]) =>
    WEEKDAYS.indexOf(day),
  );
  const time = clockTime(match[2]) ?? DEFAULT_TIME;
  return cronPhrase(text, match, `${time.minute} ${time.hour} * * ${days.join(',')}`, zone);
}

function monthly(text: string, zone: string): SchedulePhrase | undefined {
  const match = MONTHLY.exec(text);
  if (match === null) return undefined;
  const day = Number(match[1] ?? '1');
  if (day < 1 || day > 31) return undefined;
  const time = clockTime(match[2]) ?? DEFAULT_TIME;
  return cronPhrase(text, match, `${time.minute} ${time.hour} ${day} * *`, zone);
}

function interval(text: string, now: number): SchedulePhrase | undefined {
  const match = INTERVAL.exec(text);
  if (match === null) return undefined;
  const written = match[1]?.toLowerCase() ?? '1';
  const count = NUMBERS[written] ?? Number(written);
  const unit = { minute: MINUTE, hour: HOUR, day: DAY }[match[2]?.toLowerCase() ?? ''] ?? MINUTE;
  if (count < 1) return undefined;
  return { schedule: { kind: 'every', everyMs: count * unit, anchorMs: now }, rest: without(text, match) };
}

function cronPhrase(text: string, match: RegExpExecArray, expr: string, zone: string): SchedulePhrase {
  return { schedule: { kind: 'cron', expr, tz: zone, staggerMs: 0 }, rest: without(text, match) };
}

async function parseOnce(text: string, now: number): Promise<SchedulePhrase | undefined> {
  const { parse } = await import('chrono-node');
  const [found] = parse(text, new Date(now), { forwardDate: true });
  if (found === undefined) return undefined;
  const date = found.start.date();
  if (!found.start.isCertain('hour')) date.setHours(DEFAULT_TIME.hour, DEFAULT_TIME.minute, 0, 0);
  // "at 9" after nine o'clock means tomorrow.
  if (date.getTime() <= now && !found.start.isCertain('day')) date.setDate(date.getDate() + 1);
  if (date.getTime() <= now) return undefined;
  const end = found.index + found.text.length;
  return {
    schedule: { kind: 'at', at: date.toISOString() },
    rest: joined(text.slice(0, found.index), text.slice(end)),
  };
}

function without(text: string, match: RegExpExecArray): string {
  return joined(text.slice(0, match.index), text.slice(match.index + match[0].length));
}

/** Joins what stood before and after the time, without the preposition that led to it. */
function joined(before: string, after: string): string {
  return `${before.replace(/\s+(?:at|on|in|by)\s*$/i, ' ')} ${after}`.replace(/\s+/g, ' ').trim();
}

function clockTime(written: string | undefined): ClockTime | undefined {
  if (written === undefined) return undefined;
  const text = written.toLowerCase().replace(/[\s.]+(?=[ap]\.?m)/, '');
  if (text === 'noon') return { hour: 12, minute: 0 };
  if (text === 'midnight') return { hour: 0, minute: 0 };
  const parts = /^(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?/.exec(text);
  if (parts === null) return undefined;
  const half = parts[3]?.replaceAll('.', '');
  const minute = Number(parts[2] ?? '0');
  const written12 = Number(parts[1]);
  const hour = half === undefined ? written12 : (written12 % 12) + (half === 'pm' ? 12 : 0);
  return hour <= 23 && minute <= 59 ? { hour, minute } : undefined;
}
