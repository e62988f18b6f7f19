// Hours of the day on a wall in some zone: whether it is such an hour now. Across midnight and across changes of the
// clocks, because only what the wall shows counts. Pure.

import { DAY, HOUR, MINUTE } from '../shared/time.ts';

export interface DayWindow {
  /** HH:MM, included. */
  readonly start: string;
  /** HH:MM, excluded; `24:00` is the end of the day. Before `start` it is the next day's. */
  readonly end: string;
  /** IANA zone. */
  readonly timezone: string;
}

const CLOCK = /^(?:([01]?\d|2[0-3]):([0-5]\d)|24:00)$/;

/** Minutes since midnight; `undefined` for what is no time of the day. */
export function minutesOf(time: string): number | undefined {
  const match = CLOCK.exec(time.trim());
  if (match === null) return undefined;
  return match[1] === undefined ? 24 * 60 : Number(match[1]) * 60 + Number(match[2]);
}

/** A window that begins when it ends has no hour at all. */
export function isWithin(window: DayWindow, now: number): boolean {
  const start = minutesOf(window.start);
  const end = minutesOf(window.end);
  if (start === undefined || end === undefined || start === end) return false;
  const minute = minuteOfDay(now, window.timezone);
  return start < end ? minute >= start && minute < end : minute >= start || minute < end;
}

export function isZone(zone: string): boolean {
  try {
    formatterFor(zone);
    return true;
  } catch {
    return false;
  }
}

/** The midnight on the wall with which the day of `now` began. */
export function startOfDay(now: number, zone: string): number {
  const date = dateOf(now, zone);
  // Days have 23 to 25 hours; in zones that skip midnight the day begins at one.
  let at = now - minuteOfDay(now, zone) * MINUTE - (now % MINUTE);
  while (dateOf(at, zone) === date) at -= HOUR;
  while (dateOf(at, zone) !== date && at < now + DAY) at += 15 * MINUTE;
  return at;
}

function minuteOfDay(now: number, zone: string): number {
  const { hour, minute } = partsOf(now, zone);
  return Number(hour) * 60 + Number(minute);
}

function dateOf(now: number, zone: string): string {
  const { year, month, day } = partsOf(now, zone);
  return `${year}-${month}-${day}`;
}

type Parts = Readonly<Record<'year' | 'month' | 'day' | 'hour' | 'minute', string>>;

function partsOf(now: number, zone: string): Parts {
  const parts = { year: '', month: '', day: '', hour: '', minute: '' };
  for (const { type, value } of formatterFor(zone).formatToParts(now))
    if (type in parts) parts[type as keyof Parts] = value;
  return parts;
}

/** A formatter takes longer to make than to use. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterFor(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formatters.set(zone, made);
  return made;
}
