// From what was said to a schedule: the next time that fits, or the cron expression.

import type { CronSchedule } from '../../../shared/protocol/cron.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/time.ts';
import type { ClockTime, DateDay, Day, DayPart, Repeat } from './pieces.ts';
import { writeRhythm } from '../../../shared/cron-rhythm.ts';
import { parseExpression } from '../expression.ts';
import { addMonths, dayFrom, dayOf, momentOf, wallTime, weekdayOf } from '../wall-clock.ts';
import type { When } from './when.ts';

type Time = Omit<ClockTime, 'exact'>;

/** When a day or a part of it is named without a time. */
const DEFAULT_HOURS: Readonly<Record<DayPart, number>> = {
  morning: 9,
  afternoon: 15,
  evening: 18,
  night: 20,
};
const DEFAULT_TIME: Time = { hour: 9, minute: 0, second: 0 };
/** So many months or years on, every day of the calendar has come. */
const LONGEST_SEARCH = 12;

/** Hours that nobody means at night without saying so: "tomorrow at 5". */
const LAST_EARLY_HOUR = 6;

/**
 * @param early small hours are those of the morning, as for an alarm
 * @returns `undefined` when nothing of that lies ahead, or when it cannot be scheduled exactly
 */
export function resolve(when: When, now: number, zone: string, early: boolean): CronSchedule | undefined {
  const times = timesOf(when);
  if (times === undefined) return undefined;
  if (when.repeat !== undefined) return recurring(when, when.repeat, times, now, zone);
  const at = when.moment ?? single(when, times, now, zone, early);
  return at !== undefined && at > now ? { kind: 'at', at: new Date(at).toISOString() } : undefined;
}

function single(
  when: When,
  times: readonly Time[],
  now: number,
  zone: string,
  early: boolean,
): number | undefined {
  const [time = DEFAULT_TIME, ...others] = times;
  const today = dayOf(wallTime(now, zone));
  const at = (day: number, hours = 0): number =>
    momentOf(day + (time.hour + hours) * HOUR + time.minute * MINUTE + time.second * SECOND, zone);
  const day = daysOf(when, time, today).find((candidate) => at(candidate) > now);
  if (day === undefined || others.length > 0) return undefined;
  const weekday = when.day?.kind === 'date' ? when.day.weekday : undefined;
  if (weekday !== undefined && weekday !== weekdayOf(day)) return undefined;
  if (early || !mayBeAfternoon(when)) return at(day);
  // Without a day it is whatever comes next: 05:00, if that is sooner than 17:00.
  const isNext = when.day === undefined && !(at(today, 12) > now && at(today, 12) < at(day));
  return isNext ? at(day) : undefined;
}

function mayBeAfternoon({ times: [time], part }: When): boolean {
  return time !== undefined && !time.exact && time.hour <= LAST_EARLY_HOUR && part === undefined;
}

/** The days that are meant: the first one that lies ahead counts. */
function daysOf({ day, today: ofToday, part }: When, time: Time, today: number): readonly number[] {
  switch (day?.kind) {
    case undefined:
      // The end of last night may still be to come.
      if (time.hour >= 24) return [today - DAY, today];
      return ofToday ? [today] : [today, today + DAY];
    case 'week':
      return [day.monday];
    case 'of-month':
      return search((months) => {
        const month = new Date(addMonths(today - (new Date(today).getUTCDate() - 1) * DAY, months));
        return dayFrom(month.getUTCFullYear(), month.getUTCMonth() + 1, day.day);
      });
    case 'date':
      // Midnight tomorrow: the one before, or the one after?
      if (time.hour === 24 && day.day !== today && part === undefined) return [];
      return ofToday && day.day !== today ? [] : datesOf(day);
  }
}

function datesOf({ day, moves }: DateDay): readonly number[] {
  const date = new Date(day);
  switch (moves) {
    case 'never':
      return [day];
    case 'weekly':
      return search((weeks) => day + weeks * 7 * DAY);
    case 'yearly':
      return search((years) =>
        dayFrom(date.getUTCFullYear() + years, date.getUTCMonth() + 1, date.getUTCDate()),
      );
  }
}

function search(day: (step: number) => number | undefined): readonly number[] {
  return Array.from({ length: LONGEST_SEARCH }, (_, step) => day(step)).filter(
    (found) => found !== undefined,
  );
}

function recurring(
  when: When,
  repeat: Repeat,
  times: readonly Time[],
  now: number,
  zone: string,
): CronSchedule | undefined {
  const { day, part } = when;
  const untimed = when.times.length === 0 && part === undefined && day === undefined;
  const paceMs = paceOf(repeat, day);
  if (paceMs !== undefined && (untimed || repeat.kind !== 'rhythm'))
    return untimed ? { kind: 'every', everyMs: paceMs, anchorMs: now } : undefined;
  if (repeat.kind === 'interval') return undefined;
  const days = cronDays(repeat, day);
  const [{ minute } = DEFAULT_TIME] = times;
  // One expression has the same minute for all its hours.
  const exact = times.every((time) => time.minute === minute && time.second === 0);
  if (days === undefined || when.today || !exact) return undefined;
  const hours = [...new Set(times.map(({ hour }) => hour % 24))].toSorted((a, b) => a - b);
  const cron = `${minute} ${hours.join(',')} ${days}`;
  const expr = repeat.kind === 'rhythm' ? inRhythm(cron, repeat, day, now, zone) : cron;
  return { kind: 'cron', expr, tz: zone, staggerMs: 0 };
}

/** Milliseconds between two, where nothing says more about it. */
function paceOf(repeat: Repeat, day: Day | undefined): number | undefined {
  switch (repeat.kind) {
    case 'interval':
      return repeat.ms;
    case 'weekly':
      return day === undefined ? 7 * DAY : undefined;
    case 'rhythm': {
      const { count, unit, days, part } = repeat;
      if (days !== undefined || part !== undefined || day !== undefined) return undefined;
      return count * (unit === 'days' ? 1 : 7) * DAY;
    }
    case 'weekdays':
    case 'monthly':
    case 'yearly':
      return undefined;
  }
}

/** It begins with the next time that the expression has. */
function inRhythm(
  cron: string,
  { count, unit, days }: Extract<Repeat, { kind: 'rhythm' }>,
  day: Day | undefined,
  now: number,
  zone: string,
): string {
  const first = parseExpression(cron, zone).nextAfter(now) ?? now;
  const from = new Date(wallTime(first, zone)).toISOString().slice(0, 10);
  // Weeks of which no day is named are as many days.
  const inDays = unit === 'weeks' && days === undefined && day === undefined;
  return writeRhythm({ cron, from, count: inDays ? count * 7 : count, unit: inDays ? 'days' : unit });
}

/** Day, month and weekday of a cron expression. */
function cronDays(repeat: Exclude<Repeat, { kind: 'interval' }>, day: Day | undefined): string | undefined {
  switch (repeat.kind) {
    case 'weekdays':
      return day === undefined ? `* * ${repeat.days}` : undefined;
    case 'rhythm':
      if (day === undefined) return `* * ${repeat.days ?? '*'}`;
      if (repeat.unit === 'days' || repeat.days !== undefined) return undefined;
      return day.kind === 'date' && day.moves === 'weekly' ? `* * ${weekdayOf(day.day)}` : undefined;
    case 'weekly':
      return day?.kind === 'date' && day.moves === 'weekly' ? `* * ${weekdayOf(day.day)}` : undefined;
    case 'monthly': {
      if (repeat.day !== undefined) return day === undefined ? `${repeat.day} * *` : undefined;
      return day?.kind === 'of-month' ? `${day.day} * *` : undefined;
    }
    case 'yearly': {
      if (day?.kind !== 'date' || day.moves !== 'yearly' || day.weekday !== undefined) return undefined;
      const date = new Date(day.day);
      return `${date.getUTCDate()} ${date.getUTCMonth() + 1} *`;
    }
  }
}

function timesOf({ times, part: said, repeat }: When): readonly Time[] | undefined {
  const ofRepeat = repeat?.kind === 'weekdays' || repeat?.kind === 'rhythm' ? repeat.part : undefined;
  const part = ofRepeat ?? said;
  if (said !== undefined && part !== said) return undefined;
  if (times.length === 0)
    return [part === undefined ? DEFAULT_TIME : { ...DEFAULT_TIME, hour: DEFAULT_HOURS[part] }];
  const placed = times.map((time) => (part === undefined ? time : inPart(time, part)));
  return placed.includes(undefined) ? undefined : placed.filter((time) => time !== undefined);
}

/** "8 in the evening" is 20:00; `undefined` for what is no time of that part. */
function inPart(time: ClockTime, part: DayPart): Time | undefined {
  const { hour, exact } = time;
  const later = exact || hour > 12 ? hour : hour + 12;
  switch (part) {
    case 'morning':
      return hour < 12 ? time : undefined;
    case 'afternoon': {
      const afternoon = hour === 12 ? 12 : later;
      return afternoon >= 12 && afternoon < 19 ? { ...time, hour: afternoon } : undefined;
    }
    case 'evening':
      return later >= 16 ? { ...time, hour: later } : undefined;
    case 'night':
      // The hours after midnight belong to the night that began the day before.
      if (hour < 6) return { ...time, hour: hour + 24 };
      return later >= 18 ? { ...time, hour: later } : undefined;
  }
}
