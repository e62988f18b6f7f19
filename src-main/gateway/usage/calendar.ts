// Which days a report is about, and when each of them begins and ends in the zone that was asked for. Pure.

import { GatewayError } from '../../shared/errors.ts';
import type { UsageRangeParams } from '../../shared/protocol/usage.ts';
import { DAY, HOUR, MINUTE } from '../../shared/time.ts';

/** A day and its moments, ms since the epoch: from the first one up to, not including, the second one. */
export interface ReportDay {
  readonly date: string;
  readonly from: number;
  readonly to: number;
}

export interface WantedDays extends UsageRangeParams {
  readonly days?: number | 'all' | undefined;
}

const DEFAULT_DAYS = 30;
/** Ten years. */
const MAX_DAYS = 3_660;

/** What a clock there shows: the milliseconds at which a clock in UTC shows the same. */
type WallClock = (at: number) => number;

/**
 * @param firstAt when the first call was made; then begins what is called all
 * @throws GatewayError `invalid-params`
 */
export function reportDays(
  wanted: WantedDays,
  facts: { readonly now: number; readonly hostZone: string; readonly firstAt: number | undefined },
): readonly ReportDay[] {
  const wall = wallClock(wanted, facts.hostZone);
  const today = dayOf(wall(facts.now));
  const last = wanted.endDate === undefined ? today : dateOf(wanted.endDate, 'endDate');
  const first = firstDay(wanted, last, dayOf(wall(facts.firstAt ?? facts.now)));
  if (first > last) throw new GatewayError('invalid-params', 'startDate is after endDate.');
  const count = (last - first) / DAY + 1;
  if (count > MAX_DAYS)
    throw new GatewayError('invalid-params', `These are ${count} days; at most ${MAX_DAYS} can be reported.`);
  const begins = Array.from({ length: count + 1 }, (_, n) => beginOf(first + n * DAY, wall));
  return begins.slice(0, -1).map((from, n) => ({
    date: new Date(first + n * DAY).toISOString().slice(0, 10),
    from,
    to: begins[n + 1] ?? from,
  }));
}

function firstDay({ startDate, days = DEFAULT_DAYS }: WantedDays, last: number, oldest: number): number {
  if (startDate !== undefined) return dateOf(startDate, 'startDate');
  if (days === 'all') return Math.min(last, oldest);
  return last - (days - 1) * DAY;
}

function wallClock({ mode, timeZone, utcOffset }: WantedDays, hostZone: string): WallClock {
  switch (mode) {
    case 'gateway':
      return zoneClock(hostZone);
    case 'specific':
    case undefined:
      if (timeZone !== undefined) return zoneClock(timeZone);
      if (utcOffset !== undefined) return offsetClock(utcOffset);
      if (mode === 'specific')
        throw new GatewayError(
          'invalid-params',
          'mode specific needs a timeZone, for example Europe/Zurich.',
        );
      return (at) => at;
    case 'utc':
      return (at) => at;
  }
}

function offsetClock(written: string): WallClock {
  const [, sign, hours, minutes = '0'] = /^UTC([+-])(\d{1,2})(?::([0-5]\d))?$/.exec(written) ?? [];
  const offset = Number(hours) * HOUR + Number(minutes) * MINUTE;
  if (sign === undefined || offset > 14 * HOUR)
    throw new GatewayError('invalid-params', 'utcOffset must be UTC-14:00 to UTC+14:00.');
  return (at) => at + (sign === '-' ? -offset : offset);
}

/** A formatter takes longer to make than a report takes. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATTERS = 64;

function zoneClock(zone: string): WallClock {
  const format = formatters.get(zone) ?? newFormatter(zone);
  if (formatters.size >= MAX_FORMATTERS) formatters.clear();
  formatters.set(zone, format);
  return (at) => {
    const parts = Object.fromEntries(
      format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
}

function newFormatter(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw new GatewayError('invalid-params', `There is no time zone "${zone.slice(0, 64)}".`);
  }
}

/** The first moment at which the calendar there shows that day; a clock that is changed at midnight skips or repeats it. */
function beginOf(day: number, wall: WallClock): number {
  const step = 15 * MINUTE;
  let at = day - (wall(day) - day);
  at = day - (wall(at) - at);
  while (wall(at) < day) at += step;
  while (wall(at - step) >= day) at -= step;
  return at;
}

function dayOf(wall: number): number {
  return Math.floor(wall / DAY) * DAY;
}

function dateOf(written: string, name: string): number {
  const day = Date.parse(`${written}T00:00:00Z`);
  if (!Number.isNaN(day) && new Date(day).toISOString().startsWith(written)) return day;
  throw new GatewayError('invalid-params', `${name} must be a day of the calendar, like 2026-11-21.`);
}
