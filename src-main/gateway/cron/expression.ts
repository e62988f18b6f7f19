// A cron expression, also one with a rhythm ("… every 2 weeks from 2026-11-27"), and its next time. Pure.

import { Cron } from 'croner';
import { GatewayError } from '../../shared/errors.ts';
import { readRhythm, type CronRhythm } from '../../shared/cron-rhythm.ts';
import { DAY } from '../../shared/time.ts';
import { checkZone, dayFrom, dayOf, momentOf, wallTime, weekdayOf } from './wall-clock.ts';

export interface Expression {
  /** Strictly after that moment, ms; `undefined` when there is none. */
  nextAfter(after: number): number | undefined;
}

const WEEK = 7 * DAY;
/** Days and weeks that are looked at: "29 February, every third week" comes once in a while, or never. */
const MAX_LOOKS = 600;

/** Reading one takes several times as long as asking it, and each run asks the same one again. */
const parsed = new Map<string, Expression>();
const MAX_PARSED = 500;

/** Longer than any that says something, characters; zones have their own. */
const MAX_EXPRESSION = 500;
const MAX_ZONE = 64;

/** @throws GatewayError `invalid-params` when it makes no sense */
export function parseExpression(written: string, zone: string): Expression {
  if (written.length > MAX_EXPRESSION)
    throw invalid(`schedule.expr is longer than ${MAX_EXPRESSION} characters`);
  if (zone.length > MAX_ZONE) throw invalid(`schedule.tz is longer than ${MAX_ZONE} characters`);
  const key = `${zone}\n${written}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const expression = readExpression(written, zone);
  if (parsed.size >= MAX_PARSED) parsed.clear();
  parsed.set(key, expression);
  return expression;
}

function readExpression(written: string, zone: string): Expression {
  const rhythm = readRhythm(written);
  const cron = cronOf(rhythm?.cron ?? written, written, zone);
  const plain = (after: number): number | undefined => cron.nextRun(new Date(after))?.getTime();
  if (rhythm === undefined) return { nextAfter: plain };
  const first = firstDay(rhythm, written);
  return { nextAfter: (after) => nextInRhythm(plain, rhythm, first, zone, after) };
}

function cronOf(expression: string, written: string, zone: string): Cron {
  try {
    // croner looks at the zone only when it computes a time, and then says nothing about it.
    checkZone(zone);
    return new Cron(expression, { timezone: zone, paused: true, mode: '5-or-6-parts' });
  } catch (error) {
    throw invalid(
      `schedule.expr "${written}" with time zone ${zone} is not a schedule: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Rhythms are counted in zones as they are today. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2999;

/** A midnight on the wall: the first day, or the Monday of the first week. */
function firstDay({ from, unit }: CronRhythm, written: string): number {
  const [year = 0, month = 0, day = 0] = from.split('-').map(Number);
  const midnight = dayFrom(year, month, day);
  if (midnight === undefined)
    throw invalid(`schedule.expr "${written}" begins on a day that does not exist: ${from}`);
  if (year < FIRST_YEAR || year > LAST_YEAR)
    throw invalid(
      `schedule.expr "${written}" begins in a year that is not from ${FIRST_YEAR} to ${LAST_YEAR}`,
    );
  return unit === 'days' ? midnight : mondayOf(midnight);
}

/** Days that are not in the rhythm are leapt over, not looked at minute by minute. */
function nextInRhythm(
  next: (after: number) => number | undefined,
  { count, unit, from }: CronRhythm,
  first: number,
  zone: string,
  after: number,
): number | undefined {
  const length = unit === 'days' ? DAY : WEEK;
  const begins = momentOf(Date.parse(`${from}T00:00:00Z`), zone) - 1;
  let at = next(Math.max(after, begins));
  for (let looks = 0; at !== undefined && looks < MAX_LOOKS; looks += 1) {
    const day = dayOf(wallTime(at, zone));
    const span = unit === 'days' ? day : mondayOf(day);
    const off = Math.round((span - first) / length) % count;
    if (off === 0) return at;
    const later = momentOf(span + (count - off) * length, zone);
    // Beyond the years that can be written.
    if (Number.isNaN(later)) return undefined;
    at = next(later - 1);
  }
  return undefined;
}

function mondayOf(day: number): number {
  return day - ((weekdayOf(day) + 6) % 7) * DAY;
}

function invalid(message: string): GatewayError {
  return new GatewayError('invalid-params', message);
}
