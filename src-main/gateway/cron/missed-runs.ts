// Slots that passed while nobody could run them: the computer slept, the clock jumped, Clawtray was closed. By the policy
// of each job they are made up for once, passed over, or asked about; and a clock that was set back by much is followed.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../shared/errors.ts';
import type { CronMissed, MissedRunPolicy } from '../../shared/protocol/cron.ts';
import { MINUTE, type Clock } from '../../shared/time.ts';
import type { EventBus } from '../event-bus.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { Store } from '../store/open-store.ts';
import type { CronPlan, CronRepository, StoredJob } from '../store/repositories/cron.ts';
import { alertRule } from './job-delivery.ts';
import { missedKey } from './job-account.ts';
import { claim, planFrom } from './job-plan.ts';
import { nextOf } from './job-runs.ts';
import { sessionOf } from './job-session.ts';

export interface MissedRuns {
  /**
   * Settles slots that came due after `from` and are missed now, of jobs that do not simply make up for them.
   * @param from ms; `-Infinity` for everything that is overdue
   */
  settle(from: number): Promise<void>;
  /** The clock was set back by much: jobs run by the new time, but no slot a second time. */
  followClock(): Promise<void>;
  list(): readonly CronMissed[];
  /**
   * The decision about a job's missed runs.
   * @returns whether the caller is to run it now: what happens only once is due again by itself
   * @throws GatewayError `not-found` when it has none that wait
   */
  resolve(jobId: string, action: 'run' | 'skip'): Promise<{ readonly runNow: boolean }>;
  /** What holds for the job. */
  policyOf(stored: StoredJob): MissedRunPolicy;
}

/** Later than this a slot is missed rather than late. */
const GRACE = 2 * MINUTE;
/** Jobs of one transaction. */
const BATCH = 100;
/** Slots of one job that have run already and are passed over when the clock is followed back. */
const MAX_PASSED = 1_000;
const LONGEST_RETRY = 5 * MINUTE;

export function createMissedRuns(deps: {
  readonly store: Store;
  readonly repository: CronRepository;
  readonly notifications: NotificationService;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly hostZone: string;
  /** Whether jobs that say nothing about it pass over what they missed. */
  readonly skipsByDefault: () => boolean;
}): MissedRuns {
  const { store, repository, notifications, bus, clock, hostZone, skipsByDefault } = deps;
  const { history } = repository;

  function policyOf({ job, missedRuns }: StoredJob): MissedRunPolicy {
    // What happens once would be lost.
    return missedRuns ?? (skipsByDefault() && job.schedule.kind !== 'at' ? 'skip' : 'run-once');
  }

  /** In batches, so that ten thousand jobs do not hold up everything else. */
  async function inBatches(
    read: (afterId: string) => readonly StoredJob[],
    handle: (stored: StoredJob) => (() => void) | undefined,
  ): Promise<void> {
    let afterId = '';
    for (;;) {
      const announcements = await store.write(() => {
        const batch = read(afterId);
        afterId = batch.at(-1)?.job.id ?? '';
        return batch.map(handle);
      });
      for (const announce of announcements) announce?.();
      if (announcements.length < BATCH) return;
      await nextTurn();
    }
  }

  /** Inside a write. */
  function settleOne(stored: StoredJob, from: number): (() => void) | undefined {
    const { job, plan } = stored;
    const policy = policyOf(stored);
    if (policy === 'run-once' || plan === undefined || plan.fireAt <= from) return undefined;
    const now = clock.now();
    let claimed;
    try {
      claimed = claim(job, plan, now, hostZone);
    } catch (error) {
      // The run that is due says so.
      if (error instanceof GatewayError) return undefined;
      throw error;
    }
    const { slotAt, slotUntil, attempt, next } = claimed;
    if (attempt > 1 || history.hasSlot(job.id, slotAt, attempt)) return undefined;
    const sessionKey = sessionOf(job);
    const run = {
      runId: `missed:${job.id}:${randomUUID()}`,
      jobId: job.id,
      jobName: job.name,
      sessionKey,
      slotAt,
      slotUntil,
      attempt,
      scheduled: true,
      startedAt: now,
    };
    const error = 'Missed: Clawtray was closed, or the computer slept.';
    const skipped = (stored.facts.consecutiveSkipped ?? 0) + 1;
    repository.begin(run, next);
    repository.finish(run, { status: 'skipped', error, endedAt: now }, job.state.consecutiveErrors ?? 0);
    repository.setFacts(job.id, { ...stored.facts, consecutiveSkipped: skipped });
    if (next === undefined) repository.disable(job.id, now);
    if (policy === 'ask')
      repository.setMissed(job.id, {
        jobId: job.id,
        jobName: job.name,
        slotAtMs: slotAt,
        untilMs: slotUntil,
      });
    const rule = alertRule(job);
    const alerts = rule?.includeSkipped === true && skipped >= rule.after;
    const asks = policy === 'ask';
    // What would have happened once is told even if it is not asked about.
    const told =
      asks || alerts || next === undefined
        ? notifications.store({
            kind: 'alert',
            source: 'automation',
            title: `${job.name} was missed`,
            body: asks
              ? 'Clawtray was closed, or the computer slept, when it was due. Run it now?'
              : 'Clawtray was closed, or the computer slept, when it was due.',
            sessionKey,
            jobId: job.id,
            group: `cron:${job.id}`,
            key: missedKey(job.id),
          })
        : undefined;
    return () => {
      if (told !== undefined) notifications.announce(told);
      publish(job.id, run.startedAt, error);
    };
  }

  function publish(jobId: string, runAtMs: number, error: string): void {
    const job = repository.find(jobId);
    if (job === undefined) return;
    bus.publish('cron', {
      jobId,
      action: 'finished',
      status: 'skipped',
      runAtMs,
      durationMs: 0,
      error,
      job,
      ...nextOf(job),
    });
  }

  /** Inside a write. */
  function followOne({ job, plan }: StoredJob): (() => void) | undefined {
    if (plan === undefined) return undefined;
    const earlier = plan.attempt > 1 ? soonerRetry(plan) : firstFree(job.id, job.schedule);
    if (earlier === undefined || earlier.fireAt >= plan.fireAt) return undefined;
    repository.plan(job.id, earlier);
    return () => {
      bus.publish('cron', { jobId: job.id, action: 'scheduled', nextRunAtMs: earlier.fireAt });
    };
  }

  function soonerRetry(plan: CronPlan): CronPlan {
    return { ...plan, fireAt: Math.min(plan.fireAt, clock.now() + LONGEST_RETRY) };
  }

  function firstFree(jobId: string, schedule: StoredJob['job']['schedule']): CronPlan | undefined {
    try {
      let plan = planFrom(schedule, clock.now(), jobId, hostZone);
      for (let passed = 0; plan !== undefined && passed < MAX_PASSED; passed += 1) {
        if (!history.hasSlot(jobId, plan.slotAt, 1)) return plan;
        plan = planFrom(schedule, plan.slotAt, jobId, hostZone);
      }
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
    }
    return undefined;
  }

  return {
    policyOf,
    settle: (from) =>
      inBatches(
        (afterId) => repository.dueBefore(clock.now() - GRACE, afterId, BATCH),
        (stored) => settleOne(stored, from),
      ),
    followClock: () =>
      inBatches((afterId) => repository.plannedAfter(clock.now(), afterId, BATCH), followOne),
    list: () => repository.missed(),
    resolve: async (jobId, action) => {
      const resolved = await store.write(() => {
        const stored = repository.stored(jobId);
        if (stored?.missed === undefined) {
          throw new GatewayError(
            'not-found',
            `The job ${jobId} has no missed runs that wait for a decision.`,
            {
              details: { code: 'CRON_NOTHING_MISSED', id: jobId },
            },
          );
        }
        repository.setMissed(jobId, undefined);
        const once = stored.job.schedule.kind === 'at';
        if (action === 'run' && once) {
          const slotAt = stored.missed.slotAtMs;
          let attempt = 2;
          while (history.hasSlot(jobId, slotAt, attempt)) attempt += 1;
          repository.enable(jobId, { fireAt: clock.now(), slotAt, attempt }, clock.now());
        }
        return { runNow: action === 'run' && !once, notice: notifications.resolveKey(missedKey(jobId)) };
      });
      notifications.announceResolved(resolved.notice);
      return { runNow: resolved.runNow };
    },
  };
}
