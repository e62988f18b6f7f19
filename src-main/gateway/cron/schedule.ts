// When a schedule runs next. Pure: the moment and the host's time zone are passed in.

import { GatewayError } from '../../shared/errors.ts';
import { DAY, MINUTE } from '../../shared/time.ts';
import type { CronSchedule } from '../../shared/protocol/cron.ts';
import { readRhythm } from '../../shared/cron-rhythm.ts';
import { parseExpression } from './expression.ts';

/** A time without a zone is read in UTC (OpenClaw's rule for `at`). */
const HAS_ZONE = /(?:z|[+-]\d{2}:?\d{2})$/i;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:z|[+-]\d{2}:?\d{2})?)?$/i;
/** A one-shot may lie this far in the past and still mean "now". */
const AT_GRACE = MINUTE;
/** The last moment that a date can name. */
const LAST_MOMENT = 8_640_000_000_000_000;
/** Recurring expressions at full hours are spread over this long, so that not everything fires at once. */
const DEFAULT_STAGGER = 5 * MINUTE;

/**
 * The next run strictly after `after`; `undefined` when there is none.
 * @throws GatewayError `invalid-params` when the schedule makes no sense
 */
export function nextRun(
  schedule: CronSchedule,
  after: number,
  jobId: string,
  hostZone: string,
): number | undefined {
  switch (schedule.kind) {
    case 'at': {
      const at = atTime(schedule.at);
      return at > after ? at : undefined;
    }
    case 'every': {
      const anchor = schedule.anchorMs ?? after;
      const steps = anchor > after ? 0 : Math.floor((after - anchor) / schedule.everyMs) + 1;
      const next = anchor + steps * schedule.everyMs;
      return next > LAST_MOMENT ? undefined : next;
    }
    case 'cron': {
      const offset = staggerOf(schedule, jobId);
      const next = parseExpression(schedule.expr, schedule.tz ?? hostZone).nextAfter(after - offset);
      return next === undefined ? undefined : next + offset;
    }
  }
}

/** The next runs after `after`, at most `count`. @throws GatewayError as `nextRun` */
export function nextRuns(
  schedule: CronSchedule,
  after: number,
  jobId: string,
  hostZone: string,
  count: number,
): readonly number[] {
  const runs: number[] = [];
  for (let at = nextRun(schedule, after, jobId, hostZone); at !== undefined && runs.length < count;) {
    runs.push(at);
    at = nextRun(schedule, at, jobId, hostZone);
  }
  return runs;
}

/**
 * Checks a schedule that a client wants to store and completes it (an anchor for `every`).
 * @throws GatewayError `invalid-params`
 */
export function acceptSchedule(schedule: CronSchedule, now: number, hostZone: string): CronSchedule {
  switch (schedule.kind) {
    case 'at': {
      const at = atTime(schedule.at);
      if (at < now - AT_GRACE) {
        const minutes = Math.round((now - at) / MINUTE);
        throw invalid(
          `schedule.at is in the past: ${schedule.at} (${minutes} minutes ago). Current time: ${new Date(now).toISOString()}`,
        );
      }
      return { kind: 'at', at: new Date(Math.max(at, now + 1)).toISOString() };
    }
    case 'every': {
      const accepted = { ...schedule, anchorMs: schedule.anchorMs ?? now };
      if (nextRun(accepted, now, '', hostZone) === undefined)
        throw invalid(`schedule.everyMs ${schedule.everyMs} never runs`);
      return accepted;
    }
    case 'cron': {
      const next = parseExpression(schedule.expr, schedule.tz ?? hostZone).nextAfter(now);
      if (next === undefined) throw invalid(`schedule.expr "${schedule.expr}" never runs`);
      return schedule;
    }
  }
}

function atTime(text: string): number {
  const trimmed = text.trim();
  if (!ISO_DATE.test(trimmed))
    throw invalid(`schedule.at must be an ISO 8601 time, for example 2026-11-21T09:00:00Z`);
  const dated = trimmed.length === 10 ? `${trimmed}T00:00:00` : trimmed.replace(' ', 'T');
  const at = Date.parse(HAS_ZONE.test(dated) ? dated : `${dated}Z`);
  if (Number.isNaN(at) || !isDay(dated.slice(0, 10)))
    throw invalid(`schedule.at is not a time that exists: ${trimmed}`);
  return at;
}

/** JavaScript reads 30 February as 2 March. */
function isDay(date: string): boolean {
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
}

/** The same job always gets the same offset, from 0 to the stagger. */
function staggerOf(schedule: Extract<CronSchedule, { kind: 'cron' }>, jobId: string): number {
  const span = schedule.staggerMs ?? (runsAtFullHours(schedule.expr) ? DEFAULT_STAGGER : 0);
  if (span <= 0) return 0;
  let hash = 0x811c9dc5;
  for (const character of jobId) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash % Math.min(span, DAY);
}

/** Minute 0 of every hour: the expressions that many people share. */
function runsAtFullHours(expression: string): boolean {
  const fields = (readRhythm(expression)?.cron ?? expression).trim().split(/\s+/);
  const [minute, hour] = fields.length === 6 ? fields.slice(1) : fields;
  return minute === '0' && hour === '*';
}

function invalid(message: string): GatewayError {
  return new GatewayError('invalid-params', message);
}
