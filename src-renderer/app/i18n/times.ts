// Moments in words: how long ago, when next, and exactly, in the language of the interface.

import type { TFunction } from 'i18next';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src-main/shared/time.ts';
import { formats } from './formats.ts';

export function clockTime(at: number): string {
  return formats().clock.format(at);
}

export function exactTime(at: number): string {
  return formats().exact.format(at);
}

/** "27 Nov 2026". */
export function dayWithYear(at: number): string {
  return formats().dayMonthYear.format(at);
}

/** "now", "5 min", "3 h", "Yesterday", "Mon", "12 Nov": for the edge of a list. */
export function shortAgo(at: number, now: number, t: TFunction): string {
  const age = now - at;
  if (age < 45 * SECOND) return t('time.now');
  if (age < HOUR) return t('time.minutes', { count: Math.max(1, Math.round(age / MINUTE)) });
  const days = daysBetween(at, now);
  if (days === 0) return t('time.hours', { count: Math.round(age / HOUR) });
  if (days === 1) return t('time.yesterday');
  return days < 7 ? formats().shortWeekday.format(at) : date(at, now);
}

/** "just now", "5 minutes ago", "yesterday at 14:00". */
export function ago(at: number, now: number, t: TFunction): string {
  const age = now - at;
  if (age < 45 * SECOND) return t('time.justNow');
  if (age < HOUR) return t('time.minutesAgo', { count: Math.max(1, Math.round(age / MINUTE)) });
  const days = daysBetween(at, now);
  if (days === 0) return t('time.hoursAgo', { count: Math.round(age / HOUR) });
  const time = clockTime(at);
  if (days === 1) return t('time.yesterdayAt', { time });
  return t('time.dayAt', { day: days < 7 ? formats().weekday.format(at) : date(at, now), time });
}

/** "in 5 minutes", "today at 14:00", "tomorrow at 09:00", "Monday at 09:00". */
export function upcoming(at: number, now: number, t: TFunction): string {
  const left = at - now;
  if (left <= 0) return t('time.due');
  if (left < MINUTE) return t('time.inMoments');
  if (left < HOUR) return t('time.inMinutes', { count: Math.round(left / MINUTE) });
  const days = daysBetween(now, at);
  const time = clockTime(at);
  if (days === 0) return t('time.todayAt', { time });
  if (days === 1) return t('time.tomorrowAt', { time });
  return t('time.dayAt', { day: days < 7 ? formats().weekday.format(at) : date(at, now), time });
}

/** "Today", "Yesterday", "Monday 17 November": between the messages of two days. */
export function dayName(at: number, now: number, t: TFunction): string {
  const days = daysBetween(at, now);
  if (days === 0) return t('time.today');
  if (days === 1) return t('time.yesterday');
  return new Date(at).getFullYear() === new Date(now).getFullYear()
    ? formats().longDay.format(at)
    : formats().dayMonthYear.format(at);
}

/** "Today", "Tomorrow", "Monday 17 November": a day that is still to come. */
export function comingDay(at: number, now: number, t: TFunction): string {
  const days = daysBetween(now, at);
  if (days === 0) return t('time.today');
  if (days === 1) return t('time.tomorrow');
  return formats().longDay.format(at);
}

function date(at: number, now: number): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? formats().dayMonth : formats().dayMonthYear).format(at);
}

/** Whole days of the calendar, whatever the clocks did between. */
function daysBetween(from: number, to: number): number {
  return Math.round((startOfDay(to) - startOfDay(from)) / DAY);
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** @param day 0 for Sunday */
export function weekdayName(day: number): string {
  // The first Sunday of 2001.
  return formats().weekday.format(new Date(2001, 0, 7 + day));
}

/** `340 ms`, `1.2 s`, `3 min 5 s`. */
export function durationWords(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
