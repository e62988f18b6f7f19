// Between moments and what the clock on a wall shows. A wall time is a number too: the milliseconds at which a clock in
// UTC would show the same, so that days and hours can be counted without a time zone.

import { Cron } from 'croner';
import { DAY } from '../../shared/time.ts';

/** What a clock in the zone shows at a moment. */
export function wallTime(at: number, zone: string): number {
  const shown = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(at);
  return Date.parse(`${shown.replace(' ', 'T')}Z`);
}

/** When a clock in the zone shows that; where the clock skips it, as much later. */
export function momentOf(wall: number, zone: string): number {
  const shown = new Date(wall).toISOString().slice(0, 19);
  const moment = new Cron(shown, { timezone: zone, paused: true }).nextRun(new Date(0));
  return moment === null ? Number.NaN : moment.getTime();
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
