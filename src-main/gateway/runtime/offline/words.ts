// Times and schedules in words, for the offline assistant's sentences. Pure.

import type { CronSchedule } from '../../../shared/protocol/cron.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/time.ts';

/** "today at 10:32", "tomorrow at 09:00", "on Monday 24 November at 09:00". */
export function timeInWords(at: number, now: number, zone: string): string {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
  }).format(at);
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
export function repetitionInWords(schedule: CronSchedule): string | undefined {
  switch (schedule.kind) {
    case 'at':
      return undefined;
    case 'every': {
      const minutes = schedule.everyMs / MINUTE;
      if (minutes % (24 * 60) === 0) return every(minutes / (24 * 60), 'day');
      if (minutes % 60 === 0) return every(minutes / 60, 'hour');
      return every(minutes, 'minute');
    }
    case 'cron':
      return cronInWords(schedule.expr);
  }
}

function every(count: number, unit: string): string {
  return count === 1 ? `every ${unit}` : `every ${count} ${unit}s`;
}

const DAY_NAMES = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** The forms that the phrases make; anything else is shown as it is written. */
function cronInWords(expression: string): string {
  const match = /^(\d+) (\d+) (\*|\d+) \* (\*|[\d,-]+)$/.exec(expression);
  if (match === null) return `on the schedule ${expression}`;
  const [, minute = '0', hour = '0', dayOfMonth = '*', weekdays = '*'] = match;
  const at = `at ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (dayOfMonth !== '*') return `every month on day ${dayOfMonth} ${at}`;
  if (weekdays === '*') return `every day ${at}`;
  if (weekdays === '1-5') return `every weekday ${at}`;
  if (weekdays === '6,0') return `every weekend day ${at}`;
  if (weekdays.includes('-')) return `on the schedule ${expression}`;
  const names = weekdays.split(',').map((day) => DAY_NAMES[Number(day)] ?? day);
  return `every ${new Intl.ListFormat('en-GB').format(names)} ${at}`;
}

function dayNumber(at: number, zone: string): number {
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(at);
  return Math.round(Date.parse(`${date}T00:00:00Z`) / DAY);
}

function yearOf(at: number, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric' }).format(at);
}
