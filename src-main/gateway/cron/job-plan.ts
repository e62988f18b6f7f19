// When a job fires next, and for which slot of its schedule. Pure: the moment and the host's time zone are passed in.
//
// A slot is a time that the schedule names. It is claimed once; what passes while the job could not run is made up for by
// the run that takes the first such slot.

import type { CronJob, CronSchedule } from '../../shared/protocol/cron.ts';
import { HOUR, MINUTE, SECOND } from '../../shared/time.ts';
import type { CronPlan } from '../store/repositories/cron.ts';
import { nextRun } from './schedule.ts';

/** No job runs more often, whatever its schedule says. */
const MIN_GAP = SECOND;
/** Pauses before another attempt at the same slot, after failures that pass by themselves (OpenClaw's). */
const RETRY_AFTER = [30 * SECOND, MINUTE, 5 * MINUTE] as const;
/** By failures in a row: the next slot comes no sooner (OpenClaw's). */
const BACKOFF = [30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR] as const;
/** Failures in a row after which a job is disabled (OpenClaw's). */
export const MAX_FAILURES = 10;

/** What a run takes of the schedule, and what follows it. */
export interface Claimed {
  readonly slotAt: number;
  /** Slots after `slotAt` up to this moment are made up for by this run, ms. */
  readonly slotUntil: number;
  readonly attempt: number;
  /** `undefined`: its schedule has no run after this one. */
  readonly next: CronPlan | undefined;
}

/** @throws GatewayError when the schedule cannot be computed */
export function planFrom(
  schedule: CronSchedule,
  after: number,
  jobId: string,
  hostZone: string,
): CronPlan | undefined {
  const at = nextRun(schedule, after, jobId, hostZone);
  return at === undefined ? undefined : { fireAt: at, slotAt: at, attempt: 1 };
}

/**
 * What a run that begins now takes of a plan that is due.
 * @throws GatewayError when the schedule cannot be computed
 */
export function claim(
  job: Pick<CronJob, 'id' | 'schedule'>,
  plan: CronPlan,
  now: number,
  hostZone: string,
): Claimed {
  const newer = plan.attempt > 1 ? nextRun(job.schedule, plan.slotAt, job.id, hostZone) : undefined;
  // While the other attempt waited, the next slot has come.
  const { slotAt, attempt } = newer !== undefined && newer <= now ? { slotAt: newer, attempt: 1 } : plan;
  const slotUntil = Math.max(now, slotAt + MIN_GAP - 1);
  return { slotAt, slotUntil, attempt, next: planFrom(job.schedule, slotUntil, job.id, hostZone) };
}

/**
 * What follows a scheduled run that failed.
 * @param next what the schedule says; `undefined` when it has no run any more
 * @param failures in a row, this one included
 * @param passing the failure is of a kind that passes by itself
 * @returns the plan, and whether it is another attempt at the same slot; no plan when there is nothing left to run
 */
export function afterFailure(
  failed: Pick<Claimed, 'slotAt' | 'attempt'>,
  next: CronPlan | undefined,
  failures: number,
  passing: boolean,
  now: number,
): { readonly plan: CronPlan | undefined; readonly retries: boolean } {
  const pause = passing ? RETRY_AFTER[failed.attempt - 1] : undefined;
  if (pause !== undefined && (next === undefined || now + pause < next.slotAt)) {
    const plan = { fireAt: now + pause, slotAt: failed.slotAt, attempt: failed.attempt + 1 };
    return { plan, retries: true };
  }
  if (next === undefined) return { plan: undefined, retries: false };
  const backoff = BACKOFF[Math.min(failures, BACKOFF.length) - 1] ?? 0;
  return { plan: { ...next, fireAt: Math.max(next.fireAt, now + backoff) }, retries: false };
}
