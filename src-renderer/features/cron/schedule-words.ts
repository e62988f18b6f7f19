// A schedule as people say it. Expressions that have no short way to say them are shown as they are written.

import type { TFunction } from 'i18next';
import { readRhythm, type CronRhythm } from '../../../src-main/shared/cron-rhythm.ts';
import type { CronSchedule } from '../../../src-main/shared/protocol/cron.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src-main/shared/time.ts';
import { formats } from '../../app/i18n/formats.ts';
import { clockTime, dayWithYear, weekdayName } from '../../app/i18n/times.ts';

export interface ScheduleWords {
  readonly words: string;
  /** A cron expression that belongs behind the words, as it is written. */
  readonly expression?: string;
}

export function scheduleInWords(schedule: CronSchedule, t: TFunction): ScheduleWords {
  switch (schedule.kind) {
    case 'at':
      // When, the next run says.
      return { words: t('schedule.once') };
    case 'every':
      return { words: intervalInWords(schedule.everyMs, t) };
    case 'cron': {
      const { expr, tz } = schedule;
      const known = cronInWords(expr, t);
      const words = known ?? t('schedule.expression');
      const local = tz === undefined || tz === localZone();
      return {
        words: local ? words : t('schedule.inZone', { words, zone: tz }),
        ...(known === undefined ? { expression: expr } : {}),
      };
    }
  }
}

function intervalInWords(ms: number, t: TFunction): string {
  if (ms % DAY === 0) return t('schedule.days', { count: ms / DAY });
  if (ms % HOUR === 0) return t('schedule.hours', { count: ms / HOUR });
  if (ms % MINUTE === 0) return t('schedule.minutes', { count: ms / MINUTE });
  return t('schedule.seconds', { count: Math.round(ms / SECOND) });
}

const FIELDS =
  /^(?:0 )?(\d{1,2}|\*|\*\/\d{1,2}) (\d{1,2}|\*|\*\/\d{1,2}) (\d{1,2}|L|\*) \* (\*|[\d,-]+|[0-7]#[1-5L])$/;
/** Those of a month that can be said. */
const PLACES = ['1', '2', '3', '4', '5', 'L'] as const;

function cronInWords(expression: string, t: TFunction): string | undefined {
  const rhythm = readRhythm(expression);
  if (rhythm !== undefined) return rhythmInWords(rhythm, t);
  const match = FIELDS.exec(expression.trim());
  if (match === null) return undefined;
  const [, minute = '', hour = '', dayOfMonth = '', weekdays = ''] = match;
  if (hour === '*' || hour.startsWith('*') || minute.startsWith('*')) {
    return dayOfMonth === '*' && weekdays === '*' ? repeating(minute, hour, t) : undefined;
  }
  const time = clockTime(new Date(2001, 0, 1, Number(hour), Number(minute)).getTime());
  if (dayOfMonth === 'L') return weekdays === '*' ? t('schedule.lastDay', { time }) : undefined;
  if (dayOfMonth !== '*')
    return weekdays === '*' ? t('schedule.monthly', { day: dayOfMonth, time }) : undefined;
  if (weekdays === '*') return t('schedule.daily', { time });
  const [weekday = '', written] = weekdays.split('#');
  const place = PLACES.find((one) => one === written);
  if (place !== undefined)
    return t('schedule.nthDay', {
      place: t(`schedule.place_${place}`),
      day: weekdayName(Number(weekday)),
      time,
    });
  const days = weekdayNumbers(weekdays);
  if (days === undefined) return undefined;
  if (days.join() === '1,2,3,4,5') return t('schedule.weekdays', { time });
  if (days.join() === '0,6') return t('schedule.weekends', { time });
  return t('schedule.onDays', { days: namesOf(days), time });
}

function namesOf(days: readonly number[]): string {
  return formats().list.format(days.map(weekdayName));
}

const ONCE_A_DAY = /^(?:0 )?(\d{1,2}) (\d{1,2}) \* \* (\*|[\d,-]+)$/;

/** "Every other Friday at 17:00, from 27 Nov 2026". */
function rhythmInWords({ cron, count, unit, from }: CronRhythm, t: TFunction): string | undefined {
  const [, minute, hour, weekdays = ''] = ONCE_A_DAY.exec(cron.trim()) ?? [];
  if (minute === undefined) return undefined;
  const time = clockTime(new Date(2001, 0, 1, Number(hour), Number(minute)).getTime());
  const begins = dayWithYear(new Date(`${from}T12:00:00`).getTime());
  if (unit === 'days' && weekdays === '*') return t('schedule.inDays', { count, time, from: begins });
  const days = weekdayNumbers(weekdays);
  if (unit === 'days' || days === undefined) return undefined;
  return t('schedule.inWeeks', { count, days: namesOf(days), time, from: begins });
}

/** Several times a day: every so many minutes or hours. */
function repeating(minute: string, hour: string, t: TFunction): string | undefined {
  const minutes = /^\*\/(\d+)$/.exec(minute)?.[1];
  const hours = /^\*\/(\d+)$/.exec(hour)?.[1];
  if (minute === '*' && hour === '*') return t('schedule.minutes', { count: 1 });
  if (minutes !== undefined && hour === '*' && 60 % Number(minutes) === 0) {
    return t('schedule.minutes', { count: Number(minutes) });
  }
  if (minute === '0' && hour === '*') return t('schedule.hours', { count: 1 });
  if (minute === '0' && hours !== undefined && 24 % Number(hours) === 0) {
    return t('schedule.hours', { count: Number(hours) });
  }
  return undefined;
}

/** 0 (Sunday) to 6, in order; `undefined` for what is not a list of days. */
function weekdayNumbers(field: string): readonly number[] | undefined {
  const days = new Set<number>();
  for (const part of field.split(',')) {
    const [first, last = first] = part.split('-');
    const [from, to] = [Number(first), Number(last)];
    if (first === '' || last === '' || !(from <= to) || to > 7) return undefined;
    for (let day = from; day <= to; day += 1) days.add(day % 7);
  }
  return [...days].sort((a, b) => a - b);
}

function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
