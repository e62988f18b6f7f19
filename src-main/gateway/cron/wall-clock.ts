// Between moments and what the clock on a wall shows. A wall time is a number too: the milliseconds at which a clock in
// UTC would show the same, so that days and hours can be counted without a time zone.

import { DAY, SECOND } from '../../shared/time.ts';

/** Making one takes a hundred times as long as using it, and there are as many as jobs have zones. */
const clocks = new Map<string, Intl.DateTimeFormat>();
const MAX_CLOCKS = 100;

function clockIn(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  if (clocks.size >= MAX_CLOCKS) clocks.clear();
  clocks.set(zone, clock);
  return clock;
}

/** @throws RangeError when this runtime knows no such zone */
export function checkZone(zone: string): void {
  clockIn(zone);
}

/** What a clock in the zone shows at a moment, to the second. */
export function wallTime(at: number, zone: string): number {
  return Date.parse(`${clockIn(zone).format(at).replace(' ', 'T')}Z`);
}

/** When a clock in the zone first shows that; where the clock skips it, as much later. */
export function momentOf(wall: number, zone: string): number {
  const shown = Math.floor(wall / SECOND) * SECOND;
  // No zone is a day from UTC, so these moments lie before and after the one that is looked for.
  const before = offsetAt(shown - DAY, zone);
  const after = offsetAt(shown + DAY, zone);
  if (before === after) return shown - before;
  const first = [shown - before, shown - after].filter((at) => wallTime(at, zone) === shown);
  return first.length === 0 ? shown - before : Math.min(...first);
}

function offsetAt(at: number, zone: string): number {
  return wallTime(at, zone) - at;
}

/** The midnight that a wall time's day began with. */
export function dayOf(wall: number): number {
  return Math.floor(wall / DAY) * DAY;
}

/** Midnight of a day; `undefined` when the calendar has no such day. */
export function dayFrom(year: number, month: number, day: number): number | undefined {
  const wall = new Date(0).setUTCFullYear(year, month - 1, day);
  const date = new Date(wall);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? wall : undefined;
}

/** 0 is Sunday. */
export function weekdayOf(wall: number): number {
  return new Date(wall).getUTCDay();
}

/** The same day some months later, or the last one of a month that is too short for it. */
export function addMonths(wall: number, months: number): number {
  const date = new Date(wall);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + months;
  const last = new Date(new Date(0).setUTCFullYear(year, month + 1, 0)).getUTCDate();
  return new Date(0).setUTCFullYear(year, month, Math.min(date.getUTCDate(), last));
}
