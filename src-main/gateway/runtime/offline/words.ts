// Times and schedules in words, for the offline assistant's sentences. Pure.

import { readRhythm, type CronRhythm } from '../../../shared/cron-rhythm.ts';
import type { CronSchedule } from '../../../shared/protocol/cron.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/time.ts';

/** How the person's computer counts the hours of a day. */
export type DayHours = 12 | 24;

/** "today at 10:32" or "today at 10:32 am", "tomorrow at 09:00", "on Monday 24 November at 09:00". */
export function timeInWords(at: number, now: number, zone: string, hours: DayHours): string {
  const clock = clockFormat(zone, hours).format(at);
  const days = dayNumber(at, zone) - dayNumber(now, zone);
  if (days === 0) return `today at ${clock}`;
  if (days === 1) return `tomorrow at ${clock}`;
  const sameYear = yearOf(at, zone) === yearOf(now, zone);
  const date = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(at);
  return `on ${date.replace(',', '')} at ${clock}`;
}

/** "in 1 minute", "in 3 hours"; `undefined` for anything further away than a few hours. */
export function soonInWords(at: number, now: number): string | undefined {
  const distance = at - now;
  if (distance < 90 * SECOND) return distance < 45 * SECOND ? 'in a moment' : 'in 1 minute';
  if (distance < 90 * MINUTE) return `in ${Math.round(distance / MINUTE)} minutes`;
  if (distance < 6 * HOUR) return `in ${Math.round(distance / HOUR)} hours`;
  return undefined;
}

/** How often a schedule repeats; `undefined` for a single time. */
export function repetitionInWords(schedule: CronSchedule, hours: DayHours): string | undefined {
  switch (schedule.kind) {
    case 'at':
      return undefined;
    case 'every':
      return pace(schedule.everyMs);
    case 'cron':
      return cronInWords(schedule.expr, hours);
  }
}

const UNITS = [
  ['week', 7 * DAY],
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
] as const;

/** In the largest unit that it is a whole number of. */
function pace(everyMs: number): string {
  const [unit, length] = UNITS.find(([, ms]) => everyMs % ms === 0) ?? ['second', SECOND];
  const count = everyMs / length;
  return count === 1 ? `every ${unit}` : `every ${count} ${unit}s`;
}

const DAY_NAMES = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const PLACES: Readonly<Record<string, string>> = {
  '#1': 'first',
  '#2': 'second',
  '#3': 'third',
  '#4': 'fourth',
  '#5': 'fifth',
  '#L': 'last',
};

/** The forms that the phrases make; anything else is shown as it is written. */
function cronInWords(expression: string, dayHours: DayHours): string {
  const rhythm = readRhythm(expression);
  if (rhythm !== undefined) return rhythmInWords(rhythm, dayHours);
  const match = /^(\d+) (\d+(?:,\d+)*) (\*|L|\d+) (\*|\d+) (\*|[\d,]+|1-5|\d#[1-5L])$/.exec(expression);
  const [, minute = '', hours = '', day = '', month = '', weekdays = ''] = match ?? [];
  const days = match === null ? undefined : daysInWords(day, month, weekdays);
  if (days === undefined) return `on the schedule ${expression}`;
  const format = clockFormat('UTC', dayHours);
  const times = hours
    .split(',')
    .map((hour) => format.format(Date.UTC(2000, 0, 1, Number(hour), Number(minute))));
  return `${days} at ${list(times)}`;
}

/** "every 2 weeks on Friday at 17:00", "every 3 days at 09:00". */
function rhythmInWords({ cron, count, unit }: CronRhythm, hours: DayHours): string {
  const words = cronInWords(cron, hours);
  const pace = `every ${count} ${unit}`;
  if (words.startsWith('every day at ')) return words.replace('every day', pace);
  return words.startsWith('every ') ? `${pace} on ${words.slice('every '.length)}` : `${words}, ${pace}`;
}

function daysInWords(day: string, month: string, weekdays: string): string | undefined {
  if (month !== '*') {
    if (!/^\d+$/.test(day) || weekdays !== '*') return undefined;
    const name = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long' });
    return `every year on ${day} ${name.format(Date.UTC(2000, Number(month) - 1))}`;
  }
  if (day !== '*') {
    if (weekdays !== '*') return undefined;
    return day === 'L' ? 'every month on the last day' : `every month on day ${day}`;
  }
  if (weekdays === '*') return 'every day';
  if (weekdays === '1-5') return 'every weekday';
  if (weekdays === '6,0') return 'every weekend day';
  const place = PLACES[weekdays.slice(1)];
  if (place !== undefined)
    return `every month on the ${place} ${DAY_NAMES[Number(weekdays.charAt(0))] ?? ''}`;
  return `every ${list(weekdays.split(',').map((name) => DAY_NAMES[Number(name)] ?? name))}`;
}

function clockFormat(timeZone: string, hours: DayHours): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: hours === 12 ? 'numeric' : '2-digit',
    minute: '2-digit',
    hourCycle: hours === 12 ? 'h12' : 'h23',
  });
}

function list(parts: readonly string[]): string {
  return new Intl.ListFormat('en-GB').format(parts);
}

function dayNumber(at: number, zone: string): number {
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(at);
  return Math.round(Date.parse(`${date}T00:00:00Z`) / DAY);
}

function yearOf(at: number, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric' }).format(at);
}
