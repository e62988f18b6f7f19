// The days of a calendar, as they begin and end for the person, and what runs on each. Pure but for the computer's time zone.

import type { UpcomingRun } from '../../../../src-main/shared/protocol/cron.ts';

export type CalendarKind = 'week' | 'month';

export interface CalendarRange {
  /** The beginning of the first day, ms. */
  readonly from: number;
  /** The end of the last day, ms. */
  readonly to: number;
  /** The beginnings of all days. */
  readonly days: readonly number[];
}

const WEEK = 7;

/** Seven days from that of a moment on, or the weeks of its month, which begin on Monday. */
export function rangeAround(kind: CalendarKind, at: number): CalendarRange {
  if (kind === 'week') return daysBetween(addDays(at, 0), addDays(at, WEEK - 1));
  const date = new Date(at);
  const first = new Date(date.getFullYear(), date.getMonth(), 1);
  const last = new Date(date.getFullYear(), date.getMonth() + 1, 0);
  return daysBetween(
    addDays(first.getTime(), -weekdayOf(first)),
    addDays(last.getTime(), WEEK - 1 - weekdayOf(last)),
  );
}

function daysBetween(first: number, last: number): CalendarRange {
  const days: number[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return { from: first, to: addDays(last, 1), days };
}

/** The same place so many weeks or months later. */
export function moved(kind: CalendarKind, at: number, by: number): number {
  const date = new Date(at);
  return kind === 'week'
    ? addDays(at, by * WEEK)
    : new Date(date.getFullYear(), date.getMonth() + by, 1).getTime();
}

/** The beginning of the day that is so many days later, whatever the clocks do between. */
export function addDays(at: number, by: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + by).getTime();
}

export function isInMonth(day: number, at: number): boolean {
  return new Date(day).getMonth() === new Date(at).getMonth();
}

/** What runs on each of the days, in the order of the range; days without anything have an empty list. */
export function byDay(
  runs: readonly UpcomingRun[],
  { days, to }: CalendarRange,
): readonly (readonly UpcomingRun[])[] {
  return days.map((day, index) => {
    const end = days[index + 1] ?? to;
    return runs.filter(({ atMs }) => atMs >= day && atMs < end);
  });
}

/** 0 for Monday. */
function weekdayOf(date: Date): number {
  return (date.getDay() + WEEK - 1) % WEEK;
}
